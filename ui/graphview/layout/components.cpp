// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/components.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lapidary::layout {

std::vector<Component> findComponents(std::uint32_t count, const std::vector<Arc>& arcs) {
    std::vector<std::uint32_t> parent(count);
    std::iota(parent.begin(), parent.end(), 0U);
    const auto find = [&](std::uint32_t node) {
        while (parent[node] != node) {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        return node;
    };
    for (const Arc& arc : arcs) {
        const std::uint32_t a = find(arc.upper);
        const std::uint32_t b = find(arc.lower);
        parent[std::max(a, b)] = std::min(a, b);
    }
    std::vector<std::uint32_t> number(count);
    std::vector<Component> components;
    for (std::uint32_t node = 0; node < count; ++node) {
        const std::uint32_t root = find(node);
        if (root == node) {
            number[node] = static_cast<std::uint32_t>(components.size());
            components.emplace_back();
        }
        components[number[root]].nodes.push_back(node);
    }
    for (std::uint32_t e = 0; e < arcs.size(); ++e)
        components[number[find(arcs[e].upper)]].edges.push_back(e);
    std::ranges::stable_sort(components,
                             [](const Component& a, const Component& b) { return a.nodes.size() > b.nodes.size(); });
    return components;
}

LayoutNode packRectangles(std::vector<Rectangle>& rectangles, double gap) {
    double area = 0;
    double widest = 0;
    for (const Rectangle& r : rectangles) {
        area += (r.width + gap) * (r.height + gap);
        widest = std::max(widest, r.width);
    }
    const double limit = std::max(widest, std::sqrt(area) * 1.3);
    LayoutNode sheet;
    double x = 0;
    double y = 0;
    double rowHeight = 0;
    for (Rectangle& r : rectangles) {
        if (x > 0 && x + r.width > limit) {
            x = 0;
            y += rowHeight + gap;
            rowHeight = 0;
        }
        r.x = x;
        r.y = y;
        x += r.width + gap;
        rowHeight = std::max(rowHeight, r.height);
        sheet.width = std::max(sheet.width, r.x + r.width);
        sheet.height = std::max(sheet.height, r.y + r.height);
    }
    return sheet;
}

} // namespace lapidary::layout
