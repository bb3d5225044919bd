// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8rounding.h"

#include "data/parallel.h"
#include "eval/problemrounding.h"
#include "int8rewrite.h"
#include "quantizer.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace lapidary {
namespace {

constexpr double damping = 0.01;                                ///< share of the mean input power, as in GPTQ
constexpr std::size_t rowsPerColumn = 3;                        ///< of what layers read; with 8 the error is the same
constexpr std::uint64_t mostWatched = std::uint64_t(192) << 20; ///< bytes of sums beside the values of a calibration
constexpr std::size_t mostColumns = 1152; ///< unless wide layers are asked for: time goes with the cube

using Target = RoundingTarget;

/// The plan's weights in graph order; one entry for layers that share a weight.
std::vector<Target> targetsOf(const Graph& graph, const Int8Plan& plan, const Int8Options& options) {
    std::set<NodeId> scope;
    for (const Int8Layer& layer : plan.layers)
        scope.insert(layer.node);
    std::vector<Target> targets;
    for (WeightMatrix& matrix : findWeightMatrices(graph, scope).matrices) {
        const Int8Layer* layer = plan.layerOf(matrix.nodes.front());
        const bool all = std::ranges::all_of(matrix.nodes, [&](NodeId id) {
            const Int8Layer* one = plan.layerOf(id);
            return one && layer && one->axis == layer->axis;
        });
        // The axis that has scales counts the outputs of all groups only where it stands first or there is one group.
        if (!all || matrix.transposed || (!options.wideRounding && matrix.columns() > mostColumns))
            continue;
        const bool alone = matrix.nodes.size() == 1 && layer->bias.valid();
        targets.push_back({std::move(matrix), layer->axis, options.correctBias && alone});
    }
    return targets;
}

RoundingGrid gridOf(const Target& target, std::span<const float> weights, int limit) {
    RoundingGrid grid;
    grid.lowest = -limit;
    grid.highest = limit;
    grid.shared = target.axis < 0;
    grid.scales = weightScales(weights, weightLayout(target.matrix.shape, target.axis), limit);
    return grid;
}

Result<Int8Rounding> roundOne(const Graph& graph, const Target& target, const LayerMoments& moments,
                              const Int8Options& options, int threads, const Work& work) {
    auto weights = layerWeights(graph, target.matrix);
    if (!weights)
        return weights.status();
    LayerProblemOptions settings;
    settings.damping = damping;
    settings.centred = target.centred;
    auto problem = makeLayerProblem(MatrixShape(target.matrix), *weights, &moments, settings, work);
    if (!problem)
        return problem.status();
    RoundingGrid grid = gridOf(target, tensorOrder(target.matrix, *weights), options.weightLimit);
    auto rounded = roundProblem(*problem, grid, {DataType::Float, false, false}, threads, work);
    if (!rounded)
        return rounded.status();
    std::vector<float> ordered(std::size_t(rounded->values.size()));
    std::transform(rounded->values.data(), rounded->values.data() + rounded->values.size(), ordered.begin(),
                   [](double value) { return float(value); });
    return Int8Rounding{tensorOrder(target.matrix, ordered), std::move(grid.scales)};
}

} // namespace

DataRounding::DataRounding(ModelPtr model, const PassInput& input, const Int8Options& options, std::string key,
                           std::uint64_t samples, RoundingMemo& memo)
    : m_model(std::move(model)), m_input(input), m_options(options), m_key(std::move(key)), m_samples(samples),
      m_memo(memo) {}

Status DataRounding::findTargets() {
    PassInput everywhere = m_input;
    everywhere.scope.clear();
    Int8Options all = m_options;
    all.exclude.clear();
    all.keptFloat.clear();
    all.keepIsolated = false;
    auto plan = planInt8(*m_model, everywhere, all);
    if (!plan)
        return plan.status();
    m_all = std::move(*plan);
    m_targets = targetsOf(*m_model->graph, m_all, m_options);
    return {};
}

std::set<ValueId> DataRounding::openWeights(Int8Plan& plan) const {
    std::set<ValueId> open;
    for (const Target& target : targetsOf(*m_model->graph, plan, m_options)) {
        const ValueId weight = target.matrix.weight;
        if (auto known = m_memo.find(m_key, m_model->graph->value(weight)->name))
            plan.rounded[weight] = std::move(*known);
        else
            open.insert(weight);
    }
    return open;
}

