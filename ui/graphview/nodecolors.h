// SPDX-License-Identifier: GPL-3.0-or-later
// Which colours a node has right now: by category, or by value while something is shown on the graph.
#pragma once

#include "ui/graphview/bounddecor.h"
#include "ui/graphview/graphstyle.h"

namespace lapidary {

struct NodeColors {
    QColor header;
    QColor headerText;
    QColor body;
    QColor bodyText;
    QColor accent;       ///< category stripe; the width bar's colour
    bool stripe = false; ///< whether the accent is shown as a stripe, because the header shows a value
};

NodeColors nodeColors(const PictureNode& node, const NodeDecor* decor, const BoundDecor& all, const GraphStyle& style);

} // namespace lapidary
