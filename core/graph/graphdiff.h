// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

namespace lapidary {

enum class DiffKind { Same, Added, Removed, Changed };

/// One node of A, of B, or of both.
struct NodeDiff {
    DiffKind kind = DiffKind::Same;
    NodeId a; ///< invalid: only in B
    NodeId b; ///< invalid: only in A
    std::string name;
    std::string opType;
    std::vector<std::string> changes; ///< "weight 64x32x3x3 → 48x32x3x3", "attribute group 1 → 2", "values of bias differ"
    std::uint64_t bytesA = 0;         ///< bytes of constant inputs
    std::uint64_t bytesB = 0;
};

struct GraphDiff {
    std::vector<NodeDiff> nodes; ///< in B's order, removed nodes where they stood in A
    std::size_t added = 0, removed = 0, changed = 0, same = 0;
};

/// Matches nodes by stable id if B descends from A (`sameLineage`), else by name and operator, then by the names of
/// their outputs. Weights are compared by identity first and by content second.
GraphDiff diffGraphs(const Model& a, const Model& b, bool sameLineage = false);

} // namespace lapidary
