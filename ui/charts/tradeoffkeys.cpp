// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of a trade-off plot, and its limits, which mouse and keys move alike.
#include "ui/charts/tradeoffcanvas.h"

#include <QKeyEvent>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr double limitSlack = 5; // px on either side of the limit line

} // namespace

std::optional<LimitAxis> TradeoffCanvas::limitAt(QPointF pixel) const {
    if (!QRectF(plotRect()).contains(pixel)) {
        return std::nullopt;
    }
    const TradeoffPainter::View v = view();
    for (const LimitAxis axis : {LimitAxis::X, LimitAxis::Y}) {
        const QLineF line = TradeoffPainter::limitLine(state, v, axis);
        const double away = axis == LimitAxis::X ? pixel.x() - line.x1() : pixel.y() - line.y1();
        if (state.limit(axis) && std::abs(away) <= limitSlack) {
            return axis;
        }
    }
    return std::nullopt;
}

void TradeoffCanvas::moveLimit(LimitAxis axis, double value) {
    m_limitKeys = axis;
    state.setLimit(axis, value);
    replotSoon();
    Q_EMIT limitEdited(axis, value);
}

void TradeoffCanvas::nudgeLimit(double share) {
    if (state.drawable().empty()) {
        return;
    }
    if (!state.limit(m_limitKeys) && state.limit(m_limitKeys == LimitAxis::X ? LimitAxis::Y : LimitAxis::X)) {
        m_limitKeys = m_limitKeys == LimitAxis::X ? LimitAxis::Y : LimitAxis::X;
    }
    const QCPRange range = (m_limitKeys == LimitAxis::X ? xAxis : yAxis)->range();
    const auto limit = state.limit(m_limitKeys);
    moveLimit(m_limitKeys,
              limit ? std::clamp(*limit + share * range.size(), range.lower, range.upper) : range.center());
}

void TradeoffCanvas::cycleLimit() {
    if (state.drawable().empty()) {
        return;
    }
    if (!state.hasLimit()) {
        moveLimit(LimitAxis::X, xAxis->range().center());
        return;
    }
    const bool across = state.limit(LimitAxis::X).has_value();
    for (const LimitAxis axis : {LimitAxis::X, LimitAxis::Y}) {
        if (state.limit(axis)) {
            state.setLimit(axis, std::nullopt);
            Q_EMIT limitRemoved(axis);
        }
    }
    if (across) {
        moveLimit(LimitAxis::Y, yAxis->range().center());
    }
    replotSoon();
}

bool TradeoffCanvas::limitKey(QKeyEvent* event) {
    if (event->key() == Qt::Key_L && !(event->modifiers() & ~Qt::ShiftModifier)) {
        cycleLimit();
        return true;
    }
    if (!event->modifiers().testFlag(Qt::ShiftModifier) || !state.hasLimit()) {
        return false;
    }
    // With Ctrl in fine steps.
    const double step = event->modifiers().testFlag(Qt::ControlModifier) ? 0.001 : 0.01;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Down:
        nudgeLimit(-step);
        return true;
    case Qt::Key_Right:
    case Qt::Key_Up:
        nudgeLimit(step);
        return true;
    default:
        return false;
    }
}

bool TradeoffCanvas::activateByKey() {
    if (state.best() >= 0 && !state.selected.contains(state.points()[state.best()].id)) {
        select({state.points()[state.best()].id});
        return true;
    }
    const QStringList ids = state.selectedInOrder();
    if (ids.isEmpty()) {
        return false;
    }
    Q_EMIT activated(ids.constFirst());
    return true;
}

void TradeoffCanvas::walk(int step) {
    std::vector<int> order = state.drawable();
    if (order.empty()) {
        return;
    }
    std::stable_sort(order.begin(), order.end(),
                     [this](int a, int b) { return state.points()[a].x < state.points()[b].x; });
    const auto current = std::find_if(order.begin(), order.end(),
                                      [this](int index) { return state.selected.contains(state.points()[index].id); });
    int position = step > 0 ? 0 : int(order.size()) - 1;
    if (current != order.end()) {
        position = std::clamp(int(current - order.begin()) + step, 0, int(order.size()) - 1);
    }
    select({state.points()[order[std::size_t(position)]].id});
}

void TradeoffCanvas::keyPressEvent(QKeyEvent* event) {
    if (limitKey(event)) {
        return;
    }
    if (event->matches(QKeySequence::SelectAll)) {
        QSet<QString> ids;
        for (const int index : state.drawable()) {
            ids.insert(state.points()[index].id);
        }
        select(ids);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down:
        walk(1);
        return;
    case Qt::Key_Left:
    case Qt::Key_Up:
        walk(-1);
        return;
    case Qt::Key_Space:
        fit();
        partChanged();
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(0.8, QRectF(plotRect()).center());
        return;
    case Qt::Key_Minus:
        zoom(1.25, QRectF(plotRect()).center());
        return;
    case Qt::Key_Escape:
        select({});
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (activateByKey()) {
            return;
        }
        QWidget::keyPressEvent(event);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace lapidary
