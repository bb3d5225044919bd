// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/graphdiffnodes.h"

#include "graph/graphdiffvalues.h"
#include "graph/graphdiffweights.h"
#include "graph/match/flatgraph.h"

#include <algorithm>
#include <cmath>

namespace lapidary::diff {

namespace {

std::string fullOperator(const Node& node) {
    return node.isOnnx() ? node.opType : node.domain + "::" + node.opType;
}

std::string inputRole(const Node& node, std::size_t index) {
    if (const auto* traits = traitsOf(node)) {
        if (traits->weightInput == int(index))
            return "weight";
        if (traits->biasInput == int(index))
            return "bias";
    }
    return "input " + std::to_string(index);
}

void attributes(const Node& a, const Node& b, NodeDiff& diff) {
    const auto before = diff.changes.size();
    for (const auto& old : a.attributes) {
        const auto* now = b.attribute(old.name);
        if (!now) {
            diff.changes.push_back("attribute " + old.name + " removed");
        } else if (!sameAttribute(old, *now)) {
            const auto from = valueText(old.value), to = valueText(now->value);
            diff.changes.push_back(from.empty() || to.empty() || from == to
                                       ? "attribute " + old.name + " differs"
                                       : "attribute " + old.name + " " + arrow(from, to));
        }
    }
    for (const auto& now : b.attributes)
        if (!a.attribute(now.name)) {
            const auto text = valueText(now.value);
            diff.changes.push_back("attribute " + now.name + " added" + (text.empty() ? "" : ": " + text));
        }
    if (diff.changes.size() > before)
        diff.flags |= DiffAttributes;
}

TensorPtr layerWeight(const Graph& graph, const Node& node, std::int64_t& channels) {
    const auto* traits = traitsOf(node);
    if (!traits || traits->weightInput < 0)
        return nullptr;
    auto tensor = match::constantBehind(graph, node.input(std::size_t(traits->weightInput)));
    if (!tensor)
        return nullptr;
    const auto axis = traits->weightOutputAxis;
    if (axis >= 0 && axis < int(tensor->shape.size()))
        channels = tensor->shape[std::size_t(axis)];
    if (axis == 1 && tensor->shape.size() > 2) // a transposed convolution keeps its channels per group
        channels *= node.intAttribute("group", 1);
    return tensor;
}

/// Shapes, axes and indices steer a node; they are no weights.
bool steers(const Tensor& tensor) {
    return tensor.type == DataType::Int64 || tensor.type == DataType::Bool;
}

} // namespace

NodeComparison::NodeComparison(const Graph& a, const Graph& b, const GraphMatching& matching)
    : m_a(a), m_b(b), m_ofB(b.nodeIdLimit()), m_attachedA(a.nodeIdLimit()), m_attachedB(b.nodeIdLimit()) {
    for (const auto& match : matching.matches)
        m_ofB[match.b.number] = match.a;
    for (const auto& attached : matching.attached)
        (attached.inB ? m_attachedB : m_attachedA)[attached.node.number] = &attached;
}

NodeDiff NodeComparison::pair(const NodeMatch& match) const {
    const auto &a = *m_a.node(match.a), &b = *m_b.node(match.b);
    NodeDiff diff;
    diff.a = a.id;
    diff.b = b.id;
    diff.name = displayName(b);
    diff.opType = b.opType;
    diff.bytesA = weightBytes(m_a, a);
    diff.bytesB = weightBytes(m_b, b);
    diff.reason = match.reason;
    diff.confidence = match.confidence;
    if (a.opType != b.opType || a.isOnnx() != b.isOnnx() || (!a.isOnnx() && a.domain != b.domain)) {
        diff.changes.push_back("operator " + arrow(fullOperator(a), fullOperator(b)));
        diff.flags |= DiffOperator;
    }
    names(a, b, diff);
    attributes(a, b, diff);
    weights(a, b, diff);
    inputs(a, b, diff);
    outputs(a, b, diff);
    if ((diff.flags & ~DiffRenamed) != 0)
        diff.kind = DiffKind::Changed;
    return diff;
}

NodeDiff NodeComparison::single(const Node& node, bool inB) const {
    const auto& graph = inB ? m_b : m_a;
    NodeDiff diff;
    diff.kind = inB ? DiffKind::Added : DiffKind::Removed;
    (inB ? diff.b : diff.a) = node.id;
    diff.name = displayName(node);
    diff.opType = node.opType;
    (inB ? diff.bytesB : diff.bytesA) = weightBytes(graph, node);
    if (const auto tensor = layerWeight(graph, node, inB ? diff.channelsB : diff.channelsA))
        (inB ? diff.typeB : diff.typeA) = tensor->type;
    if (const auto* attached = (inB ? m_attachedB : m_attachedA)[node.id.number]) {
        diff.attachment = attached->kind;
        diff.host = attached->host;
    }
    return diff;
}

NodeComparison::Source NodeComparison::sourceOf(const Graph& graph, bool inB, ValueId value) const {
    constexpr int hops = 32;
    for (int hop = 0; hop < hops; ++hop) {
        const auto* maker = graph.producer(value);
        if (!maker)
            return {{}, 0, nameOf(graph, value)};
        const auto port =
            std::size_t(std::find(maker->outputs.begin(), maker->outputs.end(), value) - maker->outputs.begin());
        if (!(inB ? m_attachedB : m_attachedA)[maker->id.number])
            return {maker->id, port, {}};
        const auto through = std::find_if(maker->inputs.begin(), maker->inputs.end(),
                                          [&](ValueId id) { return id.valid() && !match::constantBehind(graph, id); });
        if (through == maker->inputs.end())
            return {maker->id, port, {}};
        value = *through;
    }
    return {};
}

bool NodeComparison::sameSource(ValueId inA, ValueId inB) const {
    const auto a = sourceOf(m_a, false, inA), b = sourceOf(m_b, true, inB);
    if (!a.node.valid() && !b.node.valid()) {
        if (a.input == b.input)
            return true;
        const auto place = [](const Graph& graph, const std::string& name) {
            const auto inputs = graph.requiredInputs();
            const auto* value = graph.findValue(name);
            const auto it = value ? std::find(inputs.begin(), inputs.end(), value->id) : inputs.end();
            return it == inputs.end() ? -1 : int(it - inputs.begin());
        };
        return place(m_a, a.input) >= 0 && place(m_a, a.input) == place(m_b, b.input);
    }
    return a.node.valid() && b.node.valid() && m_ofB[b.node.number] == a.node && a.port == b.port;
}

void NodeComparison::names(const Node& a, const Node& b, NodeDiff& diff) const {
    if (a.name == b.name)
        return;
    diff.changes.push_back("name " + arrow(displayName(a), displayName(b)));
    diff.flags |= DiffRenamed;
}

void NodeComparison::weights(const Node& a, const Node& b, NodeDiff& diff) const {
    const auto left = layerWeight(m_a, a, diff.channelsA);
    const auto right = layerWeight(m_b, b, diff.channelsB);
    diff.typeA = left ? left->type : DataType::Undefined;
    diff.typeB = right ? right->type : DataType::Undefined;
}

void NodeComparison::inputs(const Node& a, const Node& b, NodeDiff& diff) const {
    if ((diff.flags & DiffOperator) == 0) {
        for (std::size_t i = 0; i < std::max(a.inputs.size(), b.inputs.size()); ++i)
            input(inputRole(b, i), a.input(i), b.input(i), diff);
        return;
    }
    // Another operator has other inputs: only what plays the same part is compared.
    const auto *traitsA = traitsOf(a), *traitsB = traitsOf(b);
    const auto part = [&](int inA, int inB, const std::string& role) {
        const auto idA = inA >= 0 ? a.input(std::size_t(inA)) : ValueId();
        const auto idB = inB >= 0 ? b.input(std::size_t(inB)) : ValueId();
        input(role, idA, idB, diff);
    };
    part(traitsA ? traitsA->dataInput : 0, traitsB ? traitsB->dataInput : 0, "input 0");
    if (traitsA && traitsB) {
        part(traitsA->weightInput, traitsB->weightInput, "weight");
        part(traitsA->biasInput, traitsB->biasInput, "bias");
    }
}

void NodeComparison::input(const std::string& role, ValueId idA, ValueId idB, NodeDiff& diff) const {
    const auto tensorA = idA.valid() ? match::constantBehind(m_a, idA) : nullptr;
    const auto tensorB = idB.valid() ? match::constantBehind(m_b, idB) : nullptr;
    const auto say = [&](std::string text, std::uint16_t flag) {
        diff.changes.push_back(std::move(text));
        diff.flags |= flag;
    };
    if (tensorA && tensorB)
        constants(role, idA, idB, diff);
    else if (idA.valid() && !idB.valid())
        say(role + " removed", tensorA ? DiffWeights : DiffRewired);
    else if (!idA.valid() && idB.valid())
        say(role + " added" + (tensorB ? ": " + tensorText(*tensorB) : std::string()),
            tensorB ? DiffWeights : DiffRewired);
    else if (!tensorA != !tensorB)
        say(role + (tensorB ? " is now constant" : " is no longer constant"),
            role == "weight" || role == "bias" ? DiffWeights : DiffRewired);
    else if (idA.valid() && !sameSource(idA, idB))
        say(role + " " + arrow(nameOf(m_a, idA), nameOf(m_b, idB)), DiffRewired);
}

void NodeComparison::constants(const std::string& role, ValueId idA, ValueId idB, NodeDiff& diff) const {
    const auto a = match::constantBehind(m_a, idA), b = match::constantBehind(m_b, idB);
    if (a->shape != b->shape) {
        diff.changes.push_back(role + " " + arrow(shapeText(a->shape), shapeText(b->shape)));
        bool narrower = false, wider = false;
        for (std::size_t i = 0; i < std::min(a->shape.size(), b->shape.size()); ++i) {
            narrower |= b->shape[i] < a->shape[i];
            wider |= b->shape[i] > a->shape[i];
        }
        if (a->shape.size() != b->shape.size())
            diff.flags |= steers(*a) ? DiffAttributes : DiffWeights;
        diff.flags |= (narrower ? DiffNarrowed : 0) | (wider ? DiffWidened : 0);
    }
    if (a->type != b->type) {
        diff.changes.push_back(role + " type " + arrow(dataTypeName(a->type), dataTypeName(b->type)));
        diff.flags |= DiffRetyped;
    }
    if (a->shape != b->shape || (a->type == b->type && sameData(*a, *b)))
        return;
    if (a->type == b->type) {
        diff.changes.push_back("values of " + role + " differ");
        diff.flags |= steers(*a) ? DiffAttributes : DiffWeights;
    }
    const auto distance = steers(*a) ? std::nullopt : weightDistance(m_a, idA, m_b, idB);
    if (distance && distance->relative > diff.weightRelative) {
        diff.weightRelative = distance->relative;
        diff.weightSqnrDb = distance->sqnrDb;
    }
}

void NodeComparison::outputs(const Node& a, const Node& b, NodeDiff& diff) const {
    if (a.outputs.size() != b.outputs.size()) {
        diff.changes.push_back("outputs " + arrow(std::to_string(a.outputs.size()), std::to_string(b.outputs.size())));
        diff.flags |= DiffAttributes;
        return;
    }
    for (std::size_t i = 0; i < a.outputs.size(); ++i) {
        const auto from = nameOf(m_a, a.outputs[i]), to = nameOf(m_b, b.outputs[i]);
        if (from == to)
            continue;
        diff.changes.push_back("output " + std::to_string(i) + " " + arrow(from, to));
        diff.flags |= DiffRenamed;
    }
}

} // namespace lapidary::diff
