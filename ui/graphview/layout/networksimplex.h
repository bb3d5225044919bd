// SPDX-License-Identifier: GPL-3.0-or-later
// Layers with the shortest edges in sum: the network simplex method of Gansner, Koutsofios, North and Vo, "A technique
// for drawing directed graphs", IEEE Trans. Software Engineering 19(3), 1993, section 2.
#pragma once

#include "ui/graphview/layout/layering.h"

namespace lapidary::layout {

/// Improves layers in which every arc goes down by one or more; they still do afterwards. Does nothing to graphs of
/// more than a few thousand nodes or that hang in pieces, and stops early where it would take long: the work is
/// bounded, and layers never get worse. Layers may begin anywhere. Deterministic.
void shortenArcs(std::uint32_t nodeCount, const std::vector<Arc>& arcs, const std::vector<Border>& border,
                 std::vector<std::uint32_t>& layer);

} // namespace lapidary::layout
