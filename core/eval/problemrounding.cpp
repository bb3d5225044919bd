// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/problemrounding.h"

#include "data/parallel.h"

#include <atomic>
#include <optional>

namespace lapidary {
namespace {

/// Rows that one task rounds; the same whatever the number of threads.
constexpr std::size_t rowsOfTask = 64;

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

} // namespace

Result<RoundedRows> roundProblem(const LayerProblem& problem, RoundingGrid& grid, const ProblemRounding& options,
                                 int threads, const Work& work) {
    auto rounders = roundersOf(problem, options.dearestFirst, threads, work);
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
        const RoundedRows part =
            (*rounders)[task.group].round(target, grid, task.begin, options.scaleType, options.fixedScales, work);
        std::copy(part.codes.begin(), part.codes.end(),
                  rounded.codes.begin() + std::ptrdiff_t(task.begin * problem.shape.columns()));
        rounded.values.middleRows(begin, count) = part.values;
        work.progress.set(double(++done) / double(tasks.size()));
    });
    if (auto status = work.check(); !status)
        return status;
    return rounded;
}

} // namespace lapidary
