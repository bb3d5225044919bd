// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/graphdiff.h"

#include "graph/operatortraits.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <deque>
#include <unordered_map>

namespace lapidary {

namespace {

bool sameData(const Tensor& a, const Tensor& b) {
    if (a.type != b.type || a.shape != b.shape || a.strings != b.strings || a.missing() != b.missing() ||
        a.data.size() != b.data.size())
        return false;
    return a.data.sharesWith(b.data) || a.data.empty() ||
           std::memcmp(a.data.bytes().data(), b.data.bytes().data(), a.data.size()) == 0;
}

bool sameTensor(const TensorPtr& a, const TensorPtr& b) {
    return a == b || (a && b && sameData(*a, *b));
}

bool sameAttribute(const Attribute& a, const Attribute& b);

std::string nameOf(const Graph& graph, ValueId id) {
    const auto* value = graph.value(id);
    return value ? value->name : std::string();
}

std::vector<std::string> namesOf(const Graph& graph, const std::vector<ValueId>& ids) {
    std::vector<std::string> names;
    for (const auto id : ids)
        names.push_back(nameOf(graph, id));
    return names;
}

bool sameAttributes(const std::vector<Attribute>& a, const std::vector<Attribute>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), sameAttribute);
}

bool sameGraph(const GraphPtr& a, const GraphPtr& b) {
    if (a == b || !a || !b)
        return a == b;
    const auto sameNode = [&](const NodePtr& x, const NodePtr& y) {
        return x->opType == y->opType && x->domain == y->domain && namesOf(*a, x->inputs) == namesOf(*b, y->inputs) &&
               namesOf(*a, x->outputs) == namesOf(*b, y->outputs) && sameAttributes(x->attributes, y->attributes);
    };
    if (!std::equal(a->nodes().begin(), a->nodes().end(), b->nodes().begin(), b->nodes().end(), sameNode))
        return false;
    const auto weights = [](const Graph& graph) {
        std::vector<TensorPtr> list;
        for (const auto id : graph.initializers())
            list.push_back(graph.value(id)->initializer);
        return list;
    };
    const auto weightsA = weights(*a), weightsB = weights(*b);
    return namesOf(*a, a->initializers()) == namesOf(*b, b->initializers()) &&
           namesOf(*a, a->outputs()) == namesOf(*b, b->outputs()) &&
           std::equal(weightsA.begin(), weightsA.end(), weightsB.begin(), weightsB.end(), sameTensor);
}

bool sameAttribute(const Attribute& a, const Attribute& b) {
    if (a.name != b.name || a.value.index() != b.value.index() || a.refAttrName != b.refAttrName)
        return false;
    return std::visit(
        [&](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            const auto& other = std::get<T>(b.value);
            if constexpr (std::is_same_v<T, TensorPtr>)
                return sameTensor(value, other);
            else if constexpr (std::is_same_v<T, GraphPtr>)
                return sameGraph(value, other);
            else if constexpr (std::is_same_v<T, std::vector<TensorPtr>>)
                return std::equal(value.begin(), value.end(), other.begin(), other.end(), sameTensor);
            else if constexpr (std::is_same_v<T, std::vector<GraphPtr>>)
                return std::equal(value.begin(), value.end(), other.begin(), other.end(), sameGraph);
            else
                return value == other;
        },
        a.value);
}

std::string numberText(float value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", double(value));
    return buffer;
}

template <typename T, typename Text>
std::string listText(const std::vector<T>& values, Text text) {
    constexpr std::size_t shown = 8;
    std::string out = "[";
    for (std::size_t i = 0; i < std::min(values.size(), shown); ++i)
        out += (i > 0 ? ", " : "") + text(values[i]);
    return out + (values.size() > shown ? ", …]" : "]");
}

std::string tensorText(const Tensor& tensor) {
    return dataTypeName(tensor.type) + " " + shapeText(tensor.shape);
}

/// The value for people; empty if it is too much to show.
std::string valueText(const AttributeValue& value) {
    if (const auto* number = std::get_if<float>(&value))
        return numberText(*number);
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return std::to_string(*integer);
    if (const auto* text = std::get_if<std::string>(&value))
        return text->size() <= 40 ? *text : std::string();
    if (const auto* floats = std::get_if<std::vector<float>>(&value))
        return listText(*floats, numberText);
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value))
        return listText(*integers, [](std::int64_t v) { return std::to_string(v); });
    if (const auto* tensor = std::get_if<TensorPtr>(&value); tensor && *tensor)
        return tensorText(**tensor);
    return {};
}

