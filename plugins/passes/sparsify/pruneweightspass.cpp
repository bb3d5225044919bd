// SPDX-License-Identifier: GPL-3.0-or-later
#include "pruneweightspass.h"

#include "analysis/cost.h"
#include "sparsifyrun.h"

#include <cstdio>

namespace lapidary {
namespace {

struct Prepared {
    SparsifyOptions options;
    SparsifyPlan plan;
};

Result<Prepared> prepare(const PassInput& input) {
    if (!input.model || !input.model->graph)
        return errorDiagnostic("pass.no_model", "There is no model to prune.");
    auto options = SparsifyOptions::from(input);
    if (!options)
        return options.status();
    auto plan = planSparsify(input, *options);
    if (!plan)
        return plan.status();
    return Prepared{std::move(*options), std::move(*plan)};
}

Diagnostic memoryError() {
    return errorDiagnostic("base.memory", "Not enough memory to prune this model.");
}

std::uint64_t addedBiases(const SparseLayer& layer) {
    return layer.bias.added ? layer.extents().outputs() : 0;
}

/// What the zeros will be worth, before any is set: counts only.
void noteExpectation(const Prepared& prepared, PassPreview& preview) {
    std::uint64_t weights = 0, zeros = 0;
    for (const SparseLayer& layer : prepared.plan.layers) {
        weights += layer.extents().count();
        zeros += zerosWanted(layer.extents(), prepared.options.pattern, layer.sparsity);
    }
    char text[160];
    std::snprintf(text, sizeof text, "About %.1f %% of %llu weights in %zu layers become zero, %s.",
                  weights > 0 ? 100 * double(zeros) / double(weights) : 0, static_cast<unsigned long long>(weights),
                  prepared.plan.layers.size(), prepared.options.pattern.text().c_str());
    preview.notes.push_back(noteDiagnostic("sparsify.expectation", text));
    if (prepared.options.distribution != SparsifyOptions::Distribution::Uniform)
        preview.notes.push_back(noteDiagnostic(
            "sparsify.shares_unknown", "How the zeros are spread over the layers is found when the pass runs."));
    preview.notes.push_back(
        noteDiagnostic("sparsify.no_time_gained",
                       "Zeros make the model neither smaller on disk nor faster on a host CPU; only devices that skip "
                       "zeros or hold weights compressed gain."));
}

} // namespace

PruneWeightsPass::PruneWeightsPass() {
    m_info.id = "prune.weights";
    m_info.title = "Prune weights";
    m_info.summary =
        "Sets weights to zero, singly, N of M or in blocks, and adjusts those that remain from calibration "
        "data, for devices that skip zeros or compress weights.";
    m_info.technique = Technique::Prune;
    m_info.usesCalibration = true;
    m_info.schema = sparsifySchema();
}

Result<PassPreview> PruneWeightsPass::preview(const PassInput& input) const {
    try {
        auto prepared = prepare(input);
        if (!prepared)
            return prepared.status();
        const CostReport cost = analyseCost(*input.model->graph, input.shapes);
        PassPreview preview;
        preview.before = preview.after = {cost.parameters, cost.parameterBytes, cost.macs};
        for (const SparseLayer& layer : prepared->plan.layers) {
            const auto added = addedBiases(layer), bytes = packedBytes(layer.matrix.type, added);
            preview.after.parameters += added;
            preview.after.bytes += bytes;
            for (const NodeId id : layer.matrix.nodes) {
                NodePlan plan;
                plan.node = id;
                plan.macsBefore = plan.macsAfter = cost.of(id).macs;
                plan.bytesBefore = cost.of(id).parameterBytes;
                plan.bytesAfter = plan.bytesBefore + bytes;
                preview.nodes.push_back(std::move(plan));
            }
        }
        preview.fenced = prepared->plan.fenced;
        noteExpectation(*prepared, preview);
        return preview;
    } catch (const std::bad_alloc&) {
        return memoryError();
    }
}

Result<PassOutcome> PruneWeightsPass::run(const PassInput& input, PassContext& context) const {
    try {
        if (auto status = context.work.check(); !status)
            return status;
        auto prepared = prepare(input);
        if (!prepared)
            return prepared.status();
        if (prepared->options.needsData() && !context.calibration)
            return errorDiagnostic("pass.no_calibration", "This criterion needs calibration data.",
                                   "Choose a dataset, or the criterion \"magnitude\", which needs none.");
        return runSparsify(input, prepared->options, std::move(prepared->plan), context);
    } catch (const std::bad_alloc&) {
        return memoryError();
    }
}

} // namespace lapidary
