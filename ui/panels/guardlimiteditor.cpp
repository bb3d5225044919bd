// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/guardlimiteditor.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QStandardItemModel>

namespace lapidary {

using Kind = GuardLimit::Kind;

GuardLimitEditor::GuardLimitEditor(QWidget* parent)
    : QWidget(parent), m_kind(new QComboBox(this)), m_value(new QDoubleSpinBox(this)) {
    m_kind->setObjectName(QStringLiteral("guardLimitKind"));
    m_kind->setAccessibleName(tr("Kind of limit"));
    m_kind->addItem(tr("Top-1 may drop by"), int(Kind::Drop));
    m_kind->addItem(tr("Output error at most"), int(Kind::Error));
    m_kind->addItem(tr("Output at least"), int(Kind::Sqnr));
    m_value->setObjectName(QStringLiteral("guardLimitValue"));
    m_value->setAccessibleName(tr("Limit"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_kind);
    row->addWidget(m_value);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &GuardLimitEditor::showKind);
    connect(m_kind, &QComboBox::activated, this, [this] { m_wanted = limit().kind; });
    connect(m_value, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { m_values[std::size_t(m_kind->currentData().toInt())] = value; });
    setLabelled(false);
    showKind();
}

GuardLimit GuardLimitEditor::limit() const {
    return {Kind(m_kind->currentData().toInt()), m_value->value()};
}

void GuardLimitEditor::choose(Kind kind) {
    m_kind->setCurrentIndex(m_kind->findData(int(kind)));
}

void GuardLimitEditor::setLabelled(bool labelled) {
    const int drop = m_kind->findData(int(Kind::Drop));
    static_cast<QStandardItemModel*>(m_kind->model())->item(drop)->setEnabled(labelled);
    m_kind->setItemData(drop, labelled ? QString() : tr("The project has no labelled evaluation data (File menu)"),
                        Qt::ToolTipRole);
    const auto what = tr("What must hold: accuracy on the evaluation data, or the output on the calibration data");
    m_kind->setToolTip(
        labelled ? what : tr("%1\nAccuracy cannot be chosen: the project has no labelled evaluation data.").arg(what));
    choose(m_wanted == Kind::Drop && !labelled ? Kind::Error : m_wanted);
}

void GuardLimitEditor::showKind() {
    const auto kind = Kind(m_kind->currentData().toInt());
    const QSignalBlocker quiet(m_value);
    m_value->setDecimals(kind == Kind::Error ? 4 : kind == Kind::Drop ? 2 : 1);
    m_value->setRange(0, 100);
    m_value->setSingleStep(kind == Kind::Drop ? 0.1 : kind == Kind::Error ? 0.5 : 1);
    m_value->setSuffix(kind == Kind::Drop ? tr(" points") : kind == Kind::Error ? tr(" %") : tr(" dB"));
    m_value->setValue(m_values[std::size_t(kind)]);
    m_value->setToolTip(
        kind == Kind::Drop    ? tr("Largest loss of top-1 against the model on the screen, in percentage points")
        : kind == Kind::Error ? tr("Largest energy of the output's error over the energy of the output; 1 % is 20 dB")
                              : tr("Smallest signal-to-noise ratio of the output; 20 dB is an error of 1 %"));
}

} // namespace lapidary
