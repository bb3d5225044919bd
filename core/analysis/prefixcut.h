// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/cost.h"
#include "analysis/valuehashes.h"

namespace lapidary {

/// Where an edited network may be entered with values that were computed before the edit.
struct PrefixCut {
    std::vector<ValueId> values;      ///< what has to be given, in graph order; graph inputs among them: not worth it
    std::vector<NodeId> prefix;       ///< nodes that need not run then, in graph order; empty: no useful cut
    std::vector<NodeId> firstChanged; ///< changed nodes that no other changed node leads to, in graph order
    std::size_t unchanged = 0;        ///< nodes that compute from the input what they computed before
    std::size_t changed = 0;          ///< nodes that do not
    std::uint64_t bytesPerSample = 0; ///< of `values`
    double savedShare = 0;            ///< of the work of all nodes, 0..1
};

struct PrefixCutOptions {
    /// What computing is worth against keeping: bytes kept for each multiply-accumulate or element operation that need
    /// not be done again. 0: the fewest bytes, wherever they are. The default is about a byte read in the time of four
    /// operations on one core.
    double bytesPerOperation = 0.25;
};

/// Nodes of `edited` whose outputs occur in the base, by NodeId::number.
std::vector<bool> unchangedNodes(const Model& base, const ValueHashes& baseHashes, const Model& edited,
                                 const ValueHashes& editedHashes);

/// The cheapest cut of `graph` between its inputs and the nodes that are not `unchanged` (nodes behind changed ones
/// count as changed) and its outputs: bytes of the values plus what the work that has to be done again is worth. Among
/// equals the latest. Values of unknown size or of no tensor type are avoided. `shapes` at batch 1. A minimum cut: the
/// choice of nodes that have to be closed under "needs" is J.-C. Picard's (Management Science 22(11), 1976).
PrefixCut findPrefixCut(const Graph& graph, const ShapeTable& shapes, const CostReport& cost,
                        const std::vector<bool>& unchanged, const PrefixCutOptions& options = {});

/// Bytes of a value for one sample; nothing if its shape is unknown or it is not made of numbers.
std::optional<std::uint64_t> valueBytes(const ShapeTable& shapes, ValueId id);
/// Multiply-accumulates and element operations: what savedShare counts.
std::uint64_t operationsOf(const NodeCost& cost);

} // namespace lapidary
