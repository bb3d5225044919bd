// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/plotcanvas.h"
#include "ui/charts/tradeofflegend.h"
#include "ui/charts/tradeoffpainter.h"
#include "ui/charts/tradeoffstate.h"

#include <QPolygonF>
#include <QRubberBand>

namespace lapidary {

/// The drawing and the mouse of a trade-off plot. Private to this room; TradeoffPlot is its face.
class TradeoffCanvas : public PlotCanvas {
    Q_OBJECT
public:
    explicit TradeoffCanvas(QWidget* parent);

    TradeoffState state;
    TradeoffLegend::Words legendWords;
    QString emptyTitle;
    QString emptyHint;
    QString betterWord; ///< "better", for the axis titles
    bool namesVisible = true;
    bool lineageVisible = true;
    std::function<QString(int index)> toolTipFor;

    /// Call after state, words or visibility changed; refits unless the user holds a view of their own.
    void refresh();
    void fit();
    QPointF placeOf(int index) const { return toPixel(state.points()[index].x, state.points()[index].y); }
    /// Drawable points under a pixel, nearest first.
    std::vector<int> pointsAt(QPointF pixel) const;

Q_SIGNALS:
    void selectionEdited(const QStringList& ids);
    void limitEdited(double value);
    void activated(const QString& id);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void restyled() override { refresh(); }

private:
    enum class Gesture { None, Pressed, Pan, Lasso, ZoomBox, Limit };

    TradeoffPainter::View view() const;
    void layOutLegend();
    void titleAxes();
    void paintContent(QCPPainter& painter);
    void paintOverlay(QCPPainter& painter);
    bool onLimitLine(QPointF pixel) const;
    void beginDrag(Qt::KeyboardModifiers modifiers);
    void continueDrag(QPointF pixel);
    void hover(QPointF pixel, QPoint global);
    void click(QPointF pixel, Qt::KeyboardModifiers modifiers);
    void finishLasso(bool add);
    void finishZoomBox(QPointF pixel);
    void zoom(double factor, QPointF pixel);
    void walk(int step);
    void select(const QSet<QString>& ids);

    TradeoffLegend m_legend;
    Gesture m_gesture = Gesture::None;
    QPointF m_press;
    QCPRange m_xStart;
    QCPRange m_yStart;
    QPolygonF m_lasso;
    QRectF m_zoomBox;
    int m_hovered = -1;
    bool m_limitHot = false;
    bool m_ownView = false; ///< the user zoomed or panned
};

} // namespace lapidary
