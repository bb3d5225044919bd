// SPDX-License-Identifier: GPL-3.0-or-later
// What every layout must guarantee, checked by looking at each pair. For graphs of some hundred nodes.
#pragma once

#include "ui/graphview/graphpicture.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace lapidary::check {

LayoutGraph toGraph(const GraphPicture& picture);

/// Nodes of 100 x 40.
LayoutGraph simpleGraph(std::uint32_t nodes, std::vector<LayoutEdge> edges);

/// Points along a piece, as it is drawn.
std::vector<std::pair<double, double>> samples(const RouteSegment& s, LayoutDirection direction);

bool overlap(const LayoutBox& a, const LayoutBox& b);

/// Whether a piece enters a box. Straight pieces run along an axis, so their extent decides; bends are sampled.
bool crosses(const RouteSegment& s, const LayoutBox& box, LayoutDirection direction);

/// No node overlaps another or leaves the sheet.
void checkBoxes(const LayoutResult& result);

/// Every line is a chain from producer to consumer that passes through no node, nor through a frame around neither.
void checkLines(const LayoutGraph& graph, const LayoutResult& result);

/// Frames nest as their groups do, hold their nodes and leave room for their titles; nothing else is inside.
void checkFrames(const LayoutGraph& graph, const LayoutResult& result);

double centre(const LayoutBox& b);
bool same(const LayoutResult& a, const LayoutResult& b);

} // namespace lapidary::check
