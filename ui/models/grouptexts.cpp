// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/grouptexts.h"

#include "ui/models/graphpicturebuilder.h"

#include <algorithm>
#include <array>

namespace lapidary {

namespace {

constexpr std::size_t operatorsShown = 3;

QString operators(const HierarchyGroup& group) {
    QStringList names;
    for (std::size_t i = 0; i < std::min(operatorsShown, group.operators.size()); ++i)
        names.append(QString::fromStdString(group.operators[i]));
    return names.join(QStringLiteral(", ")) +
           (group.operators.size() > operatorsShown ? QStringLiteral(" …") : QString());
}

int weightOf(NodeCategory category) {
    switch (category) {
    case NodeCategory::Layer:
    case NodeCategory::Attention:
        return 6;
    case NodeCategory::Constant:
        return 0;
    case NodeCategory::Shape:
    case NodeCategory::Tensor:
    case NodeCategory::Data:
        return 1;
    default:
        return 2;
    }
}

} // namespace

QString GroupTexts::title(const HierarchyGroup& group) {
    switch (group.kind) {
    case GroupKind::Model:
        return tr("Model");
    case GroupKind::Run:
        return tr("Block × %1").arg(group.count);
    case GroupKind::Block:
        return group.index > 0 ? tr("Block %1 of %2").arg(group.index).arg(group.count) : tr("Block");
    case GroupKind::Part:
        return tr("Part %1 of %2").arg(group.index).arg(group.count);
    case GroupKind::Scope:
    case GroupKind::Control:
    case GroupKind::Body:
        break;
    }
    return QString::fromStdString(group.label);
}

QString GroupTexts::frameTitle(const HierarchyGroup& group) {
    if (group.kind == GroupKind::Control && group.name != group.label)
        return tr("%1: %2").arg(title(group), QString::fromStdString(group.name));
    return group.kind == GroupKind::Run || group.kind == GroupKind::Block ? mention(group) : title(group);
}

QString GroupTexts::mention(const HierarchyGroup& group) {
    const bool block = group.kind == GroupKind::Run || group.kind == GroupKind::Block;
    return block && !group.operators.empty() ? tr("%1: %2").arg(title(group), operators(group)) : title(group);
}

QString GroupTexts::description(const GraphHierarchy& hierarchy, std::int32_t index) {
    const auto& group = hierarchy.group(index);
    const auto name = [](const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); };
    QString kind;
    switch (group.kind) {
    case GroupKind::Model:
        kind = tr("The whole model");
        break;
    case GroupKind::Scope:
        kind = tr("Nodes whose names begin with “%1”").arg(name(group.name));
        break;
    case GroupKind::Run:
        kind = tr("%1 equal blocks, one after another").arg(group.count);
        break;
    case GroupKind::Block:
        kind = group.name.empty()
                   ? tr("A block with one way in, found by structure")
                   : tr("A block with one way in, found by structure; its first layer is “%1”").arg(name(group.name));
        break;
    case GroupKind::Part:
        kind = tr("A stretch of a large graph that has no structure to go by");
        break;
    case GroupKind::Control:
        kind = tr("What stands behind the node “%1”").arg(name(group.name));
        break;
    case GroupKind::Body:
        kind = tr("One of the graphs inside of a node: “%1”").arg(name(group.label));
        break;
    }
    QStringList parts{tr("<b>Group</b> %1").arg(frameTitle(group).toHtmlEscaped()), kind};
    for (const auto& line : lines(group))
        parts.append(line.toHtmlEscaped());
    return parts.join(QStringLiteral("<br>"));
}

QStringList GroupTexts::lines(const HierarchyGroup& group) {
    QStringList lines;
    if (!group.operators.empty())
        lines.append(operators(group));
    lines.append(nodes(group.nodeCount));
    return lines;
}

QString GroupTexts::nodes(std::size_t count) {
    return count == 1 ? tr("1 node") : tr("%1 nodes").arg(count);
}

QString GroupTexts::tensors(std::size_t count) {
    return tr("%1 tensors").arg(count);
}

QString GroupTexts::narrowed(std::size_t count) {
    return tr("%1 narrower").arg(count);
}

NodeCategory groupCategory(const GraphHierarchy& hierarchy, std::int32_t group) {
    std::array<long long, std::size_t(NodeCategory::Unknown) + 1> weights{};
    std::vector<std::int32_t> stack{group};
    while (!stack.empty()) {
        const auto& next = hierarchy.group(stack.back());
        stack.pop_back();
        for (const auto id : next.nodes) {
            const auto category = pictureCategory(*hierarchy.instance(next.instance).graph->node(id));
            weights[std::size_t(category)] += weightOf(category);
        }
        stack.insert(stack.end(), next.children.begin(), next.children.end());
    }
    const auto most = std::max_element(weights.begin(), weights.end());
    return *most > 0 ? NodeCategory(most - weights.begin()) : NodeCategory::Control;
}

} // namespace lapidary
