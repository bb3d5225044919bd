// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/layermoments.h"

namespace lapidary {

/// A layer's output error as a function of its weights w, one row per output channel. With x the unfolded inputs (minus
/// their mean if the bias takes that up), y the target and G = mean of x x':
///     error(w) = mean |w x - y|^2 = power - 2 tr(w cross') + tr(w G w').
/// `hessian` is G plus damping; `optimum` are the best dense weights, a ridge regression towards the original ones.
/// Without a target the two are the same, and the error is (w - optimum)' G (w - optimum) row by row.
struct LayerProblem {
    MatrixShape shape{1, 0, 0, 1};
    RowMatrix original, optimum;          ///< outputs x columns
    std::vector<Eigen::MatrixXd> gram;    ///< per group; empty: nothing is known of the inputs
    std::vector<Eigen::MatrixXd> hessian; ///< per group, positive definite
    std::vector<Eigen::VectorXd> mean;    ///< per group, of x before centring
    RowMatrix cross;                      ///< mean of y x', outputs x columns
    Eigen::VectorXd targetMean;           ///< of y before centring
    double power = 0;

    bool known() const { return !gram.empty(); }
    std::size_t groupOf(std::size_t row) const { return row / shape.rows; }
    /// error(w) / power; -1 if nothing is known, 0 if there is no power.
    double relativeError(const RowMatrix& weights) const;
    /// What to add to the bias so that the mean of the output is the target's.
    Eigen::VectorXd biasShift(const RowMatrix& weights) const;
};

struct LayerProblemOptions {
    double damping = 0.01;    ///< share of the mean input power added to every input
    bool centred = false;     ///< the bias takes up the mean
    bool followTarget = true; ///< false: `optimum` stays at the original weights
};

/// `weights`: [output][column], numbers that are not finite count as 0. Fails with "math.singular" or cancelled.
Result<LayerProblem> makeLayerProblem(const MatrixShape& shape, std::span<const float> weights,
                                      const LayerMoments* moments, const LayerProblemOptions& options,
                                      const Work& work);

/// a (G + d)^-1 for a symmetric positive definite matrix given by choleskyInPlace.
RowMatrix solveFromRight(const Eigen::MatrixXd& factor, const RowMatrix& a);

} // namespace lapidary
