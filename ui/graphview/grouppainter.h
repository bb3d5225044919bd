// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graphview/paintframe.h"

#include <cstdint>
#include <vector>

namespace lapidary {

/// Frames of open groups with their titles, outer ones first; meant to lie below lines and nodes.
void paintGroups(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail);

/// Outlines only, for scales at which nodes are dots; frames too small to be seen are left out.
void paintGroupOutlines(const PaintFrame& frame, const std::vector<std::uint32_t>& visible);

} // namespace lapidary
