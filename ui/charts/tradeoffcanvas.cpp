// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/tradeoffcanvas.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr double hitSlack = 4;   // px beyond the rim that still count as on the bubble

QCPRange padded(ValueInterval range, double share) {
    double margin = (range.upper - range.lower) * share;
    if (!(margin > 0)) {
        margin = std::max(std::abs(range.lower) * 0.1, 1e-6);
    }
    return {range.lower - margin, range.upper + margin};
}

} // namespace

TradeoffCanvas::TradeoffCanvas(QWidget* parent) : PlotCanvas(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setContentPainter([this](QCPPainter& painter) { paintContent(painter); });
    setOverlayPainter([this](QCPPainter& painter) { paintOverlay(painter); });
}

void TradeoffCanvas::refresh() {
    m_hovered = -1;
    titleAxes();
    layOutLegend();
    if (!m_ownView) {
        fit();
    }
    replotSoon();
}

void TradeoffCanvas::fit() {
    m_ownView = false;
    const bool any = !state.drawable().empty();
    const auto range = [](const ValueInterval& given, const ValueInterval& own) { return given.lower > given.upper ? own : given; };
    if (any) {
        xAxis->setRange(padded(range(m_fitX, state.xRange()), 0.10));
        yAxis->setRange(padded(range(m_fitY, state.yRange()), 0.12));
    }
    for (QCPAxis* axis : {xAxis, yAxis}) {
        axis->setVisible(any);
        axis->grid()->setVisible(any);
    }
    replotSoon();
}

void TradeoffCanvas::setFitRanges(ValueInterval x, ValueInterval y) {
    m_fitX = x;
    m_fitY = y;
    if (!m_ownView) {
        fit();
    }
}

QRectF TradeoffCanvas::shownPart() const {
    return {xAxis->range().lower, yAxis->range().lower, xAxis->range().size(), yAxis->range().size()};
}

void TradeoffCanvas::showPart(const QRectF& part) {
    if (part.isNull()) {
        fit();
        return;
    }
    m_ownView = true;
    xAxis->setRange(part.left(), part.right());
    yAxis->setRange(part.top(), part.bottom());
    replotSoon();
}

void TradeoffCanvas::partChanged() {
    Q_EMIT partEdited(m_ownView ? shownPart() : QRectF());
}

void TradeoffCanvas::titleAxes() {
    const auto title = [this](const TradeoffAxis& axis) {
        QString text = axis.unit.isEmpty() ? axis.label : QStringLiteral("%1 (%2)").arg(axis.label, axis.unit);
        if (!betterWord.isEmpty() && !text.isEmpty()) {
            text += axis.better == Better::Larger ? QStringLiteral("    %1 →").arg(betterWord)
                                                  : QStringLiteral("    ← %1").arg(betterWord);
        }
        return text;
    };
    xAxis->setLabel(title(state.x()));
    yAxis->setLabel(title(state.y()));
}

void TradeoffCanvas::layOutLegend() {
    m_legend.layOut(state, legendWords, smallFont(), width() - 4 * Theme::spacing);
    QMargins margins = axisRect()->minimumMargins();
    margins.setTop(qRound(m_legend.height()) + 2 * Theme::spacing);
    // Room for usual numbers from the start, so that the plot does not shift while one zooms.
    const QFontMetrics numbers(smallFont());
    margins.setLeft(numbers.horizontalAdvance(QStringLiteral("000.00")) + QFontMetrics(font()).height() +
                    4 * Theme::spacing);
    axisRect()->setMinimumMargins(margins);
}

TradeoffPainter::View TradeoffCanvas::view() const {
    TradeoffPainter::View v;
    v.area = plotRect();
    v.place = [this](double x, double y) { return toPixel(x, y); };
    v.theme = theme();
    v.nameFont = smallFont();
    v.hovered = m_hovered;
    v.names = namesVisible;
    v.lineage = lineageVisible;
    v.limitHot = m_gesture == Gesture::Limit ? std::optional(m_limitKeys) : m_limitHot;
    return v;
}

void TradeoffCanvas::paintContent(QCPPainter& painter) {
    const TradeoffPainter::View v = view();
    TradeoffPainter(state, v).paint(painter);
}

void TradeoffCanvas::paintOverlay(QCPPainter& painter) {
    if (state.drawable().empty()) {
        paintEmptyText(painter, emptyTitle, emptyHint);
    }
    m_legend.paint(painter, theme(), QPointF(2 * Theme::spacing, Theme::spacing));
    QColor tint = theme().accent;
    tint.setAlphaF(0.12f);
    painter.setPen(QPen(theme().accent, 1));
    painter.setBrush(tint);
    if (m_gesture == Gesture::Lasso) {
        painter.drawPolygon(m_lasso);
    } else if (m_gesture == Gesture::ZoomBox) {
        painter.drawRect(m_zoomBox);
    }
}

