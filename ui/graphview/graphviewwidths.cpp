// SPDX-License-Identifier: GPL-3.0-or-later
// Dragging the edge between kept and removed channels of a node's width bar.
#include "ui/graphview/graphview.h"
#include "ui/graphview/widthbar.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr double reach = 5; ///< pixels left and right of the edge that still take hold of it

std::int64_t keptOf(const PictureNode& node, const NodeDecor* decor) {
    return decor && decor->channelsKept >= 0 ? std::min(decor->channelsKept, std::int64_t(node.channels))
                                             : std::int64_t(node.channels);
}

} // namespace

/// Empty where the bar is not drawn with its number.
QRectF GraphView::widthBarOf(std::uint32_t index) {
    const PictureNode& node = m_picture->picture().nodes[index];
    const double scale = m_camera.view().scale;
    if (node.channels <= 0 || scale < textScale)
        return {};
    const QRectF row = widthBarRow(m_camera.view().toScreen(rectOf(m_picture->layout().boxes[index])), scale);
    return widthBarRect(m_painter.texts(), scale, row, node, m_decor.of(index), true);
}

std::optional<QRectF> GraphView::widthHandle(quint32 id) {
    const auto index = m_picture ? m_picture->indexOf(id) : std::nullopt;
    const QRectF bar = index && m_widthsAdjustable ? widthBarOf(*index) : QRectF();
    if (bar.isEmpty())
        return std::nullopt;
    const PictureNode& node = m_picture->picture().nodes[*index];
    const double x = bar.left() + bar.width() * double(keptOf(node, m_decor.of(*index))) / double(node.channels);
    return QRectF(x - reach, bar.top() - 3, 2 * reach, bar.height() + 6);
}

std::optional<std::uint32_t> GraphView::widthHandleAt(QPointF position) {
    if (!m_widthsAdjustable || !m_picture || m_camera.view().scale < textScale)
        return std::nullopt;
    // The edge of a bar that loses nothing reaches over the bar's end, but never out of the node.
    const auto id = nodeAt(position);
    const auto handle = id ? widthHandle(*id) : std::nullopt;
    return handle && handle->contains(position) ? m_picture->indexOf(*id) : std::nullopt;
}

bool GraphView::startWidthDrag(QPointF position) {
    const auto index = widthHandleAt(position);
    if (!index)
        return false;
    m_widthNode = m_picture->picture().nodes[*index].id;
    viewport()->setCursor(Qt::SplitHCursor);
    Q_EMIT widthDragStarted(m_widthNode);
    return true;
}

void GraphView::dragWidth(QPointF position) {
    const auto index = m_picture ? m_picture->indexOf(m_widthNode) : std::nullopt;
    const QRectF bar = index ? widthBarOf(*index) : QRectF();
    if (bar.isEmpty())
        return;
    const auto channels = double(m_picture->picture().nodes[*index].channels);
    const double share = std::clamp((position.x() - bar.left()) / bar.width(), 0.0, 1.0);
    Q_EMIT widthDragged(m_widthNode, std::max<qint64>(1, std::llround(share * channels)));
}

bool GraphView::endWidthDrag(bool keep) {
    if (m_drag != Drag::Width)
        return false;
    m_drag = Drag::None;
    viewport()->unsetCursor();
    Q_EMIT widthDragEnded(m_widthNode, keep);
    viewport()->update();
    return true;
}

/// A grip where one could take hold: at the node under the pointer, the one the keys act on, the one being dragged.
void GraphView::paintWidthHandle(QPainter& painter) {
    if (!m_widthsAdjustable || !m_picture)
        return;
    std::vector<quint32> ids;
    if (m_drag == Drag::Width)
        ids.push_back(m_widthNode);
    else if (m_hovered && *m_hovered < m_picture->nodeCount())
        ids.push_back(m_picture->picture().nodes[*m_hovered].id);
    if (m_current && m_selection.contains(*m_current))
        ids.push_back(*m_current);
    painter.setRenderHint(QPainter::Antialiasing, true);
    for (const quint32 id : ids)
        if (const auto handle = widthHandle(id)) {
            const QRectF grip(handle->center().x() - 2, handle->top(), 4, handle->height());
            painter.setPen(QPen(m_painter.style().paper, 1));
            painter.setBrush(m_painter.style().selection);
            painter.drawRoundedRect(grip, 2, 2);
        }
}

} // namespace lapidary
