// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/verifier.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace lapidary {

namespace {

/// Domains that ONNX and ONNX Runtime themselves define.
constexpr std::array<std::string_view, 10> knownDomains = {"",
                                                           "ai.onnx",
                                                           "ai.onnx.ml",
                                                           "ai.onnx.preview",
                                                           "ai.onnx.preview.training",
                                                           "ai.onnx.training",
                                                           "com.microsoft",
                                                           "com.microsoft.experimental",
                                                           "com.microsoft.nchwc",
                                                           "com.ms.internal.nhwc"};

class Verifier {
public:
    explicit Verifier(const Model& model) : m_model(model) {}

    Diagnostics run() {
        if (!m_model.graph) {
            m_found.push_back(errorDiagnostic("graph.no_graph", "The model has no graph"));
            return std::move(m_found);
        }
        graph(*m_model.graph, nullptr);
        for (const auto& function : m_model.functions)
            if (function->body)
                graph(*function->body, nullptr);
        unknownOperators();
        duplicateNames();
        std::stable_sort(m_found.begin(), m_found.end(),
                         [](const Diagnostic& a, const Diagnostic& b) { return a.severity > b.severity; });
        return std::move(m_found);
    }

private:
    /// A graph and the graphs around it.
    struct Scope {
        const Graph& graph;
        const Scope* outer;

        bool defines(const std::string& name) const {
            for (const auto* scope = this; scope; scope = scope->outer)
                if (const auto* value = scope->graph.findValue(name); value && !value->outer)
                    return true;
            return false;
        }
    };

    void graph(const Graph& graph, const Scope* outer) {
        const Scope scope{graph, outer};
        for (const auto id : graph.valueIds()) {
            const auto& value = *graph.value(id);
            if (value.initializer)
                weight(value);
            if (value.outer && outer && !outer->defines(value.name))
                m_found.push_back(errorDiagnostic("graph.undefined_value", "A subgraph uses \"" + value.name +
                                                                               "\", which no graph around it defines")
                                      .atTensor(value.name));
        }
        for (const auto id : graph.outputs())
            if (!isMade(graph, id))
                m_found.push_back(errorDiagnostic("graph.undefined_value",
                                                  "Nothing makes the graph output \"" + nameOf(graph, id) + "\"")
                                      .atTensor(nameOf(graph, id)));
        std::vector<NodeId> maker(graph.valueIdLimit());
        for (const auto& one : graph.nodes())
            node(scope, *one, maker);
    }

    static std::string nameOf(const Graph& graph, ValueId id) {
        const auto* value = graph.value(id);
        return value ? value->name : std::string();
    }

    static bool isMade(const Graph& graph, ValueId id) {
        const auto* value = graph.value(id);
        return value && (value->initializer || value->outer || graph.isInput(id) || graph.producer(id));
    }

    void node(const Scope& scope, const Node& node, std::vector<NodeId>& maker) {
        const auto name = displayName(node);
        if (node.opType.empty())
            m_found.push_back(errorDiagnostic("graph.no_operator", "A node names no operator").atNode(name));
        for (const auto id : node.inputs)
            if (id.valid() && !isMade(scope.graph, id))
                m_found.push_back(errorDiagnostic("graph.undefined_value", "A node uses \"" + nameOf(scope.graph, id) +
                                                                               "\", which nothing defines")
                                      .atNode(name)
                                      .atTensor(nameOf(scope.graph, id)));
        for (const auto id : node.outputs) {
            if (!id.valid() || id.number >= maker.size())
                continue;
            if (maker[id.number].valid() || scope.graph.isInput(id) || scope.graph.value(id)->initializer)
                m_found.push_back(
                    errorDiagnostic("graph.two_producers", "Two things define \"" + nameOf(scope.graph, id) + "\"")
                        .atNode(name)
                        .atTensor(nameOf(scope.graph, id)));
            maker[id.number] = node.id;
        }
        if (!node.name.empty())
            ++m_names[node.name];
        if (!isKnownDomain(node.domain) && !m_model.functionOf(node))
            m_unknown[{node.domain, node.opType}].push_back(name);
        for (const auto& attribute : node.attributes) {
            if (const auto* tensor = std::get_if<TensorPtr>(&attribute.value); tensor && *tensor)
                tensorSize(**tensor, name, attribute.name);
        }
        for (const auto& [attribute, graph] : node.subgraphs())
            if (graph)
                this->graph(*graph, &scope);
    }

    static bool isKnownDomain(std::string_view domain) {
        return std::find(knownDomains.begin(), knownDomains.end(), domain) != knownDomains.end();
    }

    void weight(const Value& value) { tensorSize(*value.initializer, {}, value.name); }

    void tensorSize(const Tensor& tensor, const std::string& node, const std::string& name) {
        if (tensor.missing()) {
            m_found.push_back(warningDiagnostic("graph.missing_data",
                                                "The weights are missing: " + tensor.missingReason,
                                                "Put the file with the weights beside the model.")
                                  .atNode(node)
                                  .atTensor(name));
            return;
        }
        const auto count = elementCount(tensor.shape);
        const bool fits =
            count && (tensor.type == DataType::String ? tensor.strings.size() == std::uint64_t(*count)
                      : isKnown(tensor.type) ? tensor.data.size() == packedBytes(tensor.type, std::uint64_t(*count))
                                             : true);
        if (!fits)
            m_found.push_back(errorDiagnostic("graph.tensor_size", "The data of a " + dataTypeName(tensor.type) +
                                                                       " tensor does not fit its shape " +
                                                                       shapeText(tensor.shape))
                                  .atNode(node)
                                  .atTensor(name));
    }

    void unknownOperators() {
        for (const auto& [key, nodes] : m_unknown) {
            const auto& [domain, opType] = key;
            const auto times = nodes.size() > 1 ? " (" + std::to_string(nodes.size()) + " nodes)" : std::string();
            m_found.push_back(
                warningDiagnostic("graph.unknown_operator",
                                  "The operator \"" + opType + "\" of domain \"" + domain + "\" is not known" + times,
                                  "The model can be shown and changed, but it runs only with the library that has this "
                                  "operator.")
                    .atNode(nodes.front()));
        }
    }

    void duplicateNames() {
        for (const auto& [name, count] : m_names)
            if (count > 1)
                m_found.push_back(warningDiagnostic("graph.duplicate_name",
                                                    std::to_string(count) + " nodes are called \"" + name + "\"")
                                      .atNode(name));
    }

    const Model& m_model;
    Diagnostics m_found;
    std::map<std::string, int> m_names;
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> m_unknown;
};

} // namespace

Diagnostics verify(const Model& model) {
    return Verifier(model).run();
}

} // namespace lapidary
