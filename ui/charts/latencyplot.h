// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/latencydata.h"

#include <QWidget>

#include <memory>

namespace lapidary {

/// How the times of repeated runs are spread: one row per series with its density, every single run as a dot, the
/// median with the confidence interval behind it, and the 90th percentile. Two rows compare two variants on one
/// scale. Wheel zooms, drag moves along the times, double click shows everything. UI thread only.
class LatencyPlot : public QWidget {
    Q_OBJECT
public:
    explicit LatencyPlot(QWidget* parent = nullptr);
    ~LatencyPlot() override;

    /// Times that are not finite are left out; a series without times is left out.
    void setSeries(const QVector<LatencySeries>& series);
    /// The series as drawn, median and p90 filled in.
    QVector<LatencySeries> series() const;
    void setEmptyText(const QString& title, const QString& hint);

    /// .png, .svg, .pdf or .csv (one line per run) by the suffix, whole or not at all.
    bool exportTo(const QString& path, QString* error = nullptr) const;
    QString toCsv() const;

    QSize sizeHint() const override { return {480, 240}; }
    QSize minimumSizeHint() const override { return {220, 140}; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void retranslate();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lapidary
