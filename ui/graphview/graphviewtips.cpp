// SPDX-License-Identifier: GPL-3.0-or-later
// What the view says about the thing under the pointer, and the legend's marker.
#include "ui/graphview/graphview.h"
#include "ui/graphview/legendpainter.h"
#include "ui/graphview/nodesize.h"
#include "ui/graphview/nodetooltip.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {

bool GraphView::dragThreshold(QPointF position, bool begins) {
    const QRectF ramp = legendGeometry(m_decor, m_camera.view().size, m_painter.texts()).ramp;
    if (ramp.isEmpty() || (begins && !ramp.adjusted(-6, -7, 6, 7).contains(position)))
        return false;
    Q_EMIT thresholdPicked(std::clamp((position.x() - ramp.left()) / ramp.width(), 0.0, 1.0));
    return true;
}

bool GraphView::showTip(QPoint position, QPoint globalPosition) {
    const QString text = m_picture ? tipAt(position) : QString();
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(globalPosition, text, viewport());
    return true;
}

QString GraphView::tipAt(QPointF position) {
    const LegendGeometry legend = legendGeometry(m_decor, m_camera.view().size, m_painter.texts());
    if (legend.ramp.adjusted(-6, -7, 6, 7).contains(position))
        return tr("Click or drag to dim everything below this value");
    if (legend.panel.contains(position))
        return tr("What the nodes' colours mean. Nodes show the same as a number and a bar.");
    if (m_minimapVisible && m_minimap.rect(*m_picture, m_camera.view()).contains(position))
        return tr("The whole graph. Click or drag to go there.");
    const QPointF scene = m_camera.view().toScene(position);
    if (const auto index = m_picture->nodeAt(scene.x(), scene.y())) {
        const QString title = m_decor.hasOverlay() ? QString::fromStdString(m_decor.legend().title) : QString();
        const QString part = partTip(*index, position);
        const QString node = nodeTooltip(m_picture->picture().nodes[*index], m_decor.of(*index), title);
        return part.isEmpty() ? node : part + QStringLiteral("<br>") + node;
    }
    if (frameAt(position))
        return tr("An open group: double-click its title or press Shift+E to close it");
    return edgeTip(scene);
}

/// About the width bar, when the pointer is on it.
QString GraphView::partTip(std::uint32_t index, QPointF position) const {
    const PictureNode& node = m_picture->picture().nodes[index];
    const Viewport& view = m_camera.view();
    const QRectF rect = view.toScreen(rectOf(m_picture->layout().boxes[index]));
    const double top = rect.bottom() - (nodesize::bodyPadding + nodesize::barRow) * view.scale;
    if (node.channels == 0 || view.scale < textScale || position.y() < top)
        return {};
    const NodeDecor* decor = m_decor.of(index);
    return decor && decor->channelsKept >= 0
               ? tr("<i>Width bar: output channels, the hatched ones would be removed</i>")
               : tr("<i>Width bar: the number of output channels</i>");
}

/// The tensor of the line nearest to the pointer, within a few pixels.
QString GraphView::edgeTip(QPointF scene) const {
    const double reach = 5 / m_camera.view().scale;
    std::vector<std::uint32_t> near;
    m_picture->segmentsIn({scene.x() - reach, scene.y() - reach, scene.x() + reach, scene.y() + reach}, near);
    const auto& layout = m_picture->layout();
    const bool down = layout.direction == LayoutDirection::TopDown;
    const RouteSegment* best = nullptr;
    double least = reach;
    for (const std::uint32_t i : near) {
        const RouteSegment& s = layout.segments[i];
        const double along = down ? (scene.y() - s.y0) / (s.y1 - s.y0) : (scene.x() - s.x0) / (s.x1 - s.x0);
        const double t = std::clamp(std::isfinite(along) ? along : 0.0, 0.0, 1.0);
        // The S curve of a bend, by its blend across the flow.
        const double blend = s.kind == RouteSegment::Kind::Straight ? t : t * t * (3 - 2 * t);
        const double off =
            down ? scene.x() - (s.x0 + (s.x1 - s.x0) * blend) : scene.y() - (s.y0 + (s.y1 - s.y0) * blend);
        if (std::abs(off) <= least) {
            least = std::abs(off);
            best = &s;
        }
    }
    if (!best)
        return {};
    const auto wanted = static_cast<std::int32_t>(best - layout.segments.data());
    for (std::size_t e = 0; e < layout.routes.size(); ++e)
        for (std::int32_t s = layout.routes[e].last; s >= 0; s = layout.segments[static_cast<std::size_t>(s)].parent)
            if (s == wanted) {
                const PictureEdge& edge = m_picture->picture().edges[e];
                const auto name = [&](std::uint32_t i) {
                    const PictureNode& node = m_picture->picture().nodes[i];
                    return QString::fromStdString(node.name.empty() ? node.title : node.name).toHtmlEscaped();
                };
                const QString shape = QString::fromStdString(edge.label).toHtmlEscaped();
                return tr("<b>Tensor</b> %1<br>from %2<br>to %3").arg(shape, name(edge.from), name(edge.to));
            }
    return {};
}

} // namespace lapidary
