// SPDX-License-Identifier: GPL-3.0-or-later
#include "allocate.h"

#include "analysis/allocation.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr double largestRatio = 0.95;
constexpr int halvings = 10;
constexpr std::uint32_t levels = 64;  // of a group's width that are looked at
constexpr std::size_t buckets = 2000; // of the budget

class Allocator {
public:
    Allocator(const PruneAnalysis& analysis, const ShapeTable& shapes, const ChannelSelectionOptions& options,
              const TargetOptions& target, const std::vector<GroupScores>& scores)
        : m_analysis(analysis), m_options(options), m_scores(scores),
          m_counter(analysis, shapes, target.measure, target.layerMs, target.layerFixedMs) {}

    double whole() const { return m_counter.whole(); }
    double count(const ChannelSelection& selection) const { return m_counter.count(selection.cut); }

    /// The mildest ratio that keeps to the budget.
    Result<ChannelSelection> byRatio(double budget, const Work& work) {
        double mild = 0, strong = largestRatio;
        ChannelSelection best = selectWith(strong);
        if (count(best) > budget)
            return best;
        for (int i = 0; i < halvings; ++i) {
            if (auto status = work.check(); !status)
                return status;
            const double ratio = (mild + strong) / 2;
            ChannelSelection selection = selectWith(ratio);
            if (selection.cut.removed == best.cut.removed) {
                strong = ratio;
                continue;
            }
            if (count(selection) <= budget) {
                strong = ratio;
                best = std::move(selection);
            } else {
                mild = ratio;
            }
        }
        return best;
    }

    /// Costs are taken as a sum over groups; layers between two groups make it a product. So the budget of the sum is
    /// corrected until the exact count fits.
    Result<ChannelSelection> bySensitivity(double budget, const Work& work) {
        if (auto status = makeParts(work); !status)
            return status;
        const Allocation allocation(m_parts, buckets);
        double low = allocation.cheapest(), high = allocation.dearest();
        ChannelSelection best = selectChoices(allocation.choicesFor(low));
        if (count(best) > budget)
            return best;
        for (int i = 0; i < halvings; ++i) {
            if (auto status = work.check(); !status)
                return status;
            const double middle = (low + high) / 2;
            ChannelSelection selection = selectChoices(allocation.choicesFor(middle));
            if (count(selection) <= budget) {
                low = middle;
                best = std::move(selection);
            } else {
                high = middle;
            }
        }
        return best;
    }

private:
    ChannelSelection selectWith(double ratio) {
        m_options.ratio = ratio;
        return selectChannels(m_analysis, m_options, m_scores);
    }

    ChannelSelection selectChoices(const std::vector<std::size_t>& choices) {
        m_options.counts.clear();
        for (std::size_t i = 0; i < choices.size(); ++i)
            m_options.counts[m_partGroup[i]] = m_removed[i][choices[i]];
        return selectChannels(m_analysis, m_options, m_scores);
    }

    /// Loss after removing the n first channels of the group's order, n = 0 … channels.
    std::vector<double> lossCurve(GroupIndex group) const {
        const GroupScores& scores = m_scores[group];
        std::vector<double> curve{0};
        if (!scores.loss.empty()) {
            curve.insert(curve.end(), scores.loss.begin(), scores.loss.end());
            return curve;
        }
        // Without errors: squares of the scores, as shares of the group's.
        std::vector<double> sorted = scores.scores;
        std::ranges::sort(sorted);
        double sum = 0;
        for (const double score : sorted)
            sum += score * score;
        for (const double score : sorted)
            curve.push_back(curve.back() + (sum > 0 ? score * score / sum : 0));
        return curve;
    }

    Status makeParts(const Work& work) {
        const auto halves = m_analysis.halfCuts(work);
        if (!halves)
            return halves.status();
        for (std::size_t g = 0; g < m_analysis.groups().groups.size(); ++g) {
            const auto group = GroupIndex(g);
            if (!takesPart(m_analysis, group, m_options) || hasRatioOfItsOwn(m_analysis, group, m_options))
                continue;
            if (auto status = work.check(); !status)
                return status;
            const std::uint32_t all = m_analysis.groups().groups[g].channels;
            const double each = (whole() - m_counter.of((**halves)[g], true)) / double(std::max(all / 2, 1u));
            const std::vector<double> curve = lossCurve(group);
            std::vector<AllocationChoice> choices;
            std::vector<std::uint32_t> removed;
            const auto most = std::uint32_t(std::floor(largestRatio * all));
            const std::uint32_t step = std::max<std::uint32_t>(1, all / levels);
            for (std::uint32_t n = 0; n <= most; n += step) {
                const std::uint32_t really = all - keepCount(m_analysis, group, m_options, n);
                if (!removed.empty() && really <= removed.back())
                    continue;
                removed.push_back(really);
                choices.push_back({std::max(0.0, each * double(all - really)),
                                   curve[std::min<std::size_t>(really, curve.size() - 1)]});
            }
            m_parts.push_back(std::move(choices));
            m_removed.push_back(std::move(removed));
            m_partGroup.push_back(group);
        }
        return {};
    }

    const PruneAnalysis& m_analysis;
    ChannelSelectionOptions m_options;
    const std::vector<GroupScores>& m_scores;
    BudgetCounter m_counter;
    std::vector<std::vector<AllocationChoice>> m_parts;
    std::vector<std::vector<std::uint32_t>> m_removed; // by part, choice
    std::vector<GroupIndex> m_partGroup;
};

} // namespace

Result<ChannelSelection> selectForTarget(const PruneAnalysis& analysis, const ShapeTable& shapes,
                                         ChannelSelectionOptions options, Distribution distribution,
                                         const TargetOptions& target, const std::vector<GroupScores>& scores,
                                         const Work& work) {
    options.global = distribution == Distribution::Global;
    if (!target.wanted && distribution != Distribution::Sensitivity)
        return selectChannels(analysis, options, scores);
    Allocator allocator(analysis, shapes, options, target, scores);
    const double budget =
        target.wanted ? target.share * allocator.whole() : allocator.count(selectChannels(analysis, options, scores));
    auto selection = distribution == Distribution::Sensitivity ? allocator.bySensitivity(budget, work)
                                                               : allocator.byRatio(budget, work);
    if (selection && allocator.count(*selection) > budget * (1 + 1e-9))
        selection->notes.push_back(warningDiagnostic(
            "prune.target",
            "The target cannot be reached: " +
                std::to_string(int(std::ceil(100 * allocator.count(*selection) / std::max(allocator.whole(), 1e-30)))) +
                " % stay when as many channels as possible go.",
            "Widen the selection, allow residual streams, or lower the floor and the channel multiple."));
    return selection;
}

} // namespace lapidary
