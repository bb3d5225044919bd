// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace lapidary {

/// Why two nodes are taken for one, from the most to the least trusted.
enum class MatchReason : std::uint8_t {
    None,
    Identity,       ///< stable ids of one lineage
    Name,           ///< the same name
    NormalizedName, ///< the same name once exporters' prefixes and suffixes are gone
    TensorName,     ///< the same names of weights or outputs
    Weights,        ///< the same operator with the same weights, met nowhere else
    Surroundings,   ///< operator, shapes and neighbourhood met nowhere else
    Neighbour,      ///< next to a matched node, through the same ports
    Alignment,      ///< at the same place between matched nodes
};
inline constexpr std::size_t matchReasonCount = 9;
std::string_view matchReasonName(MatchReason reason); ///< "identity", "normalized_name" …

struct NodeMatch {
    NodeId a;
    NodeId b;
    MatchReason reason = MatchReason::None;
    float confidence = 0; ///< 0..1
};

/// What an unmatched node is to a matched one beside it.
enum class Attachment : std::uint8_t {
    None,
    Folded,     ///< its arithmetic went into its host (batch norm into a convolution); in B: came out of it
    Neutral,    ///< computes nothing that its host would not do (identity, dropout, a clip that quantization does)
    Conversion, ///< quantizes, dequantizes, casts or holds what its host takes or gives
};
std::string_view attachmentName(Attachment attachment);

struct AttachedNode {
    bool inB = false;
    NodeId node;
    NodeId host; ///< a matched node of the same graph
    Attachment kind = Attachment::None;
};

struct GraphMatching {
    std::vector<NodeMatch> matches;     ///< in B's order; every node at most once
    std::vector<AttachedNode> attached; ///< A's in A's order, then B's in B's order
};

struct MatchOptions {
    bool sameLineage = false; ///< B was made from A by graph editors: equal ids are one node
};

/// Whether a node is shared by both graphs in memory under one id, which only editing one into the other brings about.
bool shareLineage(const Graph& a, const Graph& b);

/// Says which node of B is which node of A. By stable ids, by names, and for what is left by structure: contents of
/// weights and neighbourhood hashes that are unique on both sides, agreement with what is matched already, and local
/// alignment in between. Weights are sampled, not read in full. Time is about linear in nodes and edges; deterministic.
///
/// Neighbourhood hashes: B. Weisfeiler and A. Leman, "A reduction of a graph to a canonical form", 1968. Unique
/// elements as anchors and the longest increasing run among them: J. W. Hunt and T. G. Szymanski, "A fast algorithm for
/// computing longest common subsequences", CACM 20(5), 1977. Alignment: S. B. Needleman and C. D. Wunsch, J. Mol. Biol.
/// 48(3), 1970.
GraphMatching matchGraphs(const Graph& a, const Graph& b, const MatchOptions& options = {});

} // namespace lapidary
