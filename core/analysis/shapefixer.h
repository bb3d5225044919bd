// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"
#include "analysis/cutcounter.h"
#include "graph/grapheditor.h"

namespace lapidary {

/// Makes attributes and shape constants follow a cut. Constants may be shared with nodes that keep theirs, so a changed
/// one is always a new initializer.
Status fixShapes(const Model& model, const ChannelGroups& groups, CutCounter& counter, GraphEditor& editor);

} // namespace lapidary
