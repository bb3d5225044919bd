// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/sweepdialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr int mostVariants = 100;

} // namespace

SweepDialog::SweepDialog(const Engine& engine, Setting setting, QWidget* parent)
    : QDialog(parent), m_engine(engine), m_setting(std::move(setting)), m_pass(new QComboBox(this)),
      m_parameter(new QComboBox(this)), m_range(new QRadioButton(tr("&Range"), this)),
      m_list(new QRadioButton(tr("&List"), this)), m_from(new QDoubleSpinBox(this)), m_to(new QDoubleSpinBox(this)),
      m_count(new QSpinBox(this)), m_values(new QLineEdit(this)), m_evaluate(new QCheckBox(tr("&Evaluate each"), this)),
      m_profile(new QCheckBox(tr("Pr&ofile each"), this)), m_names(new QListWidget(this)), m_problem(new QLabel(this)),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Cancel, this)) {
    setObjectName(QStringLiteral("sweepDialog"));
    setWindowTitle(tr("Sweep a parameter"));
    build();
    for (const auto& one : m_engine.passes().all())
        if (!sweepable(one->info().schema).empty())
            m_pass->addItem(QString::fromStdString(one->info().title), QString::fromStdString(one->info().id));
    const int given = m_pass->findData(QString::fromStdString(m_setting.pass));
    m_pass->setCurrentIndex(std::max(0, given >= 0 ? given : m_pass->findData(QStringLiteral("prune.channels"))));
    connect(m_pass, &QComboBox::currentIndexChanged, this, &SweepDialog::showPass);
    connect(m_parameter, &QComboBox::currentIndexChanged, this, &SweepDialog::showParameter);
    connect(m_range, &QRadioButton::toggled, this, &SweepDialog::refresh);
    connect(m_from, &QDoubleSpinBox::valueChanged, this, &SweepDialog::refresh);
    connect(m_to, &QDoubleSpinBox::valueChanged, this, &SweepDialog::refresh);
    connect(m_count, &QSpinBox::valueChanged, this, &SweepDialog::refresh);
    connect(m_values, &QLineEdit::textChanged, this, &SweepDialog::refresh);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &SweepDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &SweepDialog::reject);
    showPass();
}

void SweepDialog::build() {
    auto* form = new QFormLayout(this);
    const auto name = [](QWidget* widget, const char* objectName, const QString& tip) {
        widget->setObjectName(QLatin1String(objectName));
        widget->setToolTip(tip);
    };
    auto* parent = new QLabel(m_setting.scope.isEmpty() ? m_setting.parentName
                                                        : tr("%1 (%2)").arg(m_setting.parentName, m_setting.scope));
    parent->setWordWrap(true);
    parent->setTextFormat(Qt::PlainText);
    name(parent, "sweepParent", tr("The variant each of the row is made from"));
    name(m_pass, "sweepPass", tr("The pass; its other parameters are as in the panel, or the defaults"));
    name(m_parameter, "sweepParameter", tr("The parameter that gets another value for each variant"));
    name(m_evaluate, "sweepEvaluate",
         m_setting.hasData ? tr("Measure the accuracy of each variant")
                           : tr("The project has no evaluation data (File menu)"));
    name(m_profile, "sweepProfile",
         tr("Measure the latency of each variant on %1").arg(QString::fromStdString(m_setting.device)));
    name(m_names, "sweepNames", tr("The variants that will be made. One that is there already is used again."));
    name(m_problem, "sweepProblem", {});
    m_evaluate->setEnabled(m_setting.hasData);
    m_evaluate->setChecked(m_setting.hasData);
    m_names->setSelectionMode(QAbstractItemView::NoSelection);
    m_names->setAccessibleName(tr("Variants to make"));
    m_problem->setWordWrap(true);
    form->addRow(tr("From"), parent);
    form->addRow(tr("&Pass"), m_pass);
    form->addRow(tr("P&arameter"), m_parameter);
    buildValues();
    auto* also = new QHBoxLayout;
    also->addWidget(m_evaluate);
    also->addWidget(m_profile);
    also->addStretch(1);
    form->addRow(tr("Then"), also);
    form->addRow(tr("Makes"), m_names);
    form->addRow(QString(), m_problem);
    auto* run = m_buttons->addButton(tr("&Sweep"), QDialogButtonBox::AcceptRole);
    run->setObjectName(QStringLiteral("sweepRun"));
    run->setDefault(true);
    form->addRow(m_buttons);
    resize(520, 560);
}

void SweepDialog::buildValues() {
    auto* form = static_cast<QFormLayout*>(layout());
    m_range->setObjectName(QStringLiteral("sweepByRange"));
    m_range->setToolTip(tr("Even steps from one value to another"));
    m_list->setObjectName(QStringLiteral("sweepByList"));
    m_list->setToolTip(tr("Just these values"));
    m_from->setObjectName(QStringLiteral("sweepFrom"));
    m_from->setToolTip(tr("The first value"));
    m_to->setObjectName(QStringLiteral("sweepTo"));
    m_to->setToolTip(tr("The last value"));
    m_count->setObjectName(QStringLiteral("sweepCount"));
    m_count->setToolTip(tr("How many values, both ends among them"));
    m_count->setRange(1, mostVariants);
    m_count->setValue(5);
    m_values->setObjectName(QStringLiteral("sweepValues"));
    m_values->setToolTip(tr("Values divided by commas or spaces, or FROM:TO:STEP"));
    m_values->setAccessibleName(tr("Values"));
    auto* range = new QHBoxLayout;
    const auto labelled = [&](const QString& text, QWidget* field) {
        auto* label = new QLabel(text, this);
        label->setBuddy(field);
        range->addWidget(label);
        range->addWidget(field, 1);
    };
    labelled(tr("&from"), m_from);
    labelled(tr("&to"), m_to);
    labelled(tr("i&n steps"), m_count);
    form->addRow(m_range, range);
    form->addRow(m_list, m_values);
    m_range->setChecked(true);
}