std::optional<DataRounding::Watch> DataRounding::watch(const Int8Plan& plan) {
    const auto known = [&](const Target& target) {
        return m_memo.has(m_key, m_model->graph->value(target.matrix.weight)->name);
    };
    if (std::ranges::all_of(targetsOf(*m_model->graph, plan, m_options), known) || !findTargets())
        return std::nullopt;
    std::uint64_t bytes = 0;
    std::vector<const WeightMatrix*> matrices;
    for (const Target& target : m_targets) {
        bytes += momentsBytes(target.matrix);
        matrices.push_back(&target.matrix);
    }
    if (bytes > mostWatched)
        return std::nullopt;
    m_collector.emplace(matrices, *m_model->graph, m_input.shapes,
                        MomentCollectorOptions{{m_input.seed, rowsPerColumn}, m_samples, 1});
    m_watcher.bytes = bytes;
    m_watcher.values = {m_collector->values().begin(), m_collector->values().end()};
    m_watcher.see = [this](const std::string& value, const TensorPtr& tensor, std::size_t first, std::size_t samples) {
        return m_collector->add(value, tensor, first, samples);
    };
    Watch watch{&m_watcher, calibrationRequest(*m_model->graph, m_all, m_options)};
    for (const std::string& value : m_watcher.values)
        watch.request.values.try_emplace(value, 0);
    return watch;
}

Status DataRounding::round(Int8Plan& plan, CalibrationProvider& calibration, const Work& work) {
    const auto open = openWeights(plan);
    if (open.empty())
        return {};
    if (m_collector) {
        MomentsOfLayers moments = m_collector->finish();
        Targets targets;
        for (Target& target : m_targets)
            targets.push_back(&target);
        if (auto status = roundThose(open, targets, moments, plan, work); !status)
            return status;
    } else if (auto status = roundWalking(open, plan, calibration, work); !status) {
        return status;
    }
    const auto unknown = std::ranges::count_if(open, [&](ValueId weight) { return !plan.rounded.contains(weight); });
    if (unknown > 0)
        plan.notes.push_back(noteDiagnostic("quantize.rounding", std::to_string(unknown) +
                                                                     " weights were rounded to nearest: what their "
                                                                     "layers read is not known from the data."));
    return {};
}

Status DataRounding::roundWalking(const std::set<ValueId>& open, Int8Plan& plan, CalibrationProvider& calibration,
                                  const Work& work) {
    if (m_targets.empty())
        if (auto status = findTargets(); !status)
            return status;
    LayerWalk walk(&calibration, m_model, m_input.shapes, {m_input.seed, rowsPerColumn});
    const auto batches = walk.batches(m_targets, false);
    for (std::size_t b = 0; b < batches.size(); ++b) {
        if (std::ranges::none_of(batches[b], [&](const Target* one) { return open.contains(one->matrix.weight); }))
            continue;
        const Work part = work.step(b, batches.size());
        auto moments = walk.moments(batches[b], nullptr, part.part(0, 0.6));
        if (!moments)
            return moments.status();
        if (auto status = roundThose(open, batches[b], *moments, plan, part.part(0.6, 1)); !status)
            return status;
    }
    return {};
}

Status DataRounding::roundThose(const std::set<ValueId>& open, const Targets& targets, MomentsOfLayers& moments,
                                Int8Plan& plan, const Work& work) {
    const Graph& graph = *m_model->graph;
    const int threads = int(std::max(1u, std::thread::hardware_concurrency()));
    std::vector<Result<Int8Rounding>> results(targets.size(), Int8Rounding());
    std::vector<std::size_t> narrow, wide;
    for (std::size_t i = 0; i < targets.size(); ++i)
        if (moments[i] && open.contains(targets[i]->matrix.weight))
            (targets[i]->matrix.columns() <= mostColumns ? narrow : wide).push_back(i);
    std::atomic<std::size_t> done = 0;
    const auto round = [&](std::size_t i, int inside) {
        results[i] = roundOne(graph, *targets[i], *moments[i], m_options, inside, Work{work.stop, {}});
        moments[i].reset();
        work.progress.set(double(++done) / double(narrow.size() + wide.size()));
    };
    parallelFor(narrow.size(), threads, [&](std::size_t i) { round(narrow[i], 1); });
    for (const std::size_t i : wide) // what one of them takes is needed once at a time
        round(i, threads);
    for (const auto* list : {&narrow, &wide})
        for (const std::size_t i : *list) {
            const ValueId weight = targets[i]->matrix.weight;
            if (!results[i])
                return isCancelled(results[i].error())
                           ? results[i].status()
                           : Status(Diagnostic(results[i].error()).atTensor(graph.value(weight)->name));
            m_memo.keep(m_key, graph.value(weight)->name, *results[i]);
            plan.rounded[weight] = std::move(*results[i]);
        }
    return {};
}

} // namespace lapidary
