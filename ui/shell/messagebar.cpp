// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/messagebar.h"

#include "ui/theme/themedicon.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace lapidary {

MessageBar::MessageBar(const QString& name, QWidget* parent)
    : QFrame(parent), m_row(new QHBoxLayout(this)), m_icon(new QLabel(this)), m_text(new QLabel(this)),
      m_close(new QToolButton(this)), m_fade(this) {
    setObjectName(name + QStringLiteral("Bar"));
    m_text->setObjectName(name + QStringLiteral("Text"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_close->setObjectName(QStringLiteral("close") + name.left(1).toUpper() + name.mid(1));
    m_close->setIcon(themedIcon(QStringLiteral("close")));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close"));
    m_row->setContentsMargins(12, 6, 8, 6);
    m_row->addWidget(m_icon);
    m_row->addWidget(m_text, 1);
    m_row->addWidget(m_close);
    m_fade.setSingleShot(true);
    m_fade.setInterval(5000);
    connect(&m_fade, &QTimer::timeout, this, &QWidget::hide);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

QPushButton* MessageBar::addButton(const QString& text) {
    auto* button = new QPushButton(text, this);
    m_row->insertWidget(m_row->indexOf(m_close), button);
    return button;
}

void MessageBar::showProblem(const Diagnostic& problem) {
    m_fade.stop();
    const auto text = QString::fromStdString(problem.toString());
    const auto hint = QString::fromStdString(problem.hint);
    showText(QStringLiteral("warning"), hint.isEmpty() ? text : QStringLiteral("%1\n%2").arg(text, hint));
}

void MessageBar::showNotice(const QString& text) {
    showText(QStringLiteral("info"), text);
    m_fade.start();
}

void MessageBar::showLasting(const QString& icon, const QString& text) {
    m_fade.stop();
    m_close->hide();
    showText(icon, text);
}

void MessageBar::showText(const QString& icon, const QString& text) {
    m_icon->setPixmap(themedIcon(icon).pixmap(18, 18));
    m_text->setText(text);
    setAccessibleName(text);
    show();
}

} // namespace lapidary
