// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/calibrationplan.h"

#include "graph/grapheditor.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Assumed for values whose shape is not known.
constexpr std::uint64_t unknownBytes = std::uint64_t(16) << 20;

std::uint64_t bytesOf(const ShapeTable& shapes, ValueId id) {
    const auto shape = shapes.shape(id);
    const auto count = shape ? elementCount(*shape) : std::nullopt;
    return count ? std::uint64_t(*count) * sizeof(float) : unknownBytes;
}

Result<CalibrationGroup> groupOf(const Model& model, const std::vector<ValueId>& values) {
    GraphEditor editor(model.graph);
    CalibrationGroup group;
    for (const ValueId id : values)
        group.values.push_back(model.graph->value(id)->name);
    editor.setOutputs(values);
    editor.removeUnused();
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    group.model = withGraph(model, std::move(*graph));
    return group;
}

} // namespace

Result<CalibrationPlan> planCalibration(const Model& model, const CalibrationRequest& request, const ShapeTable& shapes,
                                        std::uint64_t capBytes) {
    const Graph& graph = *model.graph;
    CalibrationPlan plan;
    std::vector<ValueId> computed;
    for (const auto& [name, statistics] : request.values) {
        const Value* value = graph.findValue(name);
        if (!value)
            return errorDiagnostic("calibration.value", "The model has no value of this name.").atTensor(name);
        if (graph.constant(value->id))
            plan.constants.push_back(name);
        else if (graph.isInput(value->id))
            plan.inputs.push_back(name);
        else if (graph.producer(value->id))
            computed.push_back(value->id);
        else
            return errorDiagnostic("calibration.value", "Nothing makes this value.").atTensor(name);
    }
    // In the order in which they are computed: an early group then needs only the first part of the network.
    std::sort(computed.begin(), computed.end(), [&](ValueId a, ValueId b) {
        return std::pair(graph.position(graph.producer(a)->id), a) <
               std::pair(graph.position(graph.producer(b)->id), b);
    });
    std::vector<ValueId> current;
    std::uint64_t bytes = 0;
    const auto close = [&]() -> Status {
        if (current.empty())
            return {};
        auto group = groupOf(model, current);
        if (!group)
            return group.status();
        group->bytes = bytes;
        plan.groups.push_back(std::move(*group));
        current.clear();
        bytes = 0;
        return {};
    };
    for (const ValueId id : computed) {
        const auto more = bytesOf(shapes, id);
        if (bytes + more > capBytes)
            if (auto status = close(); !status)
                return status;
        current.push_back(id);
        bytes += more;
    }
    if (auto status = close(); !status)
        return status;
    return plan;
}

} // namespace lapidary
