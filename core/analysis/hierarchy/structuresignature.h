// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

namespace lapidary {

/// What a node computes, widths left out: operator, attributes, extents of its kernels in space. Equal for the
/// convolutions of two blocks that differ only in their numbers of channels.
std::uint64_t nodeSignature(const Graph& graph, const Node& node);

} // namespace lapidary
