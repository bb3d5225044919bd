// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/latencyplot.h"

#include "ui/charts/chartexport.h"
#include "ui/charts/chartformat.h"
#include "ui/charts/histogrambins.h"
#include "ui/charts/latencycanvas.h"

#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lapidary {

struct LatencyPlot::Private {
    LatencyCanvas* canvas = nullptr; // owned by the widget
    QString emptyTitle;
    QString emptyHint;
};

namespace {

LatencyCanvas::Row prepared(LatencySeries series) {
    LatencyCanvas::Row row;
    auto& times = series.timesMs;
    times.erase(std::remove_if(times.begin(), times.end(), [](double t) { return !std::isfinite(t); }), times.end());
    std::vector<double> sorted(times.begin(), times.end());
    std::sort(sorted.begin(), sorted.end());
    if (!sorted.empty()) {
        row.first = sorted.front();
        row.last = sorted.back();
        series.medianMs = series.medianMs.value_or(sortedQuantile(sorted, 0.5));
        series.p90Ms = series.p90Ms.value_or(sortedQuantile(sorted, 0.9));
        row.density = densityCurve(sorted, row.first, row.last, 160);
        const double peak = row.density.empty() ? 0 : *std::max_element(row.density.begin(), row.density.end());
        for (double& d : row.density) {
            d /= peak > 0 ? peak : 1;
        }
    }
    row.series = std::move(series);
    return row;
}

} // namespace

LatencyPlot::LatencyPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {
    d->canvas = new LatencyCanvas(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(d->canvas);
    retranslate();
    d->canvas->refresh();
}

LatencyPlot::~LatencyPlot() = default;

void LatencyPlot::setSeries(const QVector<LatencySeries>& series) {
    d->canvas->rows.clear();
    for (const LatencySeries& s : series) {
        LatencyCanvas::Row row = prepared(s);
        if (!row.series.timesMs.isEmpty()) {
            d->canvas->rows.append(std::move(row));
        }
    }
    retranslate();
    d->canvas->refresh();
}

QVector<LatencySeries> LatencyPlot::series() const {
    QVector<LatencySeries> result;
    for (const LatencyCanvas::Row& row : d->canvas->rows) {
        result.append(row.series);
    }
    return result;
}

void LatencyPlot::retranslate() {
    LatencyCanvas& canvas = *d->canvas;
    setAccessibleName(tr("Latency plot"));
    canvas.setAccessibleName(tr("Latency plot"));
    canvas.xAxis->setLabel(canvas.rows.isEmpty() ? QString() : tr("Time per run (ms)"));
    canvas.medianWord = tr("median");
    canvas.unstableWord = tr("unstable");
    canvas.p90Word = tr("90 %", "90th percentile");
    canvas.emptyTitle = d->emptyTitle.isEmpty() ? tr("No runs timed yet") : d->emptyTitle;
    canvas.emptyHint =
        d->emptyTitle.isEmpty() ? tr("Profile a variant on a device to see how its times are spread.") : d->emptyHint;
    QStringList summary;
    for (LatencyCanvas::Row& row : canvas.rows) {
        row.title = row.series.name;
        row.numbers = tr("median %1   ·   90 % %2   ·   %3 runs")
                          .arg(displayValue(*row.series.medianMs, row.series.medianCi, tr("ms")),
                               displayValue(*row.series.p90Ms, {}, tr("ms")))
                          .arg(row.series.timesMs.size());
        summary << row.title + QStringLiteral(": ") + row.numbers;
        if (row.series.unstable) {
            summary.last() += QStringLiteral("   ·   ") + canvas.unstableWord;
        }
    }
    setAccessibleDescription(summary.isEmpty() ? canvas.emptyTitle : summary.join(QStringLiteral("; ")));
    canvas.setAccessibleDescription(accessibleDescription());
    canvas.replotSoon();
}

void LatencyPlot::setEmptyText(const QString& title, const QString& hint) {
    d->emptyTitle = title;
    d->emptyHint = hint;
    retranslate();
}

bool LatencyPlot::exportTo(const QString& path, QString* error) const {
    return exportChart(*d->canvas, toCsv(), path, error);
}

QString LatencyPlot::toCsv() const {
    QString csv = QStringLiteral("series,run,time_ms\r\n");
    for (const LatencyCanvas::Row& row : d->canvas->rows) {
        for (int i = 0; i < row.series.timesMs.size(); ++i) {
            csv += QStringLiteral("%1,%2,%3\r\n")
                       .arg(csvField(row.series.name))
                       .arg(i + 1)
                       .arg(fileNumber(row.series.timesMs[i]));
        }
    }
    return csv;
}

void LatencyPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (!d || !d->canvas || event->type() != QEvent::LanguageChange) {
        return;
    }
    retranslate();
}

} // namespace lapidary
