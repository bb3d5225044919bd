// SPDX-License-Identifier: GPL-3.0-or-later
#include "blockedsurgeon.h"

#include "analysis/cholesky.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr std::size_t stripeColumns = 128;

/// Column ranges whose mask is chosen together: whole units, about a stripe wide; a set of N:M by itself.
std::vector<Span> decisions(const MatrixShape& shape, const SparsityPattern& pattern) {
    if (pattern.kind == SparsityPattern::Kind::NofM)
        return columnRuns(shape, pattern.acrossOutputs ? 1 : pattern.of);
    std::vector<Span> stripes;
    for (const Span& run : columnRuns(shape, pattern.unitColumns())) {
        if (stripes.empty() || run.end - stripes.back().begin > stripeColumns)
            stripes.push_back(run);
        else
            stripes.back().end = run.end;
    }
    return stripes;
}

/// Positions of kernel and channel inside a decision no longer matter, only which columns form a unit.
class Group {
public:
    Group(const LayerProblem& problem, const SparsityPattern& pattern, std::size_t group, double sparsity)
        : m_shape(problem.shape), m_pattern(pattern), m_sparsity(sparsity), m_first(group * problem.shape.rows),
          m_weights(problem.optimum.middleRows(Eigen::Index(m_first), Eigen::Index(problem.shape.rows))),
          m_factor(problem.hessian[group]) {}

    Status run(BlockedResult& result, bool given, const Work& work) {
        if (auto status = inverseCholesky(m_factor, work); !status)
            return status;
        for (const Span& columns : decisions(m_shape, m_pattern)) {
            if (auto status = work.check(); !status)
                return status;
            if (!given)
                choose(columns, result.mask);
            eliminate(columns, result.mask);
        }
        result.weights.middleRows(Eigen::Index(m_first), m_weights.rows()) = m_weights;
        return {};
    }

private:
    double pivot(std::size_t column) const { return m_factor(Eigen::Index(column), Eigen::Index(column)); }

    /// The decision's columns as a matrix of their own, whose units never reach across kernel positions.
    void choose(const Span& columns, Mask& mask) {
        std::vector<double> scores;
        const std::size_t rows = m_shape.rows;
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = columns.begin; c < columns.end; ++c) {
                const double w = m_weights(Eigen::Index(r), Eigen::Index(c)) / pivot(c);
                scores.push_back(w * w);
            }
        Mask chosen;
        if (m_pattern.kind == SparsityPattern::Kind::NofM)
            chosen = selectMask(scores, MatrixShape(1, rows, columns.size(), 1), m_pattern, 0);
        else
            chosen = chooseUnits(scores, columns);
        for (std::size_t r = 0; r < rows; ++r)
            std::copy_n(chosen.begin() + std::ptrdiff_t(r * columns.size()), columns.size(),
                        mask.begin() + std::ptrdiff_t((m_first + r) * m_shape.columns() + columns.begin));
    }

    /// Removes units so that the share over all columns so far is met exactly.
    Mask chooseUnits(const std::vector<double>& scores, const Span& columns) {
        struct Unit {
            double score;
            Span rows, columns;
        };
        std::vector<Unit> units;
        const std::size_t width = columns.size(), rows = m_shape.rows;
        for (const Span& run : columnRuns(m_shape, m_pattern.unitColumns())) {
            if (run.begin < columns.begin || run.begin >= columns.end)
                continue;
            for (std::size_t r = 0; r < rows; r += m_pattern.unitRows()) {
                Unit unit{0,
                          {r, std::min(r + m_pattern.unitRows(), rows)},
                          {run.begin - columns.begin, run.end - columns.begin}};
                for (std::size_t i = unit.rows.begin; i < unit.rows.end; ++i)
                    for (std::size_t c = unit.columns.begin; c < unit.columns.end; ++c)
                        unit.score += scores[i * width + c];
                unit.score /= double(unit.rows.size() * unit.columns.size());
                units.push_back(unit);
            }
        }
        m_seen += units.size();
        const auto due = std::size_t(std::floor(double(m_seen) * m_sparsity + 0.5));
        const std::size_t wanted = std::min(units.size(), due - std::min(due, m_removed));
        m_removed += wanted;
        std::stable_sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) { return a.score < b.score; });
        Mask mask(rows * width, 1);
        for (std::size_t u = 0; u < wanted; ++u)
            for (std::size_t r = units[u].rows.begin; r < units[u].rows.end; ++r)
                std::fill_n(mask.begin() + std::ptrdiff_t(r * width + units[u].columns.begin), units[u].columns.size(),
                            0);
        return mask;
    }

    /// Zeroes the masked weights column by column and lets the columns behind make up for it; those behind the decision
    /// all at once.
    void eliminate(const Span& columns, const Mask& mask) {
        const auto begin = Eigen::Index(columns.begin), width = Eigen::Index(columns.size());
        RowMatrix errors = RowMatrix::Zero(m_weights.rows(), width);
        for (Eigen::Index j = 0; j < width; ++j) {
            const Eigen::Index column = begin + j, behind = width - j - 1;
            for (Eigen::Index r = 0; r < m_weights.rows(); ++r) {
                if (mask[(m_first + std::size_t(r)) * m_shape.columns() + std::size_t(column)])
                    continue;
                const double error = m_weights(r, column) / m_factor(column, column);
                errors(r, j) = error;
                m_weights(r, column) = 0;
                m_weights.row(r).segment(column + 1, behind) -=
                    error * m_factor.col(column).segment(column + 1, behind).transpose();
            }
        }
        const Eigen::Index end = begin + width, rest = m_weights.cols() - end;
        if (rest > 0)
            m_weights.rightCols(rest).noalias() -= errors * m_factor.block(end, begin, rest, width).transpose();
    }

    MatrixShape m_shape;
    const SparsityPattern& m_pattern;
    double m_sparsity;
    std::size_t m_first;
    RowMatrix m_weights;
    Eigen::MatrixXd m_factor; ///< L of H^-1 = L L'
    std::size_t m_seen = 0, m_removed = 0;
};

} // namespace

Result<BlockedResult> pruneBlocked(const LayerProblem& problem, const SparsityPattern& pattern, double sparsity,
                                   const Work& work, const Mask* given) {
    BlockedResult result{given ? *given : Mask(problem.shape.count(), 1), problem.optimum};
    for (std::size_t g = 0; g < problem.shape.groups; ++g)
        if (auto status = Group(problem, pattern, g, sparsity).run(result, given, work.step(g, problem.shape.groups));
            !status)
            return status;
    return result;
}

Result<std::vector<double>> removalScores(const LayerProblem& problem, const Work& work) {
    std::vector<double> scores;
    scores.reserve(problem.shape.count());
    for (std::size_t g = 0; g < problem.shape.groups; ++g) {
        Eigen::MatrixXd inverse = problem.hessian[g];
        if (auto status = invertPositiveDefinite(inverse, work); !status)
            return status;
        for (std::size_t r = g * problem.shape.rows; r < (g + 1) * problem.shape.rows; ++r)
            for (Eigen::Index c = 0; c < inverse.cols(); ++c) {
                const double w = problem.optimum(Eigen::Index(r), c);
                scores.push_back(w * w / inverse(c, c));
            }
    }
    return scores;
}

} // namespace lapidary
