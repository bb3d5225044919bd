// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/latency/latencyfit.h"

#include <Eigen/Dense>

#include <cmath>
#include <numbers>

namespace lapidary {

namespace {

constexpr int features = int(LayerFeatures::count);
using Row = Eigen::Matrix<double, features, 1>;

/// Shares of the variance; the whole is scaled to the data.
struct Kernel {
    double length = 1;
    double local = 0.5; ///< of the local part against the linear one
    double noise = 0.01;
};

double covariance(const Kernel& kernel, const Row& a, const Row& b) {
    const double distance = (a - b).squaredNorm() / (2 * kernel.length * kernel.length * features);
    return (1 - kernel.local) * (1 + a.dot(b)) / features + kernel.local * std::exp(-distance);
}

Eigen::MatrixXd covariances(const Kernel& kernel, const std::vector<Row>& rows) {
    const auto n = Eigen::Index(rows.size());
    Eigen::MatrixXd k(n, n);
    for (Eigen::Index i = 0; i < n; ++i)
        for (Eigen::Index j = 0; j <= i; ++j)
            k(i, j) = k(j, i) = covariance(kernel, rows[std::size_t(i)], rows[std::size_t(j)]);
    k.diagonal().array() += kernel.noise;
    return k;
}

} // namespace

struct LatencyFit::State {
    Row mean = Row::Zero(), scale = Row::Ones();
    double level = 0;    ///< mean of the targets
    double variance = 0; ///< scale of the kernel
    Kernel kernel;
    std::vector<Row> rows;
    Eigen::MatrixXd inverse;
    Eigen::VectorXd weights;

    Row standardized(const std::array<double, LayerFeatures::count>& logs) const {
        Row row;
        for (int f = 0; f < features; ++f)
            row[f] = (logs[std::size_t(f)] - mean[f]) / scale[f];
        return row;
    }

    void standardize(std::span<const LatencySample> samples) {
        const auto n = double(samples.size());
        for (int f = 0; f < features; ++f) {
            double sum = 0, squares = 0;
            for (const auto& sample : samples)
                sum += sample.logs[std::size_t(f)];
            mean[f] = sum / n;
            for (const auto& sample : samples)
                squares += std::pow(sample.logs[std::size_t(f)] - mean[f], 2);
            scale[f] = std::max(std::sqrt(squares / n), 0.25);
        }
        for (const auto& sample : samples)
            rows.push_back(standardized(sample.logs));
    }

    /// Takes the kernel over if its leave-one-out log probability is the best so far.
    void consider(const Kernel& candidate, const Eigen::VectorXd& targets, double& best) {
        const auto n = targets.size();
        const Eigen::LLT<Eigen::MatrixXd> factor(covariances(candidate, rows));
        if (factor.info() != Eigen::Success)
            return;
        const Eigen::MatrixXd inverted = factor.solve(Eigen::MatrixXd::Identity(n, n));
        const Eigen::VectorXd alpha = inverted * targets;
        const Eigen::ArrayXd residuals = alpha.array() / inverted.diagonal().array();
        // The scale that makes the residuals as large as the model says; never below 2 % of noise.
        const double fitted = (residuals.square() * inverted.diagonal().array()).mean();
        const double scaled = std::max(fitted, 4e-4);
        const double probability = (-0.5 * (scaled / inverted.diagonal().array()).log() -
                                    residuals.square() * inverted.diagonal().array() / (2 * scaled))
                                       .sum() -
                                   0.5 * double(n) * std::log(2 * std::numbers::pi);
        if (probability <= best)
            return;
        best = probability;
        kernel = candidate;
        variance = scaled;
        inverse = inverted;
        weights = alpha;
    }
};

LatencyFit::LatencyFit(std::span<const LatencySample> samples) {
    if (samples.size() > mostSamples)
        samples = samples.last(mostSamples);
    auto state = std::make_unique<State>();
    state->standardize(samples);
    Eigen::VectorXd targets(Eigen::Index(samples.size()));
    for (std::size_t i = 0; i < samples.size(); ++i)
        targets[Eigen::Index(i)] = samples[i].logMsPerWork;
    state->level = targets.mean();
    targets.array() -= state->level;
    double best = -1e300;
    for (const double length : {0.5, 1.0, 2.0, 4.0})
        for (const double local : {0.2, 0.6, 0.9})
            for (const double noise : {0.001, 0.01, 0.1})
                state->consider({length, local, noise}, targets, best);
    m_state = std::move(state);
}

LatencyFit::~LatencyFit() = default;

LatencyFit::Prediction LatencyFit::predict(const std::array<double, LayerFeatures::count>& logs) const {
    const auto& state = *m_state;
    const Row row = state.standardized(logs);
    Eigen::VectorXd k(Eigen::Index(state.rows.size()));
    for (std::size_t i = 0; i < state.rows.size(); ++i)
        k[Eigen::Index(i)] = covariance(state.kernel, row, state.rows[i]);
    Prediction prediction;
    prediction.logMsPerWork = state.level + k.dot(state.weights);
    const double own = covariance(state.kernel, row, row) + state.kernel.noise - k.dot(state.inverse * k);
    prediction.deviation = std::sqrt(std::max(own, state.kernel.noise) * state.variance);
    // A handful of samples says little about how far they scatter (Student's factor, roughly).
    prediction.deviation *= 1 + 3.0 / double(state.rows.size());
    return prediction;
}

} // namespace lapidary
