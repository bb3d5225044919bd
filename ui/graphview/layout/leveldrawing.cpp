// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/leveldrawing.h"

#include "ui/graphview/layout/components.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace lapidary::layout {
namespace {

constexpr double padding = 12;
constexpr double titleGap = 8;
constexpr double mostTitleRoom = 160;

std::uint32_t anchorCountIn(const Component& component, std::size_t items) {
    const auto first = std::ranges::lower_bound(component.nodes, static_cast<std::uint32_t>(items));
    return static_cast<std::uint32_t>(component.nodes.end() - first);
}

/// All parts that lines from outside reach become one, which stands between the borders.
void joinAnchored(std::vector<Component>& components, std::size_t items) {
    const auto rest = std::ranges::stable_partition(
        components, [&](const Component& component) { return anchorCountIn(component, items) > 0; });
    const auto anchored = static_cast<std::size_t>(rest.begin() - components.begin());
    for (std::size_t i = 1; i < anchored; ++i) {
        Component& first = components.front();
        first.nodes.insert(first.nodes.end(), components[i].nodes.begin(), components[i].nodes.end());
        first.edges.insert(first.edges.end(), components[i].edges.begin(), components[i].edges.end());
    }
    if (anchored > 1) {
        components.erase(components.begin() + 1, components.begin() + static_cast<std::ptrdiff_t>(anchored));
        std::ranges::sort(components.front().nodes);
        std::ranges::sort(components.front().edges);
    }
}

} // namespace

struct LevelDrawer::Pieces {
    std::vector<Component> components;
    std::vector<PartLayoutPtr> drawings;
    bool anchored = false; ///< the first one stands between the borders
};

LevelDrawer::LevelDrawer(const LayoutGraph& graph, Compound& compound, const LayoutOptions& options,
                         LayoutMemory& memory)
    : m_graph(graph), m_compound(compound), m_options(options), m_memory(memory),
      m_down(graph.direction == LayoutDirection::TopDown), m_frames(graph.groups.size()),
      m_hasLoop(graph.nodes.size()) {
    for (const LayoutEdge& edge : graph.edges)
        if (edge.from == edge.to && edge.from < graph.nodes.size())
            m_hasLoop[edge.from] = true;
    std::uint32_t most = 0;
    for (const Level& level : compound.levels)
        most = std::max(most, level.size());
    m_number.resize(most);
}

LayoutNode LevelDrawer::sizeOf(std::uint32_t item) const {
    if (item >= m_graph.nodes.size())
        return m_frames[item - m_graph.nodes.size()].size;
    const LayoutNode& size = m_graph.nodes[item];
    return m_down ? LayoutNode{size.width, size.height} : LayoutNode{size.height, size.width};
}

const LayoutHint* LevelDrawer::hintOf(std::uint32_t item) const {
    const bool node = item < m_graph.nodes.size();
    const auto& hints = node ? m_graph.nodeHints : m_graph.groupHints;
    const std::size_t index = node ? item : item - m_graph.nodes.size();
    return index < hints.size() && hints[index].known ? &hints[index] : nullptr;
}

void LevelDrawer::describeNode(Part& part, const Level& level, std::uint32_t local) const {
    const bool isAnchor = local >= level.items.size();
    const std::uint32_t item = isAnchor ? 0 : level.items[local];
    const bool isFrame = !isAnchor && item >= m_graph.nodes.size();
    part.sizes.push_back(isAnchor ? LayoutNode{} : sizeOf(item));
    part.hasLoop.push_back(!isAnchor && !isFrame && m_hasLoop[item]);
    if (m_frames.empty() && m_graph.nodeHints.empty())
        return;
    part.border.push_back(isAnchor ? m_compound.anchors[level.anchors[local - level.items.size()]].side : Border::None);
    part.fixedPorts.push_back(isFrame);
    part.spine.push_back(isFrame ? m_frames[item - m_graph.nodes.size()].spine : 0);
    if (m_graph.nodeHints.empty() && m_graph.groupHints.empty())
        return;
    Hold hold;
    if (const LayoutHint* hint = isAnchor ? nullptr : hintOf(item))
        hold = {m_down ? hint->box.x + hint->box.width / 2 : hint->box.y + hint->box.height / 2, hint->layer};
    part.holds.push_back(hold);
}

Part LevelDrawer::makePart(const Level& level, const std::vector<std::uint32_t>& nodes,
                           const std::vector<std::uint32_t>& edges) {
    Part part;
    part.sizes.reserve(nodes.size());
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        m_number[nodes[i]] = i;
        describeNode(part, level, nodes[i]);
    }
    const auto at = [&](std::int32_t anchor) {
        return anchor < 0 ? 0.0F : static_cast<float>(m_compound.anchors[static_cast<std::size_t>(anchor)].at);
    };
    part.edges.reserve(edges.size());
    std::uint32_t bundle = 0;
    const LevelEdge* previous = nullptr;
    for (const std::uint32_t e : edges) {
        const LevelEdge& edge = m_compound.edges[level.edges[e]];
        if (previous && previous->bundle != edge.bundle)
            ++bundle;
        previous = &edge;
        part.edges.push_back(
            {m_number[edge.upper], m_number[edge.lower], bundle, at(edge.upperPort), at(edge.lowerPort)});
    }
    return part;
}

