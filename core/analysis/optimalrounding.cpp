// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/optimalrounding.h"

#include "analysis/cholesky.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lapidary {
namespace {

constexpr Eigen::Index blockColumns = 64;
constexpr int mostSweeps = 20, scaleRounds = 4;
/// Above so many multiplications for a row, descent gets few sweeps: the gain is small where columns are many.
constexpr double wideRow = 2048.0 * 2048.0;

/// Codes of some rows with what they stand for and the gradients H (v - t).
struct Start {
    RoundedRows rounded;
    RowMatrix gradient;

    Start(RoundedRows rows, const RowMatrix& target, const Eigen::MatrixXd& hessian)
        : rounded(std::move(rows)), gradient(rounded.values.rows(), rounded.values.cols()) {
        const RowMatrix miss = rounded.values - target;
        gradient.noalias() = miss * hessian;
    }
    double error(const RowMatrix& target, Eigen::Index row) const {
        return (rounded.values.row(row) - target.row(row)).dot(gradient.row(row));
    }
};

/// One row while its codes are improved.
class RowDescent {
public:
    /// `image`: H t.
    RowDescent(const Eigen::MatrixXd& hessian, Eigen::VectorXd image, RoundingGrid& grid, std::size_t row,
               const Start& start, Eigen::Index startRow)
        : m_hessian(hessian), m_image(std::move(image)), m_grid(grid), m_row(row),
          m_values(start.rounded.values.row(startRow)), m_gradient(start.gradient.row(startRow)) {
        const auto begin = start.rounded.codes.begin() + startRow * m_values.size();
        m_codes.assign(begin, begin + m_values.size());
    }

    const std::vector<std::int16_t>& codes() const { return m_codes; }
    const Eigen::VectorXd& values() const { return m_values; }

    /// One visit to every code. Returns whether any changed.
    bool sweep() {
        bool changed = false;
        for (Eigen::Index c = 0; c < m_values.size(); ++c) {
            const double curvature = m_hessian(c, c);
            const std::size_t cell = cellOf(c);
            const double wanted = m_values(c) - m_gradient(c) / curvature;
            const int code = m_grid.nearest(cell, wanted);
            if (code == m_codes[std::size_t(c)])
                continue;
            const double move = double(m_grid.value(cell, code)) - m_values(c);
            // Rounding of ties may give a code that is not better.
            if (move * (2 * m_gradient(c) + move * curvature) >= 0)
                continue;
            m_codes[std::size_t(c)] = std::int16_t(code);
            m_values(c) += move;
            m_gradient += move * m_hessian.col(c);
            changed = true;
        }
        return changed;
    }

    /// Each scale of the row, one after the other, to where the error is least for these codes.
    void refit(DataType scaleType) {
        for (std::size_t g = 0; g < m_grid.groups; ++g) {
            const std::size_t cell = m_grid.cell(m_row, g);
            const Eigen::VectorXd steps = stepsOf(g, cell), image = imageOf(steps, cell);
            const double curvature = steps.dot(image), slope = steps.dot(m_gradient);
            if (!(curvature > 0))
                continue;
            const double old = double(m_grid.scales[cell]);
            const float scale = roundedScale(old - slope / curvature, scaleType);
            const double change = double(scale) - old;
            if (old - slope / curvature <= 0 || change * (2 * slope + change * curvature) >= 0)
                continue;
            m_grid.scales[cell] = scale;
            m_gradient += change * image;
            for (Eigen::Index c = 0; c < m_values.size(); ++c)
                if (m_grid.group(std::size_t(c)) == g)
                    m_values(c) = double(m_grid.value(cell, m_codes[std::size_t(c)]));
        }
    }

private:
    std::size_t cellOf(Eigen::Index column) const { return m_grid.cell(m_row, m_grid.group(std::size_t(column))); }

    /// What the codes of a group stand for before they are scaled; 0 in other groups.
    Eigen::VectorXd stepsOf(std::size_t group, std::size_t cell) const {
        Eigen::VectorXd steps = Eigen::VectorXd::Zero(m_values.size());
        for (Eigen::Index c = 0; c < steps.size(); ++c)
            if (m_grid.group(std::size_t(c)) == group)
                steps(c) = double(m_grid.step(cell, m_codes[std::size_t(c)]));
        return steps;
    }

    /// H steps. With a single group the steps are the values by the scale, and H v is known.
    Eigen::VectorXd imageOf(const Eigen::VectorXd& steps, std::size_t cell) const {
        if (m_grid.groups == 1)
            return (m_gradient + m_image) / double(m_grid.scales[cell]);
        Eigen::VectorXd image = Eigen::VectorXd::Zero(steps.size());
        for (Eigen::Index c = 0; c < steps.size(); ++c)
            if (steps(c) != 0)
                image += steps(c) * m_hessian.col(c);
        return image;
    }

    const Eigen::MatrixXd& m_hessian;
    const Eigen::VectorXd m_image;
    RoundingGrid& m_grid;
    std::size_t m_row;
    std::vector<std::int16_t> m_codes;
    Eigen::VectorXd m_values, m_gradient;
};

} // namespace

