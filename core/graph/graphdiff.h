// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/match/nodematch.h"
#include "graph/model.h"

#include <array>
#include <limits>

namespace lapidary {

enum class DiffKind { Same, Added, Removed, Changed };

/// What is different about a node that both models have. Bits of NodeDiff::flags.
enum DiffFlag : std::uint16_t {
    DiffNarrowed = 1,   ///< a weight lost slices
    DiffWidened = 2,    ///< a weight got more slices
    DiffRetyped = 4,    ///< weights of another element type
    DiffAttributes = 8, ///< attributes, or constants that act as such (shapes, axes)
    DiffWeights = 16,   ///< other values, or a bias more or less
    DiffRewired = 32,   ///< fed by another node
    DiffOperator = 64,  ///< another operator
    DiffRenamed = 128,  ///< node or tensors have other names, which alone is no change
};
std::vector<std::string_view> diffFlagNames(std::uint16_t flags); ///< "narrowed", "retyped" …

/// One node of A, of B, or of both.
struct NodeDiff {
    DiffKind kind = DiffKind::Same;
    NodeId a; ///< invalid: only in B
    NodeId b; ///< invalid: only in A
    std::string name;
    std::string opType;
    std::vector<std::string>
        changes;              ///< "weight 64x32x3x3 → 48x32x3x3", "attribute group 1 → 2", "values of bias differ"
    std::uint64_t bytesA = 0; ///< bytes of constant inputs, dequantizers looked through
    std::uint64_t bytesB = 0;
    std::uint16_t flags = 0; ///< DiffFlag
    MatchReason reason = MatchReason::None;
    float confidence = 0;
    std::int64_t channelsA = -1; ///< output channels of the weight; -1: none
    std::int64_t channelsB = -1;
    DataType typeA = DataType::Undefined; ///< element type of the weight as stored
    DataType typeB = DataType::Undefined;
    double weightRelative = 0; ///< largest relative difference of its weights, dequantized; 0: equal or not comparable
    double weightSqnrDb = std::numeric_limits<double>::quiet_NaN(); ///< of the same; NaN: equal or not comparable
    Attachment attachment = Attachment::None; ///< of an added or removed node: what it is to `host`
    NodeId host;                              ///< in the same graph
};

struct GraphDiff {
    std::vector<NodeDiff> nodes; ///< in B's order, removed nodes where they stood in A
    std::size_t added = 0, removed = 0, changed = 0, same = 0;
    std::size_t attached = 0;                              ///< added and removed nodes that belong to a matched one
    std::array<std::size_t, matchReasonCount> matchedBy{}; ///< by MatchReason
};

/// Matches nodes (see matchGraphs; `sameLineage`: B descends from A by editing, which is also seen from shared nodes)
/// and says of each what became of it. A node is Same if it computes the same from matched nodes, whatever it is called
/// and whatever was folded or inserted on the way. Weights are compared by identity first and by content second.
GraphDiff diffGraphs(const Model& a, const Model& b, bool sameLineage = false);

} // namespace lapidary
