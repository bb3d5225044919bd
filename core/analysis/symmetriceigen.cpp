// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/symmetriceigen.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace lapidary {
namespace {

constexpr int mostSteps = 60; ///< per eigenvalue; three are usual

/// Diagonal and off-diagonal, and the orthogonal matrix that leads there.
struct Tridiagonal {
    Eigen::VectorXd diagonal, off;
    Eigen::MatrixXd vectors;
};

Status reduce(Eigen::MatrixXd& a, Tridiagonal& out, const Work& work) {
    const Eigen::Index n = a.rows();
    out.diagonal = Eigen::VectorXd::Zero(n);
    out.off = Eigen::VectorXd::Zero(n); // the last entry stays unused
    Eigen::VectorXd scale = Eigen::VectorXd::Zero(n);
    for (Eigen::Index k = 0; k + 2 < n; ++k) {
        if (auto status = work.check(); !status)
            return status;
        auto v = a.col(k).tail(n - k - 1);
        const double norm = v.norm();
        if (norm == 0)
            continue;
        out.off(k) = v(0) > 0 ? -norm : norm;
        v(0) -= out.off(k);
        scale(k) = 2 / v.squaredNorm();
        auto rest = a.bottomRightCorner(n - k - 1, n - k - 1);
        Eigen::VectorXd w = scale(k) * (rest.selfadjointView<Eigen::Lower>() * v);
        w -= (scale(k) / 2 * w.dot(v)) * v;
        rest.selfadjointView<Eigen::Lower>().rankUpdate(v, w, -1);
    }
    if (n > 1)
        out.off(n - 2) = a(n - 1, n - 2);
    out.diagonal = a.diagonal();
    out.vectors = Eigen::MatrixXd::Identity(n, n);
    for (Eigen::Index k = n - 3; k >= 0; --k) {
        if (auto status = work.check(); !status)
            return status;
        if (scale(k) == 0)
            continue;
        const auto v = a.col(k).tail(n - k - 1);
        auto rest = out.vectors.bottomRightCorner(n - k - 1, n - k - 1);
        const Eigen::RowVectorXd w = scale(k) * (v.transpose() * rest);
        rest.noalias() -= v * w;
    }
    return {};
}

void rotate(Eigen::MatrixXd& vectors, Eigen::Index i, double c, double s) {
    double* left = vectors.col(i).data();
    double* right = vectors.col(i + 1).data();
    for (Eigen::Index k = 0; k < vectors.rows(); ++k) {
        const double f = right[k];
        right[k] = s * left[k] + c * f;
        left[k] = c * left[k] - s * f;
    }
}

/// One QL step on the block from `low` to `high`, shifted by the eigenvalue of the leading 2 x 2 block.
void step(Tridiagonal& t, Eigen::Index low, Eigen::Index high) {
    auto& d = t.diagonal;
    auto& e = t.off;
    double g = (d(low + 1) - d(low)) / (2 * e(low));
    double r = std::hypot(g, 1.0);
    g = d(high) - d(low) + e(low) / (g + (g >= 0 ? r : -r));
    double s = 1, c = 1, p = 0;
    for (Eigen::Index i = high - 1; i >= low; --i) {
        const double f = s * e(i), b = c * e(i);
        r = std::hypot(f, g);
        e(i + 1) = r;
        if (r == 0) {
            d(i + 1) -= p;
            e(high) = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d(i + 1) - p;
        r = (d(i) - g) * s + 2 * c * b;
        p = s * r;
        d(i + 1) = g + p;
        g = c * r - b;
        rotate(t.vectors, i, c, s);
    }
    d(low) -= p;
    e(low) = g;
    e(high) = 0;
}

Status diagonalise(Tridiagonal& t, const Work& work) {
    const Eigen::Index n = t.diagonal.size();
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    const double smallest = epsilon * epsilon * (t.diagonal.cwiseAbs().maxCoeff() + t.off.cwiseAbs().maxCoeff());
    for (Eigen::Index low = 0; low < n; ++low)
        for (int steps = 0;; ++steps) {
            if (auto status = work.check(); !status)
                return status;
            Eigen::Index high = low;
            for (; high + 1 < n; ++high) {
                const double size = std::fabs(t.diagonal(high)) + std::fabs(t.diagonal(high + 1));
                if (std::fabs(t.off(high)) <= epsilon * size + smallest)
                    break;
            }
            if (high == low)
                break;
            if (steps == mostSteps)
                return errorDiagnostic("math.eigen", "The eigenvalues of a matrix did not converge.");
            step(t, low, high);
        }
    return {};
}

} // namespace

Result<Eigensystem> symmetricEigen(Eigen::MatrixXd a, const Work& work) {
    const Eigen::Index n = a.rows();
    if (n == 0)
        return Eigensystem{};
    a.triangularView<Eigen::StrictlyUpper>() = a.transpose();
    if (!a.allFinite())
        return errorDiagnostic("math.eigen", "A matrix has entries that are not finite.");
    Tridiagonal t;
    if (auto status = reduce(a, t, work); !status)
        return status;
    if (auto status = diagonalise(t, work); !status)
        return status;
    std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](Eigen::Index x, Eigen::Index y) { return t.diagonal(x) > t.diagonal(y); });
    Eigensystem result{t.diagonal(order), t.vectors(Eigen::all, order)};
    for (Eigen::Index i = 0; i < n; ++i) {
        Eigen::Index largest = 0;
        result.vectors.col(i).cwiseAbs().maxCoeff(&largest);
        if (result.vectors(largest, i) < 0)
            result.vectors.col(i) *= -1;
    }
    return result;
}

} // namespace lapidary
