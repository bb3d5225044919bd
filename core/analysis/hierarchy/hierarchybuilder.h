// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphhierarchy.h"
#include "analysis/hierarchy/grouptree.h"

#include <unordered_set>

namespace lapidary {

struct GraphLinks;
class ScopeTable;

/// Puts the group trees of all of a model's graphs together.
class HierarchyBuilder {
public:
    HierarchyBuilder(const Model& model, const HierarchyOptions& options);
    std::shared_ptr<const GraphHierarchy> build();

private:
    /// A body to be entered: breadth first, so that the limit on nodes is fair.
    struct Body {
        GraphPtr graph;
        std::string role;
        bool function = false;
    };

    void enter(std::int32_t instance);
    void adopt(std::int32_t instance, const GroupTree& tree, const GraphLinks& links, const ScopeTable& scopes);
    void describe(HierarchyGroup& group, const Graph& graph, const GraphLinks& links, const TreeGroup& from) const;
    void addBodies(std::int32_t instance, const Node& node);
    std::vector<Body> bodiesOf(const Node& node) const;
    bool mayEnter(std::int32_t instance, const std::vector<Body>& bodies) const;
    void sortGroups();
    void count();
    void giveKeys();

    const Model& m_model;
    const HierarchyOptions& m_options;
    std::shared_ptr<GraphHierarchy> m_result;
    std::vector<std::uint64_t> m_order; ///< by group: where it stands among its siblings
    std::vector<std::uint32_t> m_depth; ///< by instance
    std::unordered_set<std::string> m_functionNames;
    std::size_t m_bodyNodes = 0;
};

} // namespace lapidary
