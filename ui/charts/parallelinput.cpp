// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of parallel coordinates.
#include "ui/charts/chartformat.h"
#include "ui/charts/parallelplot.h"

#include <QApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr double endReach = 5; // px from the end of a range that take hold of it

} // namespace

void ParallelPlot::select(const QSet<QString>& ids) {
    if (ids == m_selected) {
        return;
    }
    m_selected = ids;
    describe();
    update();
    Q_EMIT selectionEdited(selectedIds());
}

void ParallelPlot::emitKept() {
    const QStringList kept = m_ranges.isEmpty() ? QStringList() : keptIds();
    select(QSet<QString>(kept.begin(), kept.end()));
    describe();
    update();
}

void ParallelPlot::mousePressEvent(QMouseEvent* event) {
    m_press = event->position();
    m_dragged = false;
    m_gesture = Gesture::None;
    if (event->button() != Qt::LeftButton || m_axes.isEmpty()) {
        return;
    }
    for (int i = 0; i < axisCount(); ++i) {
        if (titleRect(m_order[i]).contains(m_press)) {
            m_axis = i;
            m_gesture = Gesture::MoveAxis;
            update();
            return;
        }
    }
    const QRectF box = area(size()).adjusted(0, -6, 0, 6);
    if (const int axis = axisNear(m_press.x()); axis >= 0 && m_press.y() >= box.top() && m_press.y() <= box.bottom()) {
        beginOnAxis(axis, m_press.y());
    }
}

void ParallelPlot::beginOnAxis(int position, double y) {
    m_axis = position;
    m_gesture = Gesture::NewRange;
    const int axis = indexOf(m_order[position]);
    if (const auto kept = range(m_order[position])) {
        m_pressRange = *kept;
        const double low = yOf(axis, kept->lower, size());
        const double high = yOf(axis, kept->upper, size());
        if (std::abs(y - low) <= endReach) {
            m_gesture = Gesture::LowEnd;
        } else if (std::abs(y - high) <= endReach) {
            m_gesture = Gesture::HighEnd;
        } else if (y > std::min(low, high) && y < std::max(low, high)) {
            m_gesture = Gesture::MoveRange;
        }
    }
    update();
}

void ParallelPlot::dragRange(double y) {
    const int axis = indexOf(m_order[m_axis]);
    const double now = valueAt(axis, y);
    const double then = valueAt(axis, m_press.y());
    const Extent& extent = m_extents[axis];
    ValueInterval kept = m_pressRange;
    switch (m_gesture) {
    case Gesture::NewRange:
        kept = {std::min(now, then), std::max(now, then)};
        break;
    case Gesture::MoveRange: {
        const double wide = kept.upper - kept.lower;
        const double low = std::clamp(kept.lower + now - then, extent.low, std::max(extent.low, extent.high - wide));
        kept = {low, low + wide};
        break;
    }
    case Gesture::LowEnd:
        kept = {std::min(now, kept.upper), std::max(now, kept.upper)};
        break;
    case Gesture::HighEnd:
        kept = {std::min(now, kept.lower), std::max(now, kept.lower)};
        break;
    case Gesture::MoveAxis:
    case Gesture::None:
        return;
    }
    m_ranges.insert(m_order[m_axis], kept);
    emitKept();
}

void ParallelPlot::moveAxis(int from, int to) {
    to = std::clamp(to, 0, axisCount() - 1);
    if (from == to) {
        return;
    }
    m_order.move(from, to);
    m_axis = to;
    update();
    Q_EMIT orderEdited(m_order);
}

void ParallelPlot::dragAxis(double x) {
    const QRectF box = area(size());
    moveAxis(m_axis, int(std::floor((x - box.left()) / box.width() * axisCount())));
}

void ParallelPlot::mouseMoveEvent(QMouseEvent* event) {
    const QPointF pixel = event->position();
    if (m_gesture == Gesture::None) {
        const bool overAxis = axisNear(pixel.x()) >= 0 && area(size()).contains(pixel);
        const int hovered = overAxis ? -1 : lineNear(pixel);
        if (hovered != m_hovered) {
            m_hovered = hovered;
            update();
        }
        bool overTitle = false;
        for (const QString& id : m_order) {
            overTitle = overTitle || titleRect(id).contains(pixel);
        }
        setCursor(overTitle      ? Qt::OpenHandCursor
                  : overAxis     ? Qt::SplitVCursor
                  : hovered >= 0 ? Qt::PointingHandCursor
                                 : Qt::ArrowCursor);
        return;
    }
    if (!m_dragged && (pixel - m_press).manhattanLength() < QApplication::startDragDistance()) {
        return;
    }
    m_dragged = true;
    if (m_gesture == Gesture::MoveAxis) {
        dragAxis(pixel.x());
    } else {
        dragRange(pixel.y());
    }
}

