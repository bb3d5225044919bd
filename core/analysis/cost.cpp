// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost.h"

#include "analysis/nodework.h"
#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {
namespace {

bool isConstantNode(const Node* node) {
    return node && node->is("Constant");
}

/// int16, int32 and int64 tensors are weights where a layer or a quantization operator uses them (biases of integer
/// layers, zero points); elsewhere they are shapes, indices and bounds, which nobody counts as parameters.
bool isWeight(const Graph& graph, ValueId id, DataType type) {
    if (isFloatingPoint(type))
        return true;
    const int bits = bitsPerElement(type);
    if (!isInteger(type) || bits == 0)
        return type == DataType::Complex64 || type == DataType::Complex128;
    if (bits <= 8 || type == DataType::UInt32 || type == DataType::UInt64) // words of packed codes
        return true;
    return std::ranges::any_of(graph.uses(id), [&](const Use& use) {
        const Node* node = graph.node(use.node);
        const OperatorCategory category = node ? categoryOf(*node) : OperatorCategory::Other;
        return category == OperatorCategory::Layer || category == OperatorCategory::Quantization;
    });
}

struct Stored {
    std::uint64_t elements = 0;
    std::uint64_t bytes = 0;
};

/// The shape comes from the table where it says one, so that counts follow a plan that is not carried out yet.
Stored storedIn(const Graph& graph, const ShapeTable* shapes, ValueId id) {
    const TensorPtr tensor = graph.constant(id);
    if (!tensor || !isWeight(graph, id, tensor->type))
        return {};
    const auto planned = shapes ? shapes->shape(id) : std::nullopt;
    const std::uint64_t elements = Count().times(planned ? planned : tensor->shape).value();
    return {elements, packedBytes(tensor->type, elements)};
}

class CostCounter {
public:
    CostCounter(const Graph& graph, const ShapeTable& shapes)
        : m_graph(graph), m_shapes(shapes), m_counted(graph.valueIdLimit(), false) {
        m_report.nodes.resize(graph.nodeIdLimit());
    }

    CostReport run() {
        for (const NodePtr& node : m_graph.nodes())
            countNode(*node);
        for (const ValueId id : m_graph.initializers())
            addParameters(nullptr, id);
        m_report.peakActivationBytes = peak();
        return std::move(m_report);
    }

private:
    void countNode(const Node& node) {
        NodeCost& cost = m_report.nodes[node.id.number];
        const NodeWork work = workOf(node, m_shapes);
        cost.macs = work.macs;
        cost.operations = work.operations;
        cost.known = work.known;
        m_report.macs = Count::add(m_report.macs, work.macs);
        m_report.unknownNodes += work.known ? 0 : 1;
        for (const ValueId id : node.inputs)
            if (id.valid())
                addParameters(&cost, id);
        if (isConstantNode(&node)) {
            // Counted where it is used; a Constant nobody uses belongs to itself.
            if (m_graph.uses(node.output()).empty())
                addParameters(&cost, node.output());
            return;
        }
        for (const auto& [name, body] : node.subgraphs())
            addSubgraph(cost, *body);
        for (const ValueId id : node.outputs)
            cost.activationBytes = Count::add(cost.activationBytes, activation(id));
    }

    void addParameters(NodeCost* cost, ValueId id) {
        if (m_counted[id.number])
            return;
        m_counted[id.number] = true;
        add(cost, storedIn(m_graph, &m_shapes, id));
    }

    void add(NodeCost* cost, const Stored& stored) {
        if (cost) {
            cost->parameters += stored.elements;
            cost->parameterBytes += stored.bytes;
        }
        m_report.parameters += stored.elements;
        m_report.parameterBytes += stored.bytes;
    }

    /// Weights inside If, Loop and Scan bodies belong to that node.
    void addSubgraph(NodeCost& cost, const Graph& body) {
        for (const ValueId id : body.initializers())
            add(&cost, storedIn(body, nullptr, id));
        for (const NodePtr& node : body.nodes()) {
            if (isConstantNode(node.get()) && node->output().valid())
                add(&cost, storedIn(body, nullptr, node->output()));
            for (const auto& [name, inner] : node->subgraphs())
                addSubgraph(cost, *inner);
        }
    }

    std::uint64_t activation(ValueId id) const {
        const TensorType* type = id.valid() ? m_shapes.find(id) : nullptr;
        if (!type || !type->shape)
            return 0;
        const std::uint64_t count = Count().times(type->shape).value();
        return packedBytes(type->type == DataType::Undefined ? DataType::Float : type->type, count);
    }

    std::uint64_t peak() const {
        const std::size_t never = m_graph.nodeCount();
        std::vector<std::vector<ValueId>> dying(m_graph.nodeCount());
        std::uint64_t live = 0;
        const auto schedule = [&](ValueId id) {
            if (m_graph.isOutput(id))
                return;
            std::size_t last = never;
            for (const Use& use : m_graph.uses(id))
                last = last == never ? m_graph.position(use.node) : std::max(last, m_graph.position(use.node));
            if (last != never)
                dying[last].push_back(id);
        };
        for (const ValueId id : m_graph.requiredInputs()) {
            live += activation(id);
            schedule(id);
        }
        std::uint64_t most = live;
        for (const NodePtr& node : m_graph.nodes()) {
            if (isConstantNode(node.get()))
                continue;
            std::uint64_t unused = 0;
            for (const ValueId id : node->outputs) {
                if (!id.valid())
                    continue;
                live += activation(id);
                if (m_graph.uses(id).empty() && !m_graph.isOutput(id))
                    unused += activation(id);
                else
                    schedule(id);
            }
            most = std::max(most, live);
            live -= unused;
            for (const ValueId id : dying[m_graph.position(node->id)])
                live -= activation(id);
        }
        return most;
    }

    const Graph& m_graph;
    const ShapeTable& m_shapes;
    std::vector<bool> m_counted;
    CostReport m_report;
};

} // namespace

CostReport analyseCost(const Graph& graph, const ShapeTable& shapes) {
    return CostCounter(graph, shapes).run();
}

} // namespace lapidary
