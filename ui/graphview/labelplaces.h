// SPDX-License-Identifier: GPL-3.0-or-later
// Where the text of a value stands beside its line. No Qt.
#pragma once

#include "ui/graphview/laidpicture.h"

#include <vector>

namespace lapidary {

/// The rectangle around an edge's text, in scene units, with the gap to its line left out. `before`: left of the line
/// (or above it, where data flows to the right).
SceneRect labelRect(const EdgeRoute& route, double textWidth, bool before, LayoutDirection direction);

struct LabelPlace {
    bool before = false;
    double along = 0; ///< how far the text moves on along its line, in scene units
};

/// Counts what a text would cover. Reads a picture whose index and roles are made; one thread at a time.
class LabelPlaces {
public:
    explicit LabelPlaces(const LaidPicture& picture) : m_picture(picture) {}

    /// Lines and nodes that pass through a rectangle; what only touches its border does not count.
    std::size_t covered(const SceneRect& rect);
    /// A free place beside the line, at the route's point or farther along its first straight piece; the side `liked`
    /// comes first. Where none is free: the side at the route's point that covers less.
    LabelPlace best(const EdgeRoute& route, double textWidth, bool liked);

private:
    double roomAlong(const EdgeRoute& route, double textWidth) const;

    const LaidPicture& m_picture;
    std::vector<std::uint32_t> m_found;
};

/// Whether a line piece passes through the inside of a rectangle.
bool passesThrough(const RouteSegment& segment, LayoutDirection direction, const SceneRect& rect);

} // namespace lapidary
