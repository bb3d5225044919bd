// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/choiceeditors.h"

#include "ui/forms/paramtexts.h"
#include "ui/forms/wheelguard.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QRadioButton>
#include <QSignalBlocker>

#include <algorithm>

namespace lapidary {
namespace {

QHBoxLayout* plainRow(QWidget* parent) {
    auto* layout = new QHBoxLayout(parent);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2 * Theme::spacing);
    return layout;
}

} // namespace

BoolEditor::BoolEditor(const ParamSpec& spec, QWidget* parent)
    : ParamEditor(parent), m_box(new QCheckBox(paramLabel(spec), this)) {
    m_box->setObjectName(QString::fromStdString(spec.key));
    plainRow(this)->addWidget(m_box);
    connect(m_box, &QCheckBox::toggled, this, &ParamEditor::edited);
}

Json BoolEditor::value() const {
    return Json(m_box->isChecked());
}

void BoolEditor::setValue(const Json& value) {
    const QSignalBlocker quiet(m_box);
    m_box->setChecked(value.toBool());
}

ComboEditor::ComboEditor(const ParamSpec& spec, QWidget* parent) : ParamEditor(parent), m_combo(new QComboBox(this)) {
    m_combo->setObjectName(QString::fromStdString(spec.key));
    m_combo->setAccessibleName(paramLabel(spec));
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(8);
    for (const ParamSpec::Option& option : spec.options) {
        m_combo->addItem(optionLabel(option), QString::fromStdString(option.key));
        m_combo->setItemData(m_combo->count() - 1, schemaText(option.help), Qt::ToolTipRole);
    }
    WheelGuard::guard(m_combo);
    plainRow(this)->addWidget(m_combo, 1);
    connect(m_combo, &QComboBox::currentIndexChanged, this, &ParamEditor::edited);
}

Json ComboEditor::value() const {
    return Json(m_combo->currentData().toString().toStdString());
}

void ComboEditor::setValue(const Json& value) {
    const QSignalBlocker quiet(m_combo);
    m_combo->setCurrentIndex(m_combo->findData(QString::fromStdString(value.toString())));
}

void ComboEditor::setRefused(bool refused) {
    markRefused(m_combo, refused);
}

bool RadioEditor::suits(const ParamSpec& spec) {
    std::size_t letters = 0;
    for (const ParamSpec::Option& option : spec.options) {
        letters += option.label.size();
    }
    return spec.options.size() >= 2 && spec.options.size() <= 3 && letters <= 26;
}

RadioEditor::RadioEditor(const ParamSpec& spec, QWidget* parent)
    : ParamEditor(parent), m_group(new QButtonGroup(this)) {
    const QString key = QString::fromStdString(spec.key);
    setObjectName(key);
    auto* layout = plainRow(this);
    for (const ParamSpec::Option& option : spec.options) {
        auto* button = new QRadioButton(optionLabel(option), this);
        button->setObjectName(QStringLiteral("%1_%2").arg(key, QString::fromStdString(option.key)));
        button->setToolTip(schemaText(option.help));
        m_group->addButton(button, int(m_keys.size()));
        m_keys.push_back(option.key);
        layout->addWidget(button);
    }
    layout->addStretch(1);
    if (!m_keys.empty()) {
        setFocusProxy(m_group->button(0));
    }
    connect(m_group, &QButtonGroup::idToggled, this, [this](int, bool on) {
        if (on) {
            Q_EMIT edited();
        }
    });
}

Json RadioEditor::value() const {
    const int id = m_group->checkedId();
    return id < 0 ? Json("") : Json(m_keys[std::size_t(id)]);
}

void RadioEditor::setValue(const Json& value) {
    const QSignalBlocker quiet(m_group);
    const auto at = std::find(m_keys.begin(), m_keys.end(), value.toString());
    if (at != m_keys.end()) {
        m_group->button(int(at - m_keys.begin()))->setChecked(true);
    }
}

} // namespace lapidary
