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

/// One row while its codes are improved; knows the gradient H (v - t).
class RowDescent {
public:
    RowDescent(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& target, RoundingGrid& grid, std::size_t row,
               std::vector<std::int16_t> codes)
        : m_hessian(hessian), m_target(target), m_grid(grid), m_row(row), m_codes(std::move(codes)),
          m_values(target.size()) {
        refresh();
    }

    const std::vector<std::int16_t>& codes() const { return m_codes; }
    const Eigen::VectorXd& values() const { return m_values; }
    double error() const { return (m_values - m_target).dot(m_gradient); }

    /// One visit to every code. Returns whether any changed.
    bool sweep() {
        bool changed = false;
        for (Eigen::Index c = 0; c < m_target.size(); ++c) {
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
            Eigen::VectorXd steps = Eigen::VectorXd::Zero(m_target.size());
            for (Eigen::Index c = 0; c < m_target.size(); ++c)
                if (m_grid.group(std::size_t(c)) == g)
                    steps(c) = double(m_grid.step(cell, m_codes[std::size_t(c)]));
            const Eigen::VectorXd image = product(steps);
            const double curvature = steps.dot(image), slope = steps.dot(m_gradient);
            if (!(curvature > 0))
                continue;
            const double old = double(m_grid.scales[cell]);
            const float scale = roundedScale(old - slope / curvature, scaleType);
            const double change = double(scale) - old;
            if (old - slope / curvature <= 0 || change * (2 * slope + change * curvature) >= 0)
                continue;
            m_grid.scales[cell] = scale;
            refresh();
        }
    }

private:
    std::size_t cellOf(Eigen::Index column) const { return m_grid.cell(m_row, m_grid.group(std::size_t(column))); }

    /// H steps, skipping what is zero.
    Eigen::VectorXd product(const Eigen::VectorXd& steps) const {
        Eigen::VectorXd image = Eigen::VectorXd::Zero(steps.size());
        for (Eigen::Index c = 0; c < steps.size(); ++c)
            if (steps(c) != 0)
                image += steps(c) * m_hessian.col(c);
        return image;
    }

    void refresh() {
        for (Eigen::Index c = 0; c < m_target.size(); ++c)
            m_values(c) = double(m_grid.value(cellOf(c), m_codes[std::size_t(c)]));
        m_gradient = product(m_values - m_target);
    }

    const Eigen::MatrixXd& m_hessian;
    const Eigen::VectorXd& m_target;
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
    if (auto status = invertPositiveDefinite(rounder.m_factor, work); !status)
        return status;
    if (auto status = choleskyInPlace(rounder.m_factor, work); !status)
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
        for (Eigen::Index r = 0; r < rows && end < columns; ++r)
            for (Eigen::Index j = begin; j < end; ++j)
                open.row(r).tail(columns - end) -=
                    errors(r, j - begin) * m_factor.col(j).tail(columns - end).transpose();
    }
    return rounded;
}

RoundedRows OptimalRounder::round(const RowMatrix& target, RoundingGrid& grid, std::size_t firstRow, DataType scaleType,
                                  bool fixedScales, const Work& work) const {
    RoundedRows rounded = columnByColumn(target, grid, firstRow);
    const RoundedRows plain = roundToNearest(target, grid, firstRow);
    const auto columns = std::size_t(target.cols());
    const bool wide = double(target.cols()) * double(target.cols()) > wideRow;
    for (Eigen::Index r = 0; r < target.rows() && !work.stopRequested(); ++r) {
        const Eigen::VectorXd row = target.row(r);
        const auto rowCodes = [&](const RoundedRows& from) {
            const auto begin = from.codes.begin() + std::ptrdiff_t(std::size_t(r) * columns);
            return std::vector<std::int16_t>(begin, begin + std::ptrdiff_t(columns));
        };
        RowDescent fromColumns(m_hessian, row, grid, firstRow + std::size_t(r), rowCodes(rounded));
        RowDescent fromPlain(m_hessian, row, grid, firstRow + std::size_t(r), rowCodes(plain));
        RowDescent& descent = fromPlain.error() < fromColumns.error() ? fromPlain : fromColumns;
        const int sweeps = wide ? 2 : mostSweeps, rounds = grid.shared || fixedScales ? 0 : wide ? 1 : scaleRounds;
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
