// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/welcomepage.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace lapidary {

WelcomePage::WelcomePage(const QList<QAction*>& beginnings, QWidget* parent) : QWidget(parent) {
    auto* title = new QLabel(tr("Make a network small and fast"), this);
    auto font = title->font();
    font.setPointSizeF(font.pointSizeF() * 1.8);
    title->setFont(font);
    auto* text =
        new QLabel(tr("Open an ONNX model, cut it down, and see its accuracy, size and latency measured on this "
                      "computer. You can also drop a file here."),
                   this);
    text->setObjectName(QStringLiteral("welcomeText"));
    text->setWordWrap(true);
    text->setMaximumWidth(460);
    auto* column = new QVBoxLayout(this);
    column->addStretch(2);
    column->addWidget(title, 0, Qt::AlignHCenter);
    column->addSpacing(8);
    // Aligned, it would get the height of one line as wide as the window.
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(text, 1000);
    row->addStretch(1);
    column->addLayout(row);
    column->addSpacing(16);
    for (QAction* action : beginnings) {
        auto* button = new QToolButton(this);
        button->setObjectName(QStringLiteral("welcome_") + action->objectName());
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setMinimumWidth(260);
        button->setIconSize({20, 20});
        column->addWidget(button, 0, Qt::AlignHCenter);
        column->addSpacing(4);
    }
    column->addStretch(3);
}

} // namespace lapidary
