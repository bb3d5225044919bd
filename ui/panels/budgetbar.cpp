// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/budgetbar.h"

#include "ui/models/numbertext.h"
#include "ui/panels/budgetslider.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr double off = 1.005;   // factors below are no wish at all
constexpr double sliderEnd = 4; // the box takes more
constexpr double boxEnd = 16;
constexpr int notches = 100; // of the slider, per 1x

const char* targetKey(BudgetMeasure measure) {
    switch (measure) {
    case BudgetMeasure::Parameters:
        return "parameters";
    case BudgetMeasure::Bytes:
        return "bytes";
    case BudgetMeasure::Latency:
        return "latency";
    case BudgetMeasure::Macs:
        break;
    }
    return "macs";
}

} // namespace

BudgetBar::BudgetBar(Workspace& workspace, SensitivityScan& scan, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_scan(scan), m_slider(new BudgetSlider(this)),
      m_factor(new QDoubleSpinBox(this)), m_measure(new QComboBox(this)), m_caption(new QLabel(this)),
      m_analyse(new QPushButton(this)) {
    setObjectName(QStringLiteral("budgetBar"));
    makeRows();
    const auto moved = [this](double factor) {
        if (m_setting)
            return;
        const QScopedValueRollback guard(m_setting, true);
        m_slider->setValue(int(std::lround(std::min(factor, sliderEnd) * notches)));
        m_factor->setValue(factor);
        apply();
    };
    connect(m_slider, &QSlider::valueChanged, this, [moved](int value) { moved(double(value) / notches); });
    connect(m_factor, &QDoubleSpinBox::valueChanged, this, moved);
    connect(m_measure, &QComboBox::currentIndexChanged, this, [this] {
        refreshBudget();
        if (m_active)
            apply();
        refresh();
    });
    connect(m_analyse, &QPushButton::clicked, this, &BudgetBar::analysisWanted);
    connect(&m_scan, &SensitivityScan::changed, this, [this] {
        const auto before = m_budget;
        refreshBudget();
        refresh();
        if (m_active && before != m_budget)
            apply();
    });
    connect(&m_workspace, &Workspace::previewChanged, this, &BudgetBar::previewArrived);
    connect(&m_workspace, &Workspace::previewFailed, this, [this] {
        m_search = {};
        refreshCaption();
    });
    connect(&m_workspace, &Workspace::measured, this, [this] {
        refreshBudget();
        refresh();
    });
    connect(&m_workspace, &Workspace::variantsChanged, this, &BudgetBar::refresh);
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        letGo(true);
        refreshBudget();
        refresh();
    });
    refresh();
}

void BudgetBar::makeRows() {
    auto* title = new QLabel(tr("Budget"), this);
    title->setBuddy(m_slider);
    m_slider->setObjectName(QStringLiteral("budgetSlider"));
    m_slider->setAccessibleName(tr("How many times smaller"));
    m_slider->setRange(notches, int(sliderEnd) * notches);
    m_slider->setSingleStep(5);
    m_slider->setPageStep(25);
    m_factor->setObjectName(QStringLiteral("budgetFactor"));
    m_factor->setAccessibleName(tr("How many times smaller"));
    m_factor->setRange(1, boxEnd);
    m_factor->setDecimals(2);
    m_factor->setSingleStep(0.05);
    m_factor->setSuffix(QStringLiteral(" ×"));
    m_factor->setKeyboardTracking(false);
    m_factor->setToolTip(tr("How many times smaller the whole network is to become; 1 leaves it to the form below"));
    m_measure->setObjectName(QStringLiteral("budgetMeasure"));
    m_measure->setAccessibleName(tr("What the budget counts"));
    m_measure->setToolTip(tr("What the budget counts. Latency is an estimate from the profile of this variant (F5)."));
    m_measure->addItem(tr("MACs"), int(BudgetMeasure::Macs));
    m_measure->addItem(tr("Parameters"), int(BudgetMeasure::Parameters));
    m_measure->addItem(tr("Weight bytes"), int(BudgetMeasure::Bytes));
    m_measure->addItem(tr("Latency (estimate)"), int(BudgetMeasure::Latency));
    m_caption->setObjectName(QStringLiteral("budgetCaption"));
    m_caption->setWordWrap(true);
    m_caption->setTextFormat(Qt::RichText);
    m_analyse->setObjectName(QStringLiteral("budgetAnalyse"));
    m_analyse->setText(tr("Analyse"));
    auto* first = new QHBoxLayout;
    first->setSpacing(Theme::spacing);
    first->addWidget(title);
    first->addWidget(m_slider, 1);
    first->addWidget(m_factor);
    auto* second = new QHBoxLayout;
    second->setSpacing(Theme::spacing);
    second->addWidget(m_measure);
    second->addStretch(1);
    second->addWidget(m_analyse);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::unit);
    column->addLayout(first);
    column->addLayout(second);
    column->addWidget(m_caption);
}

