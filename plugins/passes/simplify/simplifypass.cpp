// SPDX-License-Identifier: GPL-3.0-or-later
#include "simplifypass.h"

#include "analysis/cost.h"
#include "pass/runner.h"
#include "rewriter.h"

#include <map>

namespace lapidary {

namespace {

ParamSpec flagSpec(std::string key, std::string label, std::string help) {
    ParamSpec spec;
    spec.key = std::move(key);
    spec.type = ParamType::Bool;
    spec.label = std::move(label);
    spec.help = std::move(help);
    spec.defaultValue = true;
    return spec;
}

PassInfo makeInfo() {
    PassInfo info;
    info.id = "simplify.graph";
    info.title = "Simplify the graph";
    info.summary =
        "Computes constants ahead, folds normalizations, scales and biases into layers, and removes what does "
        "nothing, without changing results beyond rounding.";
    info.technique = Technique::Simplify;
    info.lossless = true;
    info.idempotent = true;
    ParamSpec limit;
    limit.key = "max_folded_bytes";
    limit.type = ParamType::Integer;
    limit.label = "Largest folded constant";
    limit.help = "A constant computed ahead may take this many bytes beyond the constants it replaces.";
    limit.defaultValue = 1 << 16;
    limit.minimum = 0;
    limit.maximum = double(std::int64_t(1) << 30);
    limit.unit = "bytes";
    limit.advanced = true;
    limit.dependsOn = "fold_constants";
    limit.dependsValues = {true};
    info.schema = ParamSchema(
        {flagSpec("fold_batch_norm", "Fold batch normalization",
                  "Folds batch normalization into the convolution or matrix product beside it."),
         flagSpec("fold_constants", "Compute constants ahead", "Replaces what depends on no input by its value."),
         limit});
    return info;
}

RewriteOptions optionsOf(const PassInput& input, bool dry) {
    RewriteOptions options;
    options.foldBatchNorm = input.flag("fold_batch_norm");
    options.foldConstants = input.flag("fold_constants");
    options.maxFoldedBytes = std::uint64_t(input.integer("max_folded_bytes"));
    options.dry = dry;
    return options;
}

std::string countText(const std::string& rewrite, std::size_t count) {
    static const std::map<std::string, std::string> texts = {
        {"clean_shape", "computed shapes made constant"},
        {"constant_to_initializer", "Constant nodes turned into initializers"},
        {"fold_batch_norm", "batch normalizations folded"},
        {"fold_constant", "nodes computed ahead"},
        {"fold_scale", "scales and biases folded"},
        {"fuse_pad", "paddings folded in"},
        {"fuse_reshapes", "reshapes fused"},
        {"fuse_transposes", "transposes fused"},
        {"merge_duplicates", "duplicates merged"},
        {"remove_dead", "unused nodes removed"},
        {"remove_noop", "nodes without effect removed"},
    };
    const auto it = texts.find(rewrite);
    return std::to_string(count) + " " + (it == texts.end() ? rewrite : it->second);
}

Diagnostics countNotes(const Rewriter& rewriter) {
    Diagnostics notes;
    for (const auto& [rewrite, count] : rewriter.counts())
        notes.push_back(noteDiagnostic("simplify." + rewrite, countText(rewrite, count)));
    return notes;
}

bool sameSize(const Graph& a, const Graph& b) {
    return a.nodeCount() == b.nodeCount() && a.initializers().size() == b.initializers().size() &&
           a.inputs().size() == b.inputs().size();
}

} // namespace

const PassInfo& SimplifyPass::info() const {
    static const PassInfo info = makeInfo();
    return info;
}

Result<PassPreview> SimplifyPass::preview(const PassInput& input) const {
    Rewriter rewriter(input, optionsOf(input, true));
    if (const auto status = rewriter.run({}); !status)
        return status;
    auto graph = rewriter.finish();
    if (!graph)
        return graph.error();
    const auto before = analyseCost(*input.model->graph, input.shapes);
    const auto after = analyseCost(**graph, rewriter.shapesAtBatchOne());
    PassPreview preview;
    preview.before = {before.parameters, before.parameterBytes, before.macs};
    preview.after = {after.parameters, after.parameterBytes, after.macs};
    for (const auto& node : input.model->graph->nodes()) {
        if (rewriter.changed().count(node->id) == 0)
            continue;
        NodePlan plan;
        plan.node = node->id;
        plan.macsBefore = before.of(node->id).macs;
        plan.bytesBefore = before.of(node->id).parameterBytes;
        if ((*graph)->node(node->id)) {
            plan.macsAfter = after.of(node->id).macs;
            plan.bytesAfter = after.of(node->id).parameterBytes;
        }
        preview.nodes.push_back(std::move(plan));
    }
    preview.notes = countNotes(rewriter);
    return preview;
}

Result<PassOutcome> SimplifyPass::run(const PassInput& input, PassContext& context) const {
    Rewriter rewriter(input, optionsOf(input, false));
    if (const auto status = rewriter.run(context.work); !status)
        return status;
    auto graph = rewriter.finish();
    if (!graph)
        return graph.error();
    PassOutcome outcome;
    outcome.notes = countNotes(rewriter);
    outcome.layers = std::move(rewriter.reports());
    const bool nothing = rewriter.changed().empty() && sameSize(**graph, *input.model->graph);
    outcome.model = nothing ? input.model : withGraph(*input.model, *std::move(graph));
    return outcome;
}

} // namespace lapidary
