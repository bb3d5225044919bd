// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/latencydata.h"
#include "ui/charts/plotcanvas.h"

namespace lapidary {

/// The drawing of a latency plot. Private to this room; LatencyPlot is its face.
class LatencyCanvas : public PlotCanvas {
    Q_OBJECT
public:
    explicit LatencyCanvas(QWidget* parent);

    /// A series with what is drawn of it.
    struct Row {
        LatencySeries series;
        QString title;               ///< name, and its numbers
        QString numbers;             //
        std::vector<double> density; ///< from the first to the last time, peak 1
        double first = 0;
        double last = 0;
    };
    QVector<Row> rows;
    QString emptyTitle;
    QString emptyHint;
    QString medianWord;
    QString p90Word;
    QString unstableWord;

    void refresh();

protected:
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    void paintContent(QCPPainter& painter);
    void paintOverlay(QCPPainter& painter);
    void paintRow(QCPPainter& painter, int index);
    void paintDots(QCPPainter& painter, const Row& row, const QColor& color, const QRectF& lane);
    void paintMarks(QCPPainter& painter, const Row& row, const QRectF& lane);
    QRectF rowBox(int index) const;
};

} // namespace lapidary
