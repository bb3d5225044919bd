// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/match/nodematch.h"

#include "graph/match/pairing.h"

namespace lapidary {

std::string_view matchReasonName(MatchReason reason) {
    switch (reason) {
    case MatchReason::Identity:
        return "identity";
    case MatchReason::Name:
        return "name";
    case MatchReason::NormalizedName:
        return "normalized_name";
    case MatchReason::TensorName:
        return "tensor_name";
    case MatchReason::Weights:
        return "weights";
    case MatchReason::Surroundings:
        return "surroundings";
    case MatchReason::Neighbour:
        return "neighbour";
    case MatchReason::Alignment:
        return "alignment";
    case MatchReason::None:
        break;
    }
    return "none";
}

std::string_view attachmentName(Attachment attachment) {
    switch (attachment) {
    case Attachment::Folded:
        return "folded";
    case Attachment::Neutral:
        return "neutral";
    case Attachment::Conversion:
        return "conversion";
    case Attachment::None:
        break;
    }
    return "none";
}

bool shareLineage(const Graph& a, const Graph& b) {
    for (const auto& node : b.nodes())
        if (a.node(node->id) == node.get())
            return true;
    return false;
}

GraphMatching matchGraphs(const Graph& a, const Graph& b, const MatchOptions& options) {
    const match::FlatGraph flatA(a), flatB(b);
    match::Pairing pairs(flatA, flatB);
    if (options.sameLineage)
        pairByIdentity(pairs);
    pairByNames(pairs);
    pairByWeights(pairs);
    pairByPlace(pairs);
    pairBySurroundings(pairs);
    constexpr int rounds = 3;
    for (int round = 0; round < rounds; ++round) {
        const auto before = pairs.count();
        pairNeighbours(pairs);
        pairBetween(pairs);
        if (pairs.count() == before)
            break;
    }
    pairSidekicks(pairs);
    pairBySameNamesOfAnyOperator(pairs);
    GraphMatching result;
    for (std::uint32_t y = 0; y < flatB.size(); ++y)
        if (const auto x = pairs.ofB(y); x != match::nowhere)
            result.matches.push_back({flatA[x].node->id, flatB[y].node->id, pairs.reason(y), pairs.confidence(y)});
    result.attached = findAttached(pairs);
    return result;
}

} // namespace lapidary
