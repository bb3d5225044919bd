// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/laidpicture.h"

#include "ui/graphview/labelplaces.h"
#include "ui/graphview/layout/layeredlayout.h"
#include "ui/graphview/layout/layoutmemory.h"
#include "ui/graphview/layouthints.h"
#include "ui/graphview/nodesize.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

namespace lapidary {

SceneRect rectOf(const LayoutBox& box) {
    return {box.x, box.y, box.x + box.width, box.y + box.height};
}

SceneRect rectOf(const RouteSegment& segment, LayoutDirection direction) {
    SceneRect rect{std::min(segment.x0, segment.x1), std::min(segment.y0, segment.y1), std::max(segment.x0, segment.x1),
                   std::max(segment.y0, segment.y1)};
    (direction == LayoutDirection::TopDown ? rect.right : rect.bottom) += segment.bulge;
    return rect;
}

std::shared_ptr<const GraphPicture> LaidPicture::withoutLooseEdges(GraphPicture picture) {
    const std::size_t count = picture.nodes.size();
    std::erase_if(picture.edges, [&](const PictureEdge& e) { return e.from >= count || e.to >= count; });
    return std::make_shared<const GraphPicture>(std::move(picture));
}

LaidPicturePtr LaidPicture::make(GraphPicture picture, const TextWidths& widths, std::stop_token stop) {
    try {
        return make(withoutLooseEdges(std::move(picture)), widths, {}, std::move(stop));
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

LaidPicturePtr LaidPicture::make(std::shared_ptr<const GraphPicture> picture, const TextWidths& widths,
                                 const Options& options, std::stop_token stop) {
    try {
        const auto start = std::chrono::steady_clock::now();
        std::shared_ptr<LaidPicture> laid(new LaidPicture);
        LayoutGraph graph = measurePicture(*picture, widths);
        if (options.previous)
            addLayoutHints(*options.previous, *picture, graph);
        const auto memory = std::make_shared<LayoutMemory>(options.previous ? options.previous->m_memory : nullptr);
        LayoutOptions settings;
        settings.coarse = options.coarse;
        auto layout = layoutLayered(graph, settings, stop, memory.get());
        if (!layout)
            return nullptr;
        memory->close();
        laid->m_picture = std::move(picture);
        laid->m_layout = std::move(*layout);
        laid->m_memory = memory;
        laid->m_coarse = options.coarse;
        laid->m_layoutMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        if (stop.stop_requested())
            return nullptr;
        laid->index();
        if (stop.stop_requested())
            return nullptr;
        laid->assignRoles();
        laid->placeLabels(widths);
        return laid;
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

std::size_t LaidPicture::reusedParts() const {
    return m_memory ? m_memory->reused() : 0;
}

void LaidPicture::index() {
    const std::vector<PictureEdge>& edges = m_picture->edges;
    m_out = layout::Csr(nodeCount(), edges.size(), [&](std::uint32_t e) { return edges[e].from; });
    m_in = layout::Csr(nodeCount(), edges.size(), [&](std::uint32_t e) { return edges[e].to; });
    m_indexOf.reserve(m_picture->nodes.size());
    for (std::uint32_t i = 0; i < nodeCount(); ++i)
        m_indexOf.emplace(m_picture->nodes[i].id, i);
    for (std::uint32_t i = 0; i < groupCount(); ++i)
        m_groupIndexOf.emplace(m_picture->groups[i].id, i);
    std::vector<SceneRect> rects;
    rects.reserve(std::max(m_layout.boxes.size(), m_layout.segments.size()));
    for (const LayoutBox& box : m_layout.boxes)
        rects.push_back(rectOf(box));
    m_nodes = SpatialIndex(rects);
    rects.clear();
    for (const RouteSegment& segment : m_layout.segments)
        rects.push_back(rectOf(segment, m_layout.direction));
    m_segments = SpatialIndex(rects);
    rects.clear();
    for (const LayoutBox& box : m_layout.groupBoxes)
        rects.push_back(rectOf(box));
    m_groups = SpatialIndex(rects);
}

void LaidPicture::assignRoles() {
    m_roles.resize(m_layout.segments.size());
    m_edgeOver.assign(m_layout.segments.size(), -1);
    for (std::size_t e = 0; e < m_picture->edges.size(); ++e) {
        const EdgeRoute& route = m_layout.routes[e];
        if (route.last < 0)
            continue;
        SegmentRole& end = m_roles[static_cast<std::size_t>(route.reversed ? route.first : route.last)];
        end.arrowOf = static_cast<std::int32_t>(e);
        end.arrowAtStart = route.reversed;
        for (std::int32_t s = route.last; s >= 0 && m_edgeOver[static_cast<std::size_t>(s)] < 0;
             s = m_layout.segments[static_cast<std::size_t>(s)].parent)
            m_edgeOver[static_cast<std::size_t>(s)] = static_cast<std::int32_t>(e);
        if (!m_picture->edges[e].dashed)
            continue;
        for (std::int32_t s = route.last; s >= 0 && !m_roles[static_cast<std::size_t>(s)].dashed;
             s = m_layout.segments[static_cast<std::size_t>(s)].parent)
            m_roles[static_cast<std::size_t>(s)].dashed = true;
    }
}

/// One edge per value: its straightest line.
std::vector<std::uint32_t> LaidPicture::labelledEdges(std::uint32_t node) const {
    std::vector<std::uint32_t> chosen;
    for (const std::uint32_t e : edgesOutOf(node)) {
        const EdgeRoute& route = m_layout.routes[e];
        if (route.last < 0 || route.reversed)
            continue;
        const auto samePort = [&](std::uint32_t other) {
            return m_picture->edges[other].fromPort == m_picture->edges[e].fromPort;
        };
        const auto it = std::ranges::find_if(chosen, samePort);
        if (it == chosen.end())
            chosen.push_back(e);
        else if (std::abs(route.lean) < std::abs(m_layout.routes[*it].lean))
            *it = e;
    }
    return chosen;
}

/// Whether the node's other lines are farther away on the left of an edge (or above it).
bool LaidPicture::isFreerBefore(std::uint32_t node, const EdgeRoute& route) const {
    double before = std::numeric_limits<double>::infinity();
    double after = before;
    for (const std::uint32_t other : edgesOutOf(node)) {
        const double apart = m_layout.routes[other].lean - route.lean;
        if (apart < 0)
            before = std::min(before, -apart);
        else if (apart > 0)
            after = std::min(after, apart);
    }
    return before > after;
}

void LaidPicture::placeLabels(const TextWidths& widths) {
    LabelPlaces places(*this);
    for (std::uint32_t node = 0; node < nodeCount(); ++node) {
        for (const std::uint32_t e : labelledEdges(node)) {
            const std::string& text = m_picture->edges[e].label;
            if (text.empty())
                continue;
            EdgeRoute& route = m_layout.routes[e];
            SegmentRole& role = m_roles[static_cast<std::size_t>(route.first)];
            role.labelOf = static_cast<std::int32_t>(e);
            const bool liked = isFreerBefore(node, route);
            const LabelPlace place = places.best(route, widths.width(text, nodesize::chipFont), liked);
            role.labelBefore = place.before;
            (m_layout.direction == LayoutDirection::TopDown ? route.labelY : route.labelX) += place.along;
        }
    }
}

std::optional<std::uint32_t> LaidPicture::indexOf(std::uint32_t id) const {
    const auto it = m_indexOf.find(id);
    return it == m_indexOf.end() ? std::nullopt : std::optional(it->second);
}

std::optional<std::uint32_t> LaidPicture::groupIndexOf(std::uint32_t id) const {
    const auto it = m_groupIndexOf.find(id);
    return it == m_groupIndexOf.end() ? std::nullopt : std::optional(it->second);
}

std::optional<std::uint32_t> LaidPicture::groupAt(double x, double y) const {
    std::vector<std::uint32_t> found;
    groupsIn({x, y, x, y}, found);
    return found.empty() ? std::nullopt : std::optional(found.back());
}

SceneRect LaidPicture::groupHeader(std::uint32_t group) const {
    const LayoutBox& box = m_layout.groupBoxes[group];
    return {box.x, box.y, box.x + box.width, box.y + nodesize::groupHeader};
}

std::optional<std::uint32_t> LaidPicture::nodeAt(double x, double y) const {
    std::vector<std::uint32_t> found;
    nodesIn({x, y, x, y}, found);
    return found.empty() ? std::nullopt : std::optional(found.back());
}

} // namespace lapidary
