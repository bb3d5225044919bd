// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs that need no neighbour: what is met once on either side.
#include "graph/match/fingerprint.h"
#include "graph/match/pairing.h"
#include "graph/match/risingrun.h"

#include <algorithm>
#include <unordered_map>

namespace lapidary::match {

namespace {

using Hashes = std::vector<std::uint64_t>;

struct Sightings {
    std::vector<std::uint32_t> a, b;
};

std::unordered_map<std::uint64_t, Sightings> sightings(const Pairing& pairs, const Hashes& a, const Hashes& b) {
    std::unordered_map<std::uint64_t, Sightings> seen;
    for (std::uint32_t x = 0; x < pairs.a.size(); ++x)
        if (a[x] != 0 && pairs.ofA(x) == nowhere && pairs.a[x].isPlain())
            seen[a[x]].a.push_back(x);
    for (std::uint32_t y = 0; y < pairs.b.size(); ++y)
        if (b[y] != 0 && pairs.ofB(y) == nowhere && pairs.b[y].isPlain())
            if (const auto it = seen.find(b[y]); it != seen.end())
                it->second.b.push_back(y);
    return seen;
}

Hashes weightHashes(const FlatGraph& graph) {
    Hashes hashes(graph.size());
    for (std::uint32_t i = 0; i < graph.size(); ++i)
        hashes[i] = graph[i].weights == 0 ? 0 : mixed(graph[i].op, graph[i].weights);
    return hashes;
}

Hashes ownHashes(const FlatGraph& graph) {
    Hashes hashes(graph.size());
    for (std::uint32_t i = 0; i < graph.size(); ++i)
        hashes[i] = ownHash(graph[i]);
    return hashes;
}

} // namespace

void pairByIdentity(Pairing& pairs) {
    const auto& a = pairs.a.graph();
    for (std::uint32_t y = 0; y < pairs.b.size(); ++y) {
        const auto id = pairs.b[y].node->id;
        if (const auto* node = a.node(id))
            pairs.take(std::uint32_t(a.position(node->id)), y, MatchReason::Identity, 1);
    }
}

/// Several layers with the same weights pair up in order if both sides have as many.
void pairByWeights(Pairing& pairs) {
    const auto seen = sightings(pairs, weightHashes(pairs.a), weightHashes(pairs.b));
    std::vector<const Sightings*> sorted;
    for (const auto& [hash, entry] : seen)
        if (entry.a.size() == entry.b.size())
            sorted.push_back(&entry);
    std::sort(sorted.begin(), sorted.end(), [](const auto* p, const auto* q) { return p->b.front() < q->b.front(); });
    const auto byOrder = [](const FlatGraph& graph, std::vector<std::uint32_t> nodes) {
        std::sort(nodes.begin(), nodes.end(), [&](auto p, auto q) { return graph[p].order < graph[q].order; });
        return nodes;
    };
    for (const auto* entry : sorted) {
        const bool single = entry->a.size() == 1;
        const auto left = byOrder(pairs.a, entry->a), right = byOrder(pairs.b, entry->b);
        for (std::size_t i = 0; i < left.size(); ++i)
            if (single || pairs.a[left[i]].weight->count() >= 64)
                pairs.take(left[i], right[i], MatchReason::Weights, single ? 0.97 : 0.85);
    }
}

/// The same way from the inputs and to the outputs, met once: the same network, whatever its widths.
void pairByPlace(Pairing& pairs) {
    const auto places = [](const FlatGraph& graph) {
        Hashes hashes(graph.size());
        for (std::uint32_t i = 0; i < graph.size(); ++i)
            hashes[i] = graph[i].place;
        return hashes;
    };
    const auto left = places(pairs.a), right = places(pairs.b);
    const auto seen = sightings(pairs, left, right);
    for (std::uint32_t y = 0; y < pairs.b.size(); ++y) {
        const auto it = seen.find(right[y]);
        if (it != seen.end() && it->second.a.size() == 1 && it->second.b.size() == 1 && it->second.b[0] == y &&
            support(pairs, it->second.a[0], y) >= 0)
            pairs.take(it->second.a[0], y, MatchReason::Surroundings, 0.9);
    }
}

/// From wide neighbourhoods, which are trusted as they are, to the node alone, where pairs must also stand in one
/// order.
void pairBySurroundings(Pairing& pairs) {
    constexpr int rounds = 4;
    std::vector<Hashes> left{ownHashes(pairs.a)}, right{ownHashes(pairs.b)};
    for (int r = 1; r < rounds; ++r) {
        left.push_back(pairs.a.refined(left.back()));
        right.push_back(pairs.b.refined(right.back()));
    }
    for (int r = rounds; r-- > 0;) {
        std::vector<Run> once;
        for (const auto& [hash, entry] : sightings(pairs, left[std::size_t(r)], right[std::size_t(r)]))
            if (entry.a.size() == 1 && entry.b.size() == 1)
                once.push_back({pairs.a[entry.a[0]].order, pairs.b[entry.b[0]].order, entry.a[0], entry.b[0]});
        std::sort(once.begin(), once.end(), [](const Run& p, const Run& q) { return p.left < q.left; });
        if (r < 2)
            once = risingRun(once);
        for (const auto& run : once) {
            const auto x = run.a, y = run.b;
            if (support(pairs, x, y) >= 0 && similarity(pairs, x, y) >= 0.5)
                pairs.take(x, y, MatchReason::Surroundings, 0.6 + 0.1 * r);
        }
    }
}

} // namespace lapidary::match
