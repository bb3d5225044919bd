// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/streamer.h"

#include "graph/grapheditor.h"

#include <algorithm>

namespace lapidary {
namespace {

/// What has to run to make the wanted values.
struct Reach {
    std::set<NodeId> nodes;
    std::set<ValueId> given;
    std::set<ValueId> inputs;
};

Reach reachBack(const Graph& graph, const std::vector<ValueId>& wanted, const std::set<ValueId>& given) {
    Reach reach;
    std::vector<ValueId> open = wanted;
    std::set<ValueId> seen;
    while (!open.empty()) {
        const ValueId id = open.back();
        open.pop_back();
        if (!id.valid() || !seen.insert(id).second || graph.value(id)->initializer)
            continue;
        if (given.contains(id)) {
            reach.given.insert(id);
            continue;
        }
        const Node* maker = graph.producer(id);
        if (!maker) {
            if (graph.isInput(id))
                reach.inputs.insert(id);
            continue;
        }
        if (!reach.nodes.insert(maker->id).second)
            continue;
        open.insert(open.end(), maker->inputs.begin(), maker->inputs.end());
        for (const auto& [name, body] : maker->subgraphs())
            for (const std::string& outer : outerNames(*body))
                if (const Value* value = graph.findValue(outer))
                    open.push_back(value->id);
    }
    return reach;
}

} // namespace

Result<CutModel> cutModelBetween(const Model& model, const RecordedBatches* given,
                                 const std::vector<std::string>& wanted) {
    std::vector<GivenValue> values;
    for (std::size_t i = 0; given && i < given->names().size(); ++i) {
        const auto [type, shape] = given->form(i);
        values.push_back({given->names()[i], TypeInfo::tensor(type, shape)});
    }
    return cutModelBetween(model, values, wanted);
}

Result<CutModel> cutModelBetween(const Model& model, const std::vector<GivenValue>& given,
                                 const std::vector<std::string>& wanted) {
    const Graph& graph = *model.graph;
    std::vector<ValueId> outputs;
    for (const std::string& name : wanted) {
        const Value* value = graph.findValue(name);
        if (!value)
            return errorDiagnostic("calibration.value", "The model has no value of this name.").atTensor(name);
        outputs.push_back(value->id);
    }
    std::set<ValueId> known;
    for (const auto& [name, type] : given)
        if (const Value* value = graph.findValue(name))
            known.insert(value->id);
    Reach reach = reachBack(graph, outputs, known);
    // A node with several outputs, one of which is given, may run all the same: then nothing needs to be given.
    std::erase_if(known, [&](ValueId id) {
        const Node* maker = graph.producer(id);
        return maker && reach.nodes.contains(maker->id);
    });
    reach = reachBack(graph, outputs, known);

    CutModel cut;
    cut.readsData = !reach.inputs.empty();
    GraphEditor editor(model.graph);
    editor.setOutputs(outputs);
    for (const NodePtr& node : graph.nodes())
        if (!reach.nodes.contains(node->id))
            editor.removeNode(node->id);
    for (const ValueId id : graph.requiredInputs())
        if (!reach.inputs.contains(id) && !reach.given.contains(id))
            editor.removeInput(id);
    for (const auto& [name, type] : given) {
        const Value* value = graph.findValue(name);
        if (!value || !reach.given.contains(value->id))
            continue;
        editor.setType(value->id, type);
        if (!graph.isInput(value->id))
            editor.addInput(value->id);
        cut.given.push_back(name);
    }
    editor.removeUnused();
    auto finished = editor.finish();
    if (!finished)
        return finished.error();
    cut.model = withGraph(model, std::move(*finished));
    return cut;
}

} // namespace lapidary
