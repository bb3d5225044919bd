// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/analysis/hierarchychecks.h"

#include <algorithm>
#include <map>
#include <set>

namespace lapidary::test {

namespace {

const char* kindName(GroupKind kind) {
    static const char* const names[] = {"model", "scope", "run", "block", "part", "control", "body"};
    return names[int(kind)];
}

} // namespace

QStringList outline(const GraphHierarchy& hierarchy) {
    QStringList lines;
    for (const auto& group : hierarchy.groups()) {
        QString text = QString(int(group.depth) * 2, u' ') + QString::fromLatin1(kindName(group.kind));
        if (!group.label.empty())
            text += u' ' + QString::fromStdString(group.label);
        if (group.kind == GroupKind::Run)
            text += QStringLiteral(" of %1").arg(group.count);
        else if (group.index > 0)
            text += QStringLiteral(" %1 of %2").arg(group.index).arg(group.count);
        QStringList operators;
        for (const auto& op : group.operators)
            operators.append(QString::fromStdString(op));
        if (group.kind == GroupKind::Run || group.kind == GroupKind::Block)
            text += u' ' + operators.join(u'+');
        lines.append(text + QStringLiteral(" (%1)").arg(group.nodeCount));
    }
    return lines;
}

int count(const GraphHierarchy& hierarchy, GroupKind kind) {
    return int(std::count_if(hierarchy.groups().begin(), hierarchy.groups().end(),
                             [&](const HierarchyGroup& group) { return group.kind == kind; }));
}

QString cyclicLevel(const GraphHierarchy& hierarchy) {
    for (std::size_t i = 0; i < hierarchy.instances().size(); ++i) {
        const auto& instance = hierarchy.instances()[i];
        const auto& graph = *instance.graph;
        const auto chain = [&](NodeId id) {
            std::vector<std::int32_t> groups;
            const auto own = hierarchy.groupOf(std::int32_t(i), id);
            for (auto g = own; g != instance.group; g = hierarchy.group(g).parent)
                groups.insert(groups.begin(), g);
            return groups;
        };
        // level (group) -> edges between its parts; a part is a child group or a node
        std::map<std::int32_t, std::set<std::pair<std::int64_t, std::int64_t>>> edges;
        for (const auto& node : graph.nodes())
            for (const auto output : node->outputs)
                for (const auto& use : output.valid() ? graph.uses(output) : std::span<const Use>()) {
                    const auto a = chain(node->id);
                    const auto b = chain(use.node);
                    std::size_t same = 0;
                    while (same < a.size() && same < b.size() && a[same] == b[same])
                        ++same;
                    const auto level = same == 0 ? instance.group : a[same - 1];
                    const auto from = same < a.size() ? std::int64_t(a[same]) : -1 - std::int64_t(node->id.number);
                    const auto to = same < b.size() ? std::int64_t(b[same]) : -1 - std::int64_t(use.node.number);
                    edges[level].emplace(from, to);
                }
        for (const auto& [level, pairs] : edges) {
            std::map<std::int64_t, int> waits;
            std::map<std::int64_t, std::vector<std::int64_t>> next;
            for (const auto& [from, to] : pairs) {
                waits.emplace(from, 0);
                ++waits[to];
                next[from].push_back(to);
            }
            std::vector<std::int64_t> ready;
            for (const auto& [part, count] : waits)
                if (count == 0)
                    ready.push_back(part);
            std::size_t done = 0;
            while (!ready.empty()) {
                const auto part = ready.back();
                ready.pop_back();
                ++done;
                for (const auto to : next[part])
                    if (--waits[to] == 0)
                        ready.push_back(to);
            }
            if (done != waits.size())
                return QStringLiteral("cycle in %1 %2").arg(QString::fromStdString(instance.path)).arg(level);
        }
    }
    return {};
}

QString inconsistency(const GraphHierarchy& hierarchy) {
    std::map<std::pair<std::int32_t, std::uint32_t>, int> seen;
    std::set<std::uint64_t> keys;
    for (std::size_t g = 0; g < hierarchy.groups().size(); ++g) {
        const auto& group = hierarchy.groups()[g];
        if (group.parent >= std::int32_t(g) || (g > 0 && group.parent < 0))
            return QStringLiteral("parent of %1").arg(g);
        if (!keys.insert(group.key).second || hierarchy.find(group.key) != std::int32_t(g))
            return QStringLiteral("key of %1").arg(g);
        for (const auto id : group.nodes)
            ++seen[{group.instance, id.number}];
        if (group.kind == GroupKind::Control)
            ++seen[{group.ownerInstance, group.owner.number}];
    }
    std::size_t all = 0;
    for (std::size_t i = 0; i < hierarchy.instances().size(); ++i)
        for (const auto& node : hierarchy.instances()[i].graph->nodes()) {
            ++all;
            if (seen[{std::int32_t(i), node->id.number}] != 1)
                return QStringLiteral("node %1").arg(QString::fromStdString(displayName(*node)));
        }
    if (hierarchy.groups().front().nodeCount != all)
        return QStringLiteral("%1 nodes counted of %2").arg(hierarchy.groups().front().nodeCount).arg(all);
    return {};
}

} // namespace lapidary::test
