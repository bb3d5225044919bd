// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace lapidary {

/// A box in pixels, y growing downwards.
struct LabelBox {
    double left = 0;
    double top = 0;
    double width = 0;
    double height = 0;

    bool overlaps(const LabelBox& other) const;
    bool within(const LabelBox& other) const;
    bool crossedBy(double x1, double y1, double x2, double y2) const;
};

/// A name to write next to a round marker.
struct LabelWish {
    double x = 0;      ///< centre of the marker
    double y = 0;      //
    double radius = 0; ///< of the marker
    double width = 0;  ///< of the text
    double height = 0; ///< of the text
};

/// A line that labels had better not cross.
struct LabelLine {
    double x1 = 0;
    double y1 = 0;
    double x2 = 0;
    double y2 = 0;
};

/// Finds a free place for each label, greedily in the order given (most important first): right, left, above, below,
/// or a corner, whichever crosses the fewest lines, the first of them when several are as good. A label never covers
/// another label or an obstacle (the markers) and stays in the area; one that finds no place gets none.
/// Deterministic. O(labels * (labels + obstacles + lines)).
std::vector<std::optional<LabelBox>> placeLabels(std::span<const LabelWish> wishes, std::span<const LabelBox> obstacles,
                                                 std::span<const LabelLine> lines, const LabelBox& area);

} // namespace lapidary
