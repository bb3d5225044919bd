// SPDX-License-Identifier: GPL-3.0-or-later
#include "selection.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lapidary {

bool inScope(const PruneAnalysis& analysis, GroupIndex group, const std::set<NodeId>& scope) {
    return scope.empty() ||
           std::ranges::any_of(analysis.layers(group), [&](NodeId node) { return scope.contains(node); });
}

bool takesPart(const PruneAnalysis& analysis, GroupIndex group, const ChannelSelectionOptions& options) {
    return analysis.groups().groups[group].prunable && inScope(analysis, group, options.scope) &&
           !(options.innerOnly && analysis.isStream(group)) &&
           !(options.protectedLayers.size() > 0 && inScope(analysis, group, options.protectedLayers));
}

bool hasRatioOfItsOwn(const PruneAnalysis& analysis, GroupIndex group, const ChannelSelectionOptions& options) {
    return !options.layerRatios.empty() && std::ranges::any_of(analysis.layers(group), [&](NodeId id) {
        const Node* node = analysis.model().graph->node(id);
        return options.layerRatios.contains(node->name) || options.layerRatios.contains(displayName(*node));
    });
}

std::uint32_t keepCount(const PruneAnalysis& analysis, GroupIndex group, const ChannelSelectionOptions& options,
                        std::uint32_t wanted) {
    const std::uint32_t all = analysis.groups().groups[group].channels, width = analysis.width(group);
    std::uint32_t keep = all - std::min(wanted, all - 1);
    const std::uint32_t step = options.multiple / std::gcd(options.multiple, width);
    if (step > 1)
        keep = std::max<std::uint32_t>((keep + step / 2) / step * step, std::min(step, all));
    const std::uint32_t least = (options.minChannels + width - 1) / width;
    if (keep < least)
        keep = step > 1 ? (least + step - 1) / step * step : least;
    return std::min(keep, all);
}

namespace {

class Selector {
public:
    Selector(const PruneAnalysis& analysis, const ChannelSelectionOptions& options,
             const std::vector<GroupScores>& scores)
        : m_analysis(analysis), m_options(options), m_scores(scores) {}

    ChannelSelection run() {
        const std::size_t count = m_analysis.groups().groups.size();
        m_result.cut.removed.resize(count);
        m_result.importanceKept.assign(count, 1);
        m_wanted.assign(count, 0);
        readOverrides();
        if (!m_options.counts.empty())
            for (const auto& [group, count] : m_options.counts)
                m_wanted[group] = count;
        else if (m_options.global)
            wantGlobally();
        else
            for (std::size_t g = 0; g < count; ++g)
                if (takesPart(GroupIndex(g)) && !m_overrides.contains(GroupIndex(g)))
                    m_wanted[g] = share(m_options.ratio, channels(GroupIndex(g)));
        for (const auto& [group, ratio] : m_overrides)
            m_wanted[group] = share(ratio, channels(group));
        for (std::size_t g = 0; g < count; ++g)
            if (m_wanted[g] > 0)
                choose(GroupIndex(g));
        return std::move(m_result);
    }

private:
    std::uint32_t channels(GroupIndex group) const { return m_analysis.groups().groups[group].channels; }

    bool takesPart(GroupIndex group) const { return lapidary::takesPart(m_analysis, group, m_options); }

    static std::uint32_t share(double ratio, std::uint32_t channels) {
        // 0.3 x 10 must be 3, whatever binary fractions say.
        return std::uint32_t(std::floor(ratio * double(channels) + 1e-9));
    }

    /// Several layers of one group: the largest ratio counts.
    void readOverrides() {
        for (const auto& [name, ratio] : m_options.layerRatios) {
            bool found = false;
            for (std::size_t g = 0; g < m_wanted.size(); ++g)
                for (const NodeId id : m_analysis.layers(GroupIndex(g))) {
                    const Node* node = m_analysis.model().graph->node(id);
                    if (node->name != name && displayName(*node) != name)
                        continue;
                    found = true;
                    if (!takesPart(GroupIndex(g))) {
                        noteUnusable(name, GroupIndex(g));
                        continue;
                    }
                    auto& chosen = m_overrides.emplace(GroupIndex(g), ratio).first->second;
                    chosen = std::max(chosen, ratio);
                }
            if (!found)
                m_result.notes.push_back(warningDiagnostic("prune.unknown_layer",
                                                           "The model has no layer '" + name + "' that makes channels.",
                                                           "Remove it from the ratios per layer, or correct the name.")
                                             .atNode(name));
        }
    }

