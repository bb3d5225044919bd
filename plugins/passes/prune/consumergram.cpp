// SPDX-License-Identifier: GPL-3.0-or-later
#include "consumergram.h"

#include "graph/operatortraits.h"
#include "layertarget.h"

#include <algorithm>
#include <map>

namespace lapidary {
namespace {

struct Candidate {
    ConsumerGram gram;
    LayerTarget target;
    std::string input, judged;
};

/// Layers whose input axis carries channels of one of the groups, in graph order.
std::vector<Candidate> findConsumers(const PruneAnalysis& analysis, const ShapeTable& shapes,
                                     const std::vector<GroupIndex>& groups) {
    const Graph& graph = *analysis.model().graph;
    std::map<std::pair<std::size_t, ValueId>, Candidate> found; // by position
    for (const GroupIndex g : groups) {
        for (const WeightSlice& slice : analysis.groups().groups[g].consumers) {
            const Node& node = *graph.node(slice.node);
            const OperatorTraits* traits = traitsOf(node);
            if (!traits || traits->weightInput < 0 || traits->weightInputAxis != slice.axis ||
                node.input(std::size_t(traits->weightInput)) != slice.weight)
                continue;
            const auto key = std::make_pair(graph.position(slice.node), slice.weight);
            if (const auto known = found.find(key); known != found.end()) {
                continue;
            }
            auto layer = LayerRows::of(graph, shapes, node);
            if (!layer)
                continue;
            Candidate candidate{{*layer, {}, {}, {}, 0}, layerTarget(graph, shapes, *layer), {}, {}};
            const auto& refs = *slice.channels;
            const std::size_t all = layer->groups * layer->channels;
            if (refs.size() != layer->channels && refs.size() != all)
                continue;
            for (std::size_t p = 0; p < all; ++p)
                candidate.gram.channels.push_back(refs[p % refs.size()]);
            candidate.input = graph.value(layer->input)->name;
            candidate.judged = graph.value(candidate.target.judged)->name;
            found.emplace(key, std::move(candidate));
        }
    }
    std::vector<Candidate> list;
    for (auto& [key, candidate] : found)
        list.push_back(std::move(candidate));
    return list;
}

Status finish(const Graph& graph, Candidate& candidate) {
    ConsumerGram& gram = candidate.gram;
    const LayerRows& layer = gram.layer;
    gram.sums.center();
    const auto weight = toFloats(*graph.constant(layer.weight));
    if (!weight)
        return weight.status();
    const std::vector<float> matrices = layer.matrices(*weight);
    gram.weights.resize(matrices.size());
    const std::size_t features = layer.features(), outputs = layer.outputs;
    for (std::size_t g = 0; g < layer.groups; ++g)
        for (std::size_t o = 0; o < outputs; ++o) {
            const double scale = candidate.target.scale.empty() ? 1 : candidate.target.scale[g * outputs + o];
            for (std::size_t f = 0; f < features; ++f)
                gram.weights[(g * features + f) * outputs + o] =
                    scale * double(matrices[(g * outputs + o) * features + f]);
        }
    for (const double square : gram.sums.targetSquare)
        gram.energy += square;
    return {};
}

/// One run over the data.
Status gatherPart(const PruneAnalysis& analysis, std::vector<Candidate>& all, CalibrationProvider& calibration,
                  const GramGathering& options, const Work& work) {
    const std::uint64_t samples = std::max<std::uint64_t>(calibration.sampleCount(), 1);
    std::vector<GramCollector> collectors;
    StreamedModel model{analysis.modelPtr(), {}, {}, nullptr};
    for (const Candidate& candidate : all) {
        GramOptions gram;
        gram.rowsPerSample = std::max<std::size_t>((options.rows + samples - 1) / samples, 4);
        gram.seed = options.seed + analysis.model().graph->producer(candidate.gram.layer.output)->id.number;
        gram.threads = options.threads;
        gram.crossMoments = false;
        collectors.emplace_back(candidate.gram.layer, gram);
        model.values.push_back(candidate.input);
        model.values.push_back(candidate.judged);
    }
    const auto add = [&](const StreamedBatch& batch) -> Status {
        for (std::size_t i = 0; i < collectors.size(); ++i) {
            if (auto status = work.check(); !status)
                return status;
            const Tensor& judged = *batch.values[0][2 * i + 1];
            const auto view = FloatView::of(judged);
            if (!view)
                return view.status();
            const auto targets = [&](std::size_t sample, std::span<const std::uint32_t> positions, float* rows) {
                collectors[i].layer().gather(view->span(), judged.shape, batch.samples, sample, positions, rows);
                return Status();
            };
            if (auto status =
                    collectors[i].add(*batch.values[0][2 * i], judged.shape, batch.first, batch.samples, targets);
                !status)
                return status;
        }
        return {};
    };
    auto streamed = calibration.stream({model}, add, work);
    if (!streamed)
        return streamed.status();
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].gram.sums = collectors[i].take();
        if (auto status = finish(*analysis.model().graph, all[i]); !status)
            return status;
    }
    return {};
}

} // namespace

Status gatherConsumers(const PruneAnalysis& analysis, const ShapeTable& shapes, const std::vector<bool>& wanted,
                       CalibrationProvider& calibration, const GramGathering& options, const UseConsumers& use,
                       const Work& work) {
    std::vector<std::vector<GroupIndex>> parts;
    std::uint64_t bytes = 0;
    for (std::size_t g = 0; g < wanted.size(); ++g) {
        if (!wanted[g])
            continue;
        std::uint64_t own = 0;
        for (const Candidate& candidate : findConsumers(analysis, shapes, {GroupIndex(g)}))
            own += GramCollector::bytesFor(candidate.gram.layer);
        if (parts.empty() || bytes + own > options.memoryCapBytes) {
            parts.emplace_back();
            bytes = 0;
        }
        bytes += own;
        parts.back().push_back(GroupIndex(g));
    }
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const Work part = work.step(p, parts.size(), "Measuring layers");
        std::vector<Candidate> found = findConsumers(analysis, shapes, parts[p]);
        if (!found.empty())
            if (auto status = gatherPart(analysis, found, calibration, options, part); !status)
                return status;
        std::vector<ConsumerGram> grams;
        for (Candidate& candidate : found)
            grams.push_back(std::move(candidate.gram));
        if (auto status = use(parts[p], grams); !status)
            return status;
    }
    return {};
}

} // namespace lapidary
