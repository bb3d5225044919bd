// SPDX-License-Identifier: GPL-3.0-or-later
// Aligns what is left between matched nodes that stand in one order on both sides.
#include "graph/match/pairing.h"
#include "graph/match/risingrun.h"

#include <algorithm>

namespace lapidary::match {

namespace {

constexpr double enough = 0.5;
constexpr std::size_t narrowBand = 96;
constexpr std::size_t cellsAtMost = 6'000'000;

class Alignment {
public:
    Alignment(Pairing& pairs, std::vector<std::uint32_t> left, std::vector<std::uint32_t> right)
        : m_pairs(pairs), m_left(std::move(left)), m_right(std::move(right)),
          m_band(narrowBand +
                 (m_left.size() > m_right.size() ? m_left.size() - m_right.size() : m_right.size() - m_left.size())),
          m_width(2 * m_band + 1) {}

    std::size_t cells() const { return (m_left.size() + 1) * m_width; }

    void run() {
        m_score.assign(cells(), 0);
        m_step.assign(cells(), Up);
        for (std::size_t i = 1; i <= m_left.size(); ++i)
            for (std::size_t k = 0; k < m_width; ++k)
                fill(i, k);
        std::size_t i = m_left.size(), j = m_right.size();
        while (i > 0 && j > 0) {
            const auto step = m_step[cell(i, j)];
            if (step == Both)
                take(--i, --j);
            else if (step == Up)
                --i;
            else
                --j;
        }
    }

private:
    enum Step : std::uint8_t { Up, Left, Both };

    /// Row i covers the columns around the diagonal that leads from corner to corner.
    std::size_t centre(std::size_t i) const { return i * m_right.size() / std::max<std::size_t>(1, m_left.size()); }
    bool inside(std::size_t i, std::size_t j) const { return j + m_band >= centre(i) && j <= centre(i) + m_band; }
    std::size_t cell(std::size_t i, std::size_t j) const { return i * m_width + (j + m_band - centre(i)); }

    void fill(std::size_t i, std::size_t k) {
        if (centre(i) + k < m_band || centre(i) + k - m_band > m_right.size())
            return;
        const std::size_t j = centre(i) + k - m_band;
        const std::size_t at = i * m_width + k;
        float best = inside(i - 1, j) ? m_score[cell(i - 1, j)] : -1;
        Step step = Up;
        if (j > 0 && inside(i, j - 1) && m_score[cell(i, j - 1)] > best) {
            best = m_score[cell(i, j - 1)];
            step = Left;
        }
        if (j > 0 && inside(i - 1, j - 1)) {
            const auto x = m_left[i - 1], y = m_right[j - 1];
            if (compatible(m_pairs.a[x], m_pairs.b[y])) {
                const double alike = similarity(m_pairs, x, y);
                const float both = m_score[cell(i - 1, j - 1)] + float(alike - enough + 0.05);
                if (alike >= enough && both > best) {
                    best = both;
                    step = Both;
                }
            }
        }
        m_score[at] = best;
        m_step[at] = step;
    }

    void take(std::size_t i, std::size_t j) {
        const auto x = m_left[i], y = m_right[j];
        if (support(m_pairs, x, y) > -0.5)
            m_pairs.take(x, y, MatchReason::Alignment, similarity(m_pairs, x, y) * 0.75);
    }

    Pairing& m_pairs;
    std::vector<std::uint32_t> m_left, m_right;
    std::size_t m_band, m_width;
    std::vector<float> m_score;
    std::vector<Step> m_step;
};

std::vector<std::uint32_t> byOrder(const FlatGraph& graph) {
    std::vector<std::uint32_t> nodes(graph.size());
    for (std::uint32_t i = 0; i < graph.size(); ++i)
        nodes[graph[i].order] = i;
    std::erase_if(nodes, [&](std::uint32_t i) { return !graph[i].isPlain(); });
    return nodes;
}

} // namespace

void pairBetween(Pairing& pairs) {
    const auto left = byOrder(pairs.a), right = byOrder(pairs.b);
    std::vector<std::uint32_t> rank(pairs.b.size());
    for (std::uint32_t i = 0; i < right.size(); ++i)
        rank[right[i]] = i;
    std::vector<Run> matched;
    for (std::uint32_t i = 0; i < left.size(); ++i)
        if (const auto y = pairs.ofA(left[i]); y != nowhere && pairs.b[y].isPlain())
            matched.push_back({i, rank[y], left[i], y});
    auto fixed = risingRun(matched);
    fixed.push_back({std::uint32_t(left.size()), std::uint32_t(right.size()), nowhere, nowhere});
    std::uint32_t i = 0, j = 0;
    std::size_t budget = cellsAtMost;
    for (const auto& end : fixed) {
        std::vector<std::uint32_t> gapA, gapB;
        for (; i < end.left; ++i)
            if (pairs.ofA(left[i]) == nowhere)
                gapA.push_back(left[i]);
        for (; j < end.right; ++j)
            if (pairs.ofB(right[j]) == nowhere)
                gapB.push_back(right[j]);
        if (!gapA.empty() && !gapB.empty()) {
            Alignment alignment(pairs, std::move(gapA), std::move(gapB));
            if (alignment.cells() <= budget) {
                budget -= alignment.cells();
                alignment.run();
            }
        }
        i = end.left + 1;
        j = end.right + 1;
    }
}

} // namespace lapidary::match
