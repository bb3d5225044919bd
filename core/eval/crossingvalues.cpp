// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/crossingvalues.h"

namespace lapidary {

std::vector<std::string> crossingValues(const Graph& graph, std::size_t position) {
    std::vector<std::string> names;
    for (const ValueId id : graph.valueIds()) {
        if (graph.constant(id) || graph.value(id)->outer)
            continue;
        const Node* producer = graph.producer(id);
        if (producer ? graph.position(producer->id) >= position : !graph.isInput(id))
            continue;
        bool needed = graph.isOutput(id) && producer;
        for (const Use& use : graph.uses(id))
            needed = needed || graph.position(use.node) >= position;
        if (needed)
            names.push_back(graph.value(id)->name);
    }
    return names;
}

} // namespace lapidary