std::vector<int> TradeoffCanvas::pointsAt(QPointF pixel) const {
    std::vector<std::pair<double, int>> hits;
    for (const int index : state.drawable()) {
        const double distance = QLineF(pixel, placeOf(index)).length();
        if (distance <= state.radius(index) + hitSlack) {
            hits.emplace_back(distance, index);
        }
    }
    std::sort(hits.begin(), hits.end());
    std::vector<int> indices;
    for (const auto& hit : hits) {
        indices.push_back(hit.second);
    }
    return indices;
}

void TradeoffCanvas::select(const QSet<QString>& ids) {
    if (ids == state.selected) {
        return;
    }
    state.selected = ids;
    replotSoon();
    Q_EMIT selectionEdited(state.selectedInOrder());
}

void TradeoffCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) {
        QWidget::mousePressEvent(event);
        return;
    }
    m_press = event->position();
    m_xStart = xAxis->range();
    m_yStart = yAxis->range();
    m_gesture = Gesture::Pressed;
    QToolTip::hideText();
    if (const auto line = limitAt(m_press); event->button() == Qt::LeftButton && pointsAt(m_press).empty() && line) {
        m_gesture = Gesture::Limit;
        m_limitKeys = *line;
        replotSoon();
    }
    event->accept();
}

void TradeoffCanvas::beginDrag(Qt::KeyboardModifiers modifiers) {
    if (modifiers & Qt::ShiftModifier) {
        m_gesture = Gesture::Lasso;
        m_lasso = QPolygonF({m_press});
    } else if (modifiers & Qt::ControlModifier) {
        m_gesture = Gesture::ZoomBox;
    } else {
        m_gesture = Gesture::Pan;
        setCursor(Qt::ClosedHandCursor);
    }
}

void TradeoffCanvas::continueDrag(QPointF pixel) {
    switch (m_gesture) {
    case Gesture::Pan: {
        const double dx = xAxis->pixelToCoord(m_press.x()) - xAxis->pixelToCoord(pixel.x());
        const double dy = yAxis->pixelToCoord(m_press.y()) - yAxis->pixelToCoord(pixel.y());
        xAxis->setRange(m_xStart.lower + dx, m_xStart.upper + dx);
        yAxis->setRange(m_yStart.lower + dy, m_yStart.upper + dy);
        m_ownView = true;
        partChanged();
        break;
    }
    case Gesture::Lasso:
        m_lasso << pixel;
        break;
    case Gesture::ZoomBox:
        m_zoomBox = QRectF(m_press, pixel).normalized();
        break;
    case Gesture::Limit:
        moveLimit(m_limitKeys, m_limitKeys == LimitAxis::X ? xAxis->pixelToCoord(pixel.x()) : yAxis->pixelToCoord(pixel.y()));
        break;
    case Gesture::None:
    case Gesture::Pressed:
        return;
    }
    replotSoon();
}

void TradeoffCanvas::mouseMoveEvent(QMouseEvent* event) {
    const QPointF pixel = event->position();
    if (m_gesture == Gesture::None) {
        hover(pixel, event->globalPosition().toPoint());
        return;
    }
    if (m_gesture == Gesture::Pressed && (pixel - m_press).manhattanLength() >= QApplication::startDragDistance() &&
        !state.drawable().empty()) {
        beginDrag(event->modifiers());
    }
    continueDrag(pixel);
}

void TradeoffCanvas::hover(QPointF pixel, QPoint global) {
    const std::vector<int> hits = pointsAt(pixel);
    const int index = hits.empty() ? -1 : hits.front();
    const auto limitHot = index < 0 ? limitAt(pixel) : std::nullopt;
    if (index != m_hovered || limitHot != m_limitHot) {
        m_hovered = index;
        m_limitHot = limitHot;
        replotSoon();
    }
    if (limitHot) {
        setCursor(*limitHot == LimitAxis::X ? Qt::SplitHCursor : Qt::SplitVCursor);
    } else if (index >= 0) {
        setCursor(Qt::PointingHandCursor);
    } else {
        unsetCursor();
    }
    if (index >= 0 && toolTipFor) {
        const QPointF centre = placeOf(index);
        const double r = state.radius(index) + hitSlack;
        const QRect keep = QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r).toRect();
        QToolTip::showText(global + QPoint(8, 8), toolTipFor(index), this, keep);
    } else {
        QToolTip::hideText();
    }
}

