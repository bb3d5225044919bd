// SPDX-License-Identifier: GPL-3.0-or-later
// Walks from matched pairs to what is next to them, the likeliest first.
#include "graph/match/pairing.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace lapidary::match {

namespace {

constexpr double enough = 0.5;
constexpr std::size_t manyConsumers = 8;

struct Candidate {
    double score = 0;
    std::uint32_t x = 0, y = 0;

    /// Ties go by place, so that the result does not depend on the queue.
    bool operator<(const Candidate& other) const {
        return score != other.score ? score < other.score : std::tie(x, y) > std::tie(other.x, other.y);
    }
};

class Walk {
public:
    explicit Walk(Pairing& pairs) : m_pairs(pairs) {}

    void run() {
        for (std::uint32_t y = 0; y < m_pairs.b.size(); ++y)
            if (m_pairs.ofB(y) != nowhere && m_pairs.b[y].isPlain())
                lookAround(m_pairs.ofB(y), y);
        fromGraphInputs();
        while (!m_queue.empty()) {
            const auto best = m_queue.top();
            m_queue.pop();
            if (!m_pairs.isFree(best.x, best.y))
                continue;
            const double now = score(best.x, best.y);
            if (now + 1e-9 < best.score) { // its neighbours went elsewhere meanwhile
                add(best.x, best.y);
                continue;
            }
            m_pairs.take(best.x, best.y, MatchReason::Neighbour, std::min(0.9, now * 0.9));
            lookAround(best.x, best.y);
        }
    }

private:
    double score(std::uint32_t x, std::uint32_t y) const {
        return similarity(m_pairs, x, y) + 0.25 * support(m_pairs, x, y) - 0.1;
    }

    void add(std::uint32_t x, std::uint32_t y) {
        if (!m_pairs.isFree(x, y) || !compatible(m_pairs.a[x], m_pairs.b[y]))
            return;
        const double value = score(x, y);
        if (value >= enough)
            m_queue.push({value, x, y});
    }

    void lookAround(std::uint32_t x, std::uint32_t y) {
        const auto &left = m_pairs.a[x], &right = m_pairs.b[y];
        for (const auto& p : left.plainInputs)
            for (const auto& q : right.plainInputs)
                if (p.inPort == q.inPort && p.outPort == q.outPort && p.node != nowhere && q.node != nowhere)
                    add(p.node, q.node);
        consumers(left.plainOutputs, right.plainOutputs);
    }

    /// All with all, or side by side where there are many.
    void consumers(const std::vector<Link>& left, const std::vector<Link>& right) {
        const bool many = left.size() > manyConsumers || right.size() > manyConsumers;
        for (std::size_t i = 0; i < left.size(); ++i) {
            const std::size_t from = many ? i - std::min<std::size_t>(i, 1) : 0;
            const std::size_t to = many ? std::min(right.size(), i + 2) : right.size();
            for (std::size_t k = from; k < to; ++k)
                if (left[i].outPort == right[k].outPort)
                    add(left[i].node, right[k].node);
        }
    }

    void fromGraphInputs() {
        std::vector<Link> left, right;
        const auto collect = [](const FlatGraph& graph, std::vector<Link>& links) {
            for (std::uint32_t i = 0; i < graph.size(); ++i)
                for (const auto& link : graph[i].plainInputs)
                    if (link.node == nowhere && graph[i].isPlain())
                        links.push_back({i, 0, link.inPort});
        };
        collect(m_pairs.a, left);
        collect(m_pairs.b, right);
        consumers(left, right);
    }

    Pairing& m_pairs;
    std::priority_queue<Candidate> m_queue;
};

/// Pairs two free nodes that step back if they are alike.
bool pairSidekick(Pairing& pairs, std::uint32_t x, std::uint32_t y) {
    if (x == nowhere || y == nowhere || !pairs.isFree(x, y))
        return false;
    const auto &left = pairs.a[x], &right = pairs.b[y];
    if (left.isPlain() || left.kind != right.kind || left.op != right.op)
        return false;
    return pairs.take(x, y, MatchReason::Neighbour, 0.8);
}

} // namespace

void pairNeighbours(Pairing& pairs) {
    Walk(pairs).run();
}

void pairSidekicks(Pairing& pairs) {
    std::vector<std::uint32_t> open; // positions in B whose pair is to be looked around
    for (std::uint32_t y = 0; y < pairs.b.size(); ++y)
        if (pairs.ofB(y) != nowhere)
            open.push_back(y);
    while (!open.empty()) {
        const auto y = open.back(), x = pairs.ofB(y);
        open.pop_back();
        for (const auto& p : pairs.a[x].inputs)
            for (const auto& q : pairs.b[y].inputs)
                if (p.inPort == q.inPort && pairSidekick(pairs, p.node, q.node))
                    open.push_back(q.node);
        std::size_t looked = 0;
        for (const auto& p : pairs.a[x].outputs) {
            if (pairs.ofA(p.node) != nowhere || ++looked > manyConsumers)
                continue;
            for (const auto& q : pairs.b[y].outputs)
                if (p.outPort == q.outPort && pairSidekick(pairs, p.node, q.node)) {
                    open.push_back(q.node);
                    break;
                }
        }
    }
}

} // namespace lapidary::match
