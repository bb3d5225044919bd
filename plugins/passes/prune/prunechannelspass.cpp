// SPDX-License-Identifier: GPL-3.0-or-later
#include "prunechannelspass.h"

#include "prunereport.h"
#include "repair.h"

#include <algorithm>
#include <thread>

namespace lapidary {
namespace {

ParamSpec spec(std::string key, ParamType type, std::string label, std::string help, Json value) {
    ParamSpec result;
    result.key = std::move(key);
    result.type = type;
    result.label = std::move(label);
    result.help = std::move(help);
    result.defaultValue = std::move(value);
    return result;
}

ParamSchema makeSchema() {
    ParamSpec ratio =
        spec("ratio", ParamType::Number, "Ratio", "Share of the channels that goes, from 0 to 0.95.", 0.25);
    ratio.minimum = 0;
    ratio.maximum = 0.95;
    ratio.step = 0.05;
    ParamSpec mode = spec("mode", ParamType::Choice, "Distribution",
                          "Whether every group of coupled layers gives the same share, or the least important channels "
                          "of the whole model go.",
                          "uniform");
    mode.options = {{"uniform", "Same ratio everywhere", "Every group loses the same share of its channels."},
                    {"global", "Ranked together",
                     "Channels of all groups are ranked by their importance relative to the "
                     "mean of their group; a group keeps at least a twentieth."}};
    ParamSpec importance =
        spec("importance", ParamType::Choice, "Importance", "How a channel's importance is judged.", "l1");
    importance.options = {
        {"l1", "L1 norm", "Sum of the absolute weights of the filter (Li et al. 2017)."},
        {"l2", "L2 norm", "Euclidean norm of the filter's weights."},
        {"bn_scale", "Normalization scale",
         "Scale of the batch normalization behind the layer (Liu et al. 2017); L1 where there is none."}};
    ParamSpec layers =
        spec("layer_ratios", ParamType::NodeNumbers, "Ratio per layer",
             "Ratios of single layers by node name; coupled layers follow, the largest ratio of a group counts.",
             Json::Object());
    layers.minimum = 0;
    layers.maximum = 0.95;
    ParamSpec multiple = spec("multiple", ParamType::Integer, "Channel multiple",
                              "The number of channels that stay is rounded to the nearest multiple of this, halves up, "
                              "and never above what is there. 8 or 16 suits most hardware.",
                              1);
    multiple.minimum = 1;
    multiple.maximum = 256;
    ParamSpec least =
        spec("min_channels", ParamType::Integer, "Fewest channels", "A layer keeps at least this many channels.", 1);
    least.minimum = 1;
    least.maximum = 4096;
    least.advanced = true;
    ParamSpec repair = spec("repair", ParamType::Choice, "Repair",
                            "How accuracy is won back from calibration data. Without data nothing is repaired.",
                            "least_squares");
    repair.options = {{"none", "None", "Weights that stay are left as they are."},
                      {"bias", "Bias correction", "Every layer's mean output becomes the original's."},
                      {"norm_statistics", "Normalization statistics",
                       "Running mean and variance are measured again in the pruned network; bias correction where there "
                       "is no normalization."},
                      {"least_squares", "Least squares",
                       "Layer by layer, weights are refit so that outputs come nearest to the original's (He et al. "
                       "2017, \"Channel pruning\")."}};
    ParamSpec refit = spec("refit", ParamType::Choice, "Layers to repair", "Which layers are repaired.", "all");
    refit.options = {{"all", "All behind the cut", "Every layer that the cut disturbs, the classifier included."},
                     {"consumers", "Layers that lost inputs", "Only layers that read removed channels."}};
    refit.advanced = true;
    refit.dependsOn = "repair";
    refit.dependsValues = {"bias", "norm_statistics", "least_squares"};
    ParamSpec ridge = spec("ridge", ParamType::Number, "Ridge",
                           "Pull of the least squares towards the layer's own weights, relative to the mean power of "
                           "its inputs. More for few samples.",
                           0.001);
    ridge.minimum = 1e-8;
    ridge.maximum = 10;
    ridge.logarithmic = true;
    ridge.advanced = true;
    ridge.dependsOn = "repair";
    ridge.dependsValues = {"least_squares"};
    return ParamSchema({ratio, mode, importance, layers, multiple, least, repair, refit, ridge});
}

ChannelSelectionOptions optionsOf(const PassInput& input) {
    ChannelSelectionOptions options;
    options.ratio = input.number("ratio");
    options.global = input.text("mode") == "global";
    const std::string importance = input.text("importance");
    options.importance = importance == "l2"         ? Importance::L2
                         : importance == "bn_scale" ? Importance::BnScale
                                                    : Importance::L1;
    if (const auto layers = input.params.find("layer_ratios"); layers != input.params.end())
        for (const auto& [name, ratio] : layers->second.object())
            options.layerRatios[name] = ratio.toDouble();
    options.multiple = std::uint32_t(std::max<std::int64_t>(1, input.integer("multiple")));
    options.minChannels = std::uint32_t(std::max<std::int64_t>(1, input.integer("min_channels")));
    options.scope = input.scope;
    return options;
}

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

Result<Plan> makePlan(AnalysisCache& cache, const PassInput& input, const Work& work) {
    if (!input.model || !input.model->graph)
        return errorDiagnostic("pass.no_model", "There is no model to prune.");
    Plan plan;
    plan.analysis = cache.of(input.model, input.shapes);
    if (auto status = anythingToPrune(*plan.analysis, input.scope); !status)
        return status;
    auto selection = selectChannels(*plan.analysis, optionsOf(input), work);
    if (!selection)
        return selection.status();
    plan.selection = std::move(*selection);
    return plan;
}

RepairOptions repairOptions(const PassInput& input) {
    RepairOptions options;
    const std::string method = input.text("repair");
    options.method = method == "bias"              ? Repair::Bias
                     : method == "norm_statistics" ? Repair::NormStatistics
                     : method == "least_squares"   ? Repair::LeastSquares
                                                   : Repair::None;
    options.everything = input.text("refit") != "consumers";
    options.ridge = input.number("ridge");
    options.seed = input.seed;
    options.threads = int(std::max(1u, std::thread::hardware_concurrency()));
    return options;
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
    auto repaired = repairPruned(analysis, input.shapes, cut, outcome.model, shapes, *context.calibration, options, work);
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
    m_info.schema = makeSchema();
}

Result<PassPreview> PruneChannelsPass::preview(const PassInput& input) const {
    try {
        auto plan = makePlan(*m_cache, input, {});
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
        auto plan = makePlan(*m_cache, input, context.work);
        if (!plan)
            return plan.status();
        if (auto status = context.work.check(); !status)
            return status;
        context.work.progress.set(0.04);
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
        context.work.progress.set(0.1);
        if (context.inferShapes) {
            const auto shapes = context.inferShapes(*outcome.model);
            if (!shapes)
                return shapes.status();
            if (auto status = checkShapes(analysis, plan->selection, input.shapes, *outcome.model, *shapes); !status)
                return status;
            if (auto status = repairOutcome(analysis, input, plan->selection.cut, *shapes, context, outcome,
                                            context.work.part(0.1, 1));
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
