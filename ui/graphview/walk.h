// SPDX-License-Identifier: GPL-3.0-or-later
// Walking the graph with the arrow keys.
#pragma once

#include "ui/graphview/laidpicture.h"

#include <optional>

namespace lapidary {

enum class WalkStep { Producer, Consumer, Before, After };

/// The neighbour of a node. Producer and Consumer: where the line is straightest, but back to `cameFrom` if that is one of
/// them, so that a step and its opposite lead home. Before and After (left and right, or above and below when data flows
/// to the right): the next sibling, which is another consumer of what makes the node's inputs or another producer of what
/// reads its outputs; where there is none, the nearest node beside it in the same layer band.
std::optional<std::uint32_t> walkFrom(const LaidPicture& picture, std::uint32_t node, WalkStep step,
                                      std::optional<std::uint32_t> cameFrom = std::nullopt);

} // namespace lapidary
