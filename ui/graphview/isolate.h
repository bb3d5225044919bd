// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of some nodes only. Plain values without Qt.
#pragma once

#include "ui/graphview/graphpicture.h"

#include <unordered_set>

namespace lapidary {

/// The picture reduced to the nodes with these ids: lines between them stay, and where a way leads from one to another
/// through hidden nodes only, a dashed line says so, labelled with `hiddenLabel` in which %1 is the number of nodes on
/// the shortest such way. Groups are left out. The whole picture if none of the ids is in it. Near linear in the
/// picture; dashed lines beyond some hundred thousand steps of searching are left out.
GraphPicture isolatedPicture(const GraphPicture& whole, const std::unordered_set<std::uint32_t>& ids,
                             const std::string& hiddenLabel);

} // namespace lapidary
