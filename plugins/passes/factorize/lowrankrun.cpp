// SPDX-License-Identifier: GPL-3.0-or-later
#include "lowrankrun.h"

#include "lowrankwriter.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr std::uint64_t memoryForStatistics = std::uint64_t(384) << 20;
constexpr double noError = 200;  ///< dB shown for an exact result
constexpr double muchLost = 0.1; ///< share of a layer's output power; beyond it accuracy rarely survives

std::string describe(const LowRankLayer& layer) {
    const RankChoice& ranks = *layer.chosen;
    const auto kernel = [](std::size_t a, std::size_t b) { return std::to_string(a) + "x" + std::to_string(b); };
    const auto [height, width] = std::pair(layer.kernel[0], layer.kernel[1]);
    const std::string rank = std::to_string(ranks.rank);
    switch (layer.scheme) {
    case LowRankScheme::Spatial:
        return kernel(height, 1) + " and " + kernel(1, width) + ", rank " + rank;
    case LowRankScheme::Tucker:
        return "1x1, " + kernel(height, width) + " and 1x1, ranks " + std::to_string(ranks.inputRank) + " and " + rank;
    case LowRankScheme::Channels:
        break;
    }
    return layer.matrix.kernel > 1 ? kernel(height, width) + " and 1x1, rank " + rank : "two products, rank " + rank;
}

class Run {
public:
    Run(const PassInput& input, const LowRankOptions& options, LowRankPlan plan, SpectrumCache& cache,
        PassContext& context)
        : m_original(input.model), m_model(input.model), m_options(options), m_plan(std::move(plan)), m_cache(cache),
          m_context(context) {
        if (options.useData)
            m_gatherer.emplace(*context.calibration, m_original, input.shapes, MomentOptions{input.seed});
    }

    Result<PassOutcome> run() {
        const bool needsSpectra = m_options.rankBy != LowRankOptions::RankBy::Ratio;
        std::vector<Spectra> spectra(m_plan.layers.size());
        if (needsSpectra)
            if (auto status = findSpectra(spectra, m_context.work.part(0, 0.4, "Finding ranks")); !status)
                return status;
        chooseRanks(m_plan, m_options, needsSpectra ? &spectra : nullptr);
        const Work work = m_context.work.part(needsSpectra ? 0.4 : 0, 1, "Splitting layers");
        for (const auto& batch : batches(m_options.sequential, true))
            if (auto status = splitBatch(batch, work); !status)
                return status;
        if (m_options.useData && !m_anyMoments && m_gatherer->problem())
            return *m_gatherer->problem();
        return finish();
    }

private:
    using Batch = std::vector<std::size_t>;

    std::vector<Batch> batches(bool single, bool chosenOnly) const {
        std::vector<Batch> all;
        std::uint64_t bytes = 0;
        for (std::size_t l = 0; l < m_plan.layers.size(); ++l) {
            if (chosenOnly && !m_plan.layers[l].chosen)
                continue;
            const auto more = momentsBytes(m_plan.layers[l].matrix);
            if (all.empty() || single || bytes + more > memoryForStatistics) {
                all.emplace_back();
                bytes = 0;
            }
            all.back().push_back(l);
            bytes += more;
        }
        return all;
    }

    Result<MomentsOfLayers> momentsOf(const Batch& batch, bool follow, const Work& work) {
        if (!m_options.useData)
            return MomentsOfLayers(batch.size());
        if (follow) {
            auto moments = m_gatherer->next(m_model, m_plan.layers[batch.front()].matrix, work);
            if (!moments)
                return moments.status();
            return MomentsOfLayers{std::move(*moments)};
        }
        std::vector<const WeightMatrix*> matrices;
        for (const std::size_t l : batch)
            matrices.push_back(&m_plan.layers[l].matrix);
        return m_gatherer->gather(matrices, work);
    }

    Result<LayerProblem> problemOf(const LowRankLayer& layer, const std::optional<LayerMoments>& moments,
                                   const Work& work) {
        auto elements = toFloats(*m_original->graph->constant(layer.matrix.weight));
        if (!elements) {
            Diagnostic error = elements.error();
            return std::move(error).atTensor(m_original->graph->value(layer.matrix.weight)->name);
        }
        LayerProblemOptions settings;
        settings.damping = m_options.damping;
        settings.centred = layer.bias.usable;
        return makeLayerProblem(MatrixShape(layer.matrix), matrixOrder(layer.matrix, *elements),
                                moments ? &*moments : nullptr, settings, work);
    }

    Status findSpectra(std::vector<Spectra>& spectra, const Work& work) {
        const auto all = batches(false, false);
        for (std::size_t b = 0; b < all.size(); ++b) {
            const Work part = work.step(b, all.size());
            auto moments = momentsOf(all[b], false, part.part(0, 0.5));
            if (!moments)
                return moments.status();
            for (std::size_t i = 0; i < all[b].size(); ++i) {
                const LowRankLayer& layer = m_plan.layers[all[b][i]];
                auto problem = problemOf(layer, (*moments)[i], part);
                if (!problem)
                    return problem.status();
                auto found = spectraOf(layer, *problem, part);
                if (!found)
                    return found.status();
                m_cache.store(m_original->graph->constant(layer.matrix.weight), layer.scheme, *found);
                spectra[all[b][i]] = std::move(*found);
                part.progress.set(0.5 + 0.5 * double(i + 1) / double(all[b].size()));
            }
        }
        return {};
    }

