// SPDX-License-Identifier: GPL-3.0-or-later
// Generated pictures for tests and benchmarks: networks of the usual kinds at any size, always the same.
#pragma once

#include "ui/graphview/graphdecor.h"
#include "ui/graphview/graphpicture.h"

#include <cstdint>

namespace lapidary::sample {

/// Bottleneck blocks with skip connections, now and then a projection.
GraphPicture residual(std::uint32_t nodes);

/// Blocks of four branches that meet in a Concat.
GraphPicture inception(std::uint32_t nodes);

/// Encoder layers with three projections, shape computations and one mask read by every layer.
GraphPicture transformer(std::uint32_t nodes);

/// One producer with many consumers.
GraphPicture fanOut(std::uint32_t consumers);

/// A line of nodes, one after the other.
GraphPicture chain(std::uint32_t nodes);

/// Random edges forwards and, one in twenty, backwards or onto the node itself.
GraphPicture tangle(std::uint32_t nodes, std::uint32_t seed);

/// Puts a picture's nodes into nested groups at random: runs of neighbours, and now and then nodes from anywhere.
void nest(GraphPicture& picture, std::uint32_t groups, std::uint32_t seed);

/// The residual network with every block in a frame and four blocks each in a frame around them.
GraphPicture residualStages(std::uint32_t nodes);

/// Preview, groups, fences, badges and values on the picture's nodes.
GraphDecor decorate(const GraphPicture& picture, bool overlay, bool preview);

} // namespace lapidary::sample