    void noteUnusable(const std::string& name, GroupIndex group) {
        const ChannelGroup& g = m_analysis.groups().groups[group];
        m_result.notes.push_back(
            warningDiagnostic("prune.layer_stays", "Layer '" + name + "' has a ratio of its own but stays: it " +
                                                       (g.prunable ? "is outside of the selection" : g.reason) + ".")
                .atNode(name));
    }

    void wantGlobally() {
        struct Candidate {
            double score;
            GroupIndex group;
            std::uint32_t channel;
        };
        std::vector<Candidate> candidates;
        std::vector<std::uint32_t> left(m_wanted.size(), 0);
        for (std::size_t g = 0; g < m_wanted.size(); ++g) {
            if (!takesPart(GroupIndex(g)) || m_overrides.contains(GroupIndex(g)))
                continue;
            const std::uint32_t all = channels(GroupIndex(g));
            left[g] = all - std::max<std::uint32_t>(1, (all + 19) / 20);
            for (std::uint32_t c = 0; c < all; ++c)
                candidates.push_back({m_scores[g].scores[c], GroupIndex(g), c});
        }
        std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
            return std::tie(a.score, a.group, b.channel) < std::tie(b.score, b.group, a.channel);
        });
        std::uint32_t wanted = share(m_options.ratio, std::uint32_t(candidates.size()));
        for (const Candidate& candidate : candidates) {
            if (wanted == 0)
                break;
            if (left[candidate.group] == 0)
                continue;
            --left[candidate.group];
            --wanted;
            ++m_wanted[candidate.group];
        }
    }

    void choose(GroupIndex group) {
        const auto& scores = m_scores[group].scores;
        std::vector<std::uint32_t> order = m_scores[group].order;
        if (order.empty()) {
            order.resize(channels(group));
            std::iota(order.begin(), order.end(), 0u);
            std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
                return scores[a] != scores[b] ? scores[a] < scores[b] : a > b;
            });
        }
        const auto& parts = m_analysis.parts(group);
        std::vector<std::size_t> left;
        std::vector<std::vector<std::uint32_t>> partsOf(parts.empty() ? 0 : order.size());
        for (std::size_t p = 0; p < parts.size(); ++p) {
            left.push_back(parts[p].size());
            for (const std::uint32_t channel : parts[p])
                partsOf[channel].push_back(std::uint32_t(p));
        }
        std::uint32_t toGo = channels(group) - keepCount(m_analysis, group, m_options, m_wanted[group]);
        auto& removed = m_result.cut.removed[group];
        for (const std::uint32_t channel : order) {
            if (toGo == 0)
                break;
            const auto isLast = [&](std::uint32_t part) { return left[part] == 1; };
            if (!parts.empty() && std::ranges::any_of(partsOf[channel], isLast))
                continue;
            if (!parts.empty())
                for (const std::uint32_t part : partsOf[channel])
                    --left[part];
            removed.push_back(channel);
            --toGo;
        }
        std::ranges::sort(removed);
        double sum = 0, lost = 0;
        for (const double score : scores)
            sum += score;
        for (const std::uint32_t channel : removed)
            lost += scores[channel];
        m_result.importanceKept[group] = sum > 0 ? 1 - lost / sum : 1;
    }

    const PruneAnalysis& m_analysis;
    const ChannelSelectionOptions& m_options;
    const std::vector<GroupScores>& m_scores;
    std::map<GroupIndex, double> m_overrides;
    std::vector<std::uint32_t> m_wanted; // by group: channels to remove
    ChannelSelection m_result;
};

} // namespace

ChannelSelection selectChannels(const PruneAnalysis& analysis, const ChannelSelectionOptions& options,
                                const std::vector<GroupScores>& scores) {
    return Selector(analysis, options, scores).run();
}

} // namespace lapidary
