// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fields.h"
#include "onnx/fileformats.h"
#include "onnx/readcontext.h"

namespace lapidary {

namespace {

using namespace wire;

Status readOpset(ReadContext& context, Bytes message, std::vector<OpsetImport>& opsets) {
    auto& opset = opsets.emplace_back();
    auto status = forEachField(context, message, "opset import", [&](const Field& item) {
        if (item.tag == bytesTag(field::opset::domain))
            takeText(item, opset.domain, opset.unknownFields);
        else if (item.tag == varintTag(field::opset::version))
            takeInteger(item, opset.version, opset.unknownFields);
        else
            opset.unknownFields += item.rawText();
        return Status();
    });
    return status ? context.charge(sizeof(OpsetImport) + message.size()) : status;
}

Status readFunction(ReadContext& context, Bytes message, Function& function) {
    namespace f = field::function;
    auto& unknown = function.unknownFields;
    auto status = forEachField(context, message, "function", [&](const Field& item) -> Status {
        switch (item.tag) {
        case bytesTag(f::name):
            takeText(item, function.name, unknown);
            return {};
        case bytesTag(f::domain):
            takeText(item, function.domain, unknown);
            return {};
        case bytesTag(f::overload):
            takeText(item, function.overload, unknown);
            return {};
        case bytesTag(f::doc):
            takeText(item, function.doc, unknown);
            return {};
        case bytesTag(f::attribute):
            function.attributes.emplace_back(item.text());
            return context.charge(sizeof(std::string) + item.bytes.size());
        case bytesTag(f::attributeDefault):
            return readAttribute(context, item.bytes, function.attributeDefaults.emplace_back(), 1);
        case bytesTag(f::opset):
            return readOpset(context, item.bytes, function.opsets);
        case bytesTag(f::metadata):
            return readMetadata(context, item.bytes, function.metadata);
        case bytesTag(f::input):
        case bytesTag(f::output):
        case bytesTag(f::node):
        case bytesTag(f::valueInfo):
            return {}; // the body's
        default:
            unknown += item.rawText();
            return context.charge(item.raw.size());
        }
    });
    if (!status)
        return status;
    sortFields(unknown);
    auto body = readGraph(context, message, GraphKind::Function, 1);
    if (!body)
        return body.error();
    function.body = *std::move(body);
    return {};
}

class ModelReader {
public:
    ModelReader(ReadContext& context, Model& model) : m_context(context), m_model(model) {}

    Status read();

private:
    Status field(const Field& item);
    Status notOnnx(const State& state) const;

    ReadContext& m_context;
    Model& m_model;
    Bytes m_graph;
    int m_graphs = 0;
    bool m_hasVersion = false;
};

Status ModelReader::field(const Field& item) {
    namespace f = field::model;
    auto& unknown = m_model.unknownFields;
    switch (item.tag) {
    case varintTag(f::irVersion):
        takeInteger(item, m_model.irVersion, unknown);
        m_hasVersion = true;
        return {};
    case bytesTag(f::producerName):
        takeText(item, m_model.producerName, unknown);
        return {};
    case bytesTag(f::producerVersion):
        takeText(item, m_model.producerVersion, unknown);
        return {};
    case bytesTag(f::domain):
        takeText(item, m_model.domain, unknown);
        return {};
    case varintTag(f::modelVersion):
        takeInteger(item, m_model.modelVersion, unknown);
        return {};
    case bytesTag(f::doc):
        takeText(item, m_model.doc, unknown);
        return {};
    case bytesTag(f::graph):
        m_graph = item.bytes;
        return ++m_graphs == 1 ? Status() : Status(errorDiagnostic("onnx.corrupt", "The file holds two graphs"));
    case bytesTag(f::opset):
        return readOpset(m_context, item.bytes, m_model.opsets);
    case bytesTag(f::metadata):
        return readMetadata(m_context, item.bytes, m_model.metadata);
    case bytesTag(f::function): {
        auto function = std::make_shared<Function>();
        if (auto status = m_context.charge(sizeof(Function)); !status)
            return status;
        auto status = readFunction(m_context, item.bytes, *function);
        m_model.functions.push_back(std::move(function));
        return status;
    }
    default:
        unknown += item.rawText();
        return m_context.charge(item.raw.size());
    }
}

/// The walk over the file's outermost fields ended in `state` or found no graph: is it ONNX at all?
Status ModelReader::notOnnx(const State& state) const {
    const auto other = foreignProtobuf(m_context.file.bytes());
    if (!other.name.empty())
        return errorDiagnostic("onnx.not_onnx", "This is not an ONNX model but " + std::string(other.name),
                               std::string(other.hint));
    if (state == State::Good && m_hasVersion)
        return errorDiagnostic("onnx.no_graph", "The file holds no graph", "Export the network again.");
    if (state == State::Truncated && m_hasVersion)
        return m_context.damaged(state, "model");
    return errorDiagnostic("onnx.not_onnx", "This is not an ONNX file", "Choose a file that an ONNX exporter wrote.");
}

Status ModelReader::read() {
    // First the outermost fields alone: a truncated or foreign file is told before its parts are decoded.
    Reader reader(m_context.file.bytes());
    bool hasGraph = false;
    for (Field item; reader.next(item);) {
        hasGraph = hasGraph || item.tag == bytesTag(field::model::graph);
        m_hasVersion = m_hasVersion || (item.tag == varintTag(field::model::irVersion) && item.value < 1000);
    }
    if (reader.state() != State::Good || !hasGraph)
        return notOnnx(reader.state());
    auto status =
        forEachField(m_context, m_context.file.bytes(), "model", [this](const Field& item) { return field(item); });
    if (!status)
        return status;
    sortFields(m_model.unknownFields);
    auto graph = readGraph(m_context, m_graph, GraphKind::Main, 0);
    if (!graph)
        return graph.status();
    m_model.graph = *std::move(graph);
    return {};
}

} // namespace

Status readModel(ReadContext& context, Model& model) {
    return ModelReader(context, model).read();
}

} // namespace lapidary
