// SPDX-License-Identifier: GPL-3.0-or-later
#include "factors.h"

#include "analysis/cholesky.h"
#include "analysis/symmetriceigen.h"

#include <cmath>

namespace lapidary {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The power of the inputs, or as if each had power one.
MatrixXd powerOf(const LayerProblem& problem) {
    const auto d = problem.optimum.cols();
    return problem.hessian.empty() ? MatrixXd(MatrixXd::Identity(d, d)) : problem.hessian.front();
}

/// Per input channel: root of its mean power over kernel positions.
VectorXd channelScale(const LowRankLayer& layer, const LayerProblem& problem) {
    const auto inputs = Index(layer.matrix.inputs);
    VectorXd scale = VectorXd::Ones(inputs);
    if (problem.hessian.empty())
        return scale;
    const VectorXd power = problem.hessian.front().diagonal();
    for (Index i = 0; i < inputs; ++i) {
        double sum = 0;
        for (Index k = 0; k < Index(layer.matrix.kernel); ++k)
            sum += power(k * inputs + i);
        scale(i) = std::sqrt(std::max(sum / double(layer.matrix.kernel), 1e-12 * power.maxCoeff() + 1e-300));
    }
    return scale;
}

/// The leading left singular vectors of `a`, and all squared singular values, from whichever side is smaller.
Result<Eigensystem> leftSingular(const MatrixXd& a, Index rank, const Work& work) {
    if (a.rows() <= a.cols())
        return symmetricEigen(a * a.transpose(), work);
    auto right = symmetricEigen(a.transpose() * a, work);
    if (!right)
        return right;
    const Index count = std::min(rank, right->vectors.cols());
    MatrixXd left = a * right->vectors.leftCols(count);
    for (Index i = 0; i < count; ++i)
        if (const double length = left.col(i).norm(); length > 0)
            left.col(i) /= length;
    right->vectors = std::move(left);
    return right;
}

/// Principal directions of w x: with power = L L', those of w L.
Result<Eigensystem> outputDirections(const RowMatrix& weights, const MatrixXd& power, Index rank, const Work& work) {
    if (weights.rows() <= weights.cols())
        return symmetricEigen(weights * power * weights.transpose(), work);
    MatrixXd factor = power;
    if (auto status = choleskyInPlace(factor, work); !status)
        return status;
    return leftSingular(weights * factor, rank, work);
}

/// Rows (input, kernel row), columns (output, kernel column).
MatrixXd spatialMatrix(const LowRankLayer& layer, const RowMatrix& weights, const VectorXd& scale) {
    const auto inputs = Index(layer.matrix.inputs), height = Index(layer.kernel[0]), width = Index(layer.kernel[1]);
    MatrixXd a(inputs * height, weights.rows() * width);
    for (Index o = 0; o < weights.rows(); ++o)
        for (Index y = 0; y < height; ++y)
            for (Index x = 0; x < width; ++x)
                for (Index i = 0; i < inputs; ++i)
                    a(y * inputs + i, o * width + x) = scale(i) * weights(o, (y * width + x) * inputs + i);
    return a;
}

/// Inputs against everything else.
MatrixXd inputMatrix(const LowRankLayer& layer, const RowMatrix& weights, const VectorXd& scale) {
    const auto inputs = Index(layer.matrix.inputs), kernel = Index(layer.matrix.kernel);
    MatrixXd a(inputs, weights.rows() * kernel);
    for (Index o = 0; o < weights.rows(); ++o)
        for (Index k = 0; k < kernel; ++k)
            for (Index i = 0; i < inputs; ++i)
                a(i, o * kernel + k) = scale(i) * weights(o, k * inputs + i);
    return a;
}

/// Least squares of the layer's output from the features `map` x.
Result<RowMatrix> refit(const LayerProblem& problem, const RowMatrix& map, const MatrixXd& power, const Work& work) {
    const MatrixXd mapped = power * map.transpose();
    MatrixXd gram = map * mapped;
    const double mean = gram.diagonal().mean();
    gram.diagonal().array() += 1e-6 * (mean > 0 ? mean : 1);
    if (auto status = choleskyInPlace(gram, work); !status)
        return status;
    return solveFromRight(gram, problem.optimum * mapped);
}

Result<Factors> channels(const LayerProblem& problem, const RankChoice& ranks, const Work& work) {
    const auto rank = Index(ranks.rank);
    auto directions = outputDirections(problem.optimum, powerOf(problem), rank, work);
    if (!directions)
        return directions.status();
    Factors factors;
    factors.last = directions->vectors.leftCols(rank);
    factors.core = factors.last.transpose() * problem.optimum;
    factors.effective = factors.last * factors.core;
    return factors;
}

Result<Factors> spatial(const LowRankLayer& layer, const LayerProblem& problem, const RankChoice& ranks,
                        const Work& work) {
    const auto rank = Index(ranks.rank), inputs = Index(layer.matrix.inputs), height = Index(layer.kernel[0]),
               width = Index(layer.kernel[1]);
    const VectorXd scale = channelScale(layer, problem);
    auto directions = leftSingular(spatialMatrix(layer, problem.optimum, scale), rank, work);
    if (!directions)
        return directions.status();
    Factors factors;
    factors.core = directions->vectors.leftCols(rank).transpose();
    // W = S^-1 U (U' S W): the part next to the input is U' S^-1 read backwards, since inputs are seen through S.
    for (Index y = 0; y < height; ++y)
        for (Index i = 0; i < inputs; ++i)
            factors.core.col(y * inputs + i) /= scale(i);
    RowMatrix map = RowMatrix::Zero(width * rank, problem.optimum.cols()); // feature (column, r) of the window
    for (Index x = 0; x < width; ++x)
        for (Index y = 0; y < height; ++y)
            map.block(x * rank, (y * width + x) * inputs, rank, inputs) = factors.core.middleCols(y * inputs, inputs);
    auto last = refit(problem, map, powerOf(problem), work);
    if (!last)
        return last.status();
    factors.last = std::move(*last);
    factors.effective = factors.last * map;
    return factors;
}

Result<Factors> tucker(const LowRankLayer& layer, const LayerProblem& problem, const RankChoice& ranks,
                       const Work& work) {
    const auto inputRank = Index(ranks.inputRank), rank = Index(ranks.rank), inputs = Index(layer.matrix.inputs),
               kernel = Index(layer.matrix.kernel);
    const VectorXd scale = channelScale(layer, problem);
    auto directions = leftSingular(inputMatrix(layer, problem.optimum, scale), inputRank, work);
    if (!directions)
        return directions.status();
    Factors factors;
    factors.input = directions->vectors.leftCols(inputRank).transpose();
    factors.input.array().rowwise() *= scale.transpose().array().inverse();
    RowMatrix map = RowMatrix::Zero(kernel * inputRank, problem.optimum.cols());
    for (Index k = 0; k < kernel; ++k)
        map.block(k * inputRank, k * inputs, inputRank, inputs) = factors.input;
    const MatrixXd power = powerOf(problem);
    auto all = refit(problem, map, power, work);
    if (!all)
        return all.status();
    MatrixXd gram = map * power * map.transpose();
    gram.diagonal().array() += 1e-9 * gram.diagonal().mean() + 1e-300;
    auto outputs = outputDirections(*all, gram, rank, work);
    if (!outputs)
        return outputs.status();
    factors.last = outputs->vectors.leftCols(rank);
    factors.core = factors.last.transpose() * *all;
    factors.effective = factors.last * factors.core * map;
    return factors;
}

std::vector<double> list(const VectorXd& values) {
    return {values.data(), values.data() + values.size()};
}

} // namespace

