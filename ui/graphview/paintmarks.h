// SPDX-License-Identifier: GPL-3.0-or-later
// What the user has marked: selected and found nodes, the node under the pointer, lines to be lit.
#pragma once

#include <cstdint>
#include <vector>

namespace lapidary {

class LaidPicture;

struct PaintMarks {
    enum Flag : std::uint8_t { Selected = 1, Found = 2, Hovered = 4 };

    std::vector<std::uint8_t> flags; ///< per node; may be empty
    std::vector<std::uint8_t> lit;   ///< per line piece: part of a selected node's lines; may be empty
    bool anyFound = false;           ///< then nodes that were not found step back a little

    std::uint8_t of(std::uint32_t node) const { return node < flags.size() ? flags[node] : 0; }
    bool isLit(std::uint32_t segment) const { return segment < lit.size() && lit[segment] != 0; }

    /// Lights the lines into and out of the selected nodes. Many selected nodes light nothing: it would not help.
    void lightSelected(const LaidPicture& picture);
};

} // namespace lapidary
