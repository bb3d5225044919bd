// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/match/flatgraph.h"

#include "graph/match/fingerprint.h"

#include <algorithm>

namespace lapidary::match {

namespace {

constexpr std::int64_t tellingElements = 8;

/// Quantizers without weights of their own, not layers that compute on integers.
bool isQuantizer(const Node& node) {
    const auto* traits = traitsOf(node);
    return traits && traits->category == OperatorCategory::Quantization && traits->weightInput < 0;
}

/// Nothing but constants goes in: as good as a constant (weights that are filled in when the model is loaded).
bool isComputedConstant(const Graph& graph, const Node& node) {
    const auto* traits = traitsOf(node);
    return traits && traits->deterministic && traits->foldable && !node.inputs.empty() && !node.hasSubgraphs() &&
           !isQuantizer(node) && std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
               return !input.valid() || graph.constant(input);
           });
}

NodeKind kindOf(const Graph& graph, const Node& node) {
    if (node.outputs.size() == 1 && node.output().valid() && graph.constant(node.output()))
        return NodeKind::Constant;
    if (isComputedConstant(graph, node))
        return NodeKind::Constant;
    if (isQuantizer(node))
        return constantBehind(graph, node.input(0)) ? NodeKind::Constant : NodeKind::Quantizer;
    if (categoryOf(node) == OperatorCategory::Dropout || node.is("Identity") || node.is("Cast"))
        return NodeKind::Neutral;
    return NodeKind::Plain;
}

} // namespace

TensorPtr constantBehind(const Graph& graph, ValueId value) {
    for (int step = 0; step < 4 && value.valid(); ++step) {
        if (auto tensor = graph.constant(value))
            return tensor;
        const auto* maker = graph.producer(value);
        if (!maker || !isQuantizer(*maker))
            return nullptr;
        value = maker->input(0);
    }
    return nullptr;
}

FlatGraph::FlatGraph(const Graph& graph) : m_graph(graph), m_nodes(graph.nodeCount()) {
    for (std::uint32_t i = 0; i < size(); ++i)
        describe(i);
    connect();
    skip();
    measure();
    rank();
    locate();
    lookAround();
}

void FlatGraph::describe(std::uint32_t position) {
    auto& flat = m_nodes[position];
    const auto& node = *m_graph.nodes()[position];
    flat.node = &node;
    flat.traits = traitsOf(node);
    flat.op = mixed(node.isOnnx() ? 0 : hashOf(node.domain), hashOf(node.opType));
    flat.attributes = fingerprint(node.attributes);
    flat.kind = kindOf(m_graph, node);
    if (const auto own = node.output().valid() ? m_graph.constant(node.output()) : nullptr) {
        flat.weights = fingerprint(*own); // a Constant node is what it holds
        flat.attributes = 0;
        return;
    }
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const auto tensor = constantBehind(m_graph, node.inputs[i]);
        if (!tensor)
            continue;
        if (tensor->count() >= tellingElements)
            flat.weights = mixed(flat.weights + i, fingerprint(*tensor));
        if (!flat.weight || tensor->count() > flat.weight->count())
            flat.weight = tensor.get(); // kept alive by the graph
    }
}

void FlatGraph::connect() {
    for (std::uint32_t i = 0; i < size(); ++i) {
        const auto& node = *m_nodes[i].node;
        for (std::size_t port = 0; port < node.inputs.size(); ++port) {
            const auto value = node.inputs[port];
            const auto* stored = m_graph.value(value);
            if (!stored || stored->initializer)
                continue;
            Link link;
            link.inPort = std::uint16_t(port);
            if (const auto* maker = m_graph.producer(value)) {
                link.node = std::uint32_t(m_graph.position(maker->id));
                link.outPort = std::uint16_t(std::find(maker->outputs.begin(), maker->outputs.end(), value) -
                                             maker->outputs.begin());
                m_nodes[link.node].outputs.push_back({i, link.outPort, link.inPort});
            }
            m_nodes[i].inputs.push_back(link);
        }
    }
}

