// SPDX-License-Identifier: GPL-3.0-or-later
// Walking the graph with the arrow keys.
#pragma once

#include "ui/graphview/laidpicture.h"

#include <optional>

namespace lapidary {

enum class WalkStep { Producer, Consumer, Before, After };

/// The neighbour of a node: the producer or consumer whose line is straightest, or the nearest node beside it in the
/// same layer band (before: left, or above when data flows to the right).
std::optional<std::uint32_t> walkFrom(const LaidPicture& picture, std::uint32_t node, WalkStep step);

} // namespace lapidary