void ParallelPlot::mouseReleaseEvent(QMouseEvent* event) {
    const Gesture gesture = std::exchange(m_gesture, Gesture::None);
    update();
    if (event->button() != Qt::LeftButton || m_dragged) {
        return;
    }
    if (gesture == Gesture::None) {
        clickLine(event->position(), event->modifiers());
    } else if (gesture != Gesture::MoveAxis && m_ranges.remove(m_order[m_axis]) > 0) {
        emitKept();
    }
}

void ParallelPlot::clickLine(QPointF pixel, Qt::KeyboardModifiers modifiers) {
    const int line = lineNear(pixel);
    QSet<QString> ids = modifiers & Qt::ControlModifier ? m_selected : QSet<QString>();
    if (line >= 0 && !ids.remove(m_lines[line].id)) {
        ids.insert(m_lines[line].id);
    }
    select(ids);
}

void ParallelPlot::mouseDoubleClickEvent(QMouseEvent* event) {
    if (const int line = lineNear(event->position()); line >= 0 && axisNear(event->position().x()) < 0) {
        Q_EMIT activated(m_lines[line].id);
    } else if (!m_ranges.isEmpty()) {
        m_ranges.clear();
        emitKept();
    }
}

void ParallelPlot::nudge(double share, bool upper) {
    const int axis = indexOf(m_order[m_axis]);
    const Extent& extent = m_extents[axis];
    ValueInterval kept = range(m_order[m_axis]).value_or(ValueInterval{extent.low, extent.high});
    // Up on the screen is the good end of the axis, whichever way its numbers run.
    const bool up = m_axes[axis].better == Better::Larger;
    const double step = share * (extent.high - extent.low) * (up ? 1 : -1);
    double& end = upper == up ? kept.upper : kept.lower;
    end = std::clamp(end + step, extent.low, extent.high);
    if (kept.lower <= kept.upper) {
        m_ranges.insert(m_order[m_axis], kept);
        emitKept();
    }
}

void ParallelPlot::keyPressEvent(QKeyEvent* event) {
    if (m_axes.isEmpty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const bool shift = event->modifiers() & Qt::ShiftModifier;
    const int step = event->key() == Qt::Key_Left ? -1 : 1;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (event->modifiers() & Qt::ControlModifier) {
            moveAxis(m_axis, m_axis + step);
        } else {
            m_axis = std::clamp(m_axis + step, 0, axisCount() - 1);
        }
        break;
    case Qt::Key_Up:
        nudge(0.02, shift);
        break;
    case Qt::Key_Down:
        nudge(-0.02, shift);
        break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        if (m_ranges.remove(m_order[m_axis]) > 0) {
            emitKept();
        }
        break;
    case Qt::Key_Escape:
        m_ranges.clear();
        emitKept();
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const QStringList ids = selectedIds(); !ids.isEmpty()) {
            Q_EMIT activated(ids.constFirst());
        }
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    update();
}

void ParallelPlot::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    m_hovered = -1;
    update();
}

QString ParallelPlot::tipOf(const ParallelLine& line) const {
    QString text = QStringLiteral("<b>%1</b><table>").arg(line.name.toHtmlEscaped());
    for (const QString& id : m_order) {
        const int axis = indexOf(id);
        const QString value = displayValue(line.values.value(axis, qQNaN()), {}, m_axes[axis].unit);
        text += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align='right'>%2%3</td></tr>")
                    .arg(m_axes[axis].label.toHtmlEscaped(),
                         line.estimates.value(axis, false) ? QStringLiteral("≈ ") : QString(), value.toHtmlEscaped());
    }
    return text + QStringLiteral("</table>");
}

bool ParallelPlot::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && m_hovered >= 0) {
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), tipOf(m_lines[m_hovered]), this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace lapidary
