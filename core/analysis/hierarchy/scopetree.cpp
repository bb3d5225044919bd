// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/scopetree.h"

#include "analysis/hierarchy/cyclesplitter.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace lapidary {

namespace {

constexpr int rounds = 4;

/// A group to be: the scope and which piece of it.
struct Bucket {
    std::uint32_t scope = 0;
    std::uint32_t piece = 0;
};

class ScopeTreeBuilder {
public:
    ScopeTreeBuilder(const GraphLinks& links, const ScopeTable& scopes)
        : m_links(links), m_scopes(scopes), m_splitter(links), m_label(links.size(), 0) {}

    GroupTree build() {
        TreeGroup root;
        root.kind = GroupKind::Model;
        for (std::uint32_t node = 0; node < m_links.size(); ++node)
            root.all.push_back(node);
        m_tree.push_back(std::move(root));
        m_base = {0};
        for (std::int32_t group = 0; group < std::int32_t(m_tree.size()); ++group)
            divide(group);
        return std::move(m_tree);
    }

private:
    void divide(std::int32_t group) {
        const auto nodes = m_tree[std::size_t(group)].all;
        m_buckets.assign(1, {});
        label(nodes, commonScope(nodes, m_base[std::size_t(group)]));
        for (int round = 0; round < rounds; ++round) {
            const auto cycles = m_splitter.cycles(nodes, labelsOf(nodes));
            if (cycles.empty())
                break;
            for (const auto& cycle : cycles)
                round + 1 < rounds ? split(cycle) : dissolve(cycle);
        }
        settleConstants(nodes);
        dropSmall(nodes);
        addGroups(group, nodes);
    }

    /// What depends on constants only goes where all of its users go.
    void settleConstants(const std::vector<std::uint32_t>& nodes) {
        for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
            const auto users = m_links.consumers(*it);
            if (!m_links.floating[*it] || users.empty())
                continue;
            m_label[*it] = m_label[users.front().node];
            for (const auto& user : users)
                if (m_label[user.node] != m_label[*it])
                    m_label[*it] = 0;
        }
    }

    /// Goes inwards for as long as all nodes stand in one scope.
    std::uint32_t commonScope(const std::vector<std::uint32_t>& nodes, std::uint32_t base) const {
        for (;;) {
            const auto depth = m_scopes.depth(base) + 1;
            std::uint32_t next = 0;
            for (const auto node : nodes) {
                const auto scope = m_scopes.of(node);
                if (m_scopes.depth(scope) < depth)
                    return base;
                const auto inner = m_scopes.ancestor(scope, depth);
                if (next != 0 && inner != next)
                    return base;
                next = inner;
            }
            if (next == 0)
                return base;
            base = next;
        }
    }

    /// Labels the nodes by the scopes directly in `base`.
    void label(const std::vector<std::uint32_t>& nodes, std::uint32_t base) {
        const auto depth = m_scopes.depth(base) + 1;
        std::unordered_map<std::uint32_t, std::uint32_t> bucketOf;
        for (const auto node : nodes) {
            m_label[node] = 0;
            if (m_scopes.depth(m_scopes.of(node)) < depth)
                continue;
            const auto scope = m_scopes.ancestor(m_scopes.of(node), depth);
            const auto [it, isNew] = bucketOf.emplace(scope, std::uint32_t(m_buckets.size()));
            if (isNew)
                m_buckets.push_back({scope, 0});
            m_label[node] = it->second;
        }
        dropSmall(nodes);
    }

    std::vector<std::uint32_t> labelsOf(const std::vector<std::uint32_t>& nodes) const {
        std::vector<std::uint32_t> labels;
        labels.reserve(nodes.size());
        for (const auto node : nodes)
            labels.push_back(m_label[node]);
        return labels;
    }

    void dropSmall(const std::vector<std::uint32_t>& nodes) {
        std::vector<std::size_t> members(m_buckets.size(), 0);
        for (const auto node : nodes)
            members[m_label[node]] += m_links.floating[node] ? 0 : 1;
        for (const auto node : nodes)
            if (members[m_label[node]] < leastMembers)
                m_label[node] = 0;
    }

    void dissolve(const std::vector<std::uint32_t>& cycle) {
        for (const auto node : cycle)
            m_label[node] = 0;
    }

    /// Cuts every scope on a cycle into stretches; one that falls to pieces is replaced by the scopes in it.
    void split(std::vector<std::uint32_t> cycle) {
        std::erase_if(cycle, [&](std::uint32_t node) { return m_links.floating[node]; });
        const auto stretches = m_splitter.stretches(cycle, labelsOf(cycle));
        std::map<std::uint32_t, std::map<std::uint32_t, std::vector<std::uint32_t>>> pieces; // label, stretch
        for (std::size_t i = 0; i < cycle.size(); ++i)
            if (m_label[cycle[i]] != 0)
                pieces[m_label[cycle[i]]][stretches[i]].push_back(cycle[i]);
        for (const auto& [bucket, parts] : pieces) {
            std::size_t largest = 0;
            std::vector<std::uint32_t> together;
            for (const auto& [stretch, nodes] : parts) {
                largest = std::max(largest, nodes.size());
                together.insert(together.end(), nodes.begin(), nodes.end());
            }
            const auto scope = m_buckets[bucket].scope;
            if (parts.size() > 2 && 2 * largest < together.size()) {
                label(together, scope);
                continue;
            }
            std::uint32_t piece = 0;
            for (const auto& [stretch, nodes] : parts) {
                if (piece > 0) {
                    for (const auto node : nodes)
                        m_label[node] = std::uint32_t(m_buckets.size());
                    m_buckets.push_back({scope, piece});
                }
                ++piece;
            }
        }
    }

    void addGroups(std::int32_t group, const std::vector<std::uint32_t>& nodes) {
        std::unordered_map<std::uint32_t, std::int32_t> groupOf;
        for (const auto node : nodes) {
            if (m_label[node] == 0) {
                m_tree[std::size_t(group)].direct.push_back(node);
                continue;
            }
            const auto [it, isNew] = groupOf.emplace(m_label[node], std::int32_t(m_tree.size()));
            if (isNew) {
                TreeGroup child;
                child.parent = group;
                child.scope = m_buckets[m_label[node]].scope;
                child.piece = m_buckets[m_label[node]].piece;
                m_base.push_back(child.scope);
                m_tree[std::size_t(group)].children.push_back(it->second);
                m_tree.push_back(std::move(child));
            }
            m_tree[std::size_t(it->second)].all.push_back(node);
        }
    }

    const GraphLinks& m_links;
    const ScopeTable& m_scopes;
    CycleSplitter m_splitter;
    std::vector<std::uint32_t> m_label; ///< by node: index in m_buckets; 0: none
    std::vector<Bucket> m_buckets;
    std::vector<std::uint32_t> m_base; ///< by group: its scope
    GroupTree m_tree;
};

} // namespace

GroupTree scopeTree(const GraphLinks& links, const ScopeTable& scopes) {
    return ScopeTreeBuilder(links, scopes).build();
}

} // namespace lapidary
