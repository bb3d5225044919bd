// SPDX-License-Identifier: GPL-3.0-or-later
// Orders the vertices of each layer so that few links cross.
#pragma once

#include "ui/graphview/layout/propergraph.h"

#include <cstdint>
#include <stop_token>

namespace lapidary::layout {

/// Crossings between neighbouring layers, counted with an accumulator tree in O(links log width):
/// Barth, Jünger, Mutzel, "Simple and efficient bilayer cross counting", Graph Drawing 2002.
std::uint64_t countCrossings(const ProperGraph& graph);

/// Barycentre sweeps down and up, then swaps of neighbours; keeps the best order met. Ties keep their order, so the
/// result is deterministic. `swapWork` bounds the comparisons of the swapping step. Held nodes keep their order among
/// each other throughout. Returns the crossings left.
std::uint64_t reduceCrossings(ProperGraph& graph, unsigned sweeps, std::size_t swapWork, const std::stop_token& stop);

} // namespace lapidary::layout
