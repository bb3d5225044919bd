// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/graphassembler.h"

#include "onnx/fields.h"

namespace lapidary {

using namespace wire;

namespace {

/// What a node or a value costs beside the bytes of its name, roughly.
constexpr std::uint64_t nodeCost = sizeof(Node) + 128;
constexpr std::uint64_t valueCost = 2 * sizeof(Value) + 256;

} // namespace

Result<std::uint32_t> GraphAssembler::draftOf(std::string_view name) {
    if (const auto known = m_byName.find(name); known != m_byName.end())
        return known->second;
    if (auto status = m_context.charge(valueCost + 2 * name.size()); !status)
        return status;
    const auto index = std::uint32_t(m_drafts.size());
    auto& draft = m_drafts.emplace_back();
    draft.value.name = name;
    m_byName.emplace(draft.value.name, index);
    return index;
}

Status GraphAssembler::define(std::uint32_t index, Definition how, unsigned conflicts) {
    auto& draft = m_drafts[index];
    if (draft.value.name.empty())
        return errorDiagnostic("graph.unnamed_value", "An input or initializer of the graph has no name");
    if ((draft.defined & conflicts) != 0)
        return errorDiagnostic("graph.two_producers", "Two things define the value \"" + draft.value.name + "\"",
                               "Every value must be made once: by one node, or as one input or initializer.")
            .atTensor(draft.value.name);
    draft.defined |= how;
    return {};
}

Result<std::uint32_t> GraphAssembler::declared(Bytes valueInfo) {
    Value read;
    if (auto status = readValueInfo(m_context, valueInfo, read); !status)
        return status;
    auto index = draftOf(read.name);
    if (!index)
        return index;
    auto& value = m_drafts[*index].value;
    if (!value.type && value.doc.empty() && value.metadata.empty() && value.unknownFields.empty()) {
        value.type = std::move(read.type);
        value.doc = std::move(read.doc);
        value.metadata = std::move(read.metadata);
        value.unknownFields = std::move(read.unknownFields);
    } else if (read.type && value.type != read.type) {
        m_context.problems.push_back(warningDiagnostic("onnx.conflicting_types",
                                                       "\"" + value.name + "\" is declared twice with different types",
                                                       "The first declaration is used.")
                                         .atTensor(value.name));
    }
    return index;
}

Status GraphAssembler::addInput(Bytes valueInfo) {
    auto index = declared(valueInfo);
    if (!index)
        return index.status();
    m_inputs.push_back(*index);
    return define(*index, Input, Input | NodeOutput | Sparse);
}

Status GraphAssembler::addOutput(Bytes valueInfo) {
    auto index = declared(valueInfo);
    if (index)
        m_outputs.push_back(*index);
    return index.status();
}

Status GraphAssembler::addValueInfo(Bytes valueInfo) {
    auto index = declared(valueInfo);
    if (!index || (m_drafts[*index].defined & Listed) != 0)
        return index.status();
    m_drafts[*index].defined |= Listed;
    m_valueInfo.push_back(*index);
    return {};
}

Status GraphAssembler::addNamedInput(std::string_view name) {
    auto index = draftOf(name);
    if (!index)
        return index.status();
    m_inputs.push_back(*index);
    return define(*index, Input, Input | NodeOutput);
}

Status GraphAssembler::addNamedOutput(std::string_view name) {
    auto index = draftOf(name);
    if (index)
        m_outputs.push_back(*index);
    return index.status();
}

Status GraphAssembler::addInitializer(Bytes message) {
    auto tensor = std::make_shared<Tensor>();
    std::string name;
    if (auto status = m_context.charge(sizeof(Tensor) + 64); !status)
        return status;
    // The name may stand behind the data, but a failure wants to tell it.
    Reader names(message);
    for (Field item; names.next(item);)
        if (item.tag == bytesTag(field::tensor::name))
            name = item.text();
    if (auto status = readTensor(m_context, message, *tensor, &name); !status)
        return status;
    auto index = draftOf(name);
    if (!index)
        return index.status();
    m_drafts[*index].value.initializer = std::move(tensor);
    m_initializers.push_back(*index);
    return define(*index, Initializer, Initializer | NodeOutput | Sparse);
}

Status GraphAssembler::addSparseInitializer(Bytes message) {
    Value value;
    Shape shape;
    DataType type = DataType::Undefined;
    auto status = forEachField(m_context, message, "sparse tensor", [&](const Field& item) -> Status {
        if (item.tag == varintTag(field::sparse::dims))
            shape.push_back(std::int64_t(item.value));
        if (item.tag != bytesTag(field::sparse::values))
            return {};
        return forEachField(m_context, item.bytes, "sparse tensor", [&](const Field& part) {
            if (part.tag == bytesTag(field::tensor::name))
                value.name = part.text();
            else if (part.tag == varintTag(field::tensor::dataType))
                type = DataType(std::int32_t(part.value));
            return Status();
        });
    });
    if (!status)
        return status;
    auto index = draftOf(value.name);
    if (!index)
        return index.status();
    auto& draft = m_drafts[*index].value;
    if (!draft.type)
        draft.type = TypeInfo::tensor(type, shape);
    // The tensor itself stays among the graph's unknown fields; for the graph the value comes from outside.
    draft.outer = true;
    return define(*index, Sparse, NodeOutput | Initializer | Sparse);
}

Status GraphAssembler::nodeField(Node& node, const Field& item) {
    namespace f = field::node;
    switch (item.tag) {
    case bytesTag(f::input):
    case bytesTag(f::output): {
        ValueId id;
        if (!item.bytes.empty()) {
            auto index = draftOf(item.text());
            if (!index)
                return index.status();
            id.number = *index;
        }
        const bool isInput = item.number() == f::input;
        (isInput ? node.inputs : node.outputs).push_back(id);
        return m_context.charge(sizeof(Use) + sizeof(ValueId));
    }
    case bytesTag(f::name):
        takeText(item, node.name, node.unknownFields);
        break;
    case bytesTag(f::opType):
        takeText(item, node.opType, node.unknownFields);
        break;
    case bytesTag(f::doc):
        takeText(item, node.doc, node.unknownFields);
        break;
    case bytesTag(f::domain):
        takeText(item, node.domain, node.unknownFields);
        break;
    case bytesTag(f::overload):
        takeText(item, node.overload, node.unknownFields);
        break;
    case bytesTag(f::attribute): {
        auto status = readAttribute(m_context, item.bytes, node.attributes.emplace_back(), m_depth);
        if (!status && status.error().place.node.empty() && !isCancelled(status.error()))
            return Diagnostic(status.error()).atNode(node.name.empty() ? node.opType : node.name);
        return status;
    }
    case bytesTag(f::metadata):
        return readMetadata(m_context, item.bytes, node.metadata);
    default:
        node.unknownFields += item.rawText();
    }
    return m_context.charge(item.raw.size());
}

Status GraphAssembler::addNode(Bytes message) {
    if (m_nodes.size() % 1024 == 0)
        if (auto status = m_context.work.check(); !status)
            return status;
    if (auto status = m_context.charge(nodeCost); !status)
        return status;
    auto& node = m_nodes.emplace_back();
    auto status = forEachField(m_context, message, "node", [&](const Field& item) { return nodeField(node, item); });
    if (!status)
        return status;
    sortFields(node.unknownFields);
    for (const auto output : node.outputs)
        if (output.valid())
            if (status = define(output.number, NodeOutput, Input | Initializer | NodeOutput | Sparse); !status)
                return Diagnostic(status.error()).atNode(node.name.empty() ? node.opType : node.name);
    return {};
}

Status GraphAssembler::undefined(const Draft& draft, const Node* user) const {
    auto error = errorDiagnostic("graph.undefined_value",
                                 user ? "A node uses \"" + draft.value.name + "\", which nothing defines"
                                      : "Nothing makes the graph output \"" + draft.value.name + "\"",
                                 "The file is incomplete: a weight or a part of the graph is missing.")
                     .atTensor(draft.value.name);
    return user ? std::move(error).atNode(user->name.empty() ? user->opType : user->name) : std::move(error);
}

/// Names that the nodes' subgraphs take from outside must be known here, or farther outside.
Status GraphAssembler::settleCaptures() {
    for (const auto& node : m_nodes)
        for (const auto& [name, graph] : node.subgraphs())
            for (const auto& captured : outerNames(*graph)) {
                auto index = draftOf(captured);
                if (!index)
                    return index.status();
                auto& draft = m_drafts[*index];
                if ((draft.defined & ~unsigned(Listed)) != 0)
                    continue;
                if (m_kind != GraphKind::Subgraph)
                    return undefined(draft, &node);
                draft.value.outer = true;
            }
    return {};
}

Status GraphAssembler::settleUses() {
    const auto settle = [this](std::uint32_t index, const Node* user) -> Status {
        auto& draft = m_drafts[index];
        if ((draft.defined & ~unsigned(Listed)) != 0)
            return {};
        if (m_kind != GraphKind::Subgraph || draft.value.name.empty())
            return undefined(draft, user);
        draft.value.outer = true;
        return {};
    };
    for (const auto& node : m_nodes)
        for (const auto input : node.inputs)
            if (input.valid())
                if (auto status = settle(input.number, &node); !status)
                    return status;
    for (const auto output : m_outputs)
        if (auto status = settle(output, nullptr); !status)
            return status;
    return {};
}

Result<GraphPtr> GraphAssembler::finish() {
    if (auto status = settleUses(); !status)
        return status;
    if (auto status = settleCaptures(); !status)
        return status;
    m_byName.clear();
    std::vector<ValueId> ids;
    ids.reserve(m_drafts.size());
    for (const auto& draft : m_drafts)
        ids.push_back(m_editor.addValue(draft.value.name));
    for (const auto index : m_initializers)
        m_editor.setInitializer(ids[index], m_drafts[index].value.initializer);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto& value = m_drafts[i].value;
        if (value.type || !value.doc.empty() || !value.metadata.empty() || !value.unknownFields.empty() ||
            value.outer) {
            value.id = ids[i];
            m_editor.setValue(std::move(value));
        }
    }
    for (const auto index : m_inputs)
        m_editor.addInput(ids[index]);
    for (const auto index : m_outputs)
        m_editor.addOutput(ids[index]);
    for (const auto index : m_valueInfo)
        m_editor.addValueInfo(ids[index]);
    for (auto& node : m_nodes) {
        for (auto* list : {&node.inputs, &node.outputs})
            for (auto& id : *list)
                if (id.valid())
                    id = ids[id.number];
        m_editor.addNode(std::move(node));
    }
    m_nodes.clear();
    return m_editor.finish();
}

} // namespace lapidary
