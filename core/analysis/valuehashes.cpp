// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/valuehashes.h"

#include "base/sha256.h"
#include "graph/operatortraits.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace lapidary {

namespace {

constexpr int maxDepth = 64; // of subgraphs and functions in each other

void add(Sha256& hash, std::string_view text) {
    hash.add(std::uint64_t(text.size()));
    hash.add(text);
}

/// Everything of one model that hashes depend on besides the graph at hand.
class Hasher {
public:
    Hasher(const Model& model, TensorHashes* tensors) : m_model(model), m_tensors(tensors) {}

    using Outer = std::function<std::string(const std::string&)>;

    /// By ValueId::number; empty: unknown. `inputs` names what the graph is fed, in the order of its inputs.
    std::vector<std::string> values(const Graph& graph, const std::vector<OpsetImport>& opsets,
                                    const std::function<std::string(std::size_t)>& input, const Outer& outer,
                                    int depth) {
        std::vector<std::string> hashes(graph.valueIdLimit());
        for (const ValueId id : graph.valueIds()) {
            const Value& value = *graph.value(id);
            if (value.initializer)
                hashes[id.number] = tensorHash(value.initializer);
            else if (value.outer)
                hashes[id.number] = outer(value.name);
        }
        const auto fed = graph.requiredInputs();
        for (std::size_t i = 0; i < fed.size(); ++i)
            hashes[fed[i].number] = input(i);
        for (const NodePtr& node : graph.nodes())
            addNode(graph, *node, opsets, outer, depth, hashes);
        return hashes;
    }

private:
    std::string tensorHash(const TensorPtr& tensor) {
        if (tensor->missing())
            return {};
        return m_tensors ? m_tensors->of(tensor) : contentHash(*tensor);
    }

    void addNode(const Graph& graph, const Node& node, const std::vector<OpsetImport>& opsets, const Outer& outer,
                 int depth, std::vector<std::string>& hashes) {
        const OperatorTraits* traits = traitsOf(node);
        if ((traits && !traits->deterministic) || depth > maxDepth)
            return;
        const Outer inner = [&](const std::string& name) {
            const Value* value = graph.findValue(name);
            return value ? hashes[value->id.number] : outer(name);
        };
        const auto call = callHash(node, opsets, inner, depth);
        if (!call)
            return;
        Sha256 all;
        all.add(*call);
        for (const ValueId id : node.inputs) {
            if (id.valid() && hashes[id.number].empty())
                return;
            add(all, id.valid() ? hashes[id.number] : std::string_view("omitted"));
        }
        const std::string made = all.finish();
        for (std::size_t i = 0; i < node.outputs.size(); ++i)
            if (node.outputs[i].valid())
                hashes[node.outputs[i].number] = sha256(made + "#" + std::to_string(i));
    }

    /// The operator as it is called here, inputs aside; nothing if that cannot be known.
    std::optional<std::string> callHash(const Node& node, const std::vector<OpsetImport>& opsets, const Outer& outer,
                                        int depth) {
        Sha256 hash;
        add(hash, node.opType);
        add(hash, node.isOnnx() ? std::string_view() : std::string_view(node.domain));
        add(hash, node.overload);
        add(hash, node.unknownFields);
        for (const OpsetImport& opset : opsets)
            if (opset.domain == node.domain || (node.isOnnx() && (opset.domain.empty() || opset.domain == "ai.onnx")))
                hash.add(std::uint64_t(opset.version));
        for (const ValueId output : node.outputs)
            hash.add(std::uint64_t(output.valid()));
        std::vector<const Attribute*> attributes;
        for (const Attribute& attribute : node.attributes)
            attributes.push_back(&attribute);
        std::sort(attributes.begin(), attributes.end(), [](auto* a, auto* b) { return a->name < b->name; });
        for (const Attribute* attribute : attributes)
            if (!addAttribute(hash, *attribute, opsets, outer, depth))
                return std::nullopt;
        if (const Function* function = m_model.functionOf(node)) {
            const std::string body = functionHash(*function, depth);
            if (body.empty())
                return std::nullopt;
            add(hash, body);
        }
        return hash.finish();
    }