/// Nodes stand in topological order, so what is behind an input is known when it is asked for.
void FlatGraph::skip() {
    std::vector<Link> behind(size()); // for a node that steps back: the plain node behind its data input
    for (std::uint32_t i = 0; i < size(); ++i) {
        auto& flat = m_nodes[i];
        for (const auto& link : flat.inputs) {
            Link seen = link;
            if (link.node != nowhere && !m_nodes[link.node].isPlain()) {
                if (m_nodes[link.node].kind == NodeKind::Constant)
                    continue;
                seen = behind[link.node];
                seen.inPort = link.inPort;
            }
            if (!flat.isPlain()) {
                if (link.inPort == 0)
                    behind[i] = seen;
                continue;
            }
            flat.plainInputs.push_back(seen);
            if (seen.node != nowhere)
                m_nodes[seen.node].plainOutputs.push_back({i, seen.outPort, seen.inPort});
        }
    }
}

void FlatGraph::measure() {
    for (auto& flat : m_nodes) {
        for (const auto& link : flat.plainInputs)
            if (link.node != nowhere)
                flat.depth = std::max(flat.depth, m_nodes[link.node].depth + 1);
        m_depth = std::max(m_depth, flat.depth);
    }
}

/// Depth-first from the outputs, inputs in the order of their ports; a node gets its rank after what it needs.
void FlatGraph::rank() {
    std::uint32_t next = 0;
    std::vector<bool> seen(size());
    std::vector<std::pair<std::uint32_t, std::size_t>> path;
    const auto walk = [&](std::uint32_t start) {
        if (seen[start])
            return;
        seen[start] = true;
        path.emplace_back(start, 0);
        while (!path.empty()) {
            auto& [node, at] = path.back();
            if (at == m_nodes[node].inputs.size()) {
                m_nodes[node].order = next++;
                path.pop_back();
                continue;
            }
            const auto producer = m_nodes[node].inputs[at++].node;
            if (producer != nowhere && !seen[producer]) {
                seen[producer] = true;
                path.emplace_back(producer, 0);
            }
        }
    };
    for (const auto output : m_graph.outputs())
        if (const auto* maker = m_graph.producer(output))
            walk(std::uint32_t(m_graph.position(maker->id)));
    for (std::uint32_t i = 0; i < size(); ++i)
        walk(i);
}

std::uint64_t ownHash(const FlatNode& flat) {
    auto hash = mixed(flat.op, flat.attributes);
    if (flat.weight)
        for (const auto extent : flat.weight->shape)
            hash = mixed(hash, std::uint64_t(extent));
    return hash;
}

std::vector<std::uint64_t> FlatGraph::refined(const std::vector<std::uint64_t>& hashes) const {
    std::vector<std::uint64_t> next(size());
    for (std::uint32_t i = 0; i < size(); ++i) {
        auto hash = mixed(hashes[i], 1);
        for (const auto& link : m_nodes[i].plainInputs)
            hash = mixed(hash, mixed(link.inPort, link.node == nowhere ? 7 : hashes[link.node]));
        std::uint64_t consumers = 0; // a sum: consumers have no order
        for (const auto& link : m_nodes[i].plainOutputs)
            consumers += mixed(mixed(link.outPort, link.inPort), hashes[link.node]);
        next[i] = mixed(hash, consumers);
    }
    return next;
}

/// Merkle hashes of what leads to a node and of what it leads to; of operators and ports alone, so that a network keeps
/// them when it gets narrower.
void FlatGraph::locate() {
    std::vector<std::uint64_t> above(size()), below(size());
    for (std::uint32_t i = 0; i < size(); ++i) {
        above[i] = m_nodes[i].op;
        for (const auto& link : m_nodes[i].plainInputs)
            above[i] =
                mixed(above[i], mixed(mixed(link.inPort, link.outPort), link.node == nowhere ? 7 : above[link.node]));
    }
    for (std::uint32_t i = size(); i-- > 0;) {
        std::uint64_t consumers = 0;
        for (const auto& link : m_nodes[i].plainOutputs)
            consumers += mixed(mixed(link.outPort, link.inPort), below[link.node]);
        below[i] = mixed(m_nodes[i].op, consumers);
    }
    for (std::uint32_t i = 0; i < size(); ++i)
        m_nodes[i].place = mixed(above[i], below[i]);
}

void FlatGraph::lookAround() {
    std::vector<std::uint64_t> hashes(size());
    for (std::uint32_t i = 0; i < size(); ++i)
        hashes[i] = ownHash(m_nodes[i]);
    for (int round = 0; round < 3; ++round) {
        hashes = refined(hashes);
        for (std::uint32_t i = 0; i < size(); ++i)
            (round == 0 ? m_nodes[i].around : m_nodes[i].farAround) = hashes[i];
    }
}

} // namespace lapidary::match
