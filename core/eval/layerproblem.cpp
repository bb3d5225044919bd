// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/layerproblem.h"

#include "analysis/cholesky.h"

#include <cmath>

namespace lapidary {
namespace {

struct Rows {
    Eigen::Index begin, size;
    Rows(const MatrixShape& shape, std::size_t group)
        : begin(Eigen::Index(group * shape.rows)), size(Eigen::Index(shape.rows)) {}
};

/// Without a target of its own the layer should do what its weights do.
void useOwnOutput(LayerProblem& problem) {
    problem.cross = RowMatrix(problem.original.rows(), problem.original.cols());
    problem.targetMean = Eigen::VectorXd(problem.original.rows());
    for (std::size_t g = 0; g < problem.shape.groups; ++g) {
        const Rows rows(problem.shape, g);
        const RowMatrix weights = problem.original.middleRows(rows.begin, rows.size);
        problem.cross.middleRows(rows.begin, rows.size) = weights * problem.gram[g];
        problem.targetMean.segment(rows.begin, rows.size) = weights * problem.mean[g];
    }
    problem.power = problem.cross.cwiseProduct(problem.original).sum();
}

void centre(LayerProblem& problem) {
    problem.power -= problem.targetMean.squaredNorm();
    for (std::size_t g = 0; g < problem.shape.groups; ++g) {
        const Rows rows(problem.shape, g);
        problem.cross.middleRows(rows.begin, rows.size) -=
            problem.targetMean.segment(rows.begin, rows.size) * problem.mean[g].transpose();
        problem.gram[g] -= problem.mean[g] * problem.mean[g].transpose();
    }
}

Status followTarget(LayerProblem& problem, std::size_t group, const Work& work) {
    Eigen::MatrixXd factor = problem.hessian[group];
    if (auto status = choleskyInPlace(factor, work); !status)
        return status;
    const Rows rows(problem.shape, group);
    const RowMatrix weights = problem.original.middleRows(rows.begin, rows.size);
    const RowMatrix missing = problem.cross.middleRows(rows.begin, rows.size) - weights * problem.gram[group];
    problem.optimum.middleRows(rows.begin, rows.size) += solveFromRight(factor, missing);
    return {};
}

} // namespace

RowMatrix solveFromRight(const Eigen::MatrixXd& factor, const RowMatrix& a) {
    Eigen::MatrixXd columns = a.transpose();
    factor.triangularView<Eigen::Lower>().solveInPlace(columns);
    factor.triangularView<Eigen::Lower>().transpose().solveInPlace(columns);
    return columns.transpose();
}

double LayerProblem::relativeError(const RowMatrix& weights) const {
    if (!known())
        return -1;
    double error = power - 2 * cross.cwiseProduct(weights).sum();
    for (std::size_t g = 0; g < shape.groups; ++g) {
        const Rows rows(shape, g);
        const RowMatrix part = weights.middleRows(rows.begin, rows.size);
        error += (part * gram[g]).cwiseProduct(part).sum();
    }
    return power > 0 ? std::max(0.0, error) / power : 0;
}

Eigen::VectorXd LayerProblem::biasShift(const RowMatrix& weights) const {
    Eigen::VectorXd shift = targetMean;
    for (std::size_t g = 0; g < shape.groups; ++g) {
        const Rows rows(shape, g);
        shift.segment(rows.begin, rows.size) -= weights.middleRows(rows.begin, rows.size) * mean[g];
    }
    return shift;
}

Result<LayerProblem> makeLayerProblem(const MatrixShape& shape, std::span<const float> weights,
                                      const LayerMoments* moments, const LayerProblemOptions& options,
                                      const Work& work) {
    LayerProblem problem;
    problem.shape = shape;
    using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    problem.original =
        Eigen::Map<const FloatRows>(weights.data(), Eigen::Index(shape.outputs()), Eigen::Index(shape.columns()))
            .cast<double>()
            .unaryExpr([](double w) { return std::isfinite(w) ? w : 0.0; });
    problem.optimum = problem.original;
    if (!moments)
        return problem;
    problem.gram = moments->gram;
    problem.mean = moments->mean;
    if (moments->target) {
        problem.cross = moments->target->cross;
        problem.targetMean = moments->target->mean;
        problem.power = moments->target->power;
    } else {
        useOwnOutput(problem);
    }
    if (options.centred)
        centre(problem);
    for (std::size_t g = 0; g < shape.groups; ++g) {
        problem.hessian.push_back(problem.gram[g]);
        const double power = problem.gram[g].diagonal().mean();
        problem.hessian[g].diagonal().array() += options.damping * (power > 0 ? power : 1);
        if (moments->target && options.followTarget)
            if (auto status = followTarget(problem, g, work); !status)
                return status;
    }
    return problem;
}

} // namespace lapidary
