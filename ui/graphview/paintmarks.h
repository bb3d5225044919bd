// SPDX-License-Identifier: GPL-3.0-or-later
// What the user has marked: selected and found nodes and frames, what is under the pointer, lines to be lit.
#pragma once

#include "ui/graphview/routehit.h"

#include <cstdint>
#include <vector>

namespace lapidary {

struct PaintMarks {
    /// Current: where the keys stand.
    enum Flag : std::uint8_t { Selected = 1, Found = 2, Hovered = 4, Current = 8 };

    std::vector<std::uint8_t> flags; ///< per node; may be empty
    /// Why a line piece is lit: it belongs to a selected node or value, or to the value under the pointer.
    enum Light : std::uint8_t { Chosen = 1, Pointed = 2 };

    std::vector<std::uint8_t> frames; ///< Selected and Hovered per open group; may be empty
    std::vector<std::uint8_t> lit;    ///< Light per line piece; may be empty
    bool valueChosen = false;         ///< a value is selected, not nodes
    bool anyFound = false;            ///< then nodes that were not found step back a little

    std::uint8_t of(std::uint32_t node) const { return node < flags.size() ? flags[node] : 0; }
    std::uint8_t ofFrame(std::uint32_t group) const { return group < frames.size() ? frames[group] : 0; }
    bool isLit(std::uint32_t segment) const { return (lightOf(segment) & Chosen) != 0; }
    std::uint8_t lightOf(std::uint32_t segment) const { return segment < lit.size() ? lit[segment] : 0; }

    /// Lights the lines into and out of the selected nodes. Many selected nodes light nothing: it would not help.
    void lightSelected(const LaidPicture& picture);
    /// All lines of a value.
    void lightValue(const LaidPicture& picture, const PictureValue& value, Light light);
    /// Takes one kind of light from all lines.
    void darken(Light light);
};

} // namespace lapidary
