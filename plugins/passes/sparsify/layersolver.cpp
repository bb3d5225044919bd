// SPDX-License-Identifier: GPL-3.0-or-later
#include "layersolver.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lapidary {
namespace {

constexpr std::size_t widestExact = 1024;

} // namespace

Result<LayerCut> LayerCut::make(const SparseLayer& layer, const std::vector<float>& weights,
                                const LayerMoments* moments, const SparsifyOptions& options, const Work& work) {
    LayerCut cut(layer, options);
    LayerProblemOptions settings;
    settings.damping = options.damping;
    settings.centred = layer.bias.usable;
    settings.followTarget = options.compensate;
    auto problem = makeLayerProblem(layer.extents(), weights, options.needsData() ? moments : nullptr, settings, work);
    if (!problem)
        return problem.status();
    cut.m_problem = std::move(*problem);
    return cut;
}

bool LayerCut::exact() const {
    const SparsityPattern& pattern = m_options->pattern;
    if (pattern.kind == SparsityPattern::Kind::NofM && pattern.acrossOutputs)
        return false;
    if (m_options->solver != SparsifyOptions::Solver::Auto)
        return m_options->solver == SparsifyOptions::Solver::Exact;
    return m_problem.shape.columns() <= widestExact;
}

std::vector<double> LayerCut::simpleScores() const {
    const bool weighted = m_problem.known() && m_options->criterion == SparsifyOptions::Criterion::Wanda;
    const RowMatrix& weights = m_problem.optimum;
    std::vector<double> scores(std::size_t(weights.size()));
    for (Eigen::Index r = 0; r < weights.rows(); ++r)
        for (Eigen::Index c = 0; c < weights.cols(); ++c) {
            const double w = weights(r, c);
            const double input = weighted ? m_problem.gram[m_problem.groupOf(std::size_t(r))](c, c) : 1;
            scores[std::size_t(r * weights.cols() + c)] = w * w * input;
        }
    return scores;
}

/// Lee et al. 2021, "Layer-adaptive Sparsity for the Magnitude-based Pruning": w^2 over the sum of all squares not
/// smaller; comparable between layers.
std::vector<double> LayerCut::layerAdaptive() const {
    std::vector<double> scores = simpleScores();
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    double above = 0;
    for (const std::size_t i : order) {
        above += scores[i];
        scores[i] = above > 0 ? scores[i] / above : 0;
    }
    return scores;
}

Status LayerCut::trace(int threads, const Work& work) {
    if (m_traces)
        return {};
    auto traces = traceRemovals(m_problem, m_options->pattern, threads, work);
    if (!traces)
        return traces.status();
    m_traces = std::move(*traces);
    return {};
}

Result<std::vector<float>> LayerCut::costs(int threads, const Work& work) {
    const SparsityPattern& pattern = m_options->pattern;
    if (m_options->distribution == SparsifyOptions::Distribution::Global || !m_problem.known()) {
        const bool plain = m_options->distribution == SparsifyOptions::Distribution::Global;
        std::vector<double> scores = plain ? std::vector<double>() : layerAdaptive();
        if (plain)
            for (Eigen::Index r = 0; r < m_problem.original.rows(); ++r)
                for (Eigen::Index c = 0; c < m_problem.original.cols(); ++c)
                    scores.push_back(m_problem.original(r, c) * m_problem.original(r, c));
        return sortedUnitScores(scores, m_problem.shape, pattern);
    }
    const double power = m_problem.power > 0 ? m_problem.power : 1;
    if (m_options->criterion == SparsifyOptions::Criterion::Surgeon && exact()) {
        if (auto status = trace(threads, work); !status)
            return status;
        std::vector<float> all;
        for (const RemovalTrace& one : *m_traces) {
            double highest = 0; // a cheap removal that others stand before is as dear as they are
            for (const double cost : one.cost) {
                highest = std::max(highest, cost);
                all.push_back(float(highest / power));
            }
        }
        std::sort(all.begin(), all.end());
        return all;
    }
    std::vector<double> scores = simpleScores();
    if (m_options->criterion == SparsifyOptions::Criterion::Surgeon) {
        auto removal = removalScores(m_problem, work);
        if (!removal)
            return removal.status();
        scores = std::move(*removal);
    }
    for (double& score : scores)
        score /= power;
    return sortedUnitScores(scores, m_problem.shape, pattern);
}

Result<Mask> LayerCut::chooseMask(double sparsity, int threads, const Work& work) {
    if (!m_problem.known() || m_options->criterion != SparsifyOptions::Criterion::Surgeon)
        return selectMask(simpleScores(), m_problem.shape, m_options->pattern, sparsity);
    if (exact()) {
        if (auto status = trace(threads, work); !status)
            return status;
        return maskOf(m_problem, m_options->pattern, *m_traces, sparsity);
    }
    auto blocked = pruneBlocked(m_problem, m_options->pattern, sparsity, work);
    if (!blocked)
        return blocked.status();
    m_blocked = std::move(*blocked);
    return m_blocked->mask;
}

Result<RowMatrix> LayerCut::adjust(const Mask& mask, double sparsity, int threads, const Work& work) {
    if (m_blocked)
        return std::move(m_blocked->weights);
    if (exact())
        return bestWeights(m_problem, mask, threads, work);
    auto best = pruneBlocked(m_problem, m_options->pattern, sparsity, work, &mask);
    if (!best)
        return best.status();
    return std::move(best->weights);
}

Result<LayerCut::Outcome> LayerCut::cut(double sparsity, int threads, const Work& work) {
    auto mask = chooseMask(sparsity, threads, work.part(0, 0.7));
    if (!mask)
        return mask.status();
    Outcome outcome;
    outcome.mask = std::move(*mask);
    outcome.weights = m_problem.original;
    for (std::size_t i = 0; i < outcome.mask.size(); ++i)
        if (!outcome.mask[i])
            outcome.weights.data()[i] = 0;
    outcome.errorMasked = m_problem.relativeError(outcome.weights);
    if (m_problem.known() && m_options->compensate) {
        auto adjusted = adjust(outcome.mask, sparsity, threads, work.part(0.7, 1));
        if (!adjusted)
            return adjusted.status();
        outcome.weights = std::move(*adjusted);
        outcome.adjusted = true;
    }
    outcome.error = m_problem.relativeError(outcome.weights);
    if (m_problem.known() && m_layer->bias.usable)
        outcome.biasShift = m_problem.biasShift(outcome.weights);
    return outcome;
}

} // namespace lapidary