std::string arrow(const std::string& from, const std::string& to) {
    return from + " → " + to;
}

class Comparison {
public:
    Comparison(const Graph& a, const Graph& b) : m_a(a), m_b(b) {}

    NodeDiff pair(const Node& a, const Node& b) const {
        NodeDiff diff{DiffKind::Same,     a.id, b.id, displayName(b), b.opType, {}, weightBytes(m_a, a),
                      weightBytes(m_b, b)};
        auto& changes = diff.changes;
        if (a.opType != b.opType || a.domain != b.domain)
            changes.push_back("operator " + arrow(fullOperator(a), fullOperator(b)));
        if (a.name != b.name)
            changes.push_back("name " + arrow(displayName(a), displayName(b)));
        attributes(a, b, changes);
        inputs(a, b, changes);
        outputs(a, b, changes);
        if (!changes.empty())
            diff.kind = DiffKind::Changed;
        return diff;
    }

    static NodeDiff single(const Graph& graph, const Node& node, DiffKind kind) {
        NodeDiff diff{kind, {}, {}, displayName(node), node.opType, {}, 0, 0};
        (kind == DiffKind::Added ? diff.b : diff.a) = node.id;
        (kind == DiffKind::Added ? diff.bytesB : diff.bytesA) = weightBytes(graph, node);
        return diff;
    }

private:
    static std::string fullOperator(const Node& node) {
        return node.isOnnx() ? node.opType : node.domain + "::" + node.opType;
    }

    static std::uint64_t weightBytes(const Graph& graph, const Node& node) {
        std::uint64_t total = 0;
        for (const auto id : node.inputs)
            if (const auto tensor = id.valid() ? graph.constant(id) : nullptr)
                total += tensor->bytes();
        return total;
    }

    static std::string inputRole(const Node& node, std::size_t index) {
        if (const auto* traits = traitsOf(node)) {
            if (traits->weightInput == int(index))
                return "weight";
            if (traits->biasInput == int(index))
                return "bias";
        }
        return "input " + std::to_string(index);
    }

    static void attributes(const Node& a, const Node& b, std::vector<std::string>& changes) {
        for (const auto& old : a.attributes) {
            const auto* now = b.attribute(old.name);
            if (!now) {
                changes.push_back("attribute " + old.name + " removed");
            } else if (!sameAttribute(old, *now)) {
                const auto from = valueText(old.value), to = valueText(now->value);
                changes.push_back(from.empty() || to.empty() || from == to
                                      ? "attribute " + old.name + " differs"
                                      : "attribute " + old.name + " " + arrow(from, to));
            }
        }
        for (const auto& now : b.attributes)
            if (!a.attribute(now.name)) {
                const auto text = valueText(now.value);
                changes.push_back("attribute " + now.name + " added" + (text.empty() ? "" : ": " + text));
            }
    }

    void inputs(const Node& a, const Node& b, std::vector<std::string>& changes) const {
        for (std::size_t i = 0; i < std::max(a.inputs.size(), b.inputs.size()); ++i) {
            const auto idA = a.input(i), idB = b.input(i);
            const auto role = inputRole(b, i);
            const auto tensorA = idA.valid() ? m_a.constant(idA) : nullptr;
            const auto tensorB = idB.valid() ? m_b.constant(idB) : nullptr;
            if (tensorA && tensorB) {
                constants(role, *tensorA, *tensorB, changes);
                continue;
            }
            if (idA.valid() && !idB.valid())
                changes.push_back(role + " removed");
            else if (!idA.valid() && idB.valid())
                changes.push_back(role + " added" + (tensorB ? ": " + tensorText(*tensorB) : std::string()));
            else if (nameOf(m_a, idA) != nameOf(m_b, idB))
                changes.push_back(role + " " + arrow(nameOf(m_a, idA), nameOf(m_b, idB)));
            else if (!tensorA != !tensorB)
                changes.push_back(role + (tensorB ? " is now constant" : " is no longer constant"));
        }
    }

    static void constants(const std::string& role, const Tensor& a, const Tensor& b,
                          std::vector<std::string>& changes) {
        if (a.shape != b.shape)
            changes.push_back(role + " " + arrow(shapeText(a.shape), shapeText(b.shape)));
        if (a.type != b.type)
            changes.push_back(role + " type " + arrow(dataTypeName(a.type), dataTypeName(b.type)));
        if (a.shape == b.shape && a.type == b.type && !sameData(a, b))
            changes.push_back("values of " + role + " differ");
    }

