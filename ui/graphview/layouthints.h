// SPDX-License-Identifier: GPL-3.0-or-later
// What the layout is told about a picture, and about the picture it will take the place of.
#pragma once

#include "ui/graphview/graphpicture.h"
#include "ui/graphview/textwidths.h"

namespace lapidary {

class LaidPicture;

LayoutGraph measurePicture(const GraphPicture& picture, const TextWidths& widths);

/// Nodes and groups count as the same when id and name are; an open group and the node that stands for it closed are
/// the same. Adds nothing when the pictures have less than half of their nodes in common: another model.
void addLayoutHints(const LaidPicture& previous, const GraphPicture& picture, LayoutGraph& graph);

} // namespace lapidary