void TradeoffCanvas::mouseReleaseEvent(QMouseEvent* event) {
    const Gesture gesture = m_gesture;
    m_gesture = Gesture::None;
    unsetCursor();
    if (gesture == Gesture::Pressed && event->button() == Qt::LeftButton) {
        click(event->position(), event->modifiers());
    } else if (gesture == Gesture::Lasso) {
        finishLasso(event->modifiers() & Qt::ControlModifier);
    } else if (gesture == Gesture::ZoomBox) {
        finishZoomBox(event->position());
    }
    replotSoon();
}

void TradeoffCanvas::click(QPointF pixel, Qt::KeyboardModifiers modifiers) {
    const std::vector<int> hits = pointsAt(pixel);
    if (hits.empty()) {
        if (!(modifiers & (Qt::ControlModifier | Qt::ShiftModifier))) {
            select({});
        }
        return;
    }
    const auto idOf = [this](int index) { return state.points()[index].id; };
    QSet<QString> ids = state.selected;
    if (modifiers & Qt::ControlModifier) {
        const QString id = idOf(hits.front());
        if (!ids.remove(id)) {
            ids.insert(id);
        }
    } else if (modifiers & Qt::ShiftModifier) {
        ids.insert(idOf(hits.front()));
    } else {
        // A second click at the same place reaches the variant that lies beneath.
        std::size_t pick = 0;
        for (std::size_t i = 0; i < hits.size(); ++i) {
            if (ids.size() == 1 && ids.contains(idOf(hits[i]))) {
                pick = (i + 1) % hits.size();
            }
        }
        ids = {idOf(hits[pick])};
    }
    select(ids);
}

void TradeoffCanvas::finishLasso(bool add) {
    QSet<QString> ids;
    if (add) {
        ids = state.selected;
    }
    for (const int index : state.drawable()) {
        if (m_lasso.containsPoint(placeOf(index), Qt::OddEvenFill)) {
            ids.insert(state.points()[index].id);
        }
    }
    m_lasso.clear();
    select(ids);
}

void TradeoffCanvas::finishZoomBox(QPointF pixel) {
    const QRectF box = QRectF(m_press, pixel).normalized() & QRectF(plotRect());
    m_zoomBox = {};
    if (box.width() < 8 || box.height() < 8) {
        return;
    }
    m_ownView = true;
    const double left = xAxis->pixelToCoord(box.left());
    const double right = xAxis->pixelToCoord(box.right());
    const double top = yAxis->pixelToCoord(box.top());
    const double bottom = yAxis->pixelToCoord(box.bottom());
    xAxis->setRange(left, right);
    yAxis->setRange(bottom, top);
    partChanged();
}

void TradeoffCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    m_gesture = Gesture::None;
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const std::vector<int> hits = pointsAt(event->position());
    if (!hits.empty()) {
        // The clicks before have selected one of them; that one is meant.
        const auto selected = std::find_if(
            hits.begin(), hits.end(), [this](int index) { return state.selected.contains(state.points()[index].id); });
        Q_EMIT activated(state.points()[selected == hits.end() ? hits.front() : *selected].id);
    } else if (!limitAt(event->position())) {
        fit();
        partChanged();
    }
}

void TradeoffCanvas::zoom(double factor, QPointF pixel) {
    if (state.drawable().empty()) {
        return;
    }
    m_ownView = true;
    const QRectF area = plotRect();
    // Over an axis's own numbers only that axis zooms.
    if (pixel.x() >= area.left()) {
        xAxis->scaleRange(factor, xAxis->pixelToCoord(std::min(pixel.x(), area.right())));
    }
    if (pixel.y() <= area.bottom()) {
        yAxis->scaleRange(factor, yAxis->pixelToCoord(std::max(pixel.y(), area.top())));
    }
    partChanged();
    replotSoon();
}

void TradeoffCanvas::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    if (notches != 0) {
        zoom(std::pow(0.85, notches), event->position());
    }
    event->accept();
}

void TradeoffCanvas::leaveEvent(QEvent* event) {
    PlotCanvas::leaveEvent(event);
    if (m_hovered >= 0 || m_limitHot) {
        m_hovered = -1;
        m_limitHot.reset();
        replotSoon();
    }
}

void TradeoffCanvas::resizeEvent(QResizeEvent* event) {
    layOutLegend();
    PlotCanvas::resizeEvent(event);
}

void TradeoffCanvas::focusInEvent(QFocusEvent* event) {
    PlotCanvas::focusInEvent(event);
    replotSoon();
}

void TradeoffCanvas::focusOutEvent(QFocusEvent* event) {
    PlotCanvas::focusOutEvent(event);
    replotSoon();
}

} // namespace lapidary
