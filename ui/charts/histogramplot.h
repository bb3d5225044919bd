// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/histogrambins.h"
#include "ui/charts/tradeoffdata.h"

#include <QWidget>

#include <memory>

namespace lapidary {

/// How the values of a tensor or an activation are spread, with the range a quantizer keeps and, hatched, the part it
/// clips. Wheel zooms along the values, double click shows everything. UI thread only.
class HistogramPlot : public QWidget {
    Q_OBJECT
public:
    explicit HistogramPlot(QWidget* parent = nullptr);
    ~HistogramPlot() override;

    void setBins(const HistogramBins& bins);
    /// What the values are ("Weight", "Activation"); translated.
    void setQuantity(const QString& label, const QString& unit = {});
    /// The range that is kept, or none. No signal.
    void setChosenRange(std::optional<ValueInterval> range);
    std::optional<ValueInterval> chosenRange() const;
    /// Share 0..1 of the values outside the chosen range; 0 without one. From the bins, unless the caller counted it
    /// more finely for the present range; another range forgets that.
    double clippedShare() const;
    void setClippedShare(double share);
    /// Lets the user drag the ends of the range; off unless told otherwise.
    void setRangeEditable(bool editable);
    /// Logarithmic heights, for tails next to a tall peak.
    void setLogCounts(bool on);
    void setEmptyText(const QString& title, const QString& hint);

    /// .png, .svg, .pdf or .csv by the suffix, whole or not at all.
    bool exportTo(const QString& path, QString* error = nullptr) const;
    QString toCsv() const;

    QSize sizeHint() const override { return {360, 200}; }
    QSize minimumSizeHint() const override { return {180, 110}; }

Q_SIGNALS:
    /// While the user drags an end of the range.
    void rangeEdited(double lower, double upper);

protected:
    void changeEvent(QEvent* event) override;

private:
    void retranslate();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lapidary
