// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/picturetexts.h"

#include "graph/constantnode.h"
#include "graph/operatortraits.h"
#include "ui/models/constantinput.h"
#include "ui/models/constanttext.h"
#include "ui/models/grouptexts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace lapidary {

namespace {

using Ints = std::vector<std::int64_t>;

constexpr std::size_t mostWeights = 4;
constexpr std::size_t longestLine = 44;
constexpr std::size_t longestName = 14;

std::string joined(const Ints& values, const char* between, bool bounds = false) {
    std::string text;
    for (const auto value : values)
        text += (text.empty() ? "" : between) + (bounds ? sliceBoundText(value) : std::to_string(value));
    return text;
}

bool allAre(const Ints& values, std::int64_t what) {
    return std::all_of(values.begin(), values.end(), [what](auto v) { return v == what; });
}

bool alike(const Ints& values) {
    return !values.empty() && allAre(values, values.front());
}

/// "s2", "s2x1"; nothing for the default 1.
void addFactor(std::string& line, const char* letter, const Ints& values) {
    if (values.empty() || allAre(values, 1))
        return;
    line += std::string(line.empty() ? "" : " ") + letter +
            (alike(values) ? std::to_string(values.front()) : joined(values, "x"));
}

void addPads(std::string& line, const Ints& pads) {
    if (pads.empty() || allAre(pads, 0))
        return;
    line += (line.empty() ? "p" : " p") + (alike(pads) ? std::to_string(pads.front()) : joined(pads, ","));
}

std::string numberText(double value) {
    std::array<char, 32> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 4).ptr;
    return {buffer.data(), end};
}

/// Short values only: what does not fit on a line is for the inspector.
std::string shortValue(const Attribute& attribute, bool bounds) {
    if (const auto* number = std::get_if<std::int64_t>(&attribute.value))
        return std::to_string(*number);
    if (const auto* number = std::get_if<float>(&attribute.value))
        return numberText(*number);
    if (const auto* text = std::get_if<std::string>(&attribute.value))
        return text->size() <= 16 ? *text : std::string();
    if (const auto* values = std::get_if<Ints>(&attribute.value))
        return values->size() <= 6 ? joined(*values, ",", bounds) : std::string();
    return {};
}

bool isWindowAttribute(const std::string& name) {
    static constexpr std::array<std::string_view, 8> names{"kernel_shape", "strides",  "pads",      "dilations",
                                                           "group",        "auto_pad", "ceil_mode", "storage_order"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Writes what stands in nodes; remembers the names of inputs from one node to the next.
class LineWriter {
public:
    using Constants = std::function<ConstantInput(ValueId)>;

    LineWriter(const PictureTexts& texts, const Model& model) : m_texts(texts), m_model(model) {}

    void write(PictureNode& shown, const Graph& graph, NodeId id, const Constants& constants);

private:
    std::vector<std::string> linesOf(const Node& node, const Constants& constants);
    void addWeights(std::vector<std::string>& lines, const Node& node, const Constants& constants);
    std::string weightLine(const Node& node, std::size_t input, const ConstantInput& constant);

    const PictureTexts& m_texts;
    const Model& m_model;
    InputNames m_names;
};

/// "W 64x3x7x7", "B 64", "ends [end]": the role where the operator table or the ONNX library knows one.
std::string LineWriter::weightLine(const Node& node, std::size_t input, const ConstantInput& constant) {
    const auto* traits = traitsOf(node);
    const auto& tensor = *constant.tensor;
    // The integers themselves mean little without their scales.
    const auto shape = (constant.dequantized ? dataTypeName(tensor.type) + " " : "") + shapeText(tensor.shape);
    if (traits && traits->weightInput == int(input))
        return "W " + shape;
    if (traits && traits->biasInput == int(input))
        return "B " + shape;
    const auto& name = m_names.of(node, input, m_model.opset(node.isOnnx() ? "" : node.domain));
    auto text = constant.dequantized ? std::string() : constantText(tensor, areSliceBounds(node, name));
    if (text.empty())
        text = shape;
    // Operands of arithmetic are called A and B, which says nothing.
    return name.size() > 1 && name.size() <= longestName ? name + " " + text : text;
}

void LineWriter::addWeights(std::vector<std::string>& lines, const Node& node, const Constants& constants) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < node.inputs.size() && count < mostWeights; ++i) {
        const auto constant = constants(node.inputs[i]);
        if (!constant.tensor || (constant.byNode && !m_texts.constants))
            continue;
        lines.push_back(weightLine(node, i, constant));
        ++count;
    }
    if (const auto tensor = constantOfNode(node)) {
        const auto text = constantText(*tensor);
        lines.push_back(text.empty() ? dataTypeName(tensor->type) + " " + shapeText(tensor->shape) : text);
    }
}

