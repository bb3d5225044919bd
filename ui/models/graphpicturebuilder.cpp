// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/graphpicturebuilder.h"

#include "graph/operatortraits.h"

#include <unordered_map>

namespace lapidary {

NodeCategory pictureCategory(const Node& node) {
    if (!traitsOf(node))
        return node.isOnnx() ? NodeCategory::Other : NodeCategory::Unknown;
    switch (categoryOf(node)) {
    case OperatorCategory::Layer:
        return NodeCategory::Layer;
    case OperatorCategory::Activation:
        return NodeCategory::Activation;
    case OperatorCategory::Pool:
        return NodeCategory::Pool;
    case OperatorCategory::Normalization:
        return NodeCategory::Normalization;
    case OperatorCategory::Dropout:
        return NodeCategory::Dropout;
    case OperatorCategory::Shape:
        return NodeCategory::Shape;
    case OperatorCategory::Tensor:
        return NodeCategory::Tensor;
    case OperatorCategory::Data:
        return NodeCategory::Data;
    case OperatorCategory::Quantization:
        return NodeCategory::Quantization;
    case OperatorCategory::Attention:
        return NodeCategory::Attention;
    case OperatorCategory::Control:
        return NodeCategory::Control;
    case OperatorCategory::Logic:
    case OperatorCategory::Other:
        break;
    }
    return NodeCategory::Other;
}

std::uint32_t outputChannels(const Node& node, const Graph& graph, const ShapeTable& shapes) {
    const auto* traits = traitsOf(node);
    if (!traits || traits->weightInput < 0 || traits->weightOutputAxis < 0)
        return 0;
    if (!graph.constant(node.input(std::size_t(traits->weightInput))))
        return 0;
    const bool lastAxis = node.is("Gemm") || node.is("MatMul");
    const auto extent = shapes.extent(node.output(), lastAxis ? -1 : 1);
    return extent > 0 ? std::uint32_t(extent) : 0;
}

namespace {

class Builder {
public:
    Builder(const AnalysedModel& model, LayoutDirection direction) : m_graph(*model.model->graph), m_shapes(model.shapes) {
        m_picture.direction = direction;
    }

    GraphPicture build() {
        for (const auto id : m_graph.requiredInputs())
            addPort(id, NodeCategory::Input);
        for (const auto& node : m_graph.nodes())
            addNode(*node);
        for (const auto& node : m_graph.nodes())
            addEdges(*node);
        for (const auto id : m_graph.outputs())
            addOutput(id);
        return std::move(m_picture);
    }

private:
    std::string shapeLabel(ValueId id) const {
        const auto shape = m_shapes.shape(id);
        return shape ? shapeText(*shape) : std::string();
    }

    void addPort(ValueId id, NodeCategory category) {
        PictureNode node;
        node.id = ioIdBase + id.number;
        node.title = m_graph.value(id)->name;
        node.name = node.title;
        node.category = category;
        if (auto shape = shapeLabel(id); !shape.empty())
            node.lines.push_back(dataTypeName(m_shapes.type(id)) + "  " + shape);
        if (category == NodeCategory::Input)
            m_source[id] = std::uint32_t(m_picture.nodes.size());
        m_picture.nodes.push_back(std::move(node));
    }

    void addNode(const Node& node) {
        PictureNode shown;
        shown.id = node.id.number;
        shown.title = node.opType;
        shown.name = displayName(node);
        shown.category = node.is("Constant") ? NodeCategory::Constant : pictureCategory(node);
        shown.channels = outputChannels(node, m_graph, m_shapes);
        std::size_t lines = 0;
        for (const auto input : node.inputs)
            if (const auto* value = m_graph.value(input); value && value->initializer && lines < 3) {
                shown.lines.push_back(shapeText(value->initializer->shape));
                ++lines;
            }
        for (const auto& [attribute, subgraph] : node.subgraphs())
            shown.lines.push_back(attribute + ": " + std::to_string(subgraph ? subgraph->nodeCount() : 0) + " nodes");
        for (std::size_t i = 0; i < node.outputs.size(); ++i)
            if (node.outputs[i].valid())
                m_source[node.outputs[i]] = std::uint32_t(m_picture.nodes.size());
        m_index[node.id] = std::uint32_t(m_picture.nodes.size());
        m_picture.nodes.push_back(std::move(shown));
    }

    void connect(ValueId value, std::uint32_t to, std::uint32_t port, bool dashed) {
        const auto it = m_source.find(value);
        if (it == m_source.end())
            return;
        PictureEdge edge;
        edge.from = it->second;
        edge.to = to;
        edge.fromPort = value.number;
        edge.toPort = port;
        edge.label = shapeLabel(value);
        edge.dashed = dashed;
        m_picture.edges.push_back(std::move(edge));
    }

    void addEdges(const Node& node) {
        const auto to = m_index.at(node.id);
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            if (node.inputs[i].valid())
                connect(node.inputs[i], to, std::uint32_t(i), false);
        for (const auto& [attribute, subgraph] : node.subgraphs())
            if (subgraph)
                for (const auto& name : outerNames(*subgraph))
                    if (const auto* value = m_graph.findValue(name))
                        connect(value->id, to, std::uint32_t(node.inputs.size()), true);
    }

    void addOutput(ValueId id) {
        const auto to = std::uint32_t(m_picture.nodes.size());
        addPort(id, NodeCategory::Output);
        m_picture.nodes.back().id = ioIdBase + 0x40000000u + id.number;
        connect(id, to, 0, false);
    }

    const Graph& m_graph;
    const ShapeTable& m_shapes;
    GraphPicture m_picture;
    std::unordered_map<ValueId, std::uint32_t> m_source; ///< picture index of what makes a value
    std::unordered_map<NodeId, std::uint32_t> m_index;
};

} // namespace

GraphPicture buildGraphPicture(const AnalysedModel& model, LayoutDirection direction) {
    return Builder(model, direction).build();
}

} // namespace lapidary
