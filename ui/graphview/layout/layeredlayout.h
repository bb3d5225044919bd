// SPDX-License-Identifier: GPL-3.0-or-later
// Layered drawing of a directed graph after Sugiyama, Tagawa and Toda, "Methods for visual understanding of
// hierarchical system structures", IEEE SMC 1981: break cycles, assign layers, order each layer, place, route.
// Groups are drawn from the inside outwards; see compound.h.
#pragma once

#include "ui/graphview/layout/layoutgraph.h"

#include <optional>
#include <stop_token>

namespace lapidary {

class LayoutMemory;

/// Lays out a graph. Deterministic: the same input gives the same numbers. Time grows about linearly with nodes,
/// edges and bends. Edges that name a node out of range are left without a line. Guarantees: nodes do not overlap,
/// frames hold their nodes and child frames and nothing else, and a line crosses no node but the two it joins and no
/// frame but those around one of the two. Hints of an earlier layout keep what both have in the same order. `memory`
/// may be null; it gives back what it knows of unchanged parts and takes up this layout's. Returns nothing when
/// stopped. Throws only std::bad_alloc.
std::optional<LayoutResult> layoutLayered(const LayoutGraph& graph, const LayoutOptions& options = {},
                                          std::stop_token stop = {}, LayoutMemory* memory = nullptr);

} // namespace lapidary