BudgetMeasure BudgetBar::measure() const {
    return BudgetMeasure(m_measure->currentData().toInt());
}

double BudgetBar::factor() const {
    return m_factor->value();
}

void BudgetBar::setFactor(double factor) {
    m_factor->setValue(factor);
}

double BudgetBar::wholeMs() const {
    return m_workspace.model() && m_scan.latency()
               ? forecastLatency(*m_workspace.model(), PassPreview{}, *m_scan.latency()).beforeMs
               : 0;
}

/// What was measured for the pass at hand.
MeasuredSensitivityPtr BudgetBar::measured() const {
    auto found = m_scan.measured();
    return found && found->request.pass == m_pass && m_ratios && !m_ratios->perLayer.empty() ? found : nullptr;
}

void BudgetBar::setPass(const std::string& id, const ParamSchema& schema, const ParamSet& params) {
    letGo(false);
    m_pass = id;
    m_ratios = passRatios(schema);
    m_base = params;
    setVisible(m_ratios && (m_ratios->target || !m_ratios->perLayer.empty()));
    refreshBudget();
    refresh();
}

/// The solution for all budgets; made anew where what it counts or goes by is another.
void BudgetBar::refreshBudget() {
    const auto found = measured();
    const bool latency = measure() == BudgetMeasure::Latency;
    const auto ms = found && latency ? m_scan.pointMs() : nullptr;
    if (found == m_budgetOf && measure() == m_budgetMeasure && ms == m_budgetMs)
        return;
    m_budgetOf = found;
    m_budgetMeasure = measure();
    m_budgetMs = ms;
    m_budget.reset();
    m_search = {};
    if (found && latency) {
        if (ms)
            m_budget = std::make_shared<SensitivityBudget>(*found, measure(), ms.get(), wholeMs());
    } else if (found) {
        m_budget = std::make_shared<SensitivityBudget>(*found, measure());
    }
    const auto bend = m_budget ? m_budget->bend(std::min(sliderEnd, m_budget->largestFactor())) : std::nullopt;
    m_slider->setMark(bend ? std::optional(int(std::lround(*bend * notches))) : std::nullopt);
    m_slider->setToolTip(bend ? tr("How many times smaller the whole network is to become. The mark: from %1 × on, "
                                   "measured loss grows faster.")
                                    .arg(*bend, 0, 'f', 2)
                              : tr("How many times smaller the whole network is to become"));
}

QString BudgetBar::whyNot() const {
    if (!m_workspace.model())
        return tr("Open a model first");
    const bool latency = measure() == BudgetMeasure::Latency;
    if (latency && !m_scan.latency())
        return tr("Latency needs a profile of this variant (F5)");
    if (measured()) {
        if (!m_budget)
            return tr("Estimating the latency of every layer …");
        return m_budget->largestFactor() < off ? tr("This pass saves none of what the budget counts") : QString();
    }
    return m_ratios && m_ratios->target ? QString()
                                        : tr("Analyse the sensitivity first: this pass has no target of its own");
}

void BudgetBar::refresh() {
    const auto why = whyNot();
    m_slider->setEnabled(why.isEmpty());
    m_factor->setEnabled(why.isEmpty());
    const auto whyNotAnalyse = m_scan.whyNot(m_pass);
    m_analyse->setVisible(!measured());
    m_analyse->setEnabled(whyNotAnalyse.isEmpty() && !m_scan.isRunning());
    m_analyse->setToolTip(!whyNotAnalyse.isEmpty() ? whyNotAnalyse
                          : m_scan.isRunning()     ? tr("An analysis is running")
                                                   : tr("Measure what each layer costs in quality (F7)"));
    refreshCaption();
}

void BudgetBar::refreshCaption() {
    const auto why = whyNot();
    const auto& preview = m_workspace.preview();
    if (!why.isEmpty())
        m_caption->setText(why.toHtmlEscaped());
    else if (m_active && preview)
        m_caption->setText(resultText(*preview));
    else if (const auto found = measured())
        m_caption->setText(tr("By measured sensitivity of %n layer(s), %1 samples.", nullptr, int(found->layers.size()))
                               .arg(found->result.samples));
    else
        m_caption->setText(tr("By the pass's own estimate. Analyse to go by measured loss."));
}

/// The caption has colours of the theme in its text.
void BudgetBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshCaption();
}

