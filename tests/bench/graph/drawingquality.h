// SPDX-License-Identifier: GPL-3.0-or-later
// How good a drawing of a graph is, from nothing but the curves on the paper, so that any program's can be compared.
#pragma once

#include "ui/graphview/layout/layoutgraph.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace lapidary::bench {

using Curve = std::vector<std::pair<double, double>>; ///< points along one edge

struct DrawingQuality {
    std::uint64_t crossings =
        0; ///< pairs of pieces of two edges that cross; touching and running together do not count
    double length = 0;
    double area = 0;
};

/// Cost grows with the square of the points: for some hundred edges.
DrawingQuality judge(const std::vector<Curve>& curves);

/// Points along a cubic Bézier curve after its start, appended.
void appendBezier(Curve& curve, std::pair<double, double> a, std::pair<double, double> b, std::pair<double, double> c,
                  std::pair<double, double> d);

/// Edges between two different nodes, each pair once: what both programs are asked to draw.
std::vector<LayoutEdge> comparableEdges(const std::vector<LayoutEdge>& edges);

/// One curve per edge that has a line, along all of its pieces.
std::vector<Curve> curvesOf(const LayoutResult& layout);

/// Share of the links on the longest path that run exactly straight, with both nodes' centres on one line.
double spineShare(const LayoutGraph& graph, const LayoutResult& layout);

} // namespace lapidary::bench
