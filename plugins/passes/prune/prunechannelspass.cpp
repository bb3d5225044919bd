// SPDX-License-Identifier: GPL-3.0-or-later
#include "prunechannelspass.h"

#include "datascores.h"
#include "prunereport.h"
#include "pruneschema.h"

#include <algorithm>
#include <cstdio>

namespace lapidary {
namespace {

/// Says why nothing at all can be pruned.
Status anythingToPrune(const PruneAnalysis& analysis, const std::set<NodeId>& scope) {
    for (std::size_t g = 0; g < analysis.groups().groups.size(); ++g)
        if (analysis.groups().groups[g].prunable && inScope(analysis, GroupIndex(g), scope))
            return {};
    const auto fenced = fencedLayers(analysis, scope);
    if (fenced.empty())
        return errorDiagnostic("pass.not_applicable",
                               scope.empty() ? "The model has no layers whose channels could be pruned."
                                             : "The selection has no layers whose channels could be pruned.",
                               "Select convolutions or fully connected layers.");
    const Node* node = analysis.model().graph->node(fenced.front().node);
    return errorDiagnostic("pass.not_applicable",
                           "No channels can be pruned here. '" + displayName(*node) + "': " + fenced.front().reason +
                               ".",
                           "Choose other layers, or simplify the graph first.")
        .atNode(displayName(*node));
}

struct Plan {
    std::shared_ptr<const PruneAnalysis> analysis;
    ChannelSelection selection;
};

std::string dataKey(const PassInput& input, const CalibrationProvider& calibration, const std::vector<bool>& wanted) {
    std::string key = calibration.dataHash() + " " + std::to_string(calibration.sampleCount()) + " " +
                      std::to_string(input.seed) + " ";
    for (const bool group : wanted)
        key += group ? '1' : '0';
    return key;
}

/// The model itself is the problem, not the data: the cut is possible all the same.
bool cannotRun(const Diagnostic& problem) {
    return problem.code.starts_with("runtime.") || problem.code == "calibration.stream";
}

/// Scores that need data: measured when the pass runs, the newest known ones for a preview, L2 where there are none.
Result<PruneAnalysis::Scores> scoresFor(const PruneAnalysis& analysis, const PassInput& input,
                                        const ChannelSelectionOptions& options, CalibrationProvider* calibration,
                                        bool isPreview, Diagnostics& notes, const Work& work) {
    const Importance importance = importanceOf(input.text("importance"));
    if (!needsData(importance))
        return analysis.scores(importance, input.seed, work);
    if (!isPreview && calibration) {
        std::vector<bool> wanted;
        for (std::size_t g = 0; g < analysis.groups().groups.size(); ++g)
            wanted.push_back(takesPart(analysis, GroupIndex(g), options));
        const std::string key = dataKey(input, *calibration, wanted);
        if (auto known = analysis.dataScores(importance, key))
            return known;
        GramGathering gathering;
        gathering.seed = input.seed;
        gathering.threads = repairOptions(input).threads;
        auto found = dataScores(analysis, input.shapes, importance, wanted, *calibration, gathering, work);
        if (!found && cannotRun(found.error())) {
            notes.push_back(warningDiagnostic("prune.not_measured",
                                              "Channels were ranked by L2 instead: " + found.error().message,
                                              "Importance on data needs a model that ONNX Runtime can run."));
            return analysis.scores(Importance::L2, input.seed, work);
        }
        if (!found)
            return found.status();
        auto scores = std::make_shared<const std::vector<GroupScores>>(std::move(*found));
        analysis.keepDataScores(importance, key, scores);
        return PruneAnalysis::Scores(scores);
    }
    if (isPreview)
        if (auto known = analysis.dataScores(importance, {})) {
            notes.push_back(noteDiagnostic("prune.preview_scores",
                                           "Channels are ranked as they were when this model was "
                                           "last pruned with calibration data."));
            return known;
        }
    notes.push_back(isPreview
                        ? noteDiagnostic("prune.preview_scores",
                                         "The preview ranks channels by L2; importance on calibration data is measured "
                                         "when the pass runs.")
                        : warningDiagnostic("prune.no_data",
                                            "There is no calibration data: channels were ranked by L2 instead.",
                                            "Give a dataset of a few hundred images."));
    return analysis.scores(Importance::L2, input.seed, work);
}

void noteFallbacks(const PassInput& input, const ChannelSelection& selection, const std::vector<GroupScores>& scores,
                   Diagnostics& notes) {
    std::size_t count = 0;
    for (std::size_t g = 0; g < scores.size(); ++g)
        count += !selection.cut.removed[g].empty() && scores[g].fellBack ? 1 : 0;
    if (count == 0)
        return;
    if (importanceOf(input.text("importance")) == Importance::BnScale)
        notes.push_back(noteDiagnostic(
            "prune.no_bn",
            std::to_string(count) + " of the groups have no normalization scale; their filters were ranked by L1.",
            "Rank by scale before normalizations are folded into the layers."));
    else
        notes.push_back(noteDiagnostic("prune.no_reader", std::to_string(count) +
                                                              " of the groups are read by no layer "
                                                              "that could be measured; they were ranked by L2."));
}

void noteLatency(const PruneAnalysis& analysis, const PassInput& input, const TargetOptions& target,
                 const ChannelCut& cut, Diagnostics& notes) {
    const BudgetCounter counter(analysis, input.shapes, Measure::Latency, target.layerMs, target.layerFixedMs);
    char text[160];
    std::snprintf(text, sizeof text,
                  "Estimate, not a measurement: the layers with known times go from %.3f to %.3f ms.", counter.whole(),
                  counter.count(cut));
    notes.push_back(noteDiagnostic("prune.latency_estimate", text, "Profile the result on the device."));
}

/// Channels that processors compute at once: 8 floats fill a register of AVX, 4 to 8 one of NEON.
constexpr std::size_t channelBlock = 8;

/// Layers whose width filled whole blocks and does no more compute about as long as with the block full, or leave the
/// fast kernels altogether.
void noteBlocks(const PruneAnalysis& analysis, const ChannelCut& cut, Diagnostics& notes) {
    std::size_t narrowed = 0, uneven = 0;
    for (std::size_t g = 0; g < cut.removed.size(); ++g) {
        const std::size_t width = analysis.groups().groups[g].channels;
        if (cut.removed[g].empty() || width % channelBlock != 0)
            continue;
        ++narrowed;
        uneven += (width - cut.removed[g].size()) % channelBlock != 0 ? 1 : 0;
    }
    if (uneven > 0)
        notes.push_back(warningDiagnostic(
            "prune.blocks",
            std::to_string(uneven) + " of " + std::to_string(narrowed) +
                " narrowed groups keep a number of channels that is no multiple of 8. The file gets smaller, but "
                "processors compute in blocks of 8 or 16 channels, so that it may even run slower.",
            "Set the channel multiple to 8 or 16, and profile the result."));
}

Result<Plan> makePlan(AnalysisCache& cache, const PassInput& input, CalibrationProvider* calibration, bool isPreview,
                      const Work& work) {
    if (!input.model || !input.model->graph)
        return errorDiagnostic("pass.no_model", "There is no model to prune.");
    Plan plan;
    plan.analysis = cache.of(input.model, input.shapes);
    if (auto status = anythingToPrune(*plan.analysis, input.scope); !status)
        return status;
    auto options = selectionOptions(input);
    if (!options)
        return options.status();
    Diagnostics notes;
    const auto scores = scoresFor(*plan.analysis, input, *options, calibration, isPreview, notes, work.part(0, 0.9));
    if (!scores)
        return scores.status();
    const TargetOptions target = targetOptions(input);
    if (target.wanted && target.measure == Measure::Latency && target.layerMs.empty())
        return errorDiagnostic("prune.no_profile", "A latency target needs the milliseconds of each layer.",
                               "Profile the model on the device and give 'layer_ms', or choose another target.");
    auto selection =
        selectForTarget(*plan.analysis, input.shapes, *options, distributionOf(input), target, **scores, work);
    if (!selection)
        return selection.status();
    noteFallbacks(input, *selection, **scores, notes);
    noteBlocks(*plan.analysis, selection->cut, notes);
    if (target.wanted && target.measure == Measure::Latency)
        noteLatency(*plan.analysis, input, target, selection->cut, notes);
    plan.selection = std::move(*selection);
    plan.selection.notes.insert(plan.selection.notes.end(), notes.begin(), notes.end());
    return plan;
}

/// Repairs `outcome.model` and adds what it did to the reports of the layers.
Status repairOutcome(const PruneAnalysis& analysis, const PassInput& input, const ChannelCut& cut,
                     const ShapeTable& shapes, PassContext& context, PassOutcome& outcome, const Work& work) {
    const RepairOptions options = repairOptions(input);
    if (options.method == Repair::None)
        return {};
    if (!context.calibration) {
        outcome.notes.push_back(noteDiagnostic("prune.no_data", "There is no calibration data: nothing was repaired.",
                                               "Give a dataset of a few hundred images to win accuracy back."));
        return {};
    }
    auto repaired =
        repairPruned(analysis, input.shapes, cut, outcome.model, shapes, *context.calibration, options, work);
    if (!repaired && cannotRun(repaired.error())) {
        outcome.notes.push_back(warningDiagnostic("prune.not_repaired",
                                                  "Nothing was repaired: " + repaired.error().message,
                                                  "Repair needs a model that ONNX Runtime can run."));
        return {};
    }
    if (!repaired)
        return repaired.status();
    outcome.model = repaired->model;
    outcome.notes.insert(outcome.notes.end(), repaired->notes.begin(), repaired->notes.end());
    addErrors(*input.model->graph, repaired->errors, outcome.layers);
    return {};
}

Diagnostic memoryError() {
    return errorDiagnostic("base.memory", "Not enough memory to prune this model.");
}

} // namespace

PruneChannelsPass::PruneChannelsPass() : m_cache(std::make_unique<AnalysisCache>()) {
    m_info.id = "prune.channels";
    m_info.title = "Prune channels";
    m_info.summary =
        "Removes the least important channels of layers, and everything coupled to them, so that tensors get "
        "smaller on any device.";
    m_info.technique = Technique::Prune;
    m_info.usesCalibration = true;
    m_info.schema = pruneSchema();
}

Result<PassPreview> PruneChannelsPass::preview(const PassInput& input) const {
    try {
        auto plan = makePlan(*m_cache, input, nullptr, true, {});
        if (!plan)
            return plan.status();
        const PruneAnalysis& analysis = *plan->analysis;
        const CutSummary summary = summarizeCut(*input.model, input.shapes, analysis.groups(), plan->selection.cut);
        PassPreview preview;
        preview.nodes = nodePlans(analysis, plan->selection, summary);
        preview.fenced = fencedLayers(analysis, input.scope);
        preview.before = {summary.parametersBefore, summary.bytesBefore, summary.macsBefore};
        preview.after = {summary.parametersAfter, summary.bytesAfter, summary.macsAfter};
        preview.notes = std::move(plan->selection.notes);
        return preview;
    } catch (const std::bad_alloc&) {
        return memoryError();
    }
}

Result<PassOutcome> PruneChannelsPass::run(const PassInput& input, PassContext& context) const {
    try {
        context.work.progress.label("Finding coupled channels");
        auto plan = makePlan(*m_cache, input, context.calibration, false, context.work.part(0, 0.3));
        if (!plan)
            return plan.status();
        if (auto status = context.work.check(); !status)
            return status;
        const PruneAnalysis& analysis = *plan->analysis;
        PassOutcome outcome;
        outcome.layers = layerReports(analysis, plan->selection);
        outcome.fenced = fencedLayers(analysis, input.scope);
        outcome.notes = std::move(plan->selection.notes);
        outcome.model = input.model;
        if (outcome.layers.empty()) {
            outcome.notes.push_back(noteDiagnostic("prune.nothing",
                                                   "No channels were removed: the ratio is too small for "
                                                   "these layers, or rounding kept all."));
            return outcome;
        }
        auto model = applyCut(*input.model, analysis.groups(), plan->selection.cut);
        if (!model)
            return model.status();
        outcome.model = std::move(*model);
        context.work.progress.set(0.3);
        if (context.inferShapes) {
            const auto shapes = context.inferShapes(*outcome.model);
            if (!shapes)
                return shapes.status();
            if (auto status = checkShapes(analysis, plan->selection, input.shapes, *outcome.model, *shapes); !status)
                return status;
            if (auto status = repairOutcome(analysis, input, plan->selection.cut, *shapes, context, outcome,
                                            context.work.part(0.3, 1));
                !status)
                return status;
        }
        context.work.progress.set(1);
        return outcome;
    } catch (const std::bad_alloc&) {
        return memoryError();
    }
}

} // namespace lapidary
