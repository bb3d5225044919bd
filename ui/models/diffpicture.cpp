// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/diffpicture.h"

#include "ui/models/graphpicturebuilder.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace lapidary {

namespace {

constexpr std::uint32_t onlyInA = 0x40000000u; ///< picture id of a removed node: this and its number in A
constexpr std::uint32_t portOnlyInA = 0x20000000u;
constexpr std::uint32_t removedPort = 0x80000000u; ///< keeps removed lines apart from the others

DiffMark markOf(DiffKind kind) {
    switch (kind) {
    case DiffKind::Added:
        return DiffMark::Added;
    case DiffKind::Removed:
        return DiffMark::Removed;
    case DiffKind::Changed:
        return DiffMark::Changed;
    case DiffKind::Same:
        break;
    }
    return DiffMark::Unchanged;
}

class Union {
public:
    Union(const ComparedModels& models, LayoutDirection direction)
        : m_models(models), m_a(buildGraphPicture(*models.a, direction)), m_b(buildGraphPicture(*models.b, direction)) {
        m_result.picture.direction = direction;
    }

    DiffPicture build() {
        matchNodes();
        matchPorts();
        nodesOfB();
        nodesOfA();
        edges();
        return std::move(m_result);
    }

private:
    void matchNodes() {
        const auto& nodes = m_models.comparison.diff.nodes;
        m_result.idOf.resize(nodes.size());
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const auto id = nodes[i].b.valid() ? nodes[i].b.number : onlyInA + nodes[i].a.number;
            if (nodes[i].a.valid())
                m_idOfA[nodes[i].a.number] = id;
            m_result.idOf[i] = id;
            m_result.entryOf[id] = i;
        }
    }

    /// Inputs and outputs by name, else by place.
    void matchPorts() {
        for (const auto category : {NodeCategory::Input, NodeCategory::Output}) {
            const auto ports = [category](const GraphPicture& picture) {
                std::vector<const PictureNode*> list;
                for (const auto& node : picture.nodes)
                    if (node.category == category)
                        list.push_back(&node);
                return list;
            };
            auto left = ports(m_a), right = ports(m_b);
            const auto pair = [&](auto same) {
                for (auto& p : left)
                    for (auto& q : right)
                        if (p && q && same(p, q)) {
                            m_idOfA[p->id] = q->id;
                            p = q = nullptr;
                        }
            };
            pair([](const auto* p, const auto* q) { return p->name == q->name; });
            std::erase(left, nullptr);
            std::erase(right, nullptr);
            for (std::size_t i = 0; i < left.size(); ++i)
                m_idOfA[left[i]->id] = i < right.size() ? right[i]->id : left[i]->id | portOnlyInA;
        }
    }

    std::uint32_t idInUnion(std::uint32_t idInA) const {
        const auto it = m_idOfA.find(idInA);
        return it != m_idOfA.end() ? it->second : idInA | onlyInA;
    }

    void add(PictureNode node, DiffMark mark) {
        node.group = -1; // frames of one model mean nothing in the other
        m_index[node.id] = std::uint32_t(m_result.picture.nodes.size());
        m_result.picture.nodes.push_back(std::move(node));
        m_result.nodeDiffs.push_back(mark);
    }

    void nodesOfB() {
        std::unordered_map<std::uint32_t, const PictureNode*> twins;
        for (const auto& node : m_a.nodes)
            twins[idInUnion(node.id)] = &node;
        for (auto node : m_b.nodes) {
            const auto entry = m_result.entryOf.find(node.id);
            const auto* twin = twins.count(node.id) ? twins[node.id] : nullptr;
            const auto mark = entry != m_result.entryOf.end()
                                  ? markOf(m_models.comparison.diff.nodes[entry->second].kind)
                                  : (twin ? DiffMark::Unchanged : DiffMark::Added);
            if (twin && mark == DiffMark::Changed)
                both(node, *twin);
            add(std::move(node), mark);
        }
    }

