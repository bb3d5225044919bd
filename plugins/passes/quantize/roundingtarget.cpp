// SPDX-License-Identifier: GPL-3.0-or-later
#include "roundingtarget.h"

#include "eval/layerwalk.h"
#include "eval/problemrounding.h"
#include "quantizer.h"

#include <algorithm>

namespace lapidary {
namespace {

constexpr double damping = 0.01;          ///< share of the mean input power, as in GPTQ
constexpr std::size_t mostColumns = 1152; ///< unless wide layers are asked for: time goes with the cube

RoundingGrid gridOf(const RoundingTarget& target, std::span<const float> weights, int limit) {
    RoundingGrid grid;
    grid.lowest = -limit;
    grid.highest = limit;
    grid.shared = target.axis < 0;
    grid.scales = weightScales(weights, weightLayout(target.matrix.shape, target.axis), limit);
    return grid;
}

} // namespace

bool RoundingTarget::wide() const {
    return matrix.columns() > mostColumns;
}

std::vector<RoundingTarget> roundingTargets(const Graph& graph, const Int8Plan& plan, const Int8Options& options) {
    std::set<NodeId> scope;
    for (const Int8Layer& layer : plan.layers)
        scope.insert(layer.node);
    std::vector<RoundingTarget> targets;
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

Result<Int8Rounding> roundTarget(const Graph& graph, const RoundingTarget& target, const LayerMoments& moments,
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

} // namespace lapidary
