// SPDX-License-Identifier: GPL-3.0-or-later
// Where texts beside lines make room for what hangs below nodes. No Qt.
#pragma once

#include "ui/graphview/bounddecor.h"

namespace lapidary {

/// How far down an edge's text gives way to the number below the node it comes from, in scene units; data flows down.
inline double labelDrop(const PictureEdge& edge, const BoundDecor& decor) {
    const NodeDecor* from = decor.hasOverlay() ? decor.of(edge.from) : nullptr;
    return from && from->hasValue() ? 6 : 0;
}

} // namespace lapidary
