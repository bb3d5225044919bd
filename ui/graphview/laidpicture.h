// SPDX-License-Identifier: GPL-3.0-or-later
// A picture with its geometry and everything the view looks up in it. Immutable; shared between threads.
#pragma once

#include "ui/graphview/graphpicture.h"
#include "ui/graphview/layout/csr.h"
#include "ui/graphview/spatialindex.h"
#include "ui/graphview/textwidths.h"

#include <memory>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace lapidary {

class LayoutMemory;
class LaidPicture;
using LaidPicturePtr = std::shared_ptr<const LaidPicture>;

class LaidPicture {
public:
    /// Measures, lays out and indexes a picture. Linear in its size; meant for a worker thread. Edges that name no
    /// node are dropped. Returns null when stopped or when memory runs out.
    static LaidPicturePtr make(GraphPicture picture, const TextWidths& widths = {}, std::stop_token stop = {});

    struct Options {
        LaidPicturePtr previous; ///< what both pictures have, by id and name, stays in the same order; may be null
        bool coarse = false;     ///< a first look, in a fraction of the time
    };
    /// The same for a picture that went through withoutLooseEdges(), which several threads may share.
    static LaidPicturePtr make(std::shared_ptr<const GraphPicture> picture, const TextWidths& widths,
                               const Options& options, std::stop_token stop = {});
    static std::shared_ptr<const GraphPicture> withoutLooseEdges(GraphPicture picture);

    const GraphPicture& picture() const { return *m_picture; }
    const LayoutResult& layout() const { return m_layout; }
    double layoutMs() const { return m_layoutMs; }
    bool isCoarse() const { return m_coarse; }
    bool isEmpty() const { return m_picture->nodes.empty(); }
    std::uint32_t nodeCount() const { return static_cast<std::uint32_t>(m_picture->nodes.size()); }
    std::uint32_t groupCount() const { return static_cast<std::uint32_t>(m_picture->groups.size()); }
    /// Parts that were drawn before, in `previous`, and taken over as they were.
    std::size_t reusedParts() const;

    /// Index of the node with this id.
    std::optional<std::uint32_t> indexOf(std::uint32_t id) const;

    /// Indices of edges into and out of a node.
    std::span<const std::uint32_t> edgesInto(std::uint32_t node) const { return m_in.of(node); }
    std::span<const std::uint32_t> edgesOutOf(std::uint32_t node) const { return m_out.of(node); }

    /// Nodes or line pieces that touch a window, ascending.
    void nodesIn(const SceneRect& window, std::vector<std::uint32_t>& found) const { m_nodes.query(window, found); }
    void segmentsIn(const SceneRect& window, std::vector<std::uint32_t>& found) const {
        m_segments.query(window, found);
    }
    std::optional<std::uint32_t> nodeAt(double x, double y) const;

    /// Open groups. Index of the one with this id; those whose frame touches a window, outer ones first; the
    /// innermost frame at a point; the strip of a frame that its title stands in.
    std::optional<std::uint32_t> groupIndexOf(std::uint32_t id) const;
    void groupsIn(const SceneRect& window, std::vector<std::uint32_t>& found) const { m_groups.query(window, found); }
    std::optional<std::uint32_t> groupAt(double x, double y) const;
    SceneRect groupHeader(std::uint32_t group) const;

    /// Per line piece: the edge it ends in front of a consumer (an arrow stands there) or none, and the edge whose
    /// label starts at it or none.
    struct SegmentRole {
        std::int32_t arrowOf = -1;
        std::int32_t labelOf = -1;
        bool arrowAtStart = false;
        bool labelBefore = false; ///< the text stands left of the line (or above it), where it is freer
        bool dashed = false;
    };
    const SegmentRole& role(std::uint32_t segment) const { return m_roles[segment]; }
    /// An edge whose line a piece belongs to; -1: none. All edges over a piece carry the same value.
    std::int32_t edgeOver(std::uint32_t segment) const { return m_edgeOver[segment]; }

private:
    LaidPicture() = default;
    void index();
    void assignRoles();
    std::vector<std::uint32_t> labelledEdges(std::uint32_t node) const;
    bool isFreerBefore(std::uint32_t node, const EdgeRoute& route) const;
    void placeLabels(const TextWidths& widths);

    std::shared_ptr<const GraphPicture> m_picture;
    LayoutResult m_layout;
    std::shared_ptr<const LayoutMemory> m_memory;
    double m_layoutMs = 0;
    bool m_coarse = false;
    std::unordered_map<std::uint32_t, std::uint32_t> m_indexOf;
    std::unordered_map<std::uint32_t, std::uint32_t> m_groupIndexOf;
    layout::Csr m_in;
    layout::Csr m_out;
    SpatialIndex m_nodes;
    SpatialIndex m_segments;
    SpatialIndex m_groups;
    std::vector<SegmentRole> m_roles;
    std::vector<std::int32_t> m_edgeOver;
};

/// The rectangle a node covers.
SceneRect rectOf(const LayoutBox& box);

/// The rectangle a line piece covers, without the width of the pen.
SceneRect rectOf(const RouteSegment& segment, LayoutDirection direction);

} // namespace lapidary
