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
    /// What fit() shows instead of the own points' range: the same for plots side by side. Lower above upper: the own.
    void setFitRanges(ValueInterval x, ValueInterval y);
    /// The part on screen, in the axes' units.
    QRectF shownPart() const;
    /// Shows a part as if the user had zoomed there. No signal.
    void showPart(const QRectF& part);
    /// Moves the limit the keys act on by a share of the visible range; makes one in the middle where there is none.
    void nudgeLimit(double share);
    /// None, one across, one up, none: the key L.
    void cycleLimit();
    QPointF placeOf(int index) const { return toPixel(state.points()[index].x, state.points()[index].y); }
    /// Drawable points under a pixel, nearest first.
    std::vector<int> pointsAt(QPointF pixel) const;

Q_SIGNALS:
    void selectionEdited(const QStringList& ids);
    void limitEdited(lapidary::LimitAxis axis, double value);
    void limitRemoved(lapidary::LimitAxis axis);
    void partEdited(const QRectF& part); ///< zoomed or panned; a null rectangle: everything is shown again
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
    std::optional<LimitAxis> limitAt(QPointF pixel) const;
    void moveLimit(LimitAxis axis, double value);
    bool limitKey(QKeyEvent* event);
    bool activateByKey();
    void partChanged();
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
    std::optional<LimitAxis> m_limitHot;
    LimitAxis m_limitKeys = LimitAxis::X; ///< which limit the keys move
    ValueInterval m_fitX{1, 0};
    ValueInterval m_fitY{1, 0};
    bool m_ownView = false; ///< the user zoomed or panned
};

} // namespace lapidary
