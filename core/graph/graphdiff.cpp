// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/graphdiff.h"

#include "graph/graphdiffnodes.h"

#include <array>

namespace lapidary {

namespace {

void count(GraphDiff& diff) {
    for (const auto& node : diff.nodes) {
        auto& counter = node.kind == DiffKind::Added     ? diff.added
                        : node.kind == DiffKind::Removed ? diff.removed
                        : node.kind == DiffKind::Changed ? diff.changed
                                                         : diff.same;
        ++counter;
        diff.attached += node.attachment != Attachment::None;
        if (node.a.valid() && node.b.valid())
            ++diff.matchedBy[std::size_t(node.reason)];
    }
}

} // namespace

std::vector<std::string_view> diffFlagNames(std::uint16_t flags) {
    static constexpr std::array<std::pair<DiffFlag, std::string_view>, 8> names{{{DiffNarrowed, "narrowed"},
                                                                                 {DiffWidened, "widened"},
                                                                                 {DiffRetyped, "retyped"},
                                                                                 {DiffAttributes, "attributes"},
                                                                                 {DiffWeights, "weights"},
                                                                                 {DiffRewired, "rewired"},
                                                                                 {DiffOperator, "operator"},
                                                                                 {DiffRenamed, "renamed"}}};
    std::vector<std::string_view> out;
    for (const auto& [flag, name] : names)
        if ((flags & flag) != 0)
            out.push_back(name);
    return out;
}

GraphDiff diffGraphs(const Model& a, const Model& b, bool sameLineage) {
    GraphDiff diff;
    if (!a.graph || !b.graph)
        return diff;
    const auto &graphA = *a.graph, &graphB = *b.graph;
    MatchOptions options;
    options.sameLineage = sameLineage || shareLineage(graphA, graphB);
    const auto matching = matchGraphs(graphA, graphB, options);
    std::vector<const NodeMatch*> matchOf(graphB.nodeCount());
    std::vector<bool> used(graphA.nodeCount());
    for (const auto& match : matching.matches) {
        matchOf[graphB.position(match.b)] = &match;
        used[graphA.position(match.a)] = true;
    }
    const diff::NodeComparison comparison(graphA, graphB, matching);
    std::size_t next = 0; // position in A up to which removed nodes have been told
    const auto tellRemoved = [&](std::size_t end) {
        for (; next < end; ++next)
            if (!used[next])
                diff.nodes.push_back(comparison.single(*graphA.nodes()[next], false));
    };
    for (std::size_t i = 0; i < graphB.nodeCount(); ++i) {
        if (const auto* match = matchOf[i]) {
            tellRemoved(graphA.position(match->a));
            diff.nodes.push_back(comparison.pair(*match));
        } else {
            diff.nodes.push_back(comparison.single(*graphB.nodes()[i], true));
        }
    }
    tellRemoved(graphA.nodeCount());
    count(diff);
    return diff;
}

} // namespace lapidary
