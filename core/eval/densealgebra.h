// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"

#include <cstddef>
#include <vector>

namespace lapidary {

/// Dense matrices, row-major, and what least squares needs of them. Work is cut into tiles whose borders do not depend
/// on the number of threads, each computed by one thread: results are the same for any number. Any thread.

/// Numbers in the lower triangle of a matrix of `width` rows, which are packed one row behind the other.
constexpr std::size_t packedCount(std::size_t width) {
    return width * (width + 1) / 2;
}
/// sums (a packed lower triangle) += rowsᵀ rows, for `count` rows of `width` numbers.
void addGram(const float* rows, std::size_t count, std::size_t width, double* sums, int threads);
/// The symmetric matrix whose lower triangle is packed.
std::vector<double> unpacked(const std::vector<double>& lower, std::size_t width);
/// sums (widthA x widthB) += aᵀ b.
void addCross(const float* a, std::size_t widthA, const float* b, std::size_t widthB, std::size_t count, double* sums,
              int threads);

/// Solves a symmetric positive definite system for many right sides: a x = b. `a` (n x n) is destroyed, `b` (n x
/// columns) becomes x. Blocked Cholesky; looks at `work` between blocks. Fails with "base.cancelled", or
/// "eval.singular" when `a` is not positive definite.
Status solvePositive(std::vector<double>& a, std::vector<double>& b, std::size_t n, std::size_t columns, int threads,
                     const Work& work = {});
/// `a` becomes its inverse (full). Fails as above.
Status invertPositive(std::vector<double>& a, std::size_t n, int threads, const Work& work = {});
/// c (m x n) += factor * a (m x k) b (k x n).
void addProduct(double factor, const double* a, const double* b, double* c, std::size_t m, std::size_t k, std::size_t n,
                int threads);

} // namespace lapidary
