// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fields.h"
#include "onnx/writecontext.h"

namespace lapidary {

using namespace wire;

namespace {

void writeOpsets(Writer& writer, std::uint32_t number, const std::vector<OpsetImport>& opsets) {
    for (const auto& opset : opsets) {
        Writer item(opset.unknownFields);
        item.textIf(field::opset::domain, opset.domain);
        item.integerIf(field::opset::version, std::uint64_t(opset.version));
        writer.message(number, std::move(item));
    }
}

Writer writeFunction(WriteContext& context, const Function& function) {
    namespace f = field::function;
    Writer writer(function.unknownFields);
    const auto& body = *function.body;
    writer.textIf(f::name, function.name);
    for (const auto id : body.inputs())
        writer.text(f::input, body.value(id)->name);
    for (const auto id : body.outputs())
        writer.text(f::output, body.value(id)->name);
    for (const auto& name : function.attributes)
        writer.text(f::attribute, name);
    for (const auto& node : body.nodes())
        writer.message(f::node, writeNode(context, body, *node));
    writer.textIf(f::doc, function.doc);
    writeOpsets(writer, f::opset, function.opsets);
    writer.textIf(f::domain, function.domain);
    for (const auto& attribute : function.attributeDefaults) {
        if (const auto* opaque = std::get_if<OpaqueAttribute>(&attribute.value))
            writer.text(f::attributeDefault, opaque->bytes);
        else
            writer.message(f::attributeDefault, writeAttribute(context, attribute));
    }
    for (const auto id : body.valueInfo())
        writer.message(f::valueInfo, writeValueInfo(*body.value(id)));
    writer.textIf(f::overload, function.overload);
    writeMetadata(writer, f::metadata, function.metadata);
    return writer;
}

} // namespace

Writer writeModel(WriteContext& context, const Model& model) {
    namespace f = field::model;
    Writer writer(model.unknownFields);
    writer.integerIf(f::irVersion, std::uint64_t(model.irVersion));
    writer.textIf(f::producerName, model.producerName);
    writer.textIf(f::producerVersion, model.producerVersion);
    writer.textIf(f::domain, model.domain);
    writer.integerIf(f::modelVersion, std::uint64_t(model.modelVersion));
    writer.textIf(f::doc, model.doc);
    writer.message(f::graph, writeGraph(context, *model.graph));
    writeOpsets(writer, f::opset, model.opsets);
    writeMetadata(writer, f::metadata, model.metadata);
    for (const auto& function : model.functions)
        writer.message(f::function, writeFunction(context, *function));
    writer.finish();
    return writer;
}

} // namespace lapidary