    void outputs(const Node& a, const Node& b, std::vector<std::string>& changes) const {
        const auto namesA = namesOf(m_a, a.outputs), namesB = namesOf(m_b, b.outputs);
        if (namesA.size() != namesB.size()) {
            changes.push_back("outputs " + arrow(std::to_string(namesA.size()), std::to_string(namesB.size())));
            return;
        }
        for (std::size_t i = 0; i < namesA.size(); ++i)
            if (namesA[i] != namesB[i])
                changes.push_back("output " + std::to_string(i) + " " + arrow(namesA[i], namesB[i]));
    }

    const Graph& m_a;
    const Graph& m_b;
};

/// For each node of B (by position) the node of A it is, or null; every node of A is used once.
class Matching {
public:
    Matching(const Graph& a, const Graph& b) : m_a(a), m_b(b), m_of(b.nodeCount()), m_used(a.nodeCount()) {}

    const Node* of(std::size_t positionInB) const { return m_of[positionInB]; }
    bool isUsed(std::size_t positionInA) const { return m_used[positionInA]; }

    void byId() {
        for (std::size_t i = 0; i < m_of.size(); ++i)
            take(i, m_a.node(m_b.nodes()[i]->id));
    }

    void byNameAndOperator() {
        const auto key = [](const Node& node) { return node.name + '\0' + node.domain + '\0' + node.opType; };
        std::unordered_map<std::string, std::deque<const Node*>> named; // several of one name pair up in order
        for (const auto& node : m_a.nodes())
            if (!node->name.empty())
                named[key(*node)].push_back(node.get());
        for (std::size_t i = 0; i < m_of.size(); ++i) {
            const auto found = named.find(key(*m_b.nodes()[i]));
            if (found == named.end() || found->second.empty())
                continue;
            take(i, found->second.front());
            found->second.pop_front();
        }
    }

    void byOutputs() {
        for (std::size_t i = 0; i < m_of.size(); ++i)
            for (const auto id : m_b.nodes()[i]->outputs) {
                const auto* value = m_a.findValue(nameOf(m_b, id));
                if (!m_of[i] && id.valid() && value)
                    take(i, m_a.producer(value->id));
            }
    }

private:
    void take(std::size_t i, const Node* node) {
        if (!node || m_used[m_a.position(node->id)])
            return;
        m_of[i] = node;
        m_used[m_a.position(node->id)] = true;
    }

    const Graph& m_a;
    const Graph& m_b;
    std::vector<const Node*> m_of;
    std::vector<bool> m_used;
};

void count(GraphDiff& diff) {
    for (const auto& node : diff.nodes) {
        auto& counter = node.kind == DiffKind::Added     ? diff.added
                        : node.kind == DiffKind::Removed ? diff.removed
                        : node.kind == DiffKind::Changed ? diff.changed
                                                         : diff.same;
        ++counter;
    }
}

} // namespace

GraphDiff diffGraphs(const Model& a, const Model& b, bool sameLineage) {
    GraphDiff diff;
    if (!a.graph || !b.graph)
        return diff;
    const auto &graphA = *a.graph, &graphB = *b.graph;
    Matching matching(graphA, graphB);
    if (sameLineage) {
        matching.byId();
    } else {
        matching.byNameAndOperator();
        matching.byOutputs();
    }
    const Comparison comparison(graphA, graphB);
    std::size_t next = 0; // position in A up to which removed nodes have been told
    const auto tellRemoved = [&](std::size_t end) {
        for (; next < end; ++next)
            if (!matching.isUsed(next))
                diff.nodes.push_back(Comparison::single(graphA, *graphA.nodes()[next], DiffKind::Removed));
    };
    for (std::size_t i = 0; i < graphB.nodeCount(); ++i) {
        const auto& node = *graphB.nodes()[i];
        if (const auto* match = matching.of(i)) {
            tellRemoved(graphA.position(match->id));
            diff.nodes.push_back(comparison.pair(*match, node));
        } else {
            diff.nodes.push_back(Comparison::single(graphB, node, DiffKind::Added));
        }
    }
    tellRemoved(graphA.nodeCount());
    count(diff);
    return diff;
}

} // namespace lapidary
