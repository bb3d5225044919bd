// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/themecontroller.h"

#include "ui/theme/applytheme.h"
#include "ui/theme/systemscheme.h"

#include <QApplication>

namespace lapidary {

ThemeController::ThemeController(QApplication& application, ColorScheme scheme, QObject* parent)
    : QObject(parent), m_application(application), m_scheme(scheme), m_theme(Theme::forScheme(resolveDark(scheme))) {
    applyTheme(m_application, m_theme);
    auto* watcher = new SystemSchemeWatcher(this);
    connect(watcher, &SystemSchemeWatcher::preferenceChanged, this, &ThemeController::refresh);
}

void ThemeController::setScheme(ColorScheme scheme) {
    m_scheme = scheme;
    refresh();
}

void ThemeController::refresh() {
    const bool dark = resolveDark(m_scheme);
    if (dark == m_theme.dark) {
        return;
    }
    m_theme = Theme::forScheme(dark);
    applyTheme(m_application, m_theme);
    Q_EMIT themeChanged();
}

} // namespace lapidary
