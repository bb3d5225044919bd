// SPDX-License-Identifier: GPL-3.0-or-later
#include "layerrounding.h"

#include "analysis/optimalrounding.h"
#include "data/parallel.h"

#include <atomic>

namespace lapidary {
namespace {

/// Rows that one task rounds; the same whatever the number of threads.
constexpr std::size_t rowsOfTask = 8;

struct Task {
    std::size_t group, begin, count; ///< rows of the layer
};

std::vector<Task> tasksOf(const MatrixShape& shape) {
    std::vector<Task> tasks;
    for (std::size_t g = 0; g < shape.groups; ++g)
        for (std::size_t row = 0; row < shape.rows; row += rowsOfTask)
            tasks.push_back({g, g * shape.rows + row, std::min(rowsOfTask, shape.rows - row)});
    return tasks;
}

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

Result<std::vector<OptimalRounder>> roundersOf(const LayerProblem& problem, bool dearestFirst, int threads,
                                               const Work& work) {
    std::vector<std::optional<Result<OptimalRounder>>> made(problem.hessian.size());
    parallelFor(made.size(), threads, [&](std::size_t g) {
        made[g].emplace(OptimalRounder::make(problem.hessian[g], dearestFirst, Work{work.stop, {}}));
    });
    std::vector<OptimalRounder> rounders;
    for (auto& one : made) {
        if (!*one)
            return one->status();
        rounders.push_back(std::move(**one));
    }
    return rounders;
}

Result<RoundedRows> roundOptimally(const LayerProblem& problem, RoundingGrid& grid, DataType scaleType,
                                   bool dearestFirst, int threads, const Work& work) {
    auto rounders = roundersOf(problem, dearestFirst, threads, work);
    if (!rounders)
        return rounders.status();
    const auto tasks = tasksOf(problem.shape);
    RoundedRows rounded;
    rounded.codes.resize(problem.shape.count());
    rounded.values.resize(problem.optimum.rows(), problem.optimum.cols());
    std::atomic<std::size_t> done = 0;
    parallelFor(tasks.size(), threads, [&](std::size_t t) {
        const Task& task = tasks[t];
        if (work.stopRequested())
            return;
        const auto begin = Eigen::Index(task.begin), count = Eigen::Index(task.count);
        const RowMatrix target = problem.optimum.middleRows(begin, count);
        const RoundedRows part = (*rounders)[task.group].round(target, grid, task.begin, scaleType, false, work);
        std::copy(part.codes.begin(), part.codes.end(),
                  rounded.codes.begin() + std::ptrdiff_t(task.begin * problem.shape.columns()));
        rounded.values.middleRows(begin, count) = part.values;
        work.progress.set(double(++done) / double(tasks.size()));
    });
    if (auto status = work.check(); !status)
        return status;
    return rounded;
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
        auto optimal =
            roundOptimally(*problem, result.codes.grid, gridOptions.scaleType, options.dearestFirst, threads, work);
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
