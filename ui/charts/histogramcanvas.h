// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/histogrambins.h"
#include "ui/charts/plotcanvas.h"
#include "ui/charts/tradeoffdata.h"

namespace lapidary {

/// The drawing and the mouse of a histogram. Private to this room; HistogramPlot is its face.
class HistogramCanvas : public PlotCanvas {
    Q_OBJECT
public:
    explicit HistogramCanvas(QWidget* parent);

    HistogramBins bins;
    std::optional<ValueInterval> chosen;
    bool rangeEditable = false;
    bool logCounts = false;
    QString caption; ///< above the bars, from the left
    QString emptyTitle;
    QString emptyHint;
    std::function<QString(std::size_t bin)> toolTipFor;

    void refresh();

Q_SIGNALS:
    void rangeEdited(double lower, double upper);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    enum class Handle { None, Lower, Upper };
    void paintContent(QCPPainter& painter);
    void paintOverlay(QCPPainter& painter);
    void paintBars(QCPPainter& painter);
    void paintRange(QCPPainter& painter);
    double heightOf(std::uint64_t count) const;
    Handle handleAt(QPointF pixel) const;

    Handle m_dragged = Handle::None;
};

} // namespace lapidary
