// SPDX-License-Identifier: GPL-3.0-or-later
// Decorations of a picture that change without a new layout: preview of removed channels, coupled groups, fenced
// nodes, colour-by values, badges. Plain values without Qt; cheap to build anew for every move of a slider.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace lapidary {

/// Channels [begin, end).
struct ChannelRange {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

/// What became of a node or a line between two models drawn as one.
enum class DiffMark : std::uint8_t { None, Unchanged, Added, Removed, Changed };

/// One line of the key to those marks.
struct DiffLegendEntry {
    DiffMark mark = DiffMark::None;
    std::string text;
};

struct NodeDecor {
    std::uint32_t id = 0;              ///< PictureNode::id; unknown ids are ignored
    std::int64_t channelsKept = -1;    ///< of PictureNode::channels; -1: nothing is to be removed
    std::vector<ChannelRange> removed; ///< which ones; empty with channelsKept set: the last ones are hatched
    std::int32_t group = -1;           ///< nodes with one number are coupled and outlined alike; -1: none
    std::string groupText;             ///< what the group is called: "Group 3, 64 channels"; may be empty
    std::string fenced;                ///< why a pass leaves this node alone; empty: it does not
    float value = std::numeric_limits<float>::quiet_NaN(); ///< colour-by value in 0..1; NaN: none
    std::string valueText;                                 ///< the same as a number with unit
    bool predicted = false;                                ///< the value is an estimate and must look like one
    std::vector<std::string> badges;                       ///< such as "int8" or "50 % sparse"
    DiffMark diff = DiffMark::None;
    std::string diffText; ///< what is different about it, for the tool tip

    bool hasValue() const { return !std::isnan(value); }
};

/// One named step of a scale that is not continuous, such as a precision.
struct LegendEntry {
    std::string text;
    float value = 0;
};

struct OverlayLegend {
    std::string title; ///< what is shown and in which unit; empty: no overlay
    std::string minText;
    std::string maxText;
    std::vector<LegendEntry> entries; ///< instead of the continuous scale
    bool predicted = false;
    std::string middleText = {};    ///< of the scale's middle; empty: not said
    std::string thresholdText = {}; ///< of the value at GraphDecor::threshold
    std::string note = {};          ///< below the scale, such as "logarithmic", or in place of it: see `hasScale`
    bool hasScale = true;           ///< false: there are no values yet, and `note` says how to get them
    bool diverging = false; ///< less (0) to more (1); 0.5 is no difference
};

struct GraphDecor {
    std::vector<NodeDecor> nodes;
    OverlayLegend legend;
    float threshold = 0; ///< nodes with a value below it are dimmed
    std::vector<DiffMark> edgeDiffs;         ///< per edge of the picture; may be empty
    std::vector<DiffLegendEntry> diffLegend; ///< empty: the picture shows one model

    bool hasOverlay() const { return !legend.title.empty(); }
};

} // namespace lapidary
