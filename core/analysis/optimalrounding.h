// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/roundinggrid.h"
#include "base/progress.h"

namespace lapidary {

/// Rounded weights of some rows.
struct RoundedRows {
    std::vector<std::int16_t> codes; ///< [row][column]
    RowMatrix values;                ///< what the codes stand for; float32 numbers
};

/// Every weight to its nearest code. `firstRow`: row of the grid that the first row of `weights` is.
RoundedRows roundToNearest(const RowMatrix& weights, const RoundingGrid& grid, std::size_t firstRow = 0);

/// Rounds weights so that the output of a layer changes least, not the weights: finds codes with values v that keep
/// (v - t)' H (v - t) small for each row t, where H is the damped mean of x x' over the layer's unfolded inputs x.
/// Three steps:
///  - column by column, each rounding error made up for by the columns still open: Frantar et al. 2022, "GPTQ", the
///    column form of Frantar and Alistarh 2022, "Optimal brain compression", with H^-1 factored once and columns in
///    blocks; dearest columns first if asked for;
///  - descent: any single code that lowers the error is changed until none is left or the sweeps are used up;
///  - the scales of each row that are best for its codes (least squares), and descent again.
/// Starts from plain rounding instead where that is better, so the result is never worse than it.
class OptimalRounder {
public:
    /// `hessian`: symmetric positive definite, columns x columns; kept. O(columns^3). Fails with "math.singular" or
    /// cancelled.
    static Result<OptimalRounder> make(const Eigen::MatrixXd& hessian, bool dearestFirst, const Work& work);

    /// Rounds the rows of `target`. They are rows firstRow, firstRow + 1 … of the grid, whose scales are improved
    /// unless they are shared or `fixedScales`. One thread; rows do not influence each other, and neither does how they
    /// are bundled. O(rows * columns^2). Returns early when stopped: look at `work` then.
    RoundedRows round(const RowMatrix& target, RoundingGrid& grid, std::size_t firstRow, DataType scaleType,
                      bool fixedScales, const Work& work) const;

    /// (v - t)' H (v - t), summed over rows.
    double error(const RowMatrix& values, const RowMatrix& target) const;

private:
    OptimalRounder() = default;
    RoundedRows columnByColumn(const RowMatrix& target, const RoundingGrid& grid, std::size_t firstRow) const;

    Eigen::MatrixXd m_hessian;
    Eigen::MatrixXd m_factor; ///< lower triangular L with L L' = H^-1, columns in m_order
    std::vector<Eigen::Index> m_order;
};

} // namespace lapidary
