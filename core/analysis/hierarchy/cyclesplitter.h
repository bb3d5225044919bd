// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphlinks.h"

namespace lapidary {

/// Labels of a set of nodes, such that nodes with one label shall become one group; 0: the node stands alone.
/// Scratch space for a whole graph, so that many small sets cost what they are.
class CycleSplitter {
public:
    explicit CycleSplitter(const GraphLinks& links);

    /// Sets of nodes, ascending, whose groups and single nodes lie on a common cycle when each group is one node.
    /// Empty: the labels may be contracted. Linear.
    std::vector<std::vector<std::uint32_t>> cycles(const std::vector<std::uint32_t>& nodes,
                                                   const std::vector<std::uint32_t>& labels);

    /// Per node of `nodes`, the stretch it belongs to: a topological order that stays in one label as long as it can,
    /// cut where the label changes. Contracting stretches makes no cycle. Numbers ascend from 0. O(n log n).
    std::vector<std::uint32_t> stretches(const std::vector<std::uint32_t>& nodes,
                                         const std::vector<std::uint32_t>& labels);

private:
    const GraphLinks& m_links;
    std::vector<std::uint32_t> m_slot; ///< by node: its place in the set, or none
};

} // namespace lapidary
