// SPDX-License-Identifier: GPL-3.0-or-later
#include "removaltrace.h"

#include "analysis/cholesky.h"
#include "data/parallel.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include <algorithm>
#include <atomic>
#include <limits>
#include <queue>

namespace lapidary {
namespace {

constexpr double gone = std::numeric_limits<double>::infinity();

/// Removes unit after unit from one bundle of rows. Keeps the lower triangle of the inverse Hessian of what is left and
/// packs it anew now and then, so that the whole order costs a third of columns^3.
class Surgeon {
public:
    Surgeon(const LayerProblem& problem, const SparsityPattern& pattern, const std::vector<Span>& runs,
            const Eigen::MatrixXd& inverse, Span rows)
        : m_pattern(pattern), m_runs(runs), m_inverse(inverse), m_rows(rows) {
        m_weights = problem.optimum.middleRows(Eigen::Index(rows.begin), Eigen::Index(rows.size()));
        for (std::size_t u = 0; u < runs.size(); ++u)
            m_alive.push_back({std::uint32_t(u), Eigen::Index(runs[u].begin)});
        if (pattern.kind == SparsityPattern::Kind::NofM)
            prepareSets(problem.shape);
    }

    RemovalTrace run(const Work& work) {
        RemovalTrace trace{m_rows, {}, {}};
        while (!m_alive.empty() && !work.stopRequested()) {
            const std::size_t best = cheapest();
            if (best == m_alive.size())
                break;
            trace.order.push_back(m_alive[best].unit);
            trace.cost.push_back(std::max(0.0, m_bestCost));
            remove(best);
            if (m_removed * 8 > std::size_t(m_inverse.rows()))
                pack();
        }
        return trace;
    }

private:
    struct Alive {
        std::uint32_t unit;
        Eigen::Index at; ///< first row in the packed inverse
    };

    void prepareSets(const MatrixShape& shape) {
        const auto sets = columnRuns(shape, m_pattern.of);
        m_setOf.resize(shape.columns());
        for (std::size_t s = 0; s < sets.size(); ++s) {
            m_left.push_back(sets[s].size());
            std::fill(m_setOf.begin() + std::ptrdiff_t(sets[s].begin), m_setOf.begin() + std::ptrdiff_t(sets[s].end),
                      s);
        }
    }

    bool mayGo(std::uint32_t unit) const { return m_left.empty() || m_left[m_setOf[unit]] > m_pattern.keep; }

    double costOf(const Alive& alive) const {
        const auto size = Eigen::Index(m_runs[alive.unit].size());
        if (size == 1)
            return m_weights.col(alive.at).squaredNorm() / m_inverse(alive.at, alive.at) / double(m_rows.size());
        const Eigen::MatrixXd block = corner(alive.at, size);
        const Eigen::MatrixXd w = m_weights.middleCols(alive.at, size).transpose();
        return w.cwiseProduct(block.llt().solve(w)).sum() / double(size) / double(m_rows.size());
    }

    Eigen::MatrixXd corner(Eigen::Index at, Eigen::Index size) const {
        return m_inverse.block(at, at, size, size).selfadjointView<Eigen::Lower>();
    }

    std::size_t cheapest() {
        std::size_t best = m_alive.size();
        m_bestCost = gone;
        for (std::size_t i = 0; i < m_alive.size(); ++i) {
            if (!mayGo(m_alive[i].unit))
                continue;
            if (const double cost = costOf(m_alive[i]); cost < m_bestCost) {
                m_bestCost = cost;
                best = i;
            }
        }
        return best;
    }

