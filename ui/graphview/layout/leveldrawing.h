// SPDX-License-Identifier: GPL-3.0-or-later
// Draws one level of a compound graph and, for a group, the frame around it.
#pragma once

#include "ui/graphview/layout/compound.h"
#include "ui/graphview/layout/layoutmemory.h"

#include <optional>
#include <stop_token>
#include <vector>

namespace lapidary::layout {

/// A group as its parent level sees it.
struct Frame {
    LayoutNode size;
    double spine = 0; ///< from the centre
};

/// In coordinates of the level: the frame's corner, or the sheet's, is (0,0).
struct LevelDrawing {
    std::vector<LayoutBox> boxes; ///< per local number
    std::vector<std::uint32_t> layers;
    std::vector<std::uint32_t> parts; ///< per local number: which connected part
    std::vector<RouteSegment> segments;
    std::vector<EdgeRoute> routes; ///< in the order of Level::edges
    LayoutNode size;
    double spine = 0; ///< across the flow
    std::uint64_t crossings = 0;
};

class LevelDrawer {
public:
    LevelDrawer(const LayoutGraph& graph, Compound& compound, const LayoutOptions& options, LayoutMemory& memory);

    /// Draws a level whose child groups are drawn already. Sets the places of its anchors and its frame.
    std::optional<LevelDrawing> draw(std::uint32_t level, const std::stop_token& stop);

private:
    struct Pieces;

    LayoutNode sizeOf(std::uint32_t item) const;
    Part makePart(const Level& level, const std::vector<std::uint32_t>& nodes, const std::vector<std::uint32_t>& edges);
    void describeNode(Part& part, const Level& level, std::uint32_t local) const;
    void sortByHints(const Level& level, Pieces& pieces) const;
    void pack(const Level& level, const Pieces& pieces, LevelDrawing& drawing) const;
    void makeFrame(std::uint32_t level, LevelDrawing& drawing);
    void reachBorder(const Level& level, LevelDrawing& drawing, double height) const;
    const LayoutHint* hintOf(std::uint32_t item) const;

    const LayoutGraph& m_graph;
    Compound& m_compound;
    const LayoutOptions& m_options;
    LayoutMemory& m_memory;
    const bool m_down;
    std::vector<Frame> m_frames;         ///< per group
    std::vector<bool> m_hasLoop;         ///< per node
    std::vector<std::uint32_t> m_number; ///< per local number: its number within its part
};

} // namespace lapidary::layout
