// SPDX-License-Identifier: GPL-3.0-or-later
#include "lowrankpass.h"

#include "analysis/cost.h"
#include "lowrankrun.h"

namespace lapidary {
namespace {

Diagnostic memoryError() {
    return errorDiagnostic("base.memory", "Not enough memory to split this model's layers.");
}

Result<LowRankPlan> prepare(const PassInput& input, const LowRankOptions& options) {
    if (!input.model || !input.model->graph)
        return errorDiagnostic("pass.no_model", "There is no model to split layers of.");
    return planLowRank(input, options);
}

} // namespace

LowRankPass::LowRankPass() : m_cache(std::make_unique<SpectrumCache>()) {
    m_info.id = "factorize.low_rank";
    m_info.title = "Split into low rank";
    m_info.summary = "Splits convolutions and matrix products into two or three smaller layers where that saves "
                     "multiplications and bytes.";
    m_info.technique = Technique::Factorize;
    m_info.usesCalibration = true;
    m_info.schema = lowRankSchema();
}

Result<PassPreview> LowRankPass::preview(const PassInput& input) const {
    try {
        const LowRankOptions options = LowRankOptions::from(input);
        auto plan = prepare(input, options);
        if (!plan)
            return plan.status();
        std::vector<Spectra> spectra;
        for (const LowRankLayer& layer : plan->layers)
            spectra.push_back(
                m_cache->find(input.model->graph->constant(layer.matrix.weight), layer.scheme).value_or(Spectra()));
        PassPreview preview;
        if (!chooseRanks(*plan, options, &spectra))
            preview.notes.push_back(noteDiagnostic(
                "factorize.ranks_unknown",
                "The ranks shown keep the same share of multiplications in every layer. The real ones are "
                "found from the data when the pass runs; after that, previews are exact."));
        else if (options.rankBy != LowRankOptions::RankBy::Ratio)
            preview.notes.push_back(noteDiagnostic("factorize.ranks_known",
                                                   "The ranks shown follow from the power found by the last run."));
        const CostReport cost = analyseCost(*input.model->graph, input.shapes);
        preview.before = preview.after = {cost.parameters, cost.parameterBytes, cost.macs};
        for (const LowRankLayer& layer : plan->layers) {
            if (!layer.chosen)
                continue;
            const std::uint64_t added = layer.bias.added ? layer.matrix.outputs() : 0;
            const auto bytes = [&](std::uint64_t count) { return packedBytes(layer.matrix.type, count); };
            preview.after.parameters += layer.chosen->weights + added - layer.weightsBefore;
            preview.after.bytes += bytes(layer.chosen->weights + added) - bytes(layer.weightsBefore);
            preview.after.macs += layer.chosen->macs - layer.macsBefore;
            NodePlan node;
            node.node = layer.matrix.nodes.front();
            node.macsBefore = layer.macsBefore;
            node.macsAfter = layer.chosen->macs;
            node.bytesBefore = cost.of(node.node).parameterBytes;
            node.bytesAfter = node.bytesBefore + bytes(layer.chosen->weights + added) - bytes(layer.weightsBefore);
            preview.nodes.push_back(std::move(node));
        }
        preview.notes.insert(preview.notes.begin(), plan->notes.begin(), plan->notes.end());
        preview.fenced = std::move(plan->fenced);
        return preview;
    } catch (const std::bad_alloc&) {
        return memoryError();
    }
}

Result<PassOutcome> LowRankPass::run(const PassInput& input, PassContext& context) const {
    try {
        if (auto status = context.work.check(); !status)
            return status;
        const LowRankOptions options = LowRankOptions::from(input);
        auto plan = prepare(input, options);
        if (!plan)
            return plan.status();
        if (options.useData && !context.calibration)
            return errorDiagnostic("pass.no_calibration", "Splitting by what layers compute needs calibration data.",
                                   "Choose a dataset, or turn off \"Use calibration data\".");
        return runLowRank(input, options, std::move(*plan), *m_cache, context);
    } catch (const std::bad_alloc&) {
        return memoryError();
    }
}

} // namespace lapidary
