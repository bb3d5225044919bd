// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/ratiodragger.h"

#include "ui/forms/paramform.h"
#include "ui/graphview/graphview.h"
#include "ui/models/pictureids.h"
#include "ui/panels/passpanel.h"

#include <QAccessible>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {

RatioDragger::RatioDragger(Workspace& workspace, PassPanel& passes, GraphView& view, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_passes(passes), m_view(view) {
    m_view.setWidthsAdjustable(true);
    connect(&m_view, &GraphView::widthDragStarted, this, &RatioDragger::start);
    connect(&m_view, &GraphView::widthDragged, this, [this](quint32, qint64 kept) { move(kept); });
    connect(&m_view, &GraphView::widthDragEnded, this, [this](quint32, bool keep) { end(keep); });
}

const ChannelGroup* RatioDragger::groupOf(NodeId node) const {
    const auto groups = m_workspace.couplings();
    if (!groups || node.number >= groups->groupOfNode.size() || groups->groupOfNode[node.number] < 0)
        return nullptr;
    return &groups->groups[std::size_t(groups->groupOfNode[node.number])];
}

const Node* RatioDragger::layerOf(NodeId node) const {
    const auto* group = groupOf(node);
    if (!group || group->producers.empty())
        return nullptr;
    const auto own = std::find_if(group->producers.begin(), group->producers.end(),
                                  [&](const WeightSlice& slice) { return slice.node == node; });
    const auto& slice = own == group->producers.end() ? group->producers.front() : *own;
    return m_workspace.model()->model->graph->node(slice.node);
}

QString RatioDragger::whyNot(quint32 id) const {
    const auto model = m_workspace.model();
    if (!model)
        return tr("Open a model first");
    if (id >= groupIdBase)
        return tr("Open the group to set the widths of its layers");
    const NodeId node{id};
    if (!model->model->graph->node(node))
        return tr("Only nodes of the graph have widths that can be set");
    if (m_passes.channelPass().isEmpty())
        return tr("There is no pass that removes channels of single layers");
    const auto groups = m_workspace.couplings();
    if (!groups)
        return tr("Still finding out which channels are coupled; try again in a moment");
    for (const auto& fence : groups->fences)
        if (fence.node == node)
            return tr("Stays whole: %1").arg(QString::fromStdString(fence.reason));
    const auto* group = groupOf(node);
    if (!group)
        return tr("This node has no channels of one layer: set the widths of the layers before it");
    if (!group->prunable)
        return tr("Stays whole: %1").arg(QString::fromStdString(group->reason));
    return layerOf(node) ? QString() : tr("No layer makes these channels");
}

QString RatioDragger::whyNotCurrent() const {
    const auto current = m_workspace.selection().current();
    return current.valid() ? whyNot(current.number) : tr("no node is selected");
}

std::int64_t RatioDragger::channelsOf(quint32 id) const {
    const auto picture = m_view.picture();
    const auto index = picture ? picture->indexOf(id) : std::nullopt;
    if (index && picture->picture().nodes[*index].channels > 0)
        return picture->picture().nodes[*index].channels;
    const auto* group = groupOf(NodeId{id});
    return group ? group->channels : 0;
}

std::int64_t RatioDragger::keptNow(quint32 id) const {
    if (const auto& preview = m_workspace.preview())
        for (const auto& plan : preview->nodes)
            if (plan.node.number == id && plan.channels > 0)
                return std::int64_t(plan.channels) - std::int64_t(plan.removed.size());
    return channelsOf(id);
}

std::int64_t RatioDragger::multiple() const {
    const auto params = m_passes.form()->params();
    const auto it = params.find("multiple");
    return it == params.end() ? 1 : std::max<std::int64_t>(1, it->second.toInteger(1));
}

QString RatioDragger::textFor(quint32 id, std::int64_t kept) const {
    const auto* layer = layerOf(NodeId{id});
    const auto* group = groupOf(NodeId{id});
    const auto name = layer ? QString::fromStdString(displayName(*layer)) : QString();
    const auto text = tr("%1: %2 of %3 channels stay").arg(name).arg(kept).arg(channelsOf(id));
    const auto others = group ? int(group->producers.size()) - 1 : 0;
    return others > 0 ? tr("%1, with %n coupled layer(s)", nullptr, others).arg(text) : text;
}

void RatioDragger::explain(quint32 id, const QString& text) {
    const auto handle = m_view.widthHandle(id);
    const auto place = handle ? handle->bottomRight() : m_view.nodeRect(id).value_or(QRectF()).center();
    QToolTip::showText(m_view.viewport()->mapToGlobal(place.toPoint()), text, m_view.viewport());
    m_view.setAccessibleDescription(text);
    QAccessibleEvent event(&m_view, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
}

/// Makes ready for another share at a node: the pass that can do it, a scope that has the layer.
bool RatioDragger::take(quint32 id) {
    if (const auto why = whyNot(id); !why.isEmpty()) {
        explain(id, why);
        return false;
    }
    const auto ratios = m_passes.ratios();
    if (!ratios || !ratios->channels)
        m_passes.setPass(m_passes.channelPass());
    Q_EMIT panelWanted();
    m_before = m_passes.form()->params();
    m_selectionBefore = m_workspace.selection().nodes();
    const auto* layer = layerOf(NodeId{id});
    const auto& selected = m_workspace.selection().nodes();
    if (!m_workspace.pinnedScope() && m_workspace.scopeQuery().isEmpty() && !selected.empty() &&
        selected.count(layer->id) == 0) {
        auto more = selected;
        more.insert(layer->id);
        m_workspace.selection().set(std::move(more), m_workspace.selection().current());
    }
    return true;
}

void RatioDragger::start(quint32 id) {
    m_dragging = take(id);
    m_node = id;
    m_kept = -1;
    if (m_dragging)
        explain(id, textFor(id, keptNow(id)));
}

void RatioDragger::move(qint64 wanted) {
    if (!m_dragging)
        return;
    const auto all = channelsOf(m_node);
    const auto step = multiple();
    std::int64_t kept = wanted;
    if (step > 1 && kept < all)
        kept = std::min(all, std::max(step, (kept + step / 2) / step * step));
    kept = std::clamp<std::int64_t>(kept, std::min<std::int64_t>(1, all), all);
    if (kept == m_kept || all == 0)
        return;
    m_kept = kept;
    m_passes.setLayerShare(QString::fromStdString(displayName(*layerOf(NodeId{m_node}))),
                           double(all - kept) / double(all));
    explain(m_node, textFor(m_node, kept));
}

void RatioDragger::end(bool keep) {
    if (!std::exchange(m_dragging, false)) {
        return;
    }
    QToolTip::hideText();
    if (keep)
        return;
    m_workspace.selection().set(m_selectionBefore);
    m_passes.showParams(m_before);
}

void RatioDragger::step(int direction) {
    const auto current = m_workspace.selection().current();
    if (!current.valid() || !take(current.number))
        return;
    m_node = current.number;
    m_kept = -1;
    const auto now = keptNow(m_node);
    const auto by = multiple();
    // From a number that is no multiple to the next one.
    const auto next = direction > 0 ? (now / by + 1) * by : (now + by - 1) / by * by - by;
    m_dragging = true;
    move(next);
    m_dragging = false;
}

} // namespace lapidary
