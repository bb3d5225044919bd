// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/hierarchybuilder.h"

#include "analysis/hierarchy/blockfinder.h"
#include "analysis/hierarchy/scopetree.h"
#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::size_t operatorsTold = 4;

/// Constants aside, which may stand anywhere before their users.
std::uint32_t firstPosition(const GraphLinks& links, const TreeGroup& group) {
    const auto it =
        std::find_if(group.all.begin(), group.all.end(), [&](std::uint32_t n) { return !links.floating[n]; });
    return it == group.all.end() ? 0 : *it;
}

} // namespace

HierarchyBuilder::HierarchyBuilder(const Model& model, const HierarchyOptions& options)
    : m_model(model), m_options(options), m_result(std::make_shared<GraphHierarchy>()) {
    for (const auto& function : model.functions)
        m_functionNames.insert(function->name);
}

std::shared_ptr<const GraphHierarchy> HierarchyBuilder::build() {
    GraphInstance main;
    main.graph = m_model.graph;
    m_result->m_instances.push_back(std::move(main));
    m_depth.push_back(0);
    for (std::int32_t i = 0; i < std::int32_t(m_result->m_instances.size()); ++i)
        enter(i);
    sortGroups();
    count();
    giveKeys();
    return m_result;
}

void HierarchyBuilder::enter(std::int32_t instance) {
    const auto graph = m_result->m_instances[std::size_t(instance)].graph;
    const GraphLinks links(*graph);
    const ScopeTable scopes(*graph, links);
    auto tree = scopeTree(links, scopes);
    BlockFinder(*graph, links, tree).run();
    adopt(instance, tree, links, scopes);
    for (const auto& node : graph->nodes())
        if (node->hasSubgraphs() || m_functionNames.count(node->opType) > 0)
            addBodies(instance, *node);
}

/// A tree's root becomes the instance's group, which a body already has.
void HierarchyBuilder::adopt(std::int32_t instance, const GroupTree& tree, const GraphLinks& links,
                             const ScopeTable& scopes) {
    auto& groups = m_result->m_groups;
    auto& place = m_result->m_instances[std::size_t(instance)];
    const auto& graph = *place.graph;
    place.groupOf.assign(graph.nodeIdLimit(), -1);
    std::vector<std::int32_t> number(tree.size());
    for (std::size_t i = 0; i < tree.size(); ++i) {
        if (i == 0 && place.group >= 0) {
            number[i] = place.group;
            continue;
        }
        number[i] = std::int32_t(groups.size());
        groups.emplace_back().kind = tree[i].kind;
        m_order.push_back(firstPosition(links, tree[i]));
    }
    place.group = number[0];
    for (std::size_t i = 0; i < tree.size(); ++i) {
        auto& group = groups[std::size_t(number[i])];
        group.instance = instance;
        for (const auto child : tree[i].children) {
            group.children.push_back(number[std::size_t(child)]);
            groups[std::size_t(number[std::size_t(child)])].parent = number[i];
        }
        for (const auto position : tree[i].direct) {
            const auto id = graph.nodes()[position]->id;
            group.nodes.push_back(id);
            place.groupOf[id.number] = number[i];
        }
        if (group.kind == GroupKind::Model)
            continue;
        const auto name = group.name;
        describe(group, graph, links, tree[i]);
        if (i == 0) {
            group.name = name;
            continue;
        }
        if (group.kind == GroupKind::Scope) {
            group.label = scopes.label(tree[i].scope);
            group.name = scopes.name(tree[i].scope);
            group.path = place.path + "/s:" + group.name;
            if (tree[i].piece > 0)
                group.path += "#" + std::to_string(tree[i].piece);
        } else {
            const auto* prefix = group.kind == GroupKind::Run ? "/r:" : group.kind == GroupKind::Block ? "/b:" : "/p:";
            group.path = place.path + prefix + group.name;
        }
    }
}

void HierarchyBuilder::describe(HierarchyGroup& group, const Graph& graph, const GraphLinks& links,
                                const TreeGroup& from) const {
    group.index = from.index;
    group.count = from.count;
    const Node* first = nullptr;
    const Node* layer = nullptr;
    for (const auto position : from.all) {
        const auto& node = *graph.nodes()[position];
        if (!first && !links.floating[position])
            first = &node;
        if (!layer && categoryOf(node) == OperatorCategory::Layer)
            layer = &node;
        if (links.floating[position] || group.operators.size() == operatorsTold)
            continue;
        if (std::find(group.operators.begin(), group.operators.end(), node.opType) == group.operators.end())
            group.operators.push_back(node.opType);
    }
    if (layer || first)
        group.name = stableName(graph, layer ? *layer : *first);
}

std::vector<HierarchyBuilder::Body> HierarchyBuilder::bodiesOf(const Node& node) const {
    std::vector<Body> bodies;
    for (auto& [attribute, graph] : node.subgraphs())
        if (graph)
            bodies.push_back({graph, attribute, false});
    if (m_functionNames.count(node.opType) > 0)
        if (const auto* function = m_model.functionOf(node); function && function->body)
            bodies.push_back({function->body, function->name, true});
    return bodies;
}

