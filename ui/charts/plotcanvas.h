// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/qcustomplotinclude.h"
#include "ui/theme/theme.h"

#include <functional>

namespace lapidary {

/// QCustomPlot dressed in the theme, with one layer a chart paints its own things on. Private to this room.
class PlotCanvas : public QCustomPlot {
    Q_OBJECT
public:
    explicit PlotCanvas(QWidget* parent = nullptr);

    /// Takes colours and fonts from the palette and the font it has now, and repaints soon. Called by itself when
    /// they change: a parent hears of a new palette before its children have it.
    void restyle();
    const Theme& theme() const { return m_theme; }

    /// The plain font of the widget, and a slightly smaller one for marks and names.
    QFont smallFont() const;

    /// What the chart paints over axes and grid, clipped to the axis rectangle.
    void setContentPainter(std::function<void(QCPPainter&)> paint);
    /// What the chart paints last, anywhere on the canvas.
    void setOverlayPainter(std::function<void(QCPPainter&)> paint);

    void replotSoon() { replot(QCustomPlot::rpQueuedReplot); }
    QRect plotRect() const { return axisRect()->rect(); }
    QPointF toPixel(double x, double y) const { return {xAxis->coordToPixel(x), yAxis->coordToPixel(y)}; }

    /// Two lines in the middle of the plot for when there is nothing to draw.
    void paintEmptyText(QCPPainter& painter, const QString& title, const QString& hint) const;

protected:
    void changeEvent(QEvent* event) override;
    /// A page that nobody has seen yet may be laid out without any room: the plot keeps its size then, since there is
    /// nothing to paint on.
    void resizeEvent(QResizeEvent* event) override;
    /// After colours or the font changed; the default does nothing.
    virtual void restyled() {}

private:
    void styleAxis(QCPAxis* axis);

    Theme m_theme;
};

} // namespace lapidary
