// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8rounding.h"

#include "eval/layerwalk.h"
#include "eval/problemrounding.h"
#include "quantizer.h"

#include <algorithm>
#include <thread>

namespace lapidary {
namespace {

constexpr double damping = 0.01;         ///< share of the mean input power, as in GPTQ
constexpr std::size_t rowsPerColumn = 3; ///< of what layers read; with 8 the error is the same
constexpr std::size_t mostColumns = 1152; ///< unless wide layers are asked for: time goes with the cube

struct Target {
    WeightMatrix matrix;
    int axis = -1;
    bool centred = false;
};

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

Status roundToData(const ModelPtr& model, Int8Plan& plan, const PassInput& input, const Int8Options& options,
                   CalibrationProvider& calibration, const Work& work) {
    const Graph& graph = *model->graph;
    const int threads = int(std::max(1u, std::thread::hardware_concurrency()));
    auto targets = targetsOf(graph, plan, options);
    LayerWalk walk(&calibration, model, input.shapes, {input.seed, rowsPerColumn});
    const auto batches = walk.batches(targets, false);
    std::size_t unknown = 0;
    for (std::size_t b = 0; b < batches.size(); ++b) {
        const Work part = work.step(b, batches.size());
        auto moments = walk.moments(batches[b], nullptr, part.part(0, 0.6));
        if (!moments)
            return moments.status();
        for (std::size_t i = 0; i < batches[b].size(); ++i) {
            const Target& target = *batches[b][i];
            if (auto status = work.check(); !status)
                return status;
            if (!(*moments)[i]) {
                ++unknown;
                continue;
            }
            auto rounded =
                roundOne(graph, target, *(*moments)[i], options, threads, part.part(0.6, 1).step(i, batches[b].size()));
            if (!rounded)
                return isCancelled(rounded.error())
                           ? rounded.status()
                           : Status(Diagnostic(rounded.error()).atTensor(graph.value(target.matrix.weight)->name));
            plan.rounded[target.matrix.weight] = std::move(*rounded);
            (*moments)[i].reset();
        }
    }
    if (unknown > 0)
        plan.notes.push_back(noteDiagnostic("quantize.rounding", std::to_string(unknown) +
                                                                     " weights were rounded to nearest: what their "
                                                                     "layers read is not known from the data."));
    return {};
}

} // namespace lapidary