/// Parts that were there before keep their order; new ones come after them.
void LevelDrawer::sortByHints(const Level& level, Pieces& pieces) const {
    if (m_graph.nodeHints.empty())
        return;
    const auto before = [&](const Component& component) {
        std::uint32_t part = none;
        for (const std::uint32_t local : component.nodes)
            if (local < level.items.size())
                if (const LayoutHint* hint = hintOf(level.items[local]))
                    part = std::min(part, hint->part);
        return part;
    };
    std::vector<std::pair<std::uint32_t, Component>> keyed;
    for (Component& component : pieces.components) {
        const std::uint32_t part = before(component);
        keyed.emplace_back(part, std::move(component));
    }
    std::stable_sort(keyed.begin() + (pieces.anchored ? 1 : 0), keyed.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < keyed.size(); ++i)
        pieces.components[i] = std::move(keyed[i].second);
}

std::optional<LevelDrawing> LevelDrawer::draw(std::uint32_t number, const std::stop_token& stop) {
    const Level& level = m_compound.levels[number];
    std::vector<Arc> arcs;
    arcs.reserve(level.edges.size());
    for (const std::uint32_t e : level.edges)
        arcs.push_back({m_compound.edges[e].upper, m_compound.edges[e].lower});
    Pieces pieces;
    pieces.components = findComponents(level.size(), arcs);
    pieces.anchored = !level.anchors.empty();
    if (pieces.anchored)
        joinAnchored(pieces.components, level.items.size());
    sortByHints(level, pieces);
    for (const Component& component : pieces.components) {
        const Part part = makePart(level, component.nodes, component.edges);
        const bool keep = LayoutMemory::isWorthKeeping(part);
        const LayoutMemory::Key key = keep ? LayoutMemory::keyOf(part, m_options) : LayoutMemory::Key{};
        PartLayoutPtr drawing = keep ? m_memory.find(key) : nullptr;
        if (!drawing) {
            auto made = layoutPart(part, m_options, stop);
            if (!made)
                return std::nullopt;
            drawing = std::make_shared<const PartLayout>(std::move(*made));
            if (keep)
                m_memory.keep(key, drawing);
        }
        pieces.drawings.push_back(std::move(drawing));
    }
    LevelDrawing drawing;
    pack(level, pieces, drawing);
    if (number > 0)
        makeFrame(number, drawing);
    return drawing;
}

namespace {

/// Copies a part's drawing to its place in the level.
void addPart(const Component& component, const PartLayout& part, double dx, double dy, LevelDrawing& drawing) {
    const auto offset = static_cast<std::int32_t>(drawing.segments.size());
    for (std::size_t i = 0; i < component.nodes.size(); ++i) {
        LayoutBox& box = drawing.boxes[component.nodes[i]];
        box = part.drawing.boxes[i];
        box.x += dx;
        box.y += dy;
        drawing.layers[component.nodes[i]] = part.layers[i];
    }
    for (RouteSegment segment : part.drawing.segments) {
        segment.x0 += dx;
        segment.x1 += dx;
        segment.y0 += dy;
        segment.y1 += dy;
        if (segment.parent >= 0)
            segment.parent += offset;
        drawing.segments.push_back(segment);
    }
    for (std::size_t i = 0; i < component.edges.size(); ++i) {
        EdgeRoute& route = drawing.routes[component.edges[i]];
        route = part.drawing.routes[i];
        route.first += offset;
        route.last += offset;
        route.labelX += dx;
        route.labelY += dy;
    }
    drawing.crossings += part.crossings;
}

} // namespace

/// The part between the borders on the left, everything else in rows beside it.
void LevelDrawer::pack(const Level& level, const Pieces& pieces, LevelDrawing& drawing) const {
    drawing.boxes.resize(level.size());
    drawing.layers.resize(level.size());
    drawing.parts.resize(level.size());
    drawing.routes.resize(level.edges.size());
    const bool outermost = &level == m_compound.levels.data();
    const double gap = outermost ? m_options.componentGap : m_options.componentGap / 2;
    std::vector<Rectangle> rectangles;
    for (std::size_t i = pieces.anchored ? 1 : 0; i < pieces.drawings.size(); ++i)
        rectangles.push_back({0, 0, pieces.drawings[i]->drawing.width, pieces.drawings[i]->drawing.height});
    const LayoutNode sheet = packRectangles(rectangles, gap);
    drawing.size = sheet;
    double left = 0;
    if (pieces.anchored) {
        const Drawing& first = pieces.drawings.front()->drawing;
        rectangles.insert(rectangles.begin(), {0, 0, first.width, first.height});
        left = std::ceil(first.width) + gap;
        drawing.size = {rectangles.size() > 1 ? left + sheet.width : first.width,
                        std::max(first.height, sheet.height > 0 ? sheet.height + padding : 0)};
    }
    for (std::uint32_t i = 0; i < pieces.drawings.size(); ++i) {
        const bool beside = pieces.anchored && i > 0;
        addPart(pieces.components[i], *pieces.drawings[i], rectangles[i].x + (beside ? left : 0),
                rectangles[i].y + (beside ? padding : 0), drawing);
        for (const std::uint32_t local : pieces.components[i].nodes)
            drawing.parts[local] = i;
    }
    if (!pieces.drawings.empty())
        drawing.spine = pieces.drawings.front()->spine + rectangles.front().x;
}

