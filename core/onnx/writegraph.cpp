// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fields.h"
#include "onnx/writecontext.h"

namespace lapidary {

using namespace wire;

namespace {

void writeShape(Writer& type, const std::vector<Dimension>& dimensions) {
    namespace f = field::type;
    Writer shape;
    for (const auto& dimension : dimensions) {
        Writer item(dimension.unknownFields);
        if (dimension.extent >= 0)
            item.integer(f::dimValue, std::uint64_t(dimension.extent));
        else
            item.textIf(f::dimParam, dimension.symbol);
        item.textIf(f::dimDenotation, dimension.denotation);
        shape.message(f::dimension, std::move(item));
    }
    type.message(f::shape, std::move(shape));
}

void writeType(Writer& writer, const TypeInfo& info) {
    namespace f = field::type;
    if (!info.isTensor()) {
        writer.text(field::value::type, info.opaque);
        return;
    }
    Writer tensor;
    tensor.integerIf(f::elementType, std::uint64_t(std::int64_t(info.elementType)));
    if (info.dimensions)
        writeShape(tensor, *info.dimensions);
    Writer type(info.unknownFields);
    type.message(f::tensor, std::move(tensor));
    type.textIf(f::denotation, info.denotation);
    writer.message(field::value::type, std::move(type));
}

namespace fa = field::attribute;

/// The value of an attribute, in the field of its kind; returns the kind.
class ValueWriter {
public:
    ValueWriter(WriteContext& context, Writer& writer) : m_context(context), m_writer(writer) {}

    int operator()(std::monostate) const { return 0; }
    int operator()(float value) const {
        m_writer.number(fa::f, value);
        return fa::kindFloat;
    }
    int operator()(std::int64_t value) const {
        m_writer.integer(fa::i, std::uint64_t(value));
        return fa::kindInt;
    }
    int operator()(const std::string& value) const {
        m_writer.text(fa::s, value);
        return fa::kindString;
    }
    int operator()(const TensorPtr& value) const {
        m_writer.message(fa::t, writeTensor(m_context, *value, nullptr));
        return fa::kindTensor;
    }
    int operator()(const GraphPtr& value) const {
        m_writer.message(fa::g, writeGraph(m_context, *value));
        return fa::kindGraph;
    }
    int operator()(const std::vector<float>& values) const {
        for (const auto value : values)
            m_writer.number(fa::floats, value);
        return fa::kindFloats;
    }
    int operator()(const std::vector<std::int64_t>& values) const {
        for (const auto value : values)
            m_writer.integer(fa::ints, std::uint64_t(value));
        return fa::kindInts;
    }
    int operator()(const std::vector<std::string>& values) const {
        for (const auto& value : values)
            m_writer.text(fa::strings, value);
        return fa::kindStrings;
    }
    int operator()(const std::vector<TensorPtr>& values) const {
        for (const auto& value : values)
            m_writer.message(fa::tensors, writeTensor(m_context, *value, nullptr));
        return fa::kindTensors;
    }
    int operator()(const std::vector<GraphPtr>& values) const {
        for (const auto& value : values)
            m_writer.message(fa::graphs, writeGraph(m_context, *value));
        return fa::kindGraphs;
    }
    int operator()(const OpaqueAttribute&) const { return 0; }

private:
    WriteContext& m_context;
    Writer& m_writer;
};

} // namespace

void writeMetadata(Writer& writer, std::uint32_t number, const MetadataProps& metadata) {
    for (const auto& [key, value] : metadata) {
        Writer entry;
        entry.text(field::entry::key, key);
        entry.text(field::entry::value, value);
        writer.message(number, std::move(entry));
    }
}

Writer writeAttribute(WriteContext& context, const Attribute& attribute) {
    namespace f = field::attribute;
    Writer writer(attribute.unknownFields);
    writer.textIf(f::name, attribute.name);
    int kind = std::visit(ValueWriter(context, writer), attribute.value);
    if (!attribute.refAttrName.empty())
        kind = attribute.refKind;
    writer.textIf(f::doc, attribute.doc);
    writer.integerIf(f::type, std::uint64_t(std::int64_t(kind)));
    writer.textIf(f::refAttrName, attribute.refAttrName);
    return writer;
}

Writer writeNode(WriteContext& context, const Graph& graph, const Node& node) {
    namespace f = field::node;
    Writer writer(node.unknownFields);
    for (const auto id : node.inputs)
        writer.text(f::input, id.valid() ? std::string_view(graph.value(id)->name) : std::string_view());
    for (const auto id : node.outputs)
        writer.text(f::output, id.valid() ? std::string_view(graph.value(id)->name) : std::string_view());
    writer.textIf(f::name, node.name);
    writer.textIf(f::opType, node.opType);
    for (const auto& attribute : node.attributes) {
        if (const auto* opaque = std::get_if<OpaqueAttribute>(&attribute.value))
            writer.text(f::attribute, opaque->bytes);
        else
            writer.message(f::attribute, writeAttribute(context, attribute));
    }
    writer.textIf(f::doc, node.doc);
    writer.textIf(f::domain, node.domain);
    writer.textIf(f::overload, node.overload);
    writeMetadata(writer, f::metadata, node.metadata);
    return writer;
}

Writer writeValueInfo(const Value& value) {
    namespace f = field::value;
    Writer writer(value.unknownFields);
    writer.textIf(f::name, value.name);
    if (value.type)
        writeType(writer, *value.type);
    writer.textIf(f::doc, value.doc);
    writeMetadata(writer, f::metadata, value.metadata);
    return writer;
}

Writer writeGraph(WriteContext& context, const Graph& graph) {
    namespace f = field::graph;
    Writer writer(graph.unknownFields());
    for (const auto& node : graph.nodes())
        writer.message(f::node, writeNode(context, graph, *node));
    writer.textIf(f::name, graph.name());
    std::vector<Value> outlines;
    for (const auto id : graph.initializers()) {
        const auto& value = *graph.value(id);
        if (!context.outlined(*value.initializer)) {
            writer.message(f::initializer, writeTensor(context, *value.initializer, &value.name));
            continue;
        }
        auto& outline = outlines.emplace_back();
        outline.name = value.name;
        outline.type = TypeInfo::tensor(value.initializer->type, value.initializer->shape);
    }
    writer.textIf(f::doc, graph.doc());
    for (const auto id : graph.inputs())
        writer.message(f::input, writeValueInfo(*graph.value(id)));
    for (const auto id : graph.outputs())
        writer.message(f::output, writeValueInfo(*graph.value(id)));
    for (const auto id : graph.valueInfo())
        writer.message(f::valueInfo, writeValueInfo(*graph.value(id)));
    for (const auto& outline : outlines)
        writer.message(f::valueInfo, writeValueInfo(outline));
    writeMetadata(writer, f::metadata, graph.metadata());
    return writer;
}

} // namespace lapidary
