// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/prefixcut.h"

#include "analysis/minimumcut.h"

#include <algorithm>
#include <unordered_set>

namespace lapidary {

namespace {

/// A value whose size nobody knows: taken only where nothing else cuts.
constexpr std::uint64_t unknownBytes = std::uint64_t(1) << 40;

/// Values that a node reads, subgraphs included.
std::vector<ValueId> readsOf(const Graph& graph, const Node& node) {
    std::vector<ValueId> reads;
    for (const ValueId id : node.inputs)
        if (id.valid())
            reads.push_back(id);
    for (const auto& [name, body] : node.subgraphs())
        for (const std::string& outer : outerNames(*body))
            if (const Value* value = graph.findValue(outer))
                reads.push_back(value->id);
    return reads;
}

/// The graph as a network: source 0, sink 1, a vertex for each kept node and each value that depends on the input.
class CutNetwork {
public:
    CutNetwork(const Graph& graph, const ShapeTable& shapes, const CostReport& cost, const std::vector<bool>& unchanged,
               const PrefixCutOptions& options)
        : m_graph(graph), m_shapes(shapes), m_vertexOf(graph.nodeIdLimit(), sink),
          m_valueVertex(graph.valueIdLimit(), 0), m_varies(graph.valueIdLimit(), false), m_network(2) {
        for (const ValueId id : graph.requiredInputs())
            addValue(id, source);
        for (const NodePtr& node : graph.nodes())
            addNode(*node, cost, unchanged, options);
        for (const ValueId id : graph.outputs())
            if (m_valueVertex[id.number])
                m_network.connect(m_valueVertex[id.number], sink, MinimumCut::unlimited);
    }

    PrefixCut solve(const CostReport& cost) {
        PrefixCut result = std::move(m_counts);
        if (m_network.solve(source, sink) >= MinimumCut::unlimited)
            return result;
        const auto kept = m_network.sourceSide(sink);
        std::uint64_t all = 0, saved = 0;
        for (const NodePtr& node : m_graph.nodes()) {
            const auto work = operationsOf(cost.of(node->id));
            all += work;
            const auto vertex = m_vertexOf[node->id.number];
            if (vertex != sink && vertex != constantNode && kept[vertex]) {
                result.prefix.push_back(node->id);
                saved += work;
            }
        }
        const auto take = [&](ValueId id, std::size_t maker) {
            const auto vertex = id.valid() ? m_valueVertex[id.number] : 0;
            if (vertex == 0 || !kept[maker] || kept[vertex])
                return;
            result.values.push_back(id);
            result.bytesPerSample += valueBytes(m_shapes, id).value_or(0);
        };
        for (const ValueId id : m_graph.requiredInputs())
            take(id, source);
        for (const NodeId id : result.prefix)
            for (const ValueId output : m_graph.node(id)->outputs)
                take(output, m_vertexOf[id.number]);
        result.savedShare = all > 0 ? double(saved) / double(all) : 0;
        return result;
    }

private:
    static constexpr std::size_t source = 0, sink = 1;
    static constexpr std::size_t constantNode = std::size_t(-1);

    void addValue(ValueId id, std::size_t maker) {
        m_varies[id.number] = true;
        if (maker == sink)
            return;
        const Value& value = *m_graph.value(id);
        const bool tensor = !value.type || value.type->isTensor();
        const auto vertex = m_valueVertex[id.number] = m_network.addVertex();
        m_network.connect(maker, vertex,
                          tensor ? valueBytes(m_shapes, id).value_or(unknownBytes) : MinimumCut::unlimited);
    }

    void addNode(const Node& node, const CostReport& cost, const std::vector<bool>& unchanged,
                 const PrefixCutOptions& options) {
        bool varies = false, afterChange = false;
        const auto reads = readsOf(m_graph, node);
        for (const ValueId id : reads) {
            varies = varies || m_varies[id.number];
            afterChange = afterChange || (m_varies[id.number] && !m_valueVertex[id.number]);
        }
        const bool same = node.id.number < unchanged.size() && unchanged[node.id.number] && !afterChange;
        ++(same ? m_counts.unchanged : m_counts.changed);
        if (!same && !afterChange)
            m_counts.firstChanged.push_back(node.id);
        if (!varies) { // runs ahead of any input, whichever side needs it
            m_vertexOf[node.id.number] = constantNode;
            return;
        }
        const std::size_t vertex = m_vertexOf[node.id.number] = same ? m_network.addVertex() : sink;
        for (const ValueId id : reads)
            if (const auto value = m_valueVertex[id.number])
                m_network.connect(value, vertex, MinimumCut::unlimited);
        if (same) {
            for (const ValueId id : reads)
                if (m_valueVertex[id.number]) // what makes its input comes with it
                    m_network.connect(vertex, makerOf(id), MinimumCut::unlimited);
            const double worth = double(operationsOf(cost.of(node.id))) * options.bytesPerOperation;
            m_network.connect(source, vertex, std::uint64_t(std::min(worth, double(unknownBytes))));
        }
        for (const ValueId id : node.outputs)
            if (id.valid())
                addValue(id, vertex);
    }

    std::size_t makerOf(ValueId id) const {
        const Node* maker = m_graph.producer(id);
        return maker ? m_vertexOf[maker->id.number] : source;
    }

    const Graph& m_graph;
    const ShapeTable& m_shapes;
    std::vector<std::size_t> m_vertexOf;    // by NodeId::number
    std::vector<std::size_t> m_valueVertex; // by ValueId::number; 0: not between kept nodes and the rest
    std::vector<bool> m_varies;             // by ValueId::number
    MinimumCut m_network;
    PrefixCut m_counts;
};

} // namespace

std::optional<std::uint64_t> valueBytes(const ShapeTable& shapes, ValueId id) {
    const TensorType* type = shapes.find(id);
    if (!type || !type->shape ||
        !(isInteger(type->type) || isFloatingPoint(type->type) || type->type == DataType::Bool))
        return std::nullopt;
    std::uint64_t count = 1;
    for (const std::int64_t extent : *type->shape) {
        if (extent < 0)
            return std::nullopt;
        count *= std::uint64_t(extent);
    }
    return packedBytes(type->type, count);
}

std::uint64_t operationsOf(const NodeCost& cost) {
    return cost.macs + cost.operations;
}

std::vector<bool> unchangedNodes(const Model& base, const ValueHashes& baseHashes, const Model& edited,
                                 const ValueHashes& editedHashes) {
    std::unordered_set<std::string_view> known;
    for (const ValueId id : base.graph->valueIds())
        if (!baseHashes.of(id).empty())
            known.insert(baseHashes.of(id));
    std::vector<bool> same(edited.graph->nodeIdLimit(), false);
    for (const NodePtr& node : edited.graph->nodes())
        same[node->id.number] = std::all_of(node->outputs.begin(), node->outputs.end(), [&](ValueId id) {
            return !id.valid() || known.contains(editedHashes.of(id));
        });
    return same;
}

PrefixCut findPrefixCut(const Graph& graph, const ShapeTable& shapes, const CostReport& cost,
                        const std::vector<bool>& unchanged, const PrefixCutOptions& options) {
    return CutNetwork(graph, shapes, cost, unchanged, options).solve(cost);
}

} // namespace lapidary
