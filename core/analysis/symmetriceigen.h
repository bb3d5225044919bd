// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"

#include <Eigen/Core>

namespace lapidary {

struct Eigensystem {
    Eigen::VectorXd values;  ///< falling
    Eigen::MatrixXd vectors; ///< columns of length one, in the order of the values
};

/// Eigenvalues and vectors of a symmetric matrix (its lower triangle): Householder tridiagonalisation and QL with
/// implicit shifts (Golub & Van Loan 2013, sections 8.3.1 and 8.3.3), one thread, the same bits every time, and a stop
/// is heeded within milliseconds, which library routines do not offer. O(n^3): a second at n = 700. The sign of each
/// vector makes its largest entry positive. Fails with "math.eigen" (entries that are not finite, no convergence) or
/// cancelled.
Result<Eigensystem> symmetricEigen(Eigen::MatrixXd a, const Work& work);

} // namespace lapidary
