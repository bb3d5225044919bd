// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does with mouse, wheel, keys and fingers.
#include "ui/graphview/graphview.h"

#include "ui/graphview/graphaccessible.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QGestureEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace lapidary {

void GraphView::mousePressEvent(QMouseEvent* event) {
    m_motion.stop();
    setWalking(false);
    m_pressed = m_last = event->position();
    if (!m_picture || (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)) {
        m_drag = Drag::None;
        return;
    }
    if (event->button() == Qt::MiddleButton) {
        m_drag = Drag::Pan;
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (dragThreshold(m_pressed, true)) {
        m_drag = Drag::Threshold;
        return;
    }
    if (startWidthDrag(m_pressed)) {
        m_drag = Drag::Width;
        return;
    }
    if (m_minimapVisible && m_minimap.rect(*m_picture, m_camera.view()).contains(m_pressed)) {
        m_drag = Drag::Minimap;
        m_camera.centerOn(m_minimap.toScene(*m_picture, m_camera.view(), m_pressed));
        cameraMoved();
        return;
    }
    m_drag = Drag::Waiting;
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF position = event->position();
    if (m_drag == Drag::None) {
        hover(position);
        if (widthHandleAt(position))
            viewport()->setCursor(Qt::SplitHCursor);
        else
            viewport()->unsetCursor();
        return;
    }
    if (m_drag == Drag::Waiting && (position - m_pressed).manhattanLength() >= QApplication::startDragDistance()) {
        if (event->modifiers().testFlag(Qt::ShiftModifier))
            m_drag = Drag::SelectRect;
        else if (event->modifiers().testFlag(Qt::ControlModifier))
            m_drag = Drag::ZoomRect;
        else
            m_drag = Drag::Pan;
        viewport()->setCursor(m_drag == Drag::Pan ? Qt::ClosedHandCursor : Qt::CrossCursor);
    }
    if (m_drag == Drag::Pan) {
        m_camera.scrollBy(m_last - position);
        cameraMoved();
    } else if (m_drag == Drag::Threshold) {
        dragThreshold(position, false);
    } else if (m_drag == Drag::Width) {
        dragWidth(position);
    } else if (m_drag == Drag::Minimap) {
        m_camera.centerOn(m_minimap.toScene(*m_picture, m_camera.view(), position));
        cameraMoved();
    } else if (m_drag != Drag::Waiting) {
        m_band = QRectF(m_pressed, position).normalized();
        viewport()->update();
    }
    m_last = position;
}

void GraphView::mouseReleaseEvent(QMouseEvent* event) {
    endWidthDrag(true);
    const Drag drag = std::exchange(m_drag, Drag::None);
    viewport()->unsetCursor();
    if (!m_picture)
        return;
    if (drag == Drag::Waiting) {
        click(event->position(), event->modifiers());
    } else if (drag == Drag::ZoomRect) {
        if (m_band.width() > 4 && m_band.height() > 4)
            moveTo(m_camera.showing(
                QRectF(m_camera.view().toScene(m_band.topLeft()), m_camera.view().toScene(m_band.bottomRight())),
                Camera::maxScale));
    } else if (drag == Drag::SelectRect) {
        finishRubberBand(event->modifiers());
    }
    m_band = {};
    viewport()->update();
}

void GraphView::finishRubberBand(Qt::KeyboardModifiers modifiers) {
    const QPointF from = m_camera.view().toScene(m_band.topLeft());
    const QPointF to = m_camera.view().toScene(m_band.bottomRight());
    std::vector<std::uint32_t> found;
    m_picture->nodesIn({from.x(), from.y(), to.x(), to.y()}, found);
    Ids ids = modifiers.testFlag(Qt::ControlModifier) ? m_selection : Ids();
    for (const std::uint32_t index : found)
        ids.insert(m_picture->picture().nodes[index].id);
    chooseByUser(ids,
                 found.empty() ? std::nullopt : std::optional<quint32>(m_picture->picture().nodes[found.front()].id));
}

void GraphView::click(QPointF position, Qt::KeyboardModifiers modifiers) {
    auto id = nodeAt(position);
    if (!id)
        id = frameAt(position);
    const bool add = (modifiers & (Qt::ControlModifier | Qt::ShiftModifier)) != 0;
    if (!id) {
        if (const auto value = add ? std::nullopt : valueAt(position)) {
            chooseValue(*value, value->node);
            return;
        }
        if (!add)
            chooseByUser({}, std::nullopt);
        return;
    }
    Ids ids = add ? m_selection : Ids();
    if (add && ids.contains(*id))
        ids.remove(*id);
    else
        ids.insert(*id);
    chooseByUser(ids, id);
}

void GraphView::chooseByUser(const Ids& ids, std::optional<quint32> current) {
    m_walkedFrom.reset();
    m_current = current;
    const bool hadValue = forgetValue();
    if (ids == m_selection) {
        if (hadValue || m_walking)
            refreshMarks();
        if (hadValue)
            Q_EMIT valueLeft();
        describe();
        return;
    }
    m_selection = ids;
    refreshMarks();
    describe();
    Q_EMIT selectionChanged(m_selection);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    if (const auto id = nodeAt(event->position()))
        Q_EMIT nodeActivated(*id);
    else if (const auto frame = frameAt(event->position()))
        Q_EMIT collapseRequested(*frame);
}

void GraphView::wheelEvent(QWheelEvent* event) {
    const bool zooming = event->modifiers().testFlag(Qt::ControlModifier) != (m_wheelMode == WheelMode::Zoom);
    m_motion.stop();
    const QPointF degrees = QPointF(event->angleDelta()) / 8;
    if (zooming) {
        m_camera.zoomAt(event->position(), std::pow(1.2, degrees.y() / 15));
    } else {
        QPointF move = event->pixelDelta().isNull() ? degrees / 15 * 60 : QPointF(event->pixelDelta());
        if (event->modifiers().testFlag(Qt::ShiftModifier) && move.x() == 0)
            move = {move.y(), 0};
        m_camera.scrollBy(-move);
    }
    cameraMoved();
    event->accept();
}

bool GraphView::pinch(QNativeGestureEvent* event) {
    if (event->gestureType() != Qt::ZoomNativeGesture)
        return false;
    m_motion.stop();
    m_camera.zoomAt(event->position(), 1 + event->value());
    cameraMoved();
    return true;
}

bool GraphView::viewportEvent(QEvent* event) {
    switch (event->type()) {
    case QEvent::ToolTip: {
        const auto* help = static_cast<QHelpEvent*>(event);
        return showTip(help->pos(), help->globalPos());
    }
    case QEvent::NativeGesture:
        if (pinch(static_cast<QNativeGestureEvent*>(event)))
            return true;
        break;
    case QEvent::Gesture:
        if (auto* gesture =
                static_cast<QPinchGesture*>(static_cast<QGestureEvent*>(event)->gesture(Qt::PinchGesture))) {
            m_motion.stop();
            const QPointF at = viewport()->mapFromGlobal(gesture->centerPoint().toPoint());
            m_camera.zoomAt(at, gesture->scaleFactor());
            m_camera.scrollBy(gesture->lastCenterPoint() - gesture->centerPoint());
            cameraMoved();
            return true;
        }
        break;
    case QEvent::Leave:
        hover({-1, -1});
        break;
    default:
        break;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void GraphView::hover(QPointF position) {
    std::optional<std::uint32_t> index;
    if (m_picture && QRectF(QPointF(0, 0), m_camera.view().size).contains(position))
        if (const auto id = nodeAt(position))
            index = m_picture->indexOf(*id);
    hoverPart(index ? QPointF(-1, -1) : position);
    if (index == m_hovered)
        return;
    if (m_hovered && *m_hovered < m_marks.flags.size())
        m_marks.flags[*m_hovered] &= static_cast<std::uint8_t>(~PaintMarks::Hovered);
    m_hovered = index;
    if (m_hovered)
        m_marks.flags[*m_hovered] |= PaintMarks::Hovered;
    viewport()->update();
    Q_EMIT hoveredChanged(index ? qint64(m_picture->picture().nodes[*index].id) : -1);
}

void GraphView::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    auto id = byKey ? m_current : nodeAt(event->pos());
    if (!id && !byKey)
        id = frameAt(event->pos());
    if (id && !m_selection.contains(*id))
        chooseByUser({*id}, id);
    QPoint global = event->globalPos();
    if (byKey && id)
        if (const auto rect = nodeRect(*id))
            global = viewport()->mapToGlobal(rect->center().toPoint());
    Q_EMIT menuRequested(id ? qint64(*id) : -1, global);
    event->accept();
}

void GraphView::focusInEvent(QFocusEvent* event) {
    m_focusByKeys = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason ||
                    event->reason() == Qt::ShortcutFocusReason;
    setWalking(m_focusByKeys);
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
    announceCurrentNode(*this);
}

void GraphView::focusOutEvent(QFocusEvent* event) {
    m_focusByKeys = false;
    setWalking(false);
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void GraphView::setWalking(bool walking) {
    if (std::exchange(m_walking, walking) != walking)
        refreshMarks();
}

void GraphView::walk(WalkStep step, bool extend) {
    if (!m_picture || m_picture->isEmpty())
        return;
    if (m_value) {
        walkFromValue(step);
        return;
    }
    if (enterFrame(step == WalkStep::Producer || step == WalkStep::Before))
        return;
    std::optional<std::uint32_t> next;
    if (const auto index = m_current ? m_picture->indexOf(*m_current) : std::nullopt) {
        next = walkFrom(*m_picture, *index, step, m_walkedFrom ? m_picture->indexOf(*m_walkedFrom) : std::nullopt);
    } else {
        // Nothing to start from: begin at the node nearest to the middle of the view.
        const QPointF middle = m_camera.view().toScene(centre());
        double least = 0;
        for (std::uint32_t i = 0; i < m_picture->nodeCount(); ++i) {
            const double distance = (sceneRectOf(i).center() - middle).manhattanLength();
            if (!next || distance < least) {
                next = i;
                least = distance;
            }
        }
    }
    if (!next)
        return;
    const quint32 id = m_picture->picture().nodes[*next].id;
    Ids ids = extend ? m_selection : Ids();
    ids.insert(id);
    const auto before = m_current;
    chooseByUser(ids, id);
    m_walkedFrom = before;
    ensureVisible(id);
}

bool GraphView::walkKey(int key, Qt::KeyboardModifiers modifiers) {
    const bool topDown = !m_picture || m_picture->layout().direction == LayoutDirection::TopDown;
    std::optional<WalkStep> step;
    if (key == (topDown ? Qt::Key_Down : Qt::Key_Right))
        step = WalkStep::Consumer;
    else if (key == (topDown ? Qt::Key_Up : Qt::Key_Left))
        step = WalkStep::Producer;
    else if (key == (topDown ? Qt::Key_Left : Qt::Key_Up))
        step = WalkStep::Before;
    else if (key == (topDown ? Qt::Key_Right : Qt::Key_Down))
        step = WalkStep::After;
    if (!step || (modifiers & (Qt::ControlModifier | Qt::AltModifier)) != 0)
        return false;
    setWalking(true);
    walk(*step, modifiers.testFlag(Qt::ShiftModifier));
    return true;
}

bool GraphView::viewKey(int key, Qt::KeyboardModifiers modifiers) {
    const bool control = modifiers.testFlag(Qt::ControlModifier);
    switch (key) {
    case Qt::Key_Space:
        fit();
        return true;
    case Qt::Key_E:
        if (!m_current || (modifiers & ~Qt::ShiftModifier) != 0)
            return false;
        if (modifiers.testFlag(Qt::ShiftModifier))
            Q_EMIT collapseRequested(*m_current);
        else
            Q_EMIT expandRequested(*m_current);
        return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomIn();
        return true;
    case Qt::Key_Minus:
        zoomOut();
        return true;
    case Qt::Key_0:
        if (control)
            resetZoom();
        return control;
    case Qt::Key_Home:
    case Qt::Key_End: {
        Viewport view = m_camera.view();
        const double end = key == Qt::Key_End ? 1 : 0;
        const bool topDown = !m_picture || m_picture->layout().direction == LayoutDirection::TopDown;
        const QPointF scene(m_camera.content().width() * (topDown ? 0.5 : end),
                            m_camera.content().height() * (topDown ? end : 0.5));
        view.origin = scene - centre() / view.scale;
        moveTo(view);
        return true;
    }
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        m_motion.stop();
        m_camera.scrollBy({0, m_camera.view().size.height() * (key == Qt::Key_PageDown ? 0.9 : -0.9)});
        cameraMoved();
        return true;
    default:
        return false;
    }
}

void GraphView::keyPressEvent(QKeyEvent* event) {
    const Qt::KeyboardModifiers modifiers = event->modifiers();
    if (event->key() == Qt::Key_Escape && endWidthDrag(false)) {
        event->accept();
        return;
    }
    if (partKey(event->key(), modifiers) || walkKey(event->key(), modifiers) || viewKey(event->key(), modifiers)) {
        event->accept();
        return;
    }
    if (event->matches(QKeySequence::SelectAll) && m_picture) {
        Ids all;
        for (const PictureNode& node : m_picture->picture().nodes)
            all.insert(node.id);
        chooseByUser(all, m_current);
    } else if (event->key() == Qt::Key_Escape && !m_selection.isEmpty()) {
        chooseByUser({}, std::nullopt);
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_current) {
        if (m_picture && !m_picture->indexOf(*m_current) && m_picture->groupIndexOf(*m_current))
            Q_EMIT collapseRequested(*m_current);
        else
            Q_EMIT nodeActivated(*m_current);
    } else {
        event->ignore();
    }
}

} // namespace lapidary
