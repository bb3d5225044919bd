// SPDX-License-Identifier: GPL-3.0-or-later
// Places the vertices of an ordered layered graph along their layers.
#pragma once

#include "ui/graphview/layout/propergraph.h"

#include <stop_token>
#include <vector>

namespace lapidary::layout {

struct Spacing {
    double nodeGap = 0;
    double edgeGap = 0;
};

/// How far apart the centres of two neighbours must be.
double apart(const ProperGraph& graph, const Spacing& spacing, std::uint32_t a, std::uint32_t b);

/// Centre of every vertex across the flow, least edge at 0. After U. Brandes and B. Köpf, "Fast and simple horizontal
/// coordinate assignment", Graph Drawing 2001: four extreme alignments, and the mean of the two middle ones. Blocks
/// are packed by longest paths in the graph of blocks, which keeps wide vertices apart. Two rules are added so that
/// networks look as their authors think of them: where a node may line up either with a node or with a long line,
/// it takes the node, and a shared line stays straight where others leave it. Layers with a single vertex stand on
/// one straight line. Vertices with fixed ports line up by their ports, after U. Rüegg, C. D. Schulze, J. J. Carstens
/// and R. von Hanxleden, "Size- and port-aware horizontal node coordinate assignment", Graph Drawing 2015.
///
/// `coarse` takes two alignments instead of four. Returns nothing of use when stopped.
std::vector<double> placeAcross(const ProperGraph& graph, const Spacing& spacing, bool coarse,
                                const std::stop_token& stop);

} // namespace lapidary::layout
