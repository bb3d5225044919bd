// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/intervalbars.h"
#include "ui/charts/latencyplot.h"
#include "ui/models/benchtexts.h"
#include "ui/models/numbertext.h"
#include "ui/panels/benchpages.h"
#include "ui/panels/elidedcombobox.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace lapidary {

TurnsPage::TurnsPage(const Setting& setting)
    : BenchPage(setting, DeviceBench::Kind::Turns, "turns", tr("Compare"),
                tr("Run both variants in turns, so that what happens to the device meanwhile happens to both.")),
      m_a(new ElidedComboBox(7)), m_b(new ElidedComboBox(7)), m_medians(new IntervalBars), m_runs(new LatencyPlot) {
    for (auto [box, part, title] :
         {std::tuple(m_a, "A", tr("First variant")), std::tuple(m_b, "B", tr("Second variant"))}) {
        named(box, part, title);
        box->setToolTip(title);
        m_controls->addWidget(box);
        if (box == m_a)
            m_controls->addWidget(new QLabel(tr("against", "two variants")));
        connect(box, &QComboBox::currentIndexChanged, this, &TurnsPage::refresh);
    }
    named(m_medians, "Medians", tr("Median of both with its interval"));
    named(m_runs, "Runs", tr("Times of the runs of both"));
    m_body->addWidget(m_medians);
    m_body->addWidget(m_runs, 1);
    connect(&m_workspace, &Workspace::variantsChanged, this, &TurnsPage::fill);
    connect(&m_workspace, &Workspace::projectChanged, this, &TurnsPage::fill);
    makeDevices();
    fill();
}

VariantId TurnsPage::idOf(const QComboBox& box) {
    return VariantId(box.currentData().toLongLong());
}

void TurnsPage::fill() {
    for (auto* box : {m_a, m_b}) {
        const QSignalBlocker quiet(box);
        const auto before = box->currentData();
        box->clear();
        for (const auto& variant : m_workspace.variants())
            box->addItem(QString::fromStdString(variant.record.name), qlonglong(variant.record.id));
        const int at = before.isValid() ? box->findData(before) : -1;
        box->setCurrentIndex(at >= 0 ? at : box == m_a ? 0 : box->count() - 1);
    }
    refresh();
}

void TurnsPage::choose(VariantId a, VariantId b) {
    m_a->setCurrentIndex(m_a->findData(qlonglong(a)));
    m_b->setCurrentIndex(m_b->findData(qlonglong(b)));
}

QString TurnsPage::whyNot() const {
    const auto why = BenchPage::whyNot();
    if (!why.isEmpty())
        return why;
    return idOf(*m_a) == idOf(*m_b) ? tr("Choose two different variants.") : QString();
}

void TurnsPage::begin() {
    m_bench.compareInTurns(idOf(*m_a), idOf(*m_b), device());
}

void TurnsPage::showResult(const QString& nothing) {
    const auto* found = m_bench.turns(idOf(*m_a), idOf(*m_b), device());
    m_medians->setVisible(found);
    if (!found) {
        say({});
        m_runs->setEmptyText(nothing, {});
        m_runs->setSeries({});
        return;
    }
    const auto name = [this](VariantId id) {
        const auto* variant = m_workspace.variant(id);
        return variant ? QString::fromStdString(variant->record.name) : tr("a removed variant");
    };
    const auto& result = found->result;
    QVector<LatencySeries> series;
    QVector<IntervalBar> bars;
    const auto add = [&](VariantId id, const TimingSummary& timing, const std::vector<double>& runs, int color) {
        LatencySeries one;
        one.name = name(id);
        one.timesMs = {runs.begin(), runs.end()};
        one.medianMs = timing.median;
        one.p90Ms = timing.p90;
        one.medianCi = ValueInterval{timing.ciLow, timing.ciHigh};
        one.unstable = !timing.stable;
        series.append(one);
        bars.append(
            IntervalBar{one.name, timing.median, timing.ciLow, timing.ciHigh, millisecondsText(timing.median), color});
    };
    add(found->against, result.a, result.aMs, 0);
    add(found->variant, result.b, result.bMs, 1);
    m_medians->setBars(bars, false, tr(" ms", "milliseconds"));
    m_runs->setSeries(series);
    const bool doubtful = result.outcome == AbComparison::Outcome::Unclear;
    say(tr("%1 (%n pair(s) on %2)", nullptr, int(result.aMs.size()))
            .arg(turnsText(result, name(found->against), name(found->variant)), QString::fromStdString(found->device)),
        doubtful ? Theme::of(palette()).warning : QColor());
    date(found->measuredMs, found->stale);
}

} // namespace lapidary
