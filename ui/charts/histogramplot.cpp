// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/histogramplot.h"

#include "ui/charts/chartexport.h"
#include "ui/charts/chartformat.h"
#include "ui/charts/histogramcanvas.h"

#include <QVBoxLayout>

namespace lapidary {

struct HistogramPlot::Private {
    HistogramCanvas* canvas = nullptr; // owned by the widget
    QString label;
    QString unit;
    QString emptyTitle;
    QString emptyHint;
    std::optional<double> clipped; // as the caller counted it
};

HistogramPlot::HistogramPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {
    d->canvas = new HistogramCanvas(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(d->canvas);
    d->canvas->toolTipFor = [this](std::size_t bin) {
        const HistogramBins& bins = d->canvas->bins;
        const double from = bins.lower + bins.width() * double(bin);
        return tr("%1 values from %2 to %3")
            .arg(locale().toString(qulonglong(bins.counts[bin])), displayNumber(from),
                 displayNumber(from + bins.width()));
    };
    connect(d->canvas, &HistogramCanvas::rangeEdited, this, [this](double lower, double upper) {
        d->clipped.reset();
        retranslate();
        Q_EMIT rangeEdited(lower, upper);
    });
    retranslate();
    d->canvas->refresh();
}

HistogramPlot::~HistogramPlot() = default;

void HistogramPlot::retranslate() {
    HistogramCanvas& canvas = *d->canvas;
    setAccessibleName(tr("Histogram"));
    canvas.setAccessibleName(tr("Histogram"));
    canvas.xAxis->setLabel(d->unit.isEmpty() ? d->label : tr("%1 (%2)", "quantity (unit)").arg(d->label, d->unit));
    canvas.emptyTitle = d->emptyTitle.isEmpty() ? tr("No values yet") : d->emptyTitle;
    canvas.emptyHint =
        d->emptyTitle.isEmpty() ? tr("Select a tensor, or run a calibration for activations.") : d->emptyHint;
    const QString count = tr("%1 values").arg(locale().toString(qulonglong(canvas.bins.total())));
    canvas.caption = count;
    if (canvas.chosen) {
        canvas.caption +=
            QStringLiteral("   ·   ") +
            tr("kept %1 to %2")
                .arg(locale().toString(canvas.chosen->lower, 'g', 4), locale().toString(canvas.chosen->upper, 'g', 4)) +
            QStringLiteral("   ·   ") + tr("%1 % clipped").arg(QLocale().toString(100 * clippedShare(), 'g', 2));
    }
    setAccessibleDescription(canvas.bins.isEmpty() ? canvas.emptyTitle : canvas.caption);
    canvas.setAccessibleDescription(accessibleDescription());
    canvas.replotSoon();
}

void HistogramPlot::setBins(const HistogramBins& bins) {
    d->canvas->bins = bins;
    retranslate();
    d->canvas->refresh();
}

void HistogramPlot::setQuantity(const QString& label, const QString& unit) {
    d->label = label;
    d->unit = unit;
    retranslate();
}

void HistogramPlot::setChosenRange(std::optional<ValueInterval> range) {
    d->canvas->chosen = range;
    d->clipped.reset();
    retranslate();
    d->canvas->refresh();
}

std::optional<ValueInterval> HistogramPlot::chosenRange() const {
    return d->canvas->chosen;
}

void HistogramPlot::setClippedShare(double share) {
    d->clipped = share;
    retranslate();
}

double HistogramPlot::clippedShare() const {
    if (d->clipped) {
        return *d->clipped;
    }
    const auto& chosen = d->canvas->chosen;
    return chosen ? d->canvas->bins.shareOutside(chosen->lower, chosen->upper) : 0.0;
}

void HistogramPlot::setRangeEditable(bool editable) {
    d->canvas->rangeEditable = editable;
    d->canvas->replotSoon();
}

void HistogramPlot::setLogCounts(bool on) {
    d->canvas->logCounts = on;
    d->canvas->refresh();
}

void HistogramPlot::setEmptyText(const QString& title, const QString& hint) {
    d->emptyTitle = title;
    d->emptyHint = hint;
    retranslate();
}

bool HistogramPlot::exportTo(const QString& path, QString* error) const {
    return exportChart(*d->canvas, toCsv(), path, error);
}

QString HistogramPlot::toCsv() const {
    const HistogramBins& bins = d->canvas->bins;
    QString csv = QStringLiteral("from,to,count\r\n");
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
        const double from = bins.lower + bins.width() * double(i);
        csv += QStringLiteral("%1,%2,%3\r\n")
                   .arg(fileNumber(from), fileNumber(from + bins.width()))
                   .arg(qulonglong(bins.counts[i]));
    }
    return csv;
}

void HistogramPlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (!d || !d->canvas || event->type() != QEvent::LanguageChange) {
        return;
    }
    retranslate();
}

} // namespace lapidary
