// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"

#include <Eigen/Core>

namespace lapidary {

/// Factors of symmetric positive definite matrices, by panels, so that a stop is heeded soon however large the matrix
/// is. One thread; the same bits every time on the same processor. All read the lower triangle and fail with
/// "math.singular" when a pivot is not positive and with the cancelled diagnostic; the matrix is then undefined.

/// a = L L'; L takes the place of the lower triangle, the rest becomes zero.
Status choleskyInPlace(Eigen::MatrixXd& a, const Work& work);

/// Replaces a by its inverse, both triangles.
Status invertPositiveDefinite(Eigen::MatrixXd& a, const Work& work);

/// Replaces a by L with L L' = a^-1, zero above the diagonal. With J the reversal of rows, J a J = R R' gives
/// L = J R^-T J, for half of what inverting and factoring would take.
Status inverseCholesky(Eigen::MatrixXd& a, const Work& work);

} // namespace lapidary