bool HierarchyBuilder::mayEnter(std::int32_t instance, const std::vector<Body>& bodies) const {
    if (m_depth[std::size_t(instance)] >= m_options.bodyDepth)
        return false;
    std::size_t nodes = m_bodyNodes;
    for (const auto& body : bodies) {
        nodes += body.graph->nodeCount() + 1;
        for (auto i = instance; i >= 0; i = m_result->instance(i).parent)
            if (m_result->instance(i).graph == body.graph)
                return false;
    }
    return nodes <= m_options.bodyNodes;
}

void HierarchyBuilder::addBodies(std::int32_t instance, const Node& node) {
    const auto bodies = bodiesOf(node);
    if (bodies.empty())
        return;
    if (!mayEnter(instance, bodies)) {
        m_result->m_incomplete = true;
        return;
    }
    auto& groups = m_result->m_groups;
    auto& instances = m_result->m_instances;
    const auto control = std::int32_t(groups.size());
    const auto outer = instances[std::size_t(instance)].groupOf[node.id.number];
    const auto path =
        instances[std::size_t(instance)].path + "/n:" + stableName(*instances[std::size_t(instance)].graph, node);
    HierarchyGroup group;
    group.kind = GroupKind::Control;
    group.parent = outer;
    group.owner = node.id;
    group.ownerInstance = instance;
    group.label = node.opType;
    group.name = displayName(node);
    group.path = path;
    groups.push_back(group);
    m_order.push_back(instances[std::size_t(instance)].graph->position(node.id));
    auto& around = groups[std::size_t(outer)];
    around.children.push_back(control);
    std::erase(around.nodes, node.id);
    instances[std::size_t(instance)].groupOf[node.id.number] = control;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        GraphInstance body;
        body.graph = bodies[i].graph;
        body.parent = instance;
        body.owner = node.id;
        body.role = bodies[i].role;
        body.function = bodies[i].function;
        body.path = path + "/" + bodies[i].role;
        body.group = control;
        if (bodies.size() > 1) {
            body.group = std::int32_t(groups.size());
            HierarchyGroup branch;
            branch.kind = GroupKind::Body;
            branch.parent = control;
            branch.label = branch.name = bodies[i].role;
            branch.path = body.path;
            groups.push_back(branch);
            m_order.push_back(i);
            groups[std::size_t(control)].children.push_back(body.group);
        }
        m_bodyNodes += body.graph->nodeCount() + 1;
        instances.push_back(std::move(body));
        m_depth.push_back(m_depth[std::size_t(instance)] + 1);
    }
}

/// Depth first, siblings in topological order: parents stand before their children.
void HierarchyBuilder::sortGroups() {
    auto& groups = m_result->m_groups;
    std::vector<std::int32_t> order;
    std::vector<std::int32_t> stack{0};
    while (!stack.empty()) {
        const auto index = stack.back();
        stack.pop_back();
        order.push_back(index);
        auto& children = groups[std::size_t(index)].children;
        std::stable_sort(children.begin(), children.end(), [this](std::int32_t a, std::int32_t b) {
            return m_order[std::size_t(a)] < m_order[std::size_t(b)];
        });
        stack.insert(stack.end(), children.rbegin(), children.rend());
    }
    std::vector<std::int32_t> number(groups.size(), -1);
    std::vector<HierarchyGroup> sorted;
    sorted.reserve(groups.size());
    for (const auto index : order) {
        number[std::size_t(index)] = std::int32_t(sorted.size());
        sorted.push_back(std::move(groups[std::size_t(index)]));
    }
    for (auto& group : sorted) {
        if (group.parent >= 0)
            group.parent = number[std::size_t(group.parent)];
        for (auto& child : group.children)
            child = number[std::size_t(child)];
    }
    groups = std::move(sorted);
    for (auto& instance : m_result->m_instances) {
        instance.group = number[std::size_t(instance.group)];
        for (auto& group : instance.groupOf)
            group = group < 0 ? -1 : number[std::size_t(group)];
    }
}

void HierarchyBuilder::count() {
    auto& groups = m_result->m_groups;
    for (auto& group : groups)
        group.depth = group.parent < 0 ? 0 : groups[std::size_t(group.parent)].depth + 1;
    for (auto i = groups.size(); i-- > 0;) {
        groups[i].nodeCount += std::uint32_t(groups[i].nodes.size()) + (groups[i].kind == GroupKind::Control ? 1 : 0);
        if (groups[i].parent >= 0)
            groups[std::size_t(groups[i].parent)].nodeCount += groups[i].nodeCount;
    }
}

void HierarchyBuilder::giveKeys() {
    std::unordered_set<std::uint64_t> taken;
    for (std::size_t i = 0; i < m_result->m_groups.size(); ++i) {
        auto& group = m_result->m_groups[i];
        do {
            group.key = StructureHash().add(group.path).value();
            if (!taken.insert(group.key).second) {
                group.path += "'";
                continue;
            }
            break;
        } while (true);
        m_result->m_byKey.emplace_back(group.key, std::int32_t(i));
    }
    std::sort(m_result->m_byKey.begin(), m_result->m_byKey.end());
}

} // namespace lapidary
