// SPDX-License-Identifier: GPL-3.0-or-later
#include "layerrounding.h"

#include "data/parallel.h"
#include "eval/problemrounding.h"

namespace lapidary {
namespace {

/// The power of every input, per group.
std::vector<double> inputPower(const LayerProblem& problem) {
    std::vector<double> power;
    for (const Eigen::MatrixXd& hessian : problem.hessian)
        for (Eigen::Index c = 0; c < hessian.cols(); ++c)
            power.push_back(hessian(c, c));
    return power;
}

Result<LayerProblem> problemOf(const QuantizedLayer& layer, const std::vector<float>& weights,
                               const LayerMoments* moments, const WeightBitsOptions& options, const Work& work) {
    LayerProblemOptions settings;
    settings.damping = options.damping;
    settings.centred = layer.bias.usable;
    return makeLayerProblem(MatrixShape(layer.matrix), weights, options.needsData() ? moments : nullptr, settings,
                            work);
}

double relativeWeightError(const RowMatrix& values, const RowMatrix& original) {
    const double power = original.squaredNorm();
    return power > 0 ? (values - original).squaredNorm() / power : 0;
}

} // namespace

Result<RoundedLayer> roundLayer(const QuantizedLayer& layer, const std::vector<float>& weights,
                                const LayerMoments* moments, const WeightBitsOptions& options, int threads,
                                const Work& work) {
    auto problem = problemOf(layer, weights, moments, options, work);
    if (!problem)
        return problem.status();
    const GridOptions gridOptions = layer.storage.gridOptions(options);
    RoundedLayer result;
    RoundedRows rounded;
    if (problem->known()) {
        result.codes.grid = fitGrid(problem->optimum, inputPower(*problem), gridOptions);
        auto optimal = roundProblem(*problem, result.codes.grid, {gridOptions.scaleType, options.dearestFirst, false},
                                    threads, work);
        if (!optimal)
            return optimal.status();
        rounded = std::move(*optimal);
        GridOptions plain = gridOptions;
        plain.search = false;
        const RoundingGrid covering = fitGrid(problem->original, {}, plain);
        result.errorNearest = problem->relativeError(roundToNearest(problem->original, covering).values);
        if (layer.bias.usable)
            result.biasShift = problem->biasShift(rounded.values);
    } else {
        result.codes.grid = fitGrid(problem->original, {}, gridOptions);
        rounded = roundToNearest(problem->original, result.codes.grid);
    }
    if (result.biasShift.size() == 0 && layer.bias.added)
        result.biasShift = Eigen::VectorXd::Zero(problem->original.rows()); // as the preview says
    result.error = problem->relativeError(rounded.values);
    result.weightError = relativeWeightError(rounded.values, problem->original);
    result.codes.codes = std::move(rounded.codes);
    result.values = std::move(rounded.values);
    return result;
}

Result<std::vector<double>> lossesByBits(const QuantizedLayer& layer, std::int64_t newestOpset,
                                         const std::vector<float>& weights, const LayerMoments* moments,
                                         const WeightBitsOptions& options, int threads, const Work& work) {
    auto problem = problemOf(layer, weights, moments, options, work);
    if (!problem)
        return problem.status();
    const auto power = inputPower(*problem);
    constexpr int fewest = 2, most = 8;
    std::vector<double> losses(most - fewest + 1, 0);
    parallelFor(losses.size(), threads, [&](std::size_t i) {
        if (work.stopRequested())
            return;
        const WeightStorage storage =
            chooseStorage(layer.matrix, fewest + int(i), options, newestOpset, layer.products);
        const RoundingGrid grid = fitGrid(problem->original, power, storage.gridOptions(options));
        const RowMatrix values = roundToNearest(problem->original, grid).values;
        losses[i] = problem->known() ? problem->relativeError(values) : relativeWeightError(values, problem->original);
    });
    if (auto status = work.check(); !status)
        return status;
    return losses;
}

} // namespace lapidary
