// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/diffsync.h"

#include "ui/graphview/graphview.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::size_t lookedAt = 400;

QPointF centreOf(const LaidPicture& picture, std::uint32_t index) {
    const auto& box = picture.layout().boxes[index];
    return {box.x + box.width / 2, box.y + box.height / 2};
}

/// Where the follower's middle has to be: the leader's, moved by how far matched nodes are apart. The nearer a node is
/// to the middle the more it counts, so that the follower glides instead of jumping from node to node.
std::optional<QPointF> matchingMiddle(const LaidPicture& leader, const LaidPicture& follower, const Viewport& view,
                                      const DiffSync::Matches& matches) {
    const QPointF middle = view.toScene(QPointF(view.size.width() / 2, view.size.height() / 2));
    std::vector<std::uint32_t> seen;
    leader.nodesIn(view.visible(), seen);
    QPointF sum;
    double weights = 0;
    const std::size_t stride = seen.size() / lookedAt + 1;
    const auto weigh = [&](std::uint32_t index) {
        const auto match = matches.find(leader.picture().nodes[index].id);
        const auto other = match != matches.end() ? follower.indexOf(match->second) : std::nullopt;
        if (!other)
            return;
        const QPointF here = centreOf(leader, index), away = here - middle;
        const double distance = QPointF::dotProduct(away, away) + 400;
        const double weight = 1 / (distance * distance);
        sum += (centreOf(follower, *other) - here) * weight;
        weights += weight;
    };
    for (std::size_t i = 0; i < seen.size(); i += stride)
        weigh(seen[i]);
    if (weights == 0) // nothing in view has a match: the nearest that has one elsewhere
        for (std::uint32_t i = 0; i < leader.nodeCount(); ++i)
            weigh(i);
    if (weights == 0)
        return std::nullopt;
    return middle + sum / weights;
}

} // namespace

DiffSync::DiffSync(GraphView& a, GraphView& b, QObject* parent) : QObject(parent), m_a(a), m_b(b) {
    connect(&a, &GraphView::viewMoved, this, [this] { follow(m_a, m_b, m_toB); });
    connect(&b, &GraphView::viewMoved, this, [this] { follow(m_b, m_a, m_toA); });
    connect(&a, &GraphView::selectionChanged, this, [this] { select(m_a, m_b, m_toB, false); });
    connect(&b, &GraphView::selectionChanged, this, [this] { select(m_b, m_a, m_toA, true); });
}

void DiffSync::setMatches(Matches matches) {
    m_toA.clear();
    for (const auto& [a, b] : matches)
        m_toA[b] = a;
    m_toB = std::move(matches);
}

void DiffSync::setEnabled(bool enabled) {
    m_enabled = enabled;
    if (enabled)
        follow(m_a, m_b, m_toB);
}

void DiffSync::follow(GraphView& leader, GraphView& follower, const Matches& matches) {
    if (!m_enabled || m_moving || !leader.picture() || !follower.picture() || leader.picture()->isEmpty())
        return;
    const QScopedValueRollback guard(m_moving, true);
    const auto from = leader.visiblePart();
    const auto middle = matchingMiddle(*leader.picture(), *follower.picture(), from, matches);
    if (!middle)
        return;
    auto view = follower.visiblePart();
    view.scale = from.scale;
    view.origin = *middle - QPointF(view.size.width() / 2, view.size.height() / 2) / view.scale;
    follower.setVisiblePart(view);
}

void DiffSync::select(GraphView& leader, GraphView& follower, const Matches& matches, bool inB) {
    GraphView::Ids ids;
    for (const auto id : leader.selection())
        if (const auto it = matches.find(id); it != matches.end())
            ids.insert(it->second);
    follower.setSelection(ids);
    if (leader.selection().size() == 1)
        Q_EMIT selected(inB, *leader.selection().begin());
}

} // namespace lapidary