Result<Spectra> spectraOf(const LowRankLayer& layer, const LayerProblem& problem, const Work& work) {
    Spectra spectra;
    const VectorXd scale = channelScale(layer, problem);
    if (layer.scheme == LowRankScheme::Spatial) {
        auto values = leftSingular(spatialMatrix(layer, problem.optimum, scale), 1, work);
        if (!values)
            return values.status();
        spectra.output = list(values->values);
        return spectra;
    }
    auto values = outputDirections(problem.optimum, powerOf(problem), 1, work);
    if (!values)
        return values.status();
    spectra.output = list(values->values);
    if (layer.scheme == LowRankScheme::Tucker) {
        auto input = leftSingular(inputMatrix(layer, problem.optimum, scale), 1, work);
        if (!input)
            return input.status();
        spectra.input = list(input->values);
    }
    return spectra;
}

Result<Factors> factorize(const LowRankLayer& layer, const LayerProblem& problem, const RankChoice& ranks,
                          const Work& work) {
    switch (layer.scheme) {
    case LowRankScheme::Spatial:
        return spatial(layer, problem, ranks, work);
    case LowRankScheme::Tucker:
        return tucker(layer, problem, ranks, work);
    case LowRankScheme::Channels:
        break;
    }
    return channels(problem, ranks, work);
}

} // namespace lapidary