void LevelDrawer::makeFrame(std::uint32_t number, LevelDrawing& drawing) {
    const Level& level = m_compound.levels[number];
    const LayoutGroup& group = m_graph.groups[number - 1];
    const double title = std::ceil(group.headerWidth);
    const double strip = std::ceil(group.headerHeight);
    double firstLine = std::numeric_limits<double>::infinity();
    double lowest = -1;
    for (std::uint32_t i = 0; i < level.anchors.size(); ++i) {
        const LayoutBox& box = drawing.boxes[level.items.size() + i];
        if (m_compound.anchors[level.anchors[i]].side == Border::Top)
            firstLine = std::min(firstLine, box.x);
        else
            lowest = box.y;
    }
    const bool entered = std::isfinite(firstLine);
    double left = padding;
    double top = entered ? 0 : padding;
    double width = 0;
    double height = 0;
    if (m_down) {
        // Lines come in beside the title, not through it, unless that would take much room.
        if (entered && title > 0)
            left = std::max(left, std::min(padding + title + titleGap - firstLine, padding + mostTitleRoom));
        top = strip > 0 ? strip + (entered ? 0 : titleGap) : top;
        width = title + 2 * padding;
    } else {
        left = strip > 0 ? strip + titleGap : left;
        height = title + 2 * padding;
    }
    left = std::round(left * 8) / 8;
    width = std::ceil(std::max(width, left + drawing.size.width + padding) / 2) * 2;
    height = std::max({height, top + drawing.size.height + (lowest == drawing.size.height ? 0 : padding)});
    height = std::ceil(height * 8) / 8;
    for (LayoutBox& box : drawing.boxes) {
        box.x += left;
        box.y += top;
    }
    for (RouteSegment& segment : drawing.segments) {
        segment.x0 += left;
        segment.x1 += left;
        segment.y0 += top;
        segment.y1 += top;
    }
    for (EdgeRoute& route : drawing.routes) {
        route.labelX += left;
        route.labelY += top;
    }
    reachBorder(level, drawing, height);
    drawing.size = {width, height};
    m_frames[number - 1] = {drawing.size, drawing.spine + left - width / 2};
    for (std::uint32_t i = 0; i < level.anchors.size(); ++i)
        m_compound.anchors[level.anchors[i]].at = drawing.boxes[level.items.size() + i].x - width / 2;
}

/// Lines that come from or go to the outside are led on to the frame.
void LevelDrawer::reachBorder(const Level& level, LevelDrawing& drawing, double height) const {
    const auto items = static_cast<std::uint32_t>(level.items.size());
    std::vector<std::int32_t> first(level.anchors.size(), -1); // per anchor at the top: the piece at the frame
    const auto add = [&](const RouteSegment& segment) {
        drawing.segments.push_back(segment);
        return static_cast<std::int32_t>(drawing.segments.size()) - 1;
    };
    for (std::size_t i = 0; i < level.edges.size(); ++i) {
        const LevelEdge& edge = m_compound.edges[level.edges[i]];
        EdgeRoute& route = drawing.routes[i];
        if (edge.upper >= items) {
            RouteSegment* begin = &drawing.segments[static_cast<std::size_t>(route.first)];
            std::int32_t& piece = first[edge.upper - items];
            if (begin->kind == RouteSegment::Kind::Straight) {
                begin->y0 = 0;
            } else if (begin->y0 > 0 || begin->parent >= 0) {
                const double x = begin->x0;
                const double y = begin->y0;
                if (piece < 0)
                    piece = add({x, 0, x, y, 0, -1, RouteSegment::Kind::Straight});
                drawing.segments[static_cast<std::size_t>(route.first)].parent = piece;
                route.first = piece;
            }
        }
        if (edge.lower >= items) {
            RouteSegment& end = drawing.segments[static_cast<std::size_t>(route.last)];
            if (end.kind == RouteSegment::Kind::Straight)
                end.y1 = height;
            else if (end.y1 < height)
                route.last = add({end.x1, end.y1, end.x1, height, 0, route.last, RouteSegment::Kind::Straight});
        }
    }
    for (std::uint32_t i = 0; i < level.anchors.size(); ++i)
        drawing.boxes[items + i].y = m_compound.anchors[level.anchors[i]].side == Border::Top ? 0 : height;
}

} // namespace lapidary::layout
