// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/picturetexts.h"

#include "graph/operatortraits.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lapidary {

namespace {

using Ints = std::vector<std::int64_t>;

constexpr std::size_t mostWeights = 4;
constexpr std::size_t longestLine = 44;

std::string joined(const Ints& values, const char* between) {
    std::string text;
    for (const auto value : values)
        text += (text.empty() ? "" : between) + std::to_string(value);
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
std::string shortValue(const Attribute& attribute) {
    if (const auto* number = std::get_if<std::int64_t>(&attribute.value))
        return std::to_string(*number);
    if (const auto* number = std::get_if<float>(&attribute.value))
        return numberText(*number);
    if (const auto* text = std::get_if<std::string>(&attribute.value))
        return text->size() <= 16 ? *text : std::string();
    if (const auto* values = std::get_if<Ints>(&attribute.value))
        return values->size() <= 6 ? joined(*values, ",") : std::string();
    return {};
}

bool isWindowAttribute(const std::string& name) {
    static constexpr std::array<std::string_view, 8> names{"kernel_shape", "strides",  "pads",      "dilations",
                                                           "group",        "auto_pad", "ceil_mode", "storage_order"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string constantText(const Tensor& tensor) {
    if (tensor.count() >= 1 && tensor.count() <= 4 && tensor.shape.size() <= 1)
        if (const auto values = toFloats(tensor)) {
            std::string text = "=";
            for (const float value : *values)
                text += ' ' + numberText(value);
            return text;
        }
    return {};
}

/// "W 64x3x7x7", "B 64", "= 0": the role where the operator table knows one.
void addWeights(std::vector<std::string>& lines, const Node& node, const Graph& graph) {
    const auto* traits = traitsOf(node);
    std::size_t count = 0;
    for (std::size_t i = 0; i < node.inputs.size() && count < mostWeights; ++i) {
        const auto* value = graph.value(node.inputs[i]);
        if (!value || !value->initializer)
            continue;
        const bool weight = traits && traits->weightInput == int(i);
        const bool bias = traits && traits->biasInput == int(i);
        auto text = weight || bias ? std::string() : constantText(*value->initializer);
        if (text.empty())
            text = (weight ? "W " : bias ? "B " : "") + shapeText(value->initializer->shape);
        lines.push_back(std::move(text));
        ++count;
    }
}

std::vector<std::string> linesOf(const Node& node, const Graph& graph, const PictureTexts& texts) {
    std::vector<std::string> lines;
    if (texts.names && !node.name.empty())
        lines.push_back(node.name);
    if (texts.attributes)
        if (auto line = attributeLine(node); !line.empty())
            lines.push_back(std::move(line));
    if (texts.weights)
        addWeights(lines, node, graph);
    for (const auto& [attribute, subgraph] : node.subgraphs())
        lines.push_back(attribute + ": " + std::to_string(subgraph ? subgraph->nodeCount() : 0) + " nodes");
    return lines;
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
        const auto value = isWindowAttribute(attribute.name) ? std::string() : shortValue(attribute);
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

void write(PictureNode& shown, const Graph& graph, NodeId id, const PictureTexts& texts) {
    const auto* node = shown.members == 0 ? graph.node(id) : nullptr;
    if (node && node->opType == shown.title)
        shown.lines = linesOf(*node, graph, texts);
}

void writeEdges(GraphPicture& picture, const PictureTexts& texts) {
    if (!texts.shapes)
        for (auto& edge : picture.edges)
            edge.label.clear();
}

} // namespace

void writePictureTexts(GraphPicture& picture, const AnalysedModel& model, const PictureTexts& texts) {
    for (auto& shown : picture.nodes)
        write(shown, *model.model->graph, NodeId{shown.id}, texts);
    writeEdges(picture, texts);
}

void writePictureTexts(GraphScene& scene, const AnalysedModel& model, const PictureTexts& texts) {
    if (!scene.ids) {
        writePictureTexts(scene.picture, model, texts);
        return;
    }
    for (auto& shown : scene.picture.nodes)
        if (const auto ref = scene.ids->find(shown.id); ref && ref->kind == SceneRef::Kind::Node && ref->instance >= 0)
            write(shown, *scene.hierarchy().instance(ref->instance).graph, ref->node, texts);
    writeEdges(scene.picture, texts);
}

} // namespace lapidary
