// SPDX-License-Identifier: GPL-3.0-or-later
#include "overflowcheck.h"

#include "halfweights.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lapidary {

namespace {

std::string numberText(float number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", double(number));
    return text;
}

CalibrationRequest rangesOf(const PassInput& input) {
    const Graph& graph = *input.model->graph;
    CalibrationRequest request;
    const auto want = [&](ValueId id) {
        if (!id.valid() || input.shapes.type(id) != DataType::Float || graph.constant(id))
            return;
        if (graph.producer(id) || graph.isInput(id))
            request.values[graph.value(id)->name] = unsigned(Statistic::Range);
    };
    for (const auto& node : graph.nodes()) {
        if (!input.inScope(node->id))
            continue;
        std::for_each(node->inputs.begin(), node->inputs.end(), want);
        std::for_each(node->outputs.begin(), node->outputs.end(), want);
    }
    return request;
}

} // namespace

Result<OverflowCheck> findOverflows(const PassInput& input, CalibrationProvider& calibration, const Work& work) {
    const Graph& graph = *input.model->graph;
    OverflowCheck check;
    const auto request = rangesOf(input);
    if (request.empty())
        return check;
    auto data = calibration.calibrate(*input.model, request, work);
    if (!data)
        return data.error();
    check.samples = (*data)->samples;
    for (const auto& [name, statistics] : (*data)->values) {
        const float largest = std::max(std::fabs(statistics.minimum), std::fabs(statistics.maximum));
        const Value* value = graph.findValue(name);
        if (!value || !(largest > largestFloat16))
            continue;
        check.values.insert(value->id);
        const std::string reason =
            "\"" + name + "\" reaches " + numberText(largest) + " on the data, and float16 ends at 65504";
        if (const Node* producer = graph.producer(value->id))
            check.nodes.emplace(producer->id, reason);
        for (const Use& use : graph.uses(value->id))
            check.nodes.emplace(use.node, reason);
    }
    return check;
}

} // namespace lapidary
