// SPDX-License-Identifier: GPL-3.0-or-later
#include "datascores.h"

#include "data/parallel.h"
#include "elimination.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

/// Adds a consumer's view of the channels of a group, with a mean of 1.
void addConsumer(const ConsumerGram& consumer, GroupIndex group, Importance importance, std::vector<double>& sums) {
    const LayerRows& layer = consumer.layer;
    std::vector<double> own(sums.size(), 0);
    for (std::size_t g = 0; g < layer.groups; ++g)
        for (std::size_t c = 0; c < layer.channels; ++c) {
            const ChannelRef ref = consumer.channels[g * layer.channels + c];
            if (ref.group != group)
                continue;
            for (std::size_t t = 0; t < layer.taps; ++t) {
                const std::size_t f = c * layer.taps + t;
                const double mean = consumer.sums.inputMean(g, f),
                             rows = double(std::max<std::uint64_t>(consumer.sums.rows, 1));
                const double norm =
                    std::sqrt(std::max(0.0, consumer.sums.gram[g][f * layer.features() + f] / rows) + mean * mean);
                double weight = importance == Importance::Wanda ? 0 : 1;
                for (std::size_t o = 0; o < layer.outputs && importance == Importance::Wanda; ++o)
                    weight += std::abs(consumer.weights[(g * layer.features() + f) * layer.outputs + o]);
                own[ref.channel] += weight * norm;
            }
        }
    double mean = 0;
    for (const double value : own)
        mean += value / double(own.size());
    for (std::size_t c = 0; c < own.size() && mean > 0; ++c)
        sums[c] += own[c] / mean;
}

GroupScores scoresFrom(const EliminationOrder& order) {
    GroupScores result;
    result.scores.assign(order.order.size(), 0);
    double before = 0, largest = 0;
    for (std::size_t i = 0; i < order.order.size(); ++i) {
        largest = std::max(largest, order.loss[i] - before);
        before = order.loss[i];
        result.scores[order.order[i]] = largest;
    }
    result.order = order.order;
    result.loss = order.loss;
    return result;
}

} // namespace

Result<std::vector<GroupScores>> dataScores(const PruneAnalysis& analysis, const ShapeTable& shapes,
                                            Importance importance, const std::vector<bool>& wanted,
                                            CalibrationProvider& calibration, const GramGathering& options,
                                            const Work& work) {
    auto fallback = analysis.scores(Importance::L2, options.seed, work);
    if (!fallback)
        return fallback.status();
    std::vector<GroupScores> scores = **fallback;
    const auto use = [&](const std::vector<GroupIndex>& groups, const std::vector<ConsumerGram>& grams) -> Status {
        std::vector<Status> problems(groups.size());
        parallelFor(groups.size(), options.threads, [&](std::size_t i) {
            std::vector<const ConsumerGram*> consumers;
            for (const ConsumerGram& gram : grams)
                if (std::ranges::any_of(gram.channels, [&](const ChannelRef& ref) { return ref.group == groups[i]; }))
                    consumers.push_back(&gram);
            GroupScores& group = scores[groups[i]];
            group.fellBack = consumers.empty();
            const std::uint32_t channels = analysis.groups().groups[groups[i]].channels;
            if (consumers.empty())
                return;
            if (importance == Importance::Obs) {
                auto order = eliminateChannels(groups[i], channels, consumers, work);
                if (order)
                    group = scoresFrom(*order);
                else
                    problems[i] = order.status();
                return;
            }
            group.scores.assign(channels, 0);
            for (const ConsumerGram* consumer : consumers)
                addConsumer(*consumer, groups[i], importance, group.scores);
            for (double& score : group.scores)
                score /= double(consumers.size());
        });
        for (const Status& problem : problems)
            if (!problem)
                return problem;
        return {};
    };
    if (auto status = gatherConsumers(analysis, shapes, wanted, calibration, options, use, work); !status)
        return status;
    return scores;
}

} // namespace lapidary
