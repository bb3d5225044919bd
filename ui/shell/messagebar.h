// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diagnostic.h"

#include <QFrame>
#include <QTimer>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace lapidary {

/// One line above the tabs: the last failure with its hint, or something that went well and fades by itself.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    /// `name`: what the bar ("messageBar") and its parts are called for tests and style.
    explicit MessageBar(const QString& name = QStringLiteral("message"), QWidget* parent = nullptr);
    /// A button at the end of the line, for what helps.
    QPushButton* addButton(const QString& text);

public Q_SLOTS:
    void showProblem(const lapidary::Diagnostic& problem);
    void showNotice(const QString& text);
    /// Stays as long as it is true; it cannot be closed.
    void showLasting(const QString& icon, const QString& text);

private:
    void showText(const QString& icon, const QString& text);

    QHBoxLayout* m_row;
    QLabel* m_icon;
    QLabel* m_text;
    QToolButton* m_close;
    QTimer m_fade;
};

} // namespace lapidary
