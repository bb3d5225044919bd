// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/colorscheme.h"
#include "ui/theme/theme.h"

#include <QObject>

class QApplication;

namespace lapidary {

/// Keeps the application in the theme the user chose, following the desktop when that is the choice. The program's
/// root owns one; nobody else needs to know it. UI thread.
class ThemeController : public QObject {
    Q_OBJECT
public:
    /// Applies the theme at once. The application must outlive the controller.
    ThemeController(QApplication& application, ColorScheme scheme, QObject* parent = nullptr);

    ColorScheme scheme() const { return m_scheme; }
    void setScheme(ColorScheme scheme);

    const Theme& theme() const { return m_theme; }

Q_SIGNALS:
    /// After the application took another theme; widgets get QEvent::PaletteChange without listening to this.
    void themeChanged();

private:
    void refresh();

    QApplication& m_application;
    ColorScheme m_scheme;
    Theme m_theme;
};

} // namespace lapidary
