// SPDX-License-Identifier: GPL-3.0-or-later
#include "weightbitsrun.h"

#include "eval/layerwalk.h"
#include "layerrounding.h"
#include "weightbitsreport.h"

#include <algorithm>
#include <thread>

namespace lapidary {
namespace {

constexpr std::size_t fewestRows = 32768; ///< of layers with few columns, which cost little

class Run {
public:
    Run(const PassInput& input, const WeightBitsOptions& options, WeightBitsPlan plan, PassContext& context)
        : m_input(input), m_model(input.model), m_options(options), m_plan(std::move(plan)), m_context(context),
          m_threads(int(std::max(1u, std::thread::hardware_concurrency()))),
          m_walk(options.needsData() ? context.calibration : nullptr, input.model, input.shapes,
                 {input.seed, options.rowsPerColumn, fewestRows}) {}

    Result<PassOutcome> run() {
        if (m_options.bySensitivity)
            if (auto status = chooseBits(m_context.work.part(0, 0.4, "Comparing layers")); !status)
                return status;
        const Work work = m_context.work.part(m_options.bySensitivity ? 0.4 : 0, 1, "Rounding weights");
        const auto batches = m_walk.batches(m_plan.layers, m_options.sequential);
        for (std::size_t b = 0; b < batches.size(); ++b)
            if (auto status = roundBatch(batches[b], work.step(b, batches.size())); !status)
                return status;
        if (m_options.needsData() && !m_anyMoments && m_walk.problem())
            return *m_walk.problem();
        return finish();
    }

private:
    using Batch = LayerWalk::Batch<QuantizedLayer>;

    Status chooseBits(const Work& work) {
        std::vector<std::vector<double>> losses;
        const auto batches = m_walk.batches(m_plan.layers, false);
        for (std::size_t b = 0; b < batches.size(); ++b) {
            const Work part = work.step(b, batches.size());
            auto moments = m_walk.moments(batches[b], nullptr, part.part(0, 0.5));
            if (!moments)
                return moments.status();
            for (std::size_t i = 0; i < batches[b].size(); ++i) {
                auto one = lossesOf(*batches[b][i], (*moments)[i], part.part(0.5, 1).step(i, batches[b].size()));
                if (!one)
                    return one.status();
                losses.push_back(std::move(*one));
            }
        }
        shareBits(m_plan, m_options, losses);
        return {};
    }

    Result<std::vector<double>> lossesOf(const QuantizedLayer& layer, const std::optional<LayerMoments>& moments,
                                         const Work& work) {
        auto weights = layerWeights(*m_input.model->graph, layer.matrix);
        if (!weights)
            return weights.status();
        auto losses = lossesByBits(layer, m_plan.newestOpset, *weights, moments ? &*moments : nullptr, m_options,
                                   m_threads, work);
        if (!losses && !isCancelled(losses.error()))
            return Diagnostic(losses.error()).atNode(layer.name);
        return losses;
    }

    Status roundBatch(const Batch& batch, const Work& work) {
        auto moments = m_walk.moments(batch, m_options.sequential ? m_model : nullptr, work.part(0, 0.5));
        if (!moments)
            return moments.status();
        for (std::size_t i = 0; i < batch.size(); ++i)
            if (auto status = roundOne(*batch[i], (*moments)[i], work.part(0.5, 1).step(i, batch.size())); !status)
                return status;
        return {};
    }

    Status roundOne(const QuantizedLayer& layer, const std::optional<LayerMoments>& moments, const Work& work) {
        if (auto status = work.check(); !status)
            return status;
        work.progress.label(layer.name);
        m_anyMoments = m_anyMoments || moments;
        if (m_options.needsData() && !moments)
            m_notes.push_back(warningDiagnostic("quantize_weights.no_statistics",
                                                "The inputs of this layer are not known from the calibration data; its "
                                                "weights took the nearest codes.")
                                  .atNode(layer.name));
        auto weights = layerWeights(*m_input.model->graph, layer.matrix);
        if (!weights)
            return weights.status();
        auto rounded = roundLayer(layer, *weights, moments ? &*moments : nullptr, m_options, m_threads, work);
        if (!rounded)
            return isCancelled(rounded.error()) ? rounded.status()
                                                : Status(Diagnostic(rounded.error()).atNode(layer.name));
        m_layers.push_back(layerReport(*m_input.model->graph, layer, *rounded));
        if (auto status = store(layer, *rounded); !status)
            return status;
        m_codes.push_back(std::move(rounded->codes));
        return {};
    }

    /// The model with the numbers that the codes stand for: what later layers are fitted to.
    Status store(const QuantizedLayer& layer, const RoundedLayer& rounded) {
        std::vector<float> ordered(std::size_t(rounded.values.size()));
        std::copy_n(rounded.values.data(), ordered.size(), ordered.begin());
        auto tensor = fromFloats(layer.matrix.type, layer.matrix.shape, tensorOrder(layer.matrix, ordered));
        if (!tensor)
            return tensor.status();
        GraphEditor editor(m_model->graph);
        replaceConstant(editor, layer.matrix.weight, std::move(*tensor));
        if (rounded.biasShift.size() > 0)
            if (auto status = shiftBias(editor, layer.matrix, layer.bias, layer.matrix.type,
                                        {rounded.biasShift.data(), std::size_t(rounded.biasShift.size())});
                !status)
                return status;
        auto graph = editor.finish();
        if (!graph)
            return graph.error();
        m_model = withGraph(*m_model, std::move(*graph));
        return {};
    }

    Result<PassOutcome> finish() {
        PassOutcome outcome;
        Diagnostics raised;
        auto written = writeCodes(m_model, m_input.shapes, m_plan, &m_codes, raised);
        if (!written)
            return written.status();
        outcome.model = std::move(*written);
        outcome.notes = ledgerNotes(*m_input.model, *outcome.model, m_plan);
        outcome.layers = std::move(m_layers);
        outcome.fenced = std::move(m_plan.fenced);
        for (const Diagnostics& more : {raised, m_plan.notes, m_notes})
            outcome.notes.insert(outcome.notes.end(), more.begin(), more.end());
        return outcome;
    }

    const PassInput& m_input;
    ModelPtr m_model;
    const WeightBitsOptions& m_options;
    WeightBitsPlan m_plan;
    PassContext& m_context;
    int m_threads;
    LayerWalk m_walk;
    bool m_anyMoments = false;
    std::vector<LayerCodes> m_codes; ///< as m_plan.layers
    std::vector<LayerReport> m_layers;
    Diagnostics m_notes;
};

} // namespace

Result<PassOutcome> runWeightBits(const PassInput& input, const WeightBitsOptions& options, WeightBitsPlan plan,
                                  PassContext& context) {
    return Run(input, options, std::move(plan), context).run();
}

} // namespace lapidary
