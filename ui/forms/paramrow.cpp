// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/paramrow.h"

#include "ui/forms/paramtexts.h"
#include "ui/theme/theme.h"
#include "ui/theme/themedicon.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace lapidary {

ParamRow::ParamRow(const ParamSchema& schema, const ParamSpec& spec, QWidget* parent)
    : QWidget(parent), m_schema(schema), m_spec(spec), m_editor(makeParamEditor(spec, this)), m_dot(new QLabel(this)),
      m_reset(new QToolButton(this)), m_message(new QLabel(this)), m_value(spec.defaultValue) {
    const QString key = QString::fromStdString(spec.key);
    m_dot->setObjectName(key + QStringLiteral("_differs"));
    m_dot->setText(QStringLiteral("●"));
    m_reset->setObjectName(key + QStringLiteral("_reset"));
    m_reset->setIcon(themedIcon(QStringLiteral("reset")));
    m_reset->setIconSize({14, 14});
    m_reset->setFixedSize(22, 22);
    m_message->setObjectName(key + QStringLiteral("_message"));
    m_message->setWordWrap(true);
    for (QWidget* mark : {static_cast<QWidget*>(m_dot), static_cast<QWidget*>(m_reset)}) {
        QSizePolicy policy = mark->sizePolicy();
        policy.setRetainSizeWhenHidden(true); // nothing jumps when it appears
        mark->setSizePolicy(policy);
    }

    auto* head = new QHBoxLayout;
    head->setSpacing(Theme::unit);
    if (m_editor->showsLabel()) {
        head->addWidget(m_editor, 1);
    } else {
        m_label = new QLabel(this);
        m_label->setBuddy(m_editor);
        head->addWidget(m_label, 1);
    }
    head->addWidget(m_dot);
    head->addWidget(m_reset);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(head);
    if (!m_editor->showsLabel()) {
        layout->addWidget(m_editor);
    }
    layout->addWidget(m_message);

    connect(m_editor, &ParamEditor::edited, this, [this] {
        m_problem.clear();
        check();
        Q_EMIT edited();
    });
    connect(m_reset, &QToolButton::clicked, this, [this] {
        reset();
        Q_EMIT edited();
    });
    describe();
    tint();
    setValue(spec.defaultValue);
    m_default = m_value;
    showState();
}

void ParamRow::describe() {
    const QString tip = paramToolTip(m_spec);
    if (m_label) {
        m_label->setText(paramLabel(m_spec));
        m_label->setToolTip(tip);
    }
    m_editor->setToolTip(tip);
    setAccessibleName(paramLabel(m_spec));
    setAccessibleDescription(schemaText(m_spec.help));
    const QString back = tr("Back to the default: %1").arg(displayParam(m_spec, m_spec.defaultValue));
    m_reset->setToolTip(back);
    m_reset->setAccessibleName(back);
    m_dot->setToolTip(tr("Differs from the default: %1").arg(displayParam(m_spec, m_spec.defaultValue)));
}

void ParamRow::setValue(const Json& value) {
    m_problem.clear();
    m_editor->setValue(value);
    check();
}

void ParamRow::reset() {
    setValue(m_spec.defaultValue);
}

void ParamRow::check() {
    const Json value = m_editor->value();
    // complete() brings the value to the form that recipes store and that equal settings share.
    const Result<ParamSet> completed = m_schema.complete({{m_spec.key, value}});
    if (completed) {
        m_refusal.clear();
        m_value = completed->at(m_spec.key);
    } else {
        m_refusal = refusalText(m_spec, completed.error(), value);
    }
    showState();
}

bool ParamRow::differsFromDefault() const {
    return !isValid() || !(m_value == m_default);
}

void ParamRow::setProblem(const QString& text) {
    m_problem = text;
    showState();
}

void ParamRow::showState() {
    const bool refused = !m_refusal.isEmpty() || !m_problem.isEmpty();
    m_editor->setRefused(refused);
    const QString text = !m_refusal.isEmpty() ? m_refusal : !m_problem.isEmpty() ? m_problem : m_editor->remark();
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
    if (m_message->property("invalid").toBool() != refused) {
        m_message->setProperty("invalid", refused);
        m_message->style()->unpolish(m_message);
        m_message->style()->polish(m_message);
    }
    m_dot->setVisible(differsFromDefault());
    m_reset->setVisible(differsFromDefault());
}

void ParamRow::tint() {
    const Theme theme = Theme::of(palette());
    QPalette dot = m_dot->palette();
    dot.setColor(QPalette::WindowText, theme.accent);
    m_dot->setPalette(dot);
    QPalette message = m_message->palette();
    message.setColor(QPalette::WindowText, theme.warning); // refusals are red by the style sheet
    m_message->setPalette(message);
}

void ParamRow::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        tint();
    }
}

} // namespace lapidary
