// SPDX-License-Identifier: GPL-3.0-or-later
// Lines under the pointer, and the values they carry. No Qt.
#pragma once

#include "ui/graphview/laidpicture.h"

namespace lapidary {

/// A value of a picture: what leaves one port of one node. Ids and ports are those of the picture.
struct PictureValue {
    std::uint32_t node = 0; ///< PictureNode::id of what makes it
    std::uint32_t port = 0; ///< PictureEdge::fromPort
    bool operator==(const PictureValue&) const = default;
};

/// From a point to a line piece, in scene units.
double distanceTo(const RouteSegment& segment, LayoutDirection direction, double x, double y);

/// An edge whose line passes within `reach` of a point, the nearest one. Of edges that share the line there any.
/// O(log pieces + pieces near by).
std::optional<std::uint32_t> edgeAt(const LaidPicture& picture, double x, double y, double reach);

PictureValue valueOf(const LaidPicture& picture, std::uint32_t edge);
/// Edges that carry a value, ascending; none if the picture does not have it.
std::vector<std::uint32_t> edgesOf(const LaidPicture& picture, const PictureValue& value);

/// What a node makes (in the order of its edges) or reads (in the order of its inputs), each once.
std::vector<PictureValue> valuesOutOf(const LaidPicture& picture, std::uint32_t node);
std::vector<PictureValue> valuesInto(const LaidPicture& picture, std::uint32_t node);

} // namespace lapidary