    bool addAttribute(Sha256& hash, const Attribute& attribute, const std::vector<OpsetImport>& opsets,
                      const Outer& outer, int depth) {
        add(hash, attribute.name);
        add(hash, attribute.refAttrName);
        add(hash, attribute.unknownFields);
        hash.add(std::uint64_t(attribute.value.index()));
        const auto bytes = [&](const auto& list) {
            hash.add(std::uint64_t(list.size()));
            hash.add(std::as_bytes(std::span(list)));
            return true;
        };
        const auto known = [&](const std::string& text) {
            add(hash, text);
            return !text.empty();
        };
        const auto body = [&](const GraphPtr& graph) { return known(bodyHash(*graph, opsets, outer, depth + 1)); };
        const auto each = [&](const auto& list, const auto& one) {
            hash.add(std::uint64_t(list.size()));
            return std::all_of(list.begin(), list.end(), one);
        };
        const auto text = [&](const std::string& string) { return add(hash, string), true; };
        const auto tensor = [&](const TensorPtr& one) { return known(tensorHash(one)); };
        return std::visit(
            [&](const auto& value) {
                using T = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<T, std::monostate>)
                    return true;
                else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, std::int64_t>)
                    return bytes(std::vector<T>{value});
                else if constexpr (std::is_same_v<T, std::string>)
                    return text(value);
                else if constexpr (std::is_same_v<T, TensorPtr>)
                    return tensor(value);
                else if constexpr (std::is_same_v<T, GraphPtr>)
                    return body(value);
                else if constexpr (std::is_same_v<T, std::vector<std::string>>)
                    return each(value, text);
                else if constexpr (std::is_same_v<T, std::vector<TensorPtr>>)
                    return each(value, tensor);
                else if constexpr (std::is_same_v<T, std::vector<GraphPtr>>)
                    return each(value, body);
                else if constexpr (std::is_same_v<T, OpaqueAttribute>)
                    return hash.add(std::uint64_t(value.kind)), text(value.bytes);
                else
                    return bytes(value);
            },
            attribute.value);
    }

    /// What a subgraph's or function's outputs are made of; empty: unknown.
    std::string bodyHash(const Graph& graph, const std::vector<OpsetImport>& opsets, const Outer& outer, int depth) {
        const auto input = [depth](std::size_t i) {
            return "input " + std::to_string(i) + " at " + std::to_string(depth);
        };
        const auto hashes = values(graph, opsets, input, outer, depth);
        Sha256 all;
        for (const ValueId id : graph.outputs()) {
            if (hashes[id.number].empty())
                return {};
            add(all, hashes[id.number]);
        }
        return all.finish();
    }

    std::string functionHash(const Function& function, int depth) {
        if (const auto known = m_functions.find(&function); known != m_functions.end())
            return known->second;
        const auto none = [](const std::string&) { return std::string(); };
        std::string body = bodyHash(*function.body, function.opsets, none, depth + 1);
        Sha256 hash;
        add(hash, body);
        for (const Attribute& attribute : function.attributeDefaults)
            if (!addAttribute(hash, attribute, function.opsets, none, depth + 1))
                body.clear();
        return m_functions[&function] = body.empty() ? std::string() : hash.finish();
    }

    const Model& m_model;
    TensorHashes* m_tensors;
    std::map<const Function*, std::string> m_functions;
};

std::string inputHash(const Value& value, std::size_t index) {
    std::string text = "graph input " + std::to_string(index);
    if (!value.type)
        return sha256(text);
    text += " " + std::to_string(int(value.type->elementType));
    if (const auto shape = value.type->shape())
        text += " " + shapeText(*shape);
    return sha256(text);
}

std::vector<bool> varyingValues(const Graph& graph) {
    std::vector<bool> varies(graph.valueIdLimit(), false);
    for (const ValueId id : graph.requiredInputs())
        varies[id.number] = true;
    for (const NodePtr& node : graph.nodes()) {
        bool any = false;
        for (const ValueId id : node->inputs)
            any = any || (id.valid() && varies[id.number]);
        for (const auto& [name, body] : node->subgraphs())
            for (const std::string& outer : outerNames(*body))
                if (const Value* value = graph.findValue(outer))
                    any = any || varies[value->id.number];
        for (const ValueId id : node->outputs)
            if (id.valid())
                varies[id.number] = any;
    }
    return varies;
}

} // namespace

std::string TensorHashes::of(const TensorPtr& tensor) {
    {
        const std::lock_guard lock(m_mutex);
        if (const auto it = m_known.find(tensor.get()); it != m_known.end() && it->second.tensor.lock() == tensor)
            return it->second.hash;
    }
    std::string hash = contentHash(*tensor);
    const std::lock_guard lock(m_mutex);
    if (m_known.size() > 4096)
        std::erase_if(m_known, [](const auto& entry) { return entry.second.tensor.expired(); });
    m_known[tensor.get()] = {tensor, hash};
    return hash;
}

ValueHashes::ValueHashes(const Model& model, TensorHashes* tensors) : m_varies(varyingValues(*model.graph)) {
    const Graph& graph = *model.graph;
    const auto fed = graph.requiredInputs();
    m_hashes = Hasher(model, tensors)
                   .values(
                       graph, model.opsets, [&](std::size_t i) { return inputHash(*graph.value(fed[i]), i); },
                       [](const std::string&) { return std::string(); }, 0);
}

const std::string& ValueHashes::of(ValueId id) const {
    static const std::string none;
    return id.number < m_hashes.size() ? m_hashes[id.number] : none;
}

std::string ValueHashes::ofOutputs(const Graph& graph) const {
    Sha256 all;
    for (const ValueId id : graph.outputs()) {
        if (of(id).empty())
            return {};
        all.add(of(id));
    }
    return all.finish();
}

} // namespace lapidary
