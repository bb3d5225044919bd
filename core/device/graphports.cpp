// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/graphports.h"

namespace lapidary {

namespace {

PortInfo portOf(const Value& value) {
    PortInfo port;
    port.name = value.name;
    port.ranked = false;
    if (!value.type || !value.type->isTensor())
        return port;
    port.type = value.type->elementType;
    if (const auto shape = value.type->shape()) {
        port.ranked = true;
        port.shape = *shape;
        for (const auto& dimension : *value.type->dimensions)
            port.symbols.push_back(dimension.symbol);
    }
    return port;
}

std::vector<PortInfo> portsOf(const Graph& graph, const std::vector<ValueId>& ids) {
    std::vector<PortInfo> ports;
    for (const auto id : ids)
        ports.push_back(portOf(*graph.value(id)));
    return ports;
}

} // namespace

std::vector<PortInfo> inputPorts(const Graph& graph) {
    return portsOf(graph, graph.requiredInputs());
}

std::vector<PortInfo> outputPorts(const Graph& graph) {
    return portsOf(graph, graph.outputs());
}

} // namespace lapidary