std::vector<std::string> LineWriter::linesOf(const Node& node, const Constants& constants) {
    std::vector<std::string> lines;
    if (m_texts.names && !node.name.empty())
        lines.push_back(node.name);
    if (m_texts.attributes && !constantOfNode(node))
        if (auto line = attributeLine(node); !line.empty())
            lines.push_back(std::move(line));
    if (m_texts.weights)
        addWeights(lines, node, constants);
    for (const auto& [attribute, subgraph] : node.subgraphs())
        lines.push_back(attribute + ": " + GroupTexts::nodes(subgraph ? subgraph->nodeCount() : 0).toStdString());
    return lines;
}

void LineWriter::write(PictureNode& shown, const Graph& graph, NodeId id, const Constants& constants) {
    const auto* node = shown.members == 0 ? graph.node(id) : nullptr;
    if (node && node->opType == shown.title)
        shown.lines = linesOf(*node, constants);
}

} // namespace

std::string attributeLine(const Node& node) {
    std::string line = joined(node.intsAttribute("kernel_shape"), "x");
    addFactor(line, "s", node.intsAttribute("strides"));
    addPads(line, node.intsAttribute("pads"));
    if (const auto mode = node.stringAttribute("auto_pad"); mode.starts_with("SAME"))
        line += line.empty() ? "same" : " same";
    addFactor(line, "d", node.intsAttribute("dilations"));
    addFactor(line, "g", {node.intAttribute("group", 1)});
    for (const auto& attribute : node.attributes) {
        const auto value = isWindowAttribute(attribute.name)
                               ? std::string()
                               : shortValue(attribute, areSliceBounds(node, attribute.name));
        if (value.empty())
            continue;
        const auto part = attribute.name + "=" + value;
        if (line.size() + part.size() + 1 > longestLine)
            break;
        line += (line.empty() ? "" : " ") + part;
    }
    return line;
}

namespace {

void writeEdges(GraphPicture& picture, const PictureTexts& texts) {
    if (!texts.shapes)
        for (auto& edge : picture.edges)
            edge.label.clear();
}

} // namespace

void writePictureTexts(GraphPicture& picture, const AnalysedModel& model, const PictureTexts& texts) {
    LineWriter lines(texts, *model.model);
    const auto& graph = *model.model->graph;
    const auto constants = [&](ValueId input) { return constantInput(graph, input); };
    for (auto& shown : picture.nodes)
        lines.write(shown, graph, NodeId{shown.id}, constants);
    writeEdges(picture, texts);
}

void writePictureTexts(GraphScene& scene, const AnalysedModel& model, const PictureTexts& texts) {
    if (!scene.ids) {
        writePictureTexts(scene.picture, model, texts);
        return;
    }
    LineWriter lines(texts, *model.model);
    const auto& hierarchy = scene.hierarchy();
    for (auto& shown : scene.picture.nodes)
        if (const auto ref = scene.ids->find(shown.id); ref && ref->kind == SceneRef::Kind::Node && ref->instance >= 0)
            lines.write(shown, *hierarchy.instance(ref->instance).graph, ref->node,
                        [&](ValueId input) { return constantInput(hierarchy, ref->instance, input); });
    writeEdges(scene.picture, texts);
}

} // namespace lapidary
