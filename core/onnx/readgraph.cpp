// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/fields.h"
#include "onnx/graphassembler.h"

namespace lapidary {

namespace {

using namespace wire;

class GraphReader {
public:
    GraphReader(ReadContext& context, GraphKind kind, int depth)
        : m_context(context), m_assembler(context, kind, depth) {}

    Result<GraphPtr> readGraph(Bytes message) {
        auto status = forEachField(m_context, message, "graph", [this](const Field& item) { return graphField(item); });
        if (!status)
            return status;
        sortFields(m_unknown);
        auto& editor = m_assembler.editor();
        editor.setName(std::move(m_name));
        editor.setDoc(std::move(m_doc));
        editor.setMetadata(std::move(m_metadata));
        editor.setUnknownFields(std::move(m_unknown));
        return m_assembler.finish();
    }

    Result<GraphPtr> readFunctionBody(Bytes message) {
        auto status =
            forEachField(m_context, message, "function", [this](const Field& item) { return functionField(item); });
        if (!status)
            return status;
        m_assembler.editor().setName(std::move(m_name));
        return m_assembler.finish();
    }

private:
    Status graphField(const Field& item) {
        namespace f = field::graph;
        switch (item.tag) {
        case bytesTag(f::node):
            return m_assembler.addNode(item.bytes);
        case bytesTag(f::initializer):
            return m_assembler.addInitializer(item.bytes);
        case bytesTag(f::input):
            return m_assembler.addInput(item.bytes);
        case bytesTag(f::output):
            return m_assembler.addOutput(item.bytes);
        case bytesTag(f::valueInfo):
            return m_assembler.addValueInfo(item.bytes);
        case bytesTag(f::metadata):
            return readMetadata(m_context, item.bytes, m_metadata);
        case bytesTag(f::name):
            takeText(item, m_name, m_unknown);
            break;
        case bytesTag(f::doc):
            takeText(item, m_doc, m_unknown);
            break;
        case bytesTag(f::sparseInitializer):
            if (auto status = m_assembler.addSparseInitializer(item.bytes); !status)
                return status;
            [[fallthrough]];
        default:
            m_unknown += item.rawText();
        }
        return m_context.charge(item.raw.size());
    }

    Status functionField(const Field& item) {
        namespace f = field::function;
        switch (item.tag) {
        case bytesTag(f::name):
            m_name = item.text();
            return {};
        case bytesTag(f::input):
            return m_assembler.addNamedInput(item.text());
        case bytesTag(f::output):
            return m_assembler.addNamedOutput(item.text());
        case bytesTag(f::node):
            return m_assembler.addNode(item.bytes);
        case bytesTag(f::valueInfo):
            return m_assembler.addValueInfo(item.bytes);
        default:
            return {};
        }
    }

    ReadContext& m_context;
    GraphAssembler m_assembler;
    std::string m_name, m_doc, m_unknown;
    MetadataProps m_metadata;
};

} // namespace

Result<GraphPtr> readGraph(ReadContext& context, Bytes message, GraphKind kind, int depth) {
    if (depth > context.options.maxDepth)
        return errorDiagnostic("onnx.too_deep",
                               "Subgraphs are nested more than " + std::to_string(context.options.maxDepth) + " deep");
    GraphReader reader(context, kind, depth);
    return kind == GraphKind::Function ? reader.readFunctionBody(message) : reader.readGraph(message);
}

} // namespace lapidary
