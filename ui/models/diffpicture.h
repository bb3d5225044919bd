// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/compare.h"
#include "ui/graphview/graphdecor.h"
#include "ui/graphview/graphpicture.h"

#include <set>
#include <unordered_map>

namespace lapidary {

/// Two models with what the comparison of their graphs found. Immutable, shared between threads.
struct ComparedModels {
    AnalysedModelPtr a, b;
    ModelComparison comparison;
};
using ComparedModelsPtr = std::shared_ptr<const ComparedModels>;

/// Both models as one graph. Nodes of B and nodes that both have bear B's picture ids; nodes only in A follow with ids
/// of their own. Nodes that got narrower show their width in A.
struct DiffPicture {
    GraphPicture picture;
    std::vector<DiffMark> nodeDiffs;                                      ///< per picture node
    std::vector<DiffMark> edgeDiffs;                                      ///< per picture edge
    std::unordered_map<std::uint32_t, std::size_t> entryOf;               ///< picture id → index of GraphDiff::nodes
    std::vector<std::uint32_t> idOf;                                      ///< the other way round
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> folded; ///< runs shown as one node: id → members
};

/// Pure; any thread. About linear.
DiffPicture buildDiffPicture(const ComparedModels& models, LayoutDirection direction = LayoutDirection::TopDown);

/// What changed with `context` nodes around it; runs of at least three unchanged nodes become one node each, which
/// `opened` (by id) keeps open. Folding never makes a cycle.
DiffPicture foldUnchanged(const DiffPicture& full, int context, const std::set<std::uint32_t>& opened);

/// Ids of the nodes that differ, in the order of the comparison. A node that belongs to another (quantizers around a
/// layer) comes with its own id.
std::vector<std::uint32_t> differences(const DiffPicture& picture, const GraphDiff& diff);

} // namespace lapidary
