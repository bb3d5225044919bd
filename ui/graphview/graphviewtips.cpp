// SPDX-License-Identifier: GPL-3.0-or-later
// What the view says about the thing under the pointer, and the legend's marker.
#include "ui/graphview/graphaccessible.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/legendpainter.h"
#include "ui/graphview/nodesize.h"
#include "ui/graphview/nodetooltip.h"

#include <QHelpEvent>
#include <QToolTip>

#include <algorithm>
#include <utility>

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
    if (const auto frame = frameAt(position)) {
        const QString known = m_groupText ? m_groupText(*frame) : QString();
        const QString how = tr("An open group: double-click its title or press Shift+E to close it");
        return known.isEmpty() ? how : known + QStringLiteral("<br><i>") + how + QStringLiteral("</i>");
    }
    const auto value = valueAt(position);
    return value ? edgeTip(*value) : QString();
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

void GraphView::setPartTexts(ValueText value, GroupText group) {
    m_valueText = std::move(value);
    m_groupText = std::move(group);
}

/// The tensor a line carries: as the owner of the picture knows it, else as the picture does.
QString GraphView::edgeTip(const PictureValue& value) const {
    const auto edges = edgesOf(*m_picture, value);
    if (edges.empty())
        return {};
    const PictureEdge& edge = m_picture->picture().edges[edges.front()];
    const QString label = QString::fromStdString(edge.label).toHtmlEscaped();
    if (m_valueText)
        if (const QString known = m_valueText(value); !known.isEmpty())
            return known;
    const auto name = [&](std::uint32_t i) {
        const PictureNode& node = m_picture->picture().nodes[i];
        return QString::fromStdString(node.name.empty() ? node.title : node.name).toHtmlEscaped();
    };
    const QString what =
        edge.values == 1 ? tr("<b>Tensor</b> %1").arg(label) : tr("<b>Several tensors</b>: %1").arg(label);
    return tr("%1<br>from %2<br>to %3").arg(what, name(edge.from), name(edge.to));
}

QString GraphView::spokenCurrent() const {
    if (!m_picture || !m_current)
        return {};
    const auto name = [&](std::uint32_t i) {
        const PictureNode& node = m_picture->picture().nodes[i];
        return QString::fromStdString(node.name.empty() ? node.title : node.name);
    };
    if (m_value) {
        const auto edges = edgesOf(*m_picture, *m_value);
        if (!edges.empty()) {
            const PictureEdge& edge = m_picture->picture().edges[edges.front()];
            QStringList readers;
            for (const std::uint32_t e : edges)
                readers.append(name(m_picture->picture().edges[e].to));
            return tr("Tensor %1 from %2 to %3")
                .arg(QString::fromStdString(edge.label), name(edge.from), readers.join(QStringLiteral(", ")));
        }
    }
    if (const auto index = m_picture->indexOf(*m_current))
        return spokenNode(*m_picture, *index);
    if (const auto group = m_picture->groupIndexOf(*m_current))
        return tr("Open group %1").arg(QString::fromStdString(m_picture->picture().groups[*group].title));
    return {};
}

} // namespace lapidary
