// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/repeats.h"

#include <algorithm>
#include <tuple>

namespace lapidary {

namespace {

constexpr std::uint32_t longestPeriod = 64;

/// A longest stretch in which every item equals the one a period before it.
struct Stretch {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t period = 0;
};

class RepeatFinder {
public:
    RepeatFinder(const std::vector<RepeatItem>& items, std::uint32_t leastWeight)
        : m_items(items), m_leastWeight(leastWeight), m_sum(items.size() + 1, 0), m_bigs(items.size() + 1, 0),
          m_taken(items.size(), false) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            m_sum[i + 1] = m_sum[i] + items[i].weight;
            m_bigs[i + 1] = m_bigs[i] + (items[i].big ? 1 : 0);
        }
    }

    std::vector<Repeat> find() {
        auto stretches = allStretches();
        std::sort(stretches.begin(), stretches.end(), [this](const Stretch& a, const Stretch& b) {
            return std::tuple(covered(b), a.period, a.begin) < std::tuple(covered(a), b.period, b.begin);
        });
        std::vector<Repeat> found;
        for (const auto& stretch : stretches)
            for (const auto& rest : untaken(stretch))
                if (const auto repeat = cut(rest); repeat.count >= leastCount(rest)) {
                    std::fill(m_taken.begin() + repeat.begin, m_taken.begin() + repeat.end(), true);
                    found.push_back(repeat);
                }
        std::sort(found.begin(), found.end(), [](const Repeat& a, const Repeat& b) { return a.begin < b.begin; });
        return found;
    }

private:
    std::uint64_t weight(std::uint32_t begin, std::uint32_t end) const { return m_sum[end] - m_sum[begin]; }

    /// Of whole periods.
    std::uint64_t covered(const Stretch& s) const {
        return weight(s.begin, s.begin + (s.end - s.begin) / s.period * s.period);
    }

    std::uint32_t leastCount(const Stretch& s) const {
        return m_bigs[s.begin + s.period] - m_bigs[s.begin] > 1 ? leastCompound : 2;
    }

    /// Whether a period consists of shorter equal ones: then those are the blocks, or too light to be any.
    bool isCompound(const Stretch& s) const {
        for (std::uint32_t part = 1; 2 * part <= s.period; ++part) {
            if (s.period % part != 0)
                continue;
            std::uint32_t i = s.begin;
            while (i + part < s.begin + s.period && m_items[i].token == m_items[i + part].token)
                ++i;
            if (i + part == s.begin + s.period)
                return true;
        }
        return false;
    }

    std::vector<Stretch> allStretches() const {
        const auto count = std::uint32_t(m_items.size());
        std::vector<Stretch> found;
        for (std::uint32_t period = 1; period <= std::min(longestPeriod, count / 2); ++period) {
            std::uint32_t begin = 0;
            for (std::uint32_t i = 0; i + period <= count; ++i) {
                if (i + period < count && m_items[i].token == m_items[i + period].token)
                    continue;
                const Stretch stretch{begin, i + period, period};
                if (i - begin >= (leastCount(stretch) - 1) * period && weight(begin, begin + period) >= m_leastWeight &&
                    !isCompound(stretch))
                    found.push_back(stretch);
                begin = i + 1;
            }
        }
        return found;
    }

    std::vector<Stretch> untaken(const Stretch& stretch) const {
        std::vector<Stretch> rest;
        std::uint32_t begin = stretch.begin;
        for (std::uint32_t i = stretch.begin; i <= stretch.end; ++i) {
            if (i < stretch.end && !m_taken[i])
                continue;
            if (i - begin >= 2 * stretch.period)
                rest.push_back({begin, i, stretch.period});
            begin = i + 1;
        }
        return rest;
    }

    Repeat cut(const Stretch& s) const {
        const auto most = (s.end - s.begin) / s.period;
        std::uint32_t best = s.begin;
        for (auto begin = s.begin; begin < s.begin + s.period && (s.end - begin) / s.period == most; ++begin) {
            const auto& item = m_items[begin];
            const auto& champion = m_items[best];
            if (std::tuple(item.canLead, item.weight) > std::tuple(champion.canLead, champion.weight))
                best = begin;
        }
        return {best, s.period, most};
    }

    const std::vector<RepeatItem>& m_items;
    const std::uint32_t m_leastWeight;
    std::vector<std::uint64_t> m_sum;  ///< of the weights before
    std::vector<std::uint32_t> m_bigs; ///< big items before
    std::vector<bool> m_taken;
};

} // namespace

std::vector<Repeat> findRepeats(const std::vector<RepeatItem>& items, std::uint32_t leastWeight) {
    return RepeatFinder(items, leastWeight).find();
}

} // namespace lapidary
