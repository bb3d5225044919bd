// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cholesky.h"

#include <Eigen/Cholesky>

namespace lapidary {
namespace {

constexpr Eigen::Index panel = 48;

/// `inverse` becomes the inverse of a lower triangular matrix.
Status invertLower(const Eigen::MatrixXd& lower, Eigen::MatrixXd& inverse, const Work& work) {
    const Eigen::Index n = lower.rows();
    inverse = Eigen::MatrixXd::Zero(n, n);
    for (Eigen::Index k = 0; k < n; k += panel) {
        if (auto status = work.check(); !status)
            return status;
        const Eigen::Index size = std::min(panel, n - k);
        auto columns = inverse.block(k, k, n - k, size);
        columns.topRows(size).setIdentity();
        lower.bottomRightCorner(n - k, n - k).triangularView<Eigen::Lower>().solveInPlace(columns);
    }
    return {};
}

} // namespace

Status choleskyInPlace(Eigen::MatrixXd& a, const Work& work) {
    const Eigen::Index n = a.rows();
    for (Eigen::Index k = 0; k < n; k += panel) {
        if (auto status = work.check(); !status)
            return status;
        const Eigen::Index size = std::min(panel, n - k), rest = n - k - size;
        const Eigen::LLT<Eigen::MatrixXd> corner(a.block(k, k, size, size));
        if (corner.info() != Eigen::Success)
            return errorDiagnostic("math.singular", "A matrix that must be positive definite is not.");
        const Eigen::MatrixXd factor = corner.matrixL();
        a.block(k, k, size, size) = factor;
        if (rest == 0)
            break;
        auto below = a.block(k + size, k, rest, size);
        factor.triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(below);
        a.bottomRightCorner(rest, rest).selfadjointView<Eigen::Lower>().rankUpdate(below, -1);
        a.block(k, k + size, size, rest).setZero();
    }
    return {};
}

Status invertPositiveDefinite(Eigen::MatrixXd& a, const Work& work) {
    if (auto status = choleskyInPlace(a, work); !status)
        return status;
    Eigen::MatrixXd inverse;
    if (auto status = invertLower(a, inverse, work); !status)
        return status;
    const Eigen::Index n = a.rows();
    for (Eigen::Index k = 0; k < n; k += panel) {
        if (auto status = work.check(); !status)
            return status;
        const Eigen::Index size = std::min(panel, n - k);
        // Rows above k of these columns follow by symmetry.
        a.block(k, k, n - k, size).noalias() =
            inverse.block(k, k, n - k, n - k).transpose() * inverse.block(k, k, n - k, size);
    }
    a.triangularView<Eigen::StrictlyUpper>() = a.transpose();
    return {};
}

Status inverseCholesky(Eigen::MatrixXd& a, const Work& work) {
    a.triangularView<Eigen::StrictlyUpper>() = a.transpose();
    Eigen::MatrixXd reversed = a.reverse(), inverse;
    if (auto status = choleskyInPlace(reversed, work); !status)
        return status;
    if (auto status = invertLower(reversed, inverse, work); !status)
        return status;
    a = inverse.transpose().reverse();
    return {};
}

} // namespace lapidary