    void remove(std::size_t index) {
        const Alive alive = m_alive[index];
        const auto size = Eigen::Index(m_runs[alive.unit].size());
        const Eigen::Index n = m_inverse.rows();
        Eigen::MatrixXd columns(n, size); // of the symmetric inverse, from its lower triangle
        for (Eigen::Index c = 0; c < size; ++c) {
            columns.col(c).head(alive.at + c) = m_inverse.row(alive.at + c).head(alive.at + c).transpose();
            columns.col(c).tail(n - alive.at - c) = m_inverse.col(alive.at + c).tail(n - alive.at - c);
        }
        const Eigen::MatrixXd scaled = corner(alive.at, size).llt().solve(columns.transpose()); // size x n
        m_weights -= RowMatrix(m_weights.middleCols(alive.at, size)) * scaled;
        for (Eigen::Index c = 0; c < size; ++c)
            for (Eigen::Index j = 0; j < n; ++j) {
                const double factor = scaled(c, j);
                if (factor != 0)
                    m_inverse.col(j).tail(n - j) -= factor * columns.col(c).tail(n - j);
            }
        m_inverse.middleRows(alive.at, size).setZero();
        m_inverse.middleCols(alive.at, size).setZero();
        m_weights.middleCols(alive.at, size).setZero();
        if (!m_left.empty())
            --m_left[m_setOf[alive.unit]];
        m_alive.erase(m_alive.begin() + std::ptrdiff_t(index));
        m_removed += std::size_t(size);
    }

    void pack() {
        std::vector<Eigen::Index> keep;
        for (Alive& alive : m_alive) {
            const Eigen::Index from = alive.at;
            alive.at = Eigen::Index(keep.size());
            for (std::size_t c = 0; c < m_runs[alive.unit].size(); ++c)
                keep.push_back(from + Eigen::Index(c));
        }
        const auto n = Eigen::Index(keep.size());
        // Entries only move towards the origin, so that packing in place overwrites nothing that is still needed.
        for (Eigen::Index j = 0; j < n; ++j) {
            for (Eigen::Index i = j; i < n; ++i)
                m_inverse(i, j) = m_inverse(keep[std::size_t(i)], keep[std::size_t(j)]);
            m_weights.col(j) = RowMatrix(m_weights.col(keep[std::size_t(j)]));
        }
        m_inverse.conservativeResize(n, n);
        m_weights.conservativeResize(Eigen::NoChange, n);
        m_removed = 0;
    }