const Pass* SweepDialog::pass() const {
    const auto found = m_engine.passes().find(m_pass->currentData().toString().toStdString());
    return found ? found->get() : nullptr;
}

const ParamSpec* SweepDialog::parameter() const {
    const auto* chosen = pass();
    return chosen ? chosen->info().schema.find(m_parameter->currentData().toString().toStdString()) : nullptr;
}

void SweepDialog::showPass() {
    m_parameter->clear();
    const auto* chosen = pass();
    if (!chosen)
        return;
    for (const auto* spec : sweepable(chosen->info().schema)) {
        m_parameter->addItem(QString::fromStdString(spec->label), QString::fromStdString(spec->key));
        m_parameter->setItemData(m_parameter->count() - 1, QString::fromStdString(spec->help), Qt::ToolTipRole);
    }
    showParameter();
}

void SweepDialog::showParameter() {
    const auto* spec = parameter();
    if (!spec)
        return;
    const bool numbers = spec->type == ParamType::Number || spec->type == ParamType::Integer;
    m_range->setEnabled(numbers);
    m_range->setToolTip(numbers ? tr("Even steps from one value to another") : tr("This parameter is no number"));
    (numbers ? m_range : m_list)->setChecked(true);
    const double low = spec->minimum.value_or(0);
    const double high = spec->maximum.value_or(std::max(1.0, 2 * spec->defaultValue.toDouble()));
    for (auto* box : {m_from, m_to}) {
        box->setDecimals(spec->type == ParamType::Integer ? 0 : 4);
        box->setRange(low, high);
        box->setSingleStep(spec->step > 0 ? spec->step : spec->type == ParamType::Integer ? 1 : (high - low) / 20);
    }
    // The ends are rarely of use: nothing changed, or nothing left.
    const double whole = spec->type == ParamType::Integer ? 1 : 0;
    const double tidy = std::max(whole, std::pow(10, std::floor(std::log10(std::max(high - low, 1e-9)))) / 2);
    m_from->setValue(low + std::round((high - low) * 0.1 / tidy) * tidy);
    m_to->setValue(low + std::round((high - low) * 0.5 / tidy) * tidy);
    QStringList all;
    if (spec->type == ParamType::Choice)
        for (const auto& option : spec->options)
            all.append(QString::fromStdString(option.key));
    else if (spec->type == ParamType::Bool)
        all = {QStringLiteral("false"), QStringLiteral("true")};
    m_values->setText(all.join(QStringLiteral(", ")));
    refresh();
}

Result<SweepParameter> SweepDialog::values() const {
    const auto* spec = parameter();
    if (!spec)
        return SweepParameter();
    if (m_range->isChecked())
        return SweepParameter{spec->key, evenSweepValues(*spec, m_from->value(), m_to->value(), m_count->value())};
    if (m_values->text().trimmed().isEmpty())
        return SweepParameter{spec->key, {}};
    return sweepParameterOf(pass()->info().schema, spec->key, m_values->text());
}

void SweepDialog::refresh() {
    for (auto* widget : std::initializer_list<QWidget*>{m_from, m_to, m_count})
        widget->setEnabled(m_range->isChecked());
    m_values->setEnabled(m_list->isChecked());
    m_names->clear();
    const auto chosen = values();
    QString problem;
    if (!chosen)
        problem = QString::fromStdString(chosen.error().message);
    else if (chosen->values.empty())
        problem = tr("Name at least one value");
    else if (chosen->values.size() > std::size_t(mostVariants))
        problem = tr("At most %1 variants at once").arg(mostVariants);
    else if (const auto points = planSweep(m_engine, sweep()); !points)
        problem = QString::fromStdString(points.error().message);
    else
        for (const auto& point : *points)
            m_names->addItem(QString::fromStdString(point.name));
    m_problem->setText(problem);
    auto* run = m_buttons->findChild<QPushButton*>(QStringLiteral("sweepRun"));
    run->setEnabled(problem.isEmpty());
    run->setText(problem.isEmpty() ? tr("&Sweep (%1)").arg(m_names->count()) : tr("&Sweep"));
    run->setToolTip(problem.isEmpty() ? tr("Make them, as one job that can be stopped") : problem);
}

SweepRequest SweepDialog::sweep() const {
    SweepRequest request;
    request.from = m_setting.parent;
    request.step.pass = m_pass->currentData().toString().toStdString();
    if (request.step.pass == m_setting.pass)
        request.step.params = m_setting.params;
    if (auto chosen = values())
        request.vary = {std::move(*chosen)};
    request.step.nodes = m_setting.nodes;
    request.evaluate = m_evaluate->isChecked() && m_setting.hasData;
    request.profile = m_profile->isChecked();
    request.device = m_setting.device;
    return request;
}

} // namespace lapidary