RoundedRows roundToNearest(const RowMatrix& weights, const RoundingGrid& grid, std::size_t firstRow) {
    RoundedRows rounded;
    rounded.codes.resize(std::size_t(weights.size()));
    rounded.values.resize(weights.rows(), weights.cols());
    for (Eigen::Index r = 0; r < weights.rows(); ++r)
        for (Eigen::Index c = 0; c < weights.cols(); ++c) {
            const std::size_t cell = grid.cell(firstRow + std::size_t(r), grid.group(std::size_t(c)));
            const int code = grid.nearest(cell, weights(r, c));
            rounded.codes[std::size_t(r * weights.cols() + c)] = std::int16_t(code);
            rounded.values(r, c) = double(grid.value(cell, code));
        }
    return rounded;
}

Result<OptimalRounder> OptimalRounder::make(const Eigen::MatrixXd& hessian, bool dearestFirst, const Work& work) {
    OptimalRounder rounder;
    rounder.m_hessian = hessian;
    rounder.m_order.resize(std::size_t(hessian.rows()));
    std::iota(rounder.m_order.begin(), rounder.m_order.end(), Eigen::Index(0));
    if (dearestFirst)
        std::stable_sort(rounder.m_order.begin(), rounder.m_order.end(),
                         [&](Eigen::Index a, Eigen::Index b) { return hessian(a, a) > hessian(b, b); });
    rounder.m_factor = hessian(rounder.m_order, rounder.m_order);
    if (auto status = inverseCholesky(rounder.m_factor, work); !status)
        return status;
    return rounder;
}

RoundedRows OptimalRounder::columnByColumn(const RowMatrix& target, const RoundingGrid& grid,
                                           std::size_t firstRow) const {
    const Eigen::Index rows = target.rows(), columns = target.cols();
    RowMatrix open = target(Eigen::all, m_order);
    RoundedRows rounded;
    rounded.codes.resize(std::size_t(target.size()));
    rounded.values.resize(rows, columns);
    RowMatrix errors(rows, blockColumns);
    for (Eigen::Index begin = 0; begin < columns; begin += blockColumns) {
        const Eigen::Index size = std::min(blockColumns, columns - begin), end = begin + size;
        for (Eigen::Index j = begin; j < end; ++j) {
            const Eigen::Index column = m_order[std::size_t(j)];
            const std::size_t group = grid.group(std::size_t(column));
            for (Eigen::Index r = 0; r < rows; ++r) {
                const std::size_t cell = grid.cell(firstRow + std::size_t(r), group);
                const int code = grid.nearest(cell, open(r, j));
                const double value = double(grid.value(cell, code));
                rounded.codes[std::size_t(r * columns + column)] = std::int16_t(code);
                rounded.values(r, column) = value;
                const double error = (open(r, j) - value) / m_factor(j, j);
                errors(r, j - begin) = error;
                for (Eigen::Index k = j + 1; k < end; ++k)
                    open(r, k) -= error * m_factor(k, j);
            }
        }
        if (end < columns)
            open.rightCols(columns - end).noalias() -=
                errors.leftCols(size) * m_factor.block(end, begin, columns - end, size).transpose();
    }
    return rounded;
}

RoundedRows OptimalRounder::round(const RowMatrix& target, RoundingGrid& grid, std::size_t firstRow, DataType scaleType,
                                  bool fixedScales, const Work& work) const {
    const Start byColumns(columnByColumn(target, grid, firstRow), target, m_hessian);
    const Start plain(roundToNearest(target, grid, firstRow), target, m_hessian);
    RowMatrix image(target.rows(), target.cols());
    image.noalias() = target * m_hessian;
    RoundedRows rounded = byColumns.rounded;
    const auto columns = std::size_t(target.cols());
    const bool wide = double(columns) * double(columns) > wideRow;
    const int sweeps = wide ? 2 : mostSweeps, rounds = grid.shared || fixedScales ? 0 : wide ? 1 : scaleRounds;
    for (Eigen::Index r = 0; r < target.rows() && !work.stopRequested(); ++r) {
        const Start& start = plain.error(target, r) < byColumns.error(target, r) ? plain : byColumns;
        RowDescent descent(m_hessian, image.row(r), grid, firstRow + std::size_t(r), start, r);
        for (int i = 0; i < sweeps && descent.sweep(); ++i) {
        }
        for (int round = 0; round < rounds; ++round) {
            descent.refit(scaleType);
            bool any = false;
            for (int i = 0; i < sweeps && descent.sweep(); ++i)
                any = true;
            if (!any)
                break;
        }
        std::copy(descent.codes().begin(), descent.codes().end(),
                  rounded.codes.begin() + std::ptrdiff_t(std::size_t(r) * columns));
        rounded.values.row(r) = descent.values().transpose();
    }
    return rounded;
}

double OptimalRounder::error(const RowMatrix& values, const RowMatrix& target) const {
    const RowMatrix miss = values - target;
    return (miss * m_hessian).cwiseProduct(miss).sum();
}

} // namespace lapidary