    const SparsityPattern& m_pattern;
    const std::vector<Span>& m_runs;
    Eigen::MatrixXd m_inverse;
    Span m_rows;
    RowMatrix m_weights;
    std::vector<Alive> m_alive;
    std::vector<std::size_t> m_setOf, m_left; ///< N:M only
    std::size_t m_removed = 0;
    double m_bestCost = gone;
};

/// Solves the normal equations of what stays: w_S = o_S + H_SS^-1 H_SP o_P.
bool solveRows(const LayerProblem& problem, const Mask& mask, const std::vector<std::size_t>& rows,
               RowMatrix& weights) {
    const std::size_t width = problem.shape.columns();
    const Eigen::MatrixXd& hessian = problem.hessian[problem.groupOf(rows.front())];
    std::vector<Eigen::Index> kept, removed;
    for (std::size_t c = 0; c < width; ++c)
        (mask[rows.front() * width + c] ? kept : removed).push_back(Eigen::Index(c));
    if (removed.empty() || kept.empty()) {
        for (const std::size_t row : rows)
            if (kept.empty())
                weights.row(Eigen::Index(row)).setZero();
        return true;
    }
    const Eigen::MatrixXd inner = hessian(kept, kept);
    const Eigen::MatrixXd cross = hessian(kept, removed);
    Eigen::MatrixXd lost(removed.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        lost.col(Eigen::Index(i)) = problem.optimum.row(Eigen::Index(rows[i]))(removed).transpose();
    const Eigen::LLT<Eigen::MatrixXd> factor(inner);
    if (factor.info() != Eigen::Success)
        return false;
    const Eigen::MatrixXd gained = factor.solve(cross * lost);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto row = weights.row(Eigen::Index(rows[i]));
        for (std::size_t k = 0; k < kept.size(); ++k)
            row(kept[k]) += gained(Eigen::Index(k), Eigen::Index(i));
        for (const Eigen::Index c : removed)
            row(c) = 0;
    }
    return true;
}

/// Rows of one group with the same mask, in row order.
std::vector<std::vector<std::size_t>> equalRows(const MatrixShape& shape, const Mask& mask) {
    const std::size_t width = shape.columns();
    std::map<std::pair<std::size_t, Mask>, std::size_t> known;
    std::vector<std::vector<std::size_t>> lists;
    for (std::size_t r = 0; r < shape.outputs(); ++r) {
        Mask row(mask.begin() + std::ptrdiff_t(r * width), mask.begin() + std::ptrdiff_t((r + 1) * width));
        const auto [at, isNew] = known.emplace(std::pair(r / shape.rows, std::move(row)), lists.size());
        if (isNew)
            lists.emplace_back();
        lists[at->second].push_back(r);
    }
    return lists;
}

} // namespace

Result<std::vector<RemovalTrace>> traceRemovals(const LayerProblem& problem, const SparsityPattern& pattern,
                                                int threads, const Work& work) {
    std::vector<Eigen::MatrixXd> inverses;
    for (const Eigen::MatrixXd& hessian : problem.hessian) {
        inverses.push_back(hessian);
        if (auto status = invertPositiveDefinite(inverses.back(), work); !status)
            return status;
    }
    const auto bundles = rowRuns(problem.shape, pattern.unitRows());
    const auto runs = columnRuns(problem.shape, pattern.unitColumns());
    std::vector<RemovalTrace> traces(bundles.size());
    std::atomic<std::size_t> done = 0;
    parallelFor(bundles.size(), threads, [&](std::size_t b) {
        const auto& inverse = inverses[problem.groupOf(bundles[b].begin)];
        traces[b] = Surgeon(problem, pattern, runs, inverse, bundles[b]).run(work);
        work.progress.set(double(++done) / double(bundles.size()));
    });
    if (auto status = work.check(); !status)
        return status;
    return traces;
}

Mask maskOf(const LayerProblem& problem, const SparsityPattern& pattern, const std::vector<RemovalTrace>& traces,
            double sparsity) {
    const MatrixShape& shape = problem.shape;
    const auto runs = columnRuns(shape, pattern.unitColumns());
    Mask mask(shape.count(), 1);
    const auto zero = [&](const RemovalTrace& trace, std::size_t step) {
        const Span& run = runs[trace.order[step]];
        for (std::size_t r = trace.rows.begin; r < trace.rows.end; ++r)
            std::fill_n(mask.begin() + std::ptrdiff_t(r * shape.columns() + run.begin), run.size(), 0);
    };
    if (pattern.kind == SparsityPattern::Kind::NofM) {
        for (const RemovalTrace& trace : traces)
            for (std::size_t i = 0; i < trace.order.size(); ++i)
                zero(trace, i);
        return mask;
    }
    // The next removal of every trace, cheapest first.
    struct Next {
        double cost;
        std::size_t trace, step;
        bool operator>(const Next& o) const { return std::pair(cost, trace) > std::pair(o.cost, o.trace); }
    };
    std::priority_queue<Next, std::vector<Next>, std::greater<>> queue;
    std::size_t units = 0;
    for (std::size_t t = 0; t < traces.size(); ++t) {
        units += runs.size();
        if (!traces[t].order.empty())
            queue.push({traces[t].cost.front(), t, 0});
    }
    const auto wanted = std::size_t(std::floor(double(units) * sparsity + 0.5));
    for (std::size_t i = 0; i < wanted && !queue.empty(); ++i) {
        const Next next = queue.top();
        queue.pop();
        zero(traces[next.trace], next.step);
        if (next.step + 1 < traces[next.trace].order.size())
            queue.push({traces[next.trace].cost[next.step + 1], next.trace, next.step + 1});
    }
    return mask;
}

Result<RowMatrix> bestWeights(const LayerProblem& problem, const Mask& mask, int threads, const Work& work) {
    RowMatrix weights = problem.optimum;
    const auto lists = equalRows(problem.shape, mask);
    std::atomic<bool> failed = false;
    parallelFor(lists.size(), threads, [&](std::size_t i) {
        if (!work.stopRequested() && !solveRows(problem, mask, lists[i], weights))
            failed = true;
    });
    if (auto status = work.check(); !status)
        return status;
    if (failed)
        return errorDiagnostic("sparsify.singular", "The statistics of a layer's inputs are singular.",
                               "Raise the damping.");
    return weights;
}

double outputError(const LayerProblem& problem, const RowMatrix& weights) {
    const RowMatrix difference = weights - problem.optimum;
    double error = 0;
    for (std::size_t g = 0; g < problem.shape.groups; ++g) {
        const auto rows = difference.middleRows(Eigen::Index(g * problem.shape.rows), Eigen::Index(problem.shape.rows));
        error += (rows * problem.hessian[g]).cwiseProduct(rows).sum();
    }
    return error;
}

} // namespace lapidary
