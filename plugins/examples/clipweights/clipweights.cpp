// SPDX-License-Identifier: GPL-3.0-or-later
#include "clipweights.h"

#include "graph/grapheditor.h"
#include "graph/operatortraits.h"
#include "pass/runner.h"

#include <algorithm>
#include <cmath>

namespace example {

using namespace lapidary;

namespace {

PassInfo makeInfo() {
    ParamSpec sigma;
    sigma.key = "sigma";
    sigma.type = ParamType::Number;
    sigma.label = "Width";
    sigma.help = "How far a weight may lie from the mean of its tensor, in standard deviations.";
    sigma.defaultValue = 3.0;
    sigma.minimum = 0.5;
    sigma.maximum = 10.0;
    sigma.step = 0.1;
    sigma.unit = "σ";

    PassInfo info;
    info.id = "example.clip_weights";
    info.title = "Clip weights";
    info.summary = "Limits outliers among the weights of a layer before they are quantized.";
    info.technique = Technique::Other;
    info.schema = ParamSchema({sigma});
    return info;
}

/// A layer whose weight can be clipped.
struct Target {
    const Node* node = nullptr;
    ValueId weight;
    TensorPtr tensor;
};

bool isFloating(DataType type) {
    return type == DataType::Float || type == DataType::Double || type == DataType::Float16 ||
           type == DataType::BFloat16;
}

/// The layers in scope, in graph order, each weight once; layers that must stay as they are go to `fenced`.
std::vector<Target> findTargets(const PassInput& input, std::vector<FencedNode>& fenced) {
    const Graph& graph = *input.model->graph;
    std::vector<Target> targets;
    std::set<ValueId> seen;
    for (const NodePtr& node : graph.nodes()) {
        const OperatorTraits* traits = traitsOf(*node);
        if (!traits || traits->weightInput < 0 || !input.inScope(node->id))
            continue;
        const ValueId weight = node->input(std::size_t(traits->weightInput));
        const Value* value = weight.valid() ? graph.value(weight) : nullptr;
        if (!value || !value->initializer)
            fenced.push_back({node->id, "its weight is not a constant of the model"});
        else if (!isFloating(value->initializer->type))
            fenced.push_back({node->id, "its weight is not stored as floating point numbers"});
        else if (value->initializer->missing())
            fenced.push_back({node->id, value->initializer->missingReason});
        else if (seen.insert(weight).second)
            targets.push_back({node.get(), weight, value->initializer});
    }
    return targets;
}

/// Clips in place; returns how many values moved.
std::size_t clip(std::vector<float>& values, double sigma) {
    if (values.empty())
        return 0;
    double sum = 0;
    for (const float value : values)
        sum += value;
    const double mean = sum / double(values.size());
    double squares = 0;
    for (const float value : values)
        squares += (value - mean) * (value - mean);
    const double reach = sigma * std::sqrt(squares / double(values.size()));
    const float low = float(mean - reach);
    const float high = float(mean + reach);
    std::size_t moved = 0;
    for (float& value : values) {
        const float clipped = std::clamp(value, low, high);
        moved += clipped != value ? 1 : 0;
        value = clipped;
    }
    return moved;
}

Diagnostic nothingToDo() {
    return errorDiagnostic("pass.not_applicable", "no layer in scope has a constant floating point weight",
                           "Select layers with weights, or run this pass before quantization.");
}

} // namespace

const PassInfo& ClipWeights::info() const {
    static const PassInfo info = makeInfo();
    return info;
}

Result<PassPreview> ClipWeights::preview(const PassInput& input) const {
    PassPreview preview;
    const std::vector<Target> targets = findTargets(input, preview.fenced);
    if (targets.empty())
        return nothingToDo();
    preview.before = preview.after = totalsOf(*input.model, input.shapes); // values change, sizes do not
    for (const Target& target : targets) {
        NodePlan plan;
        plan.node = target.node->id;
        plan.bytesBefore = plan.bytesAfter = target.tensor->bytes();
        preview.nodes.push_back(plan);
    }
    return preview;
}

Result<PassOutcome> ClipWeights::run(const PassInput& input, PassContext& context) const {
    PassOutcome outcome;
    const std::vector<Target> targets = findTargets(input, outcome.fenced);
    if (targets.empty())
        return nothingToDo();

    GraphEditor editor(input.model->graph);
    for (std::size_t index = 0; index < targets.size(); ++index) {
        const Target& target = targets[index];
        const Work work = context.work.step(index, targets.size(), displayName(*target.node));
        if (Status status = work.check(); !status)
            return status;
        Result<std::vector<float>> values = toFloats(*target.tensor);
        if (!values)
            return values.status();
        const std::size_t moved = clip(*values, input.number("sigma"));
        if (moved == 0)
            continue;
        Result<TensorPtr> clipped = fromFloats(target.tensor->type, target.tensor->shape, *values);
        if (!clipped)
            return clipped.status();
        editor.setInitializer(target.weight, *clipped);
        outcome.layers.push_back({displayName(*target.node),
                                  target.node->opType,
                                  std::to_string(moved) + " weights clipped",
                                  {{"clipped", double(moved)}, {"share", double(moved) / double(values->size())}}});
    }
    Result<GraphPtr> graph = editor.finish();
    if (!graph)
        return graph.status();
    outcome.model = withGraph(*input.model, *graph);
    return outcome;
}

} // namespace example
