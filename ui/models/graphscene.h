// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graphview/graphpicture.h"
#include "ui/models/groupstate.h"
#include "ui/models/pictureids.h"

#include <compare>
#include <map>
#include <unordered_map>
#include <vector>

namespace lapidary {

/// A picture and what its parts stand for. Immutable once made.
struct GraphScene {
    GraphPicture picture;
    PictureIdsPtr ids;                  ///< with the hierarchy
    std::vector<std::int32_t> closedBy; ///< by group: the closed group that hides it or is it; -1: none
    std::unordered_map<std::uint32_t, std::uint32_t>
        folded; ///< constants that stand in their readers: by their picture id, that of the first reader
    /// A line of the picture: a port of one of its nodes.
    struct Line {
        std::uint32_t id = 0;
        std::uint32_t port = 0;
        auto operator<=>(const Line&) const = default;
    };
    std::vector<Line> allLines; ///< ascending
    std::map<Line, std::vector<std::uint32_t>>
        merged; ///< lines that stand for several values: the ports of all of them

    const GraphHierarchy& hierarchy() const { return ids->hierarchy(); }
    /// The node of the picture that shows this node, or stands for it; nothing for an unknown one. An owner of an open
    /// body is shown by its frame.
    std::optional<std::uint32_t> shown(std::int32_t instance, NodeId node) const;
    /// The closed group that hides a picture id; -1: none does.
    std::int32_t hiddenBy(std::uint32_t id) const;
    /// Nodes of the main graph that a picture id stands for: a node itself, a group's members, a body's owner.
    std::vector<NodeId> mainNodes(std::uint32_t id) const;
    /// The value that leaves a port of the picture's nodes; nothing if the line stands for no one value.
    struct Value {
        std::int32_t instance = 0;
        ValueId id;
    };
    std::optional<Value> value(std::uint32_t id, std::uint32_t port) const;
    /// The same for lines that stand for several values, at closed groups: all of them, in the order they were met.
    std::vector<Value> values(std::uint32_t id, std::uint32_t port) const;
    /// Lines that carry a value, alone or with others; none if no line does.
    std::vector<Line> lines(std::int32_t instance, ValueId value) const;
    /// The group a picture id is, open or closed; -1: it is none.
    std::int32_t groupOf(std::uint32_t id) const;
    /// The group that "expand" opens at a picture id: a closed group or closed body; -1: nothing to open.
    std::int32_t expandable(std::uint32_t id) const;
    /// The group that "collapse" closes at a picture id: the innermost open one around it; -1: none.
    std::int32_t collapsible(std::uint32_t id) const;
};

using GraphScenePtr = std::shared_ptr<const GraphScene>;

} // namespace lapidary
