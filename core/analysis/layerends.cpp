// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/layerends.h"

#include "analysis/weightmatrix.h"

namespace lapidary {

LayerEnds::LayerEnds(const Graph& graph) : m_behindLayer(graph.nodeIdLimit()), m_beforeLayer(graph.nodeIdLimit()) {
    std::vector<bool> layer(graph.nodeIdLimit());
    for (const NodePtr& node : graph.nodes()) {
        WeightMatrix matrix;
        layer[node->id.number] = describeWeight(graph, *node, matrix).empty();
        for (const ValueId id : node->inputs)
            if (const Node* from = id.valid() ? graph.producer(id) : nullptr)
                if (layer[from->id.number] || m_behindLayer[from->id.number])
                    m_behindLayer[node->id.number] = true;
    }
    for (std::size_t i = graph.nodeCount(); i-- > 0;) {
        const Node& node = *graph.nodes()[i];
        for (const ValueId id : node.outputs)
            if (id.valid())
                for (const Use& use : graph.uses(id))
                    if (layer[use.node.number] || m_beforeLayer[use.node.number])
                        m_beforeLayer[node.id.number] = true;
    }
}

} // namespace lapidary