    Status splitBatch(const Batch& batch, const Work& work) {
        auto moments = momentsOf(batch, m_options.sequential, Work{work.stop, {}});
        if (!moments)
            return moments.status();
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (auto status = split(m_plan.layers[batch[i]], (*moments)[i], Work{work.stop, {}}); !status)
                return status;
            work.progress.set(double(batch[i] + 1) / double(m_plan.layers.size()));
        }
        return {};
    }

    Status split(const LowRankLayer& layer, const std::optional<LayerMoments>& moments, const Work& work) {
        if (auto status = work.check(); !status)
            return status;
        m_anyMoments = m_anyMoments || moments;
        if (m_options.useData && !moments)
            m_notes.push_back(
                warningDiagnostic("factorize.no_statistics",
                                  "The inputs of this layer are not known from the calibration data; it was "
                                  "split by its weights alone.")
                    .atNode(layer.name));
        auto problem = problemOf(layer, moments, work);
        if (!problem)
            return problem.status();
        auto factors = factorize(layer, *problem, *layer.chosen, work);
        if (!factors)
            return factors.status();
        Eigen::VectorXd shift;
        if (problem->known() && layer.bias.usable)
            shift = problem->biasShift(factors->effective);
        else if (layer.bias.added)
            shift = Eigen::VectorXd::Zero(factors->effective.rows()); // as the preview says
        auto next = storeFactors(*m_model, layer, *factors, shift);
        if (!next)
            return next.status();
        m_model = std::move(*next);
        report(layer, *problem, *factors);
        return {};
    }

    void report(const LowRankLayer& layer, const LayerProblem& problem, const Factors& factors) {
        LayerReport report;
        report.node = layer.name;
        report.opType = m_original->graph->node(layer.matrix.nodes.front())->opType;
        report.what = describe(layer);
        auto& numbers = report.numbers;
        const RankChoice& ranks = *layer.chosen;
        const auto width = double(bitsPerElement(layer.matrix.type)) / 8;
        numbers["rank"] = double(ranks.rank);
        if (layer.scheme == LowRankScheme::Tucker)
            numbers["input_rank"] = double(ranks.inputRank);
        numbers["macs_before"] = double(layer.macsBefore);
        numbers["macs_after"] = double(ranks.macs);
        numbers["bytes_before"] = width * double(layer.weightsBefore);
        numbers["bytes_after"] = width * double(ranks.weights);
        const double power = problem.original.squaredNorm();
        numbers["weight_error"] = power > 0 ? (factors.effective - problem.original).squaredNorm() / power : 0;
        if (const double error = problem.relativeError(factors.effective); error >= 0) {
            numbers["error_percent"] = 100 * error;
            noteLoss(layer.name, error);
            numbers["sqnr_db"] = error > 0 ? std::min(noError, -10 * std::log10(error)) : noError;
        }
        m_layers.push_back(std::move(report));
    }

    void noteLoss(const std::string& layer, double error) {
        if (error <= muchLost)
            return;
        ++m_weak;
        if (error > m_worst.second)
            m_worst = {layer, error};
    }

    Diagnostic lossWarning() const {
        const auto percent = std::to_string(int(std::lround(100 * m_worst.second)));
        return warningDiagnostic("factorize.much_lost",
                                 std::to_string(m_weak) + (m_weak == 1 ? " layer loses" : " layers lose") +
                                     " more than a tenth of the output's power, this one most (" + percent +
                                     " %): their weights are not of low rank, and accuracy will suffer.",
                                 "Keep more, or choose ranks by energy, which leaves such layers whole; 1x1 "
                                 "convolutions rarely split "
                                 "well.")
            .atNode(m_worst.first);
    }

    PassOutcome finish() {
        PassOutcome outcome;
        outcome.model = m_model;
        m_notes.insert(m_notes.begin(), m_plan.notes.begin(), m_plan.notes.end());
        if (m_layers.empty() && m_plan.notes.empty())
            m_notes.push_back(noteDiagnostic("factorize.nothing",
                                             "No layer was split: at the energy asked for nothing would be saved."));
        if (m_weak > 0)
            m_notes.push_back(lossWarning());
        outcome.layers = std::move(m_layers);
        outcome.fenced = std::move(m_plan.fenced);
        outcome.notes = std::move(m_notes);
        return outcome;
    }

    ModelPtr m_original, m_model;
    const LowRankOptions& m_options;
    LowRankPlan m_plan;
    SpectrumCache& m_cache;
    PassContext& m_context;
    std::optional<MomentGatherer> m_gatherer;
    bool m_anyMoments = false;
    std::size_t m_weak = 0;
    std::pair<std::string, double> m_worst; ///< the layer that loses most, and its share
    std::vector<LayerReport> m_layers;
    Diagnostics m_notes;
};

} // namespace

Result<PassOutcome> runLowRank(const PassInput& input, const LowRankOptions& options, LowRankPlan plan,
                               SpectrumCache& cache, PassContext& context) {
    return Run(input, options, std::move(plan), cache, context).run();
}

} // namespace lapidary