QString BudgetBar::resultText(const PassPreview& preview) const {
    const double exact = exactCount(preview);
    const double whole = measure() == BudgetMeasure::Latency ? wholeMs() : countOf(preview.before, measure());
    const auto theme = Theme::of(palette());
    const auto estimate = [&](const QString& text) {
        return QStringLiteral("<span style=\"color:%1\">≈ %2</span>").arg(theme.estimate.name(), text.toHtmlEscaped());
    };
    const double reached = exact > 0 ? whole / exact : 1;
    const auto times = tr("%1 × smaller").arg(reached, 0, 'f', 2);
    QStringList parts{measure() == BudgetMeasure::Latency ? estimate(times) : times};
    if (measure() == BudgetMeasure::Latency) {
        const auto expected = forecast(preview);
        parts << estimate(tr("%1 ± %2", "time and its error")
                              .arg(millisecondsText(expected.afterMs), millisecondsText(expected.afterErrorMs)));
    }
    if (m_budget)
        parts << tr("loss %1").arg(estimate(SensitivityScan::lossText(
            measured()->hasClasses() ? LossMeasure::Divergence : LossMeasure::OutputError,
            measured()->hasClasses() ? m_search.current().loss : 100 * m_search.current().loss)));
    if (reached < factor() * 0.98 && !m_search.running())
        parts << tr("more cannot be had here");
    return parts.join(QStringLiteral(" · "));
}

/// Empty while nothing is known of the device.
LatencyForecast BudgetBar::forecast(const PassPreview& preview) const {
    return m_workspace.model() && m_scan.latency() ? forecastLatency(*m_workspace.model(), preview, *m_scan.latency())
                                                   : LatencyForecast();
}

double BudgetBar::exactCount(const PassPreview& preview) const {
    if (measure() != BudgetMeasure::Latency)
        return countOf(preview.after, measure());
    return forecast(preview).afterMs;
}

/// The pass's own way to the same end.
ParamSet BudgetBar::targetParams() const {
    ParamSet params = m_base;
    params["target"] = targetKey(measure());
    params["target_ratio"] = std::max(0.02, 1 / factor());
    params["mode"] = "sensitivity";
    if (measure() == BudgetMeasure::Latency && m_workspace.model() && m_scan.latency()) {
        RecipeStep step;
        step.pass = m_pass;
        step.params = params;
        for (const char* key : {"layer_ms", "layer_fixed_ms"}) // the form names every parameter
            step.params.erase(key);
        if (fillLatencyTimes(step, *m_workspace.model(), *m_scan.latency(), m_workspace.engine().passes()))
            return step.params;
    }
    return params;
}

void BudgetBar::apply() {
    if (!whyNot().isEmpty())
        return;
    if (factor() < off) {
        letGo(true);
        refreshCaption();
        return;
    }
    m_active = true;
    if (!m_budget) {
        Q_EMIT paramsWanted(targetParams());
        return;
    }
    const auto found = measured();
    if (!m_workspace.pinnedScope())
        m_workspace.pinScope(Workspace::PinnedScope{
            tr("Scope: %n analysed layer(s)", nullptr, int(found->layers.size())), found->request.nodes});
    m_search = BudgetSearch(m_budget, m_budget->whole() / factor());
    Q_EMIT paramsWanted(withLayerRatios(m_base, *m_ratios, m_search.current().shares));
}

void BudgetBar::letGo(bool restore) {
    m_search = {};
    {
        const QScopedValueRollback guard(m_setting, true);
        m_slider->setValue(m_slider->minimum());
        m_factor->setValue(1);
    }
    if (!std::exchange(m_active, false))
        return;
    if (!restore)
        return;
    m_workspace.pinScope(std::nullopt);
    Q_EMIT paramsWanted(m_base);
}

void BudgetBar::formTook(const ParamSet& params) {
    if (m_active)
        m_sent = params;
    else
        m_base = params;
}

void BudgetBar::formEdited(const ParamSet& params) {
    if (!m_active || !m_ratios) {
        m_base = params;
        return;
    }
    const auto others = withoutRatios(params, *m_ratios);
    if (others == withoutRatios(m_sent, *m_ratios)) { // a share of the user's own
        letGo(false);
        m_base = params;
        refreshCaption();
        return;
    }
    for (const auto& [key, value] : others)
        m_base[key] = value;
    apply();
}

void BudgetBar::previewArrived() {
    const auto& preview = m_workspace.preview();
    if (m_active && preview && m_search.running() && m_search.counted(exactCount(*preview)))
        Q_EMIT paramsWanted(withLayerRatios(m_base, *m_ratios, m_search.current().shares));
    refreshCaption();
}

} // namespace lapidary
