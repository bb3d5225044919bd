// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/raiseopset.h"

#include "graph/operatortraits.h"

namespace lapidary {

namespace {

/// Before opset 7, broadcasting was an attribute of every arithmetic operator.
constexpr std::int64_t oldestOpset = 7;
/// From this IR version on, an initializer that is also an input is a default value, not a constant.
constexpr std::int64_t irOfDefaults = 4;

Diagnostic cannot(std::int64_t from, std::int64_t target, const std::string& why) {
    const std::string wanted = std::to_string(target);
    return errorDiagnostic("pass.opset",
                           "The model uses opset " + std::to_string(from) + " and cannot be raised to " + wanted +
                               (target == 13 ? ", which scales per channel need: " : ": ") + why + ".",
                           "Export the model with opset " + wanted + " or newer.");
}

/// The oldest IR version that goes with an opset (table of releases in ONNX's Versioning.md).
std::int64_t irOf(std::int64_t opset) {
    return opset >= 21 ? 10 : opset >= 19 ? 9 : opset >= 15 ? 8 : 7;
}

/// Old models list every weight as an input; raising the version would turn them from constants into defaults.
void removeConstantInputs(GraphEditor& editor) {
    const auto inputs = editor.inputs();
    for (const ValueId id : inputs)
        if (editor.value(id)->isConstant())
            editor.removeInput(id);
}

void setOpset(Model& model, std::int64_t version) {
    for (OpsetImport& import : model.opsets)
        if (import.domain.empty() || import.domain == "ai.onnx")
            import.version = version;
}

} // namespace

Result<RaisedModel> raiseOpset(const ModelPtr& model, const ShapeTable& shapes, std::int64_t target) {
    const std::int64_t from = model->opset();
    if (from >= target)
        return RaisedModel{model, {}};
    if (from < oldestOpset)
        return cannot(from, target, "versions before 7 are not converted");
    GraphEditor editor(model->graph);
    std::size_t converted = 0;
    for (const auto& node : model->graph->nodes()) {
        if (!node->isOnnx() || model->functionOf(*node))
            continue;
        if (node->hasSubgraphs())
            return cannot(from, target, "operators inside subgraphs are not converted").atNode(displayName(*node));
        if (!traitsOf(*node))
            return cannot(from, target, "nothing is known about " + node->opType).atNode(displayName(*node));
        auto done = convertNode(editor, *node, from, target, shapes);
        if (!done)
            return cannot(from, target, done.error().message).atNode(displayName(*node));
        converted += *done;
    }
    if (model->irVersion < irOfDefaults)
        removeConstantInputs(editor);
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    auto raised = std::make_shared<Model>(*withGraph(*model, std::move(*graph)));
    setOpset(*raised, target);
    raised->irVersion = std::max(raised->irVersion, irOf(target));
    RaisedModel result{raised, {}};
    result.notes.push_back(noteDiagnostic(
        "quantize.opset", "The opset was raised from " + std::to_string(from) + " to " + std::to_string(target) + "; " +
                              std::to_string(converted) + " nodes were rewritten to mean the same."));
    return result;
}

} // namespace lapidary