    /// Widths and shapes before and after.
    static void both(PictureNode& node, const PictureNode& twin) {
        node.channels = std::max(node.channels, twin.channels);
        if (node.lines.size() == twin.lines.size()) {
            for (std::size_t i = 0; i < node.lines.size(); ++i)
                if (node.lines[i] != twin.lines[i])
                    node.lines[i] = twin.lines[i] + " → " + node.lines[i];
        } else if (node.lines.empty()) {
            node.lines = twin.lines;
        }
        if (node.title != twin.title)
            node.title = twin.title + " → " + node.title;
    }

    void nodesOfA() {
        for (auto node : m_a.nodes) {
            node.id = idInUnion(node.id);
            if (!m_index.count(node.id))
                add(std::move(node), DiffMark::Removed);
        }
    }

    using Key = std::tuple<std::uint32_t, std::uint32_t>;

    void edges() {
        const auto key = [](std::uint32_t from, std::uint32_t to) { return Key(from, to); };
        std::map<Key, int> inA;
        for (const auto& edge : m_a.edges)
            ++inA[key(idInUnion(m_a.nodes[edge.from].id), idInUnion(m_a.nodes[edge.to].id))];
        std::map<Key, int> inB;
        for (const auto& edge : m_b.edges) {
            const auto from = m_b.nodes[edge.from].id, to = m_b.nodes[edge.to].id;
            ++inB[key(from, to)];
            const auto it = inA.find(key(from, to));
            const bool known = it != inA.end() && it->second-- > 0;
            addEdge(edge, from, to, known ? DiffMark::Unchanged : DiffMark::Added);
        }
        for (auto edge : m_a.edges) {
            const auto from = idInUnion(m_a.nodes[edge.from].id), to = idInUnion(m_a.nodes[edge.to].id);
            if (inB[key(from, to)]-- > 0 || stillFed(from, to))
                continue;
            edge.fromPort |= removedPort;
            edge.dashed = true;
            edge.label.clear();
            addEdge(std::move(edge), from, to, DiffMark::Removed);
        }
    }

    /// A line of A that is not in B, although what it led to gets the same as before: through nodes that were inserted
    /// or without some that were folded. Those tell it; a removed line beside them would only look like a change.
    bool stillFed(std::uint32_t from, std::uint32_t to) const {
        const auto& nodes = m_models.comparison.diff.nodes;
        const auto source = m_result.entryOf.find(from), target = m_result.entryOf.find(to);
        const bool sourceLeft =
            source == m_result.entryOf.end() ? m_index.count(from) > 0 : nodes[source->second].b.valid();
        if (!sourceLeft)
            return false;
        if (target != m_result.entryOf.end())
            return nodes[target->second].b.valid() && (nodes[target->second].flags & DiffRewired) == 0;
        for (const auto& edge : m_b.edges) // an output of the graph
            if (m_b.nodes[edge.to].id == to) {
                const auto feeder = m_result.entryOf.find(m_b.nodes[edge.from].id);
                return feeder != m_result.entryOf.end() && nodes[feeder->second].attachment != Attachment::None;
            }
        return false;
    }

    void addEdge(PictureEdge edge, std::uint32_t from, std::uint32_t to, DiffMark mark) {
        edge.from = m_index.at(from);
        edge.to = m_index.at(to);
        m_result.picture.edges.push_back(std::move(edge));
        m_result.edgeDiffs.push_back(mark);
    }

    const ComparedModels& m_models;
    const GraphPicture m_a, m_b;
    DiffPicture m_result;
    std::unordered_map<std::uint32_t, std::uint32_t> m_idOfA; // picture id in A → id in the union
    std::unordered_map<std::uint32_t, std::uint32_t> m_index; // id in the union → index
};

} // namespace

DiffPicture buildDiffPicture(const ComparedModels& models, LayoutDirection direction) {
    return Union(models, direction).build();
}

std::vector<std::uint32_t> differences(const DiffPicture& picture, const GraphDiff& diff) {
    std::vector<std::uint32_t> ids;
    for (std::size_t i = 0; i < diff.nodes.size(); ++i)
        if (diff.nodes[i].kind != DiffKind::Same)
            ids.push_back(picture.idOf[i]);
    return ids;
}

} // namespace lapidary
