// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparsifyrun.h"

#include "allocation.h"
#include "eval/layerwalk.h"
#include "sparsewriter.h"
#include "sparsifyreport.h"

#include <algorithm>
#include <thread>

namespace lapidary {
namespace {

class Run {
public:
    Run(const PassInput& input, const SparsifyOptions& options, SparsifyPlan plan, PassContext& context)
        : m_original(input.model), m_model(input.model), m_options(options), m_plan(std::move(plan)),
          m_context(context), m_threads(int(std::max(1u, std::thread::hardware_concurrency()))),
          m_walk(options.needsData() ? context.calibration : nullptr, input.model, input.shapes, {input.seed}) {}

    Result<PassOutcome> run() {
        const bool shares = m_options.distribution != SparsifyOptions::Distribution::Uniform;
        if (shares)
            if (auto status = shareOut(m_context.work.part(0, 0.4, "Comparing layers")); !status)
                return status;
        const Work work = m_context.work.part(shares ? 0.4 : 0, 1, "Setting weights to zero");
        const auto batches = batchesOf(m_options.sequential);
        for (std::size_t b = 0; b < batches.size(); ++b)
            if (auto status = cutBatch(batches[b], work.step(b, batches.size())); !status)
                return status;
        if (m_options.needsData() && !m_anyMoments && m_walk.problem())
            return *m_walk.problem();
        return finish();
    }

private:
    using Batch = LayerWalk::Batch<SparseLayer>;

    std::vector<Batch> batchesOf(bool single) {
        return m_walk.batches(m_plan.layers, single);
    }

    Result<MomentsOfLayers> momentsOf(const Batch& batch, bool follow, const Work& work) {
        return m_walk.moments(batch, follow ? m_model : nullptr, work);
    }

    Result<std::vector<float>> weightsOf(const SparseLayer& layer) const {
        return layerWeights(*m_original->graph, layer.matrix);
    }

    Result<LayerCut> prepare(const SparseLayer& layer, const std::vector<float>& weights,
                             const std::optional<LayerMoments>& moments, const Work& work) {
        auto cut = LayerCut::make(layer, weights, moments ? &*moments : nullptr, m_options, work);
        if (!cut && !isCancelled(cut.error()))
            return Diagnostic(cut.error()).atNode(layer.name);
        return cut;
    }

    /// Decides every layer's sparsity from what removal costs in each.
    Status shareOut(const Work& work) {
        std::vector<LayerCosts> costs;
        std::vector<SparseLayer*> open;
        const auto batches = batchesOf(false);
        for (std::size_t b = 0; b < batches.size(); ++b) {
            const Work part = work.step(b, batches.size());
            auto moments = momentsOf(batches[b], false, part.part(0, 0.5));
            if (!moments)
                return moments.status();
            for (std::size_t i = 0; i < batches[b].size(); ++i) {
                SparseLayer& layer = *batches[b][i];
                if (layer.fixed)
                    continue;
                auto one = costsOf(layer, (*moments)[i], part.part(0.5, 1).step(i, batches[b].size()));
                if (!one)
                    return one.status();
                costs.push_back(std::move(*one));
                open.push_back(&layer);
            }
        }
        const auto counts = shareZeros(costs, m_options.sparsity);
        for (std::size_t i = 0; i < open.size(); ++i)
            open[i]->sparsity = costs[i].costs.empty() ? 0 : double(counts[i]) / double(costs[i].costs.size());
        return {};
    }

    Result<LayerCosts> costsOf(const SparseLayer& layer, const std::optional<LayerMoments>& moments, const Work& work) {
        auto weights = weightsOf(layer);
        if (!weights)
            return weights.status();
        auto cut = prepare(layer, *weights, moments, work);
        if (!cut)
            return cut.status();
        auto sorted = cut->costs(m_threads, work);
        if (!sorted)
            return sorted.status();
        const SparsityPattern& pattern = m_options.pattern;
        return LayerCosts{std::move(*sorted), pattern.unitRows() * pattern.unitColumns(), m_options.highestSparsity};
    }

    Status cutBatch(const Batch& batch, const Work& work) {
        auto moments = momentsOf(batch, m_options.sequential, work.part(0, 0.5));
        if (!moments)
            return moments.status();
        for (std::size_t i = 0; i < batch.size(); ++i)
            if (auto status = cutLayer(*batch[i], (*moments)[i], work.part(0.5, 1).step(i, batch.size())); !status)
                return status;
        return {};
    }

    Status cutLayer(const SparseLayer& layer, const std::optional<LayerMoments>& moments, const Work& work) {
        if (auto status = work.check(); !status)
            return status;
        work.progress.label(layer.name);
        auto weights = weightsOf(layer);
        if (!weights)
            return weights.status();
        auto cut = prepare(layer, *weights, moments, work);
        if (!cut)
            return cut.status();
        m_anyMoments = m_anyMoments || moments;
        if (m_options.needsData() && !moments)
            m_notes.push_back(
                warningDiagnostic("sparsify.no_statistics",
                                  "The inputs of this layer are not known from the calibration data; its weights were "
                                  "chosen by magnitude.")
                    .atNode(layer.name));
        auto outcome = cut->cut(layer.sparsity, m_threads, work);
        if (!outcome)
            return outcome.status();
        if (layer.bias.usable && outcome->biasShift.size() == 0 && layer.bias.added)
            outcome->biasShift = Eigen::VectorXd::Zero(Eigen::Index(layer.extents().outputs())); // as the preview says
        auto tensor = sparseTensor(*m_original->graph, layer, *outcome);
        if (!tensor)
            return tensor.status();
        auto ledger = weightLedger(m_original->graph->value(layer.matrix.weight)->name, **tensor);
        if (!ledger)
            return ledger.status();
        m_sum += *ledger;
        m_layers.push_back(layerReport(*m_original->graph, layer, m_options, *outcome, *weights, **tensor, *ledger));
        auto next = storeLayer(*m_model, layer, *tensor, *outcome);
        if (!next)
            return next.status();
        m_model = std::move(*next);
        return {};
    }

    PassOutcome finish() {
        PassOutcome outcome;
        outcome.model = m_model;
        outcome.layers = std::move(m_layers);
        outcome.fenced = std::move(m_plan.fenced);
        outcome.notes = ledgerNotes(m_sum, outcome.layers.size(), m_options.pattern);
        outcome.notes.insert(outcome.notes.end(), m_notes.begin(), m_notes.end());
        return outcome;
    }

    ModelPtr m_original, m_model;
    const SparsifyOptions& m_options;
    SparsifyPlan m_plan;
    PassContext& m_context;
    int m_threads;
    LayerWalk m_walk;
    bool m_anyMoments = false;
    WeightLedger m_sum;
    std::vector<LayerReport> m_layers;
    Diagnostics m_notes;
};

} // namespace

Result<PassOutcome> runSparsify(const PassInput& input, const SparsifyOptions& options, SparsifyPlan plan,
                                PassContext& context) {
    return Run(input, options, std::move(plan), context).run();
}

} // namespace lapidary
