// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphhierarchy.h"

#include <map>
#include <optional>
#include <unordered_map>

namespace lapidary {

// Picture ids: nodes of the main graph are their NodeId numbers; the rest stands in ranges above.
inline constexpr std::uint32_t groupIdBase = 0x40000000u; ///< groups
inline constexpr std::uint32_t innerIdBase = 0x60000000u; ///< nodes and ports inside of bodies
/// Picture ids of graph inputs and outputs stand above those of nodes: `ioIdBase + value number`.
inline constexpr std::uint32_t ioIdBase = 0x80000000u;
inline constexpr std::uint32_t outputIdBase = ioIdBase + 0x40000000u;

/// What a picture id stands for.
struct SceneRef {
    enum class Kind { Node, Group, Input, Output, Gate };
    Kind kind = Kind::Node;
    std::int32_t group = -1;    ///< Group; of a node that has bodies: its Control group
    std::int32_t instance = -1; ///< Node, Input, Output, Gate: of which graph; Gate: of the owner's
    NodeId node;                ///< Node; Gate: the owner
    ValueId value;              ///< Input, Output
};

/// Gives everything in a hierarchy a picture id, open or closed, so that an id means the same thing whatever is shown.
/// Ids come from paths: an edited model whose paths stay has the same ids, up to rare collisions. Immutable.
class PictureIds {
public:
    explicit PictureIds(GraphHierarchyPtr hierarchy);

    const GraphHierarchy& hierarchy() const { return *m_hierarchy; }
    /// A Control group has its owner's id: the closed node and the open frame are the same thing.
    std::uint32_t group(std::int32_t group) const;
    std::uint32_t node(std::int32_t instance, NodeId node) const;
    std::uint32_t input(std::int32_t instance, ValueId value) const;
    std::uint32_t output(std::int32_t instance, ValueId value) const;
    /// Of what stands in an open Control group for its owner's own inputs; `instance`: a body of it.
    std::uint32_t gate(std::int32_t instance) const;
    /// False for bodies that found no room in the range of ids: they cannot be opened. Only absurd models have any.
    bool hasRoom(std::int32_t instance) const { return instance == 0 || m_begin[std::size_t(instance)] != 0; }

    std::optional<SceneRef> find(std::uint32_t id) const;

private:
    struct Range {
        std::uint32_t end;
        std::int32_t instance;
    };
    void placeGroups();
    void placeInstances();
    SceneRef inner(std::uint32_t offset, std::int32_t instance) const;

    GraphHierarchyPtr m_hierarchy;
    std::vector<std::uint32_t> m_groupId;
    std::unordered_map<std::uint32_t, std::int32_t> m_groupOf;
    std::vector<std::uint32_t> m_begin; ///< by instance
    std::map<std::uint32_t, Range> m_ranges;
};

using PictureIdsPtr = std::shared_ptr<const PictureIds>;

} // namespace lapidary
