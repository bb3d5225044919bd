// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/blockfinder.h"

#include "analysis/hierarchy/repeats.h"
#include "analysis/hierarchy/scopetree.h"
#include "analysis/hierarchy/structuresignature.h"
#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::uint32_t anyLength = 0xffffffffu;
constexpr std::uint32_t aloneWeight = 4;     ///< a block that stands alone has at least so many nodes
constexpr std::uint32_t searchedWeight = 12; ///< a block so large is searched inside although it has no single values
constexpr int deepest = 4;
constexpr std::uint32_t manyUsers = 8;
constexpr std::size_t fewItems = 64; ///< named scopes need no runs around them when there are so few
constexpr std::uint32_t partsPerGroup = 48;

constexpr std::uint32_t mostBranches = 16; ///< more is a fan, not a block

/// Items that read nothing of the others.
std::uint32_t branches(const LevelGraph& level, std::uint32_t begin, std::uint32_t end) {
    std::uint32_t count = 0;
    for (auto i = begin; i < end; ++i) {
        bool inside = false;
        for (auto in = level.inputBegin[i]; in < level.inputBegin[i + 1]; ++in)
            inside = inside || level.inputs[in].item >= begin;
        count += inside ? 0 : 1;
    }
    return count;
}

bool isBig(const RepeatItem& item) {
    return item.big;
}

} // namespace

std::vector<std::uint32_t> valuesAcross(const LevelGraph& level, std::uint32_t begin, std::uint32_t end,
                                        std::uint32_t longest) {
    std::vector<std::int32_t> change(end - begin + 1, 0);
    for (const auto& span : level.spans) {
        if (span.from < begin || span.from >= end)
            continue;
        const auto length = span.last - span.from;
        if (length > longest || ((span.outside || span.users >= manyUsers) && 3 * length > end - begin))
            continue;
        ++change[span.from + 1 - begin];
        if (span.last < end)
            --change[span.last + 1 - begin];
    }
    std::vector<std::uint32_t> across(end - begin + 1, 0);
    std::int32_t open = 0;
    for (std::size_t i = 0; i < across.size(); ++i)
        across[i] = std::uint32_t(open += change[i]);
    return across;
}

/// Stretches of a level between the places where at most one value leads on.
struct BlockFinder::Segments {
    std::vector<std::uint32_t> begins; ///< one more than there are segments
    std::vector<RepeatItem> items;
    std::vector<bool> named;  ///< has a scope's group in it
    std::vector<bool> linked; ///< goes on from the segment before it
    std::vector<Repeat> repeats;

    /// The repeated pattern's segments around its only big one: how many stand before and after it. False if none has
    /// one.
    bool around(std::size_t big, std::size_t& before, std::size_t& after) const;
};

bool BlockFinder::Segments::around(std::size_t big, std::size_t& before, std::size_t& after) const {
    for (const auto& repeat : repeats) {
        const auto first = items.begin() + repeat.begin;
        const auto last = first + repeat.period;
        const auto model = std::find_if(first, last, isBig);
        if (model == last || std::find_if(model + 1, last, isBig) != last)
            continue;
        before = std::size_t(model - first);
        after = std::size_t(last - model) - 1;
        if (before > big || big + after >= items.size())
            continue;
        const auto same = [](const RepeatItem& a, const RepeatItem& b) { return a.token == b.token; };
        const auto here = items.begin() + std::ptrdiff_t(big);
        if (std::equal(first, model, here - std::ptrdiff_t(before), same) &&
            std::equal(model + 1, last, here + 1, same))
            return true;
    }
    return false;
}

BlockFinder::BlockFinder(const Graph& graph, const GraphLinks& links, GroupTree& tree)
    : m_graph(graph), m_links(links), m_tree(tree), m_levels(links, m_signatures), m_host(links.size(), -1) {
    m_signatures.reserve(graph.nodeCount());
    for (const auto& node : graph.nodes())
        m_signatures.push_back(nodeSignature(graph, *node));
}

void BlockFinder::run() {
    for (std::int32_t group = 0; group < std::int32_t(m_tree.size()); ++group) {
        search(group);
        divide(group);
    }
}

void BlockFinder::search(std::int32_t group) {
    if (m_tree[std::size_t(group)].searched)
        return;
    m_tree[std::size_t(group)].searched = true;
    const auto level = m_levels.make(m_tree, group);
    std::vector<Plan> plans;
    analyse(level, 0, std::uint32_t(level.items.size()), anyLength, 0, plans);
    std::sort(plans.begin(), plans.end(), [](const Plan& a, const Plan& b) { return a.begin < b.begin; });
    apply(group, level, plans);
}

std::uint64_t BlockFinder::token(const LevelGraph& level, std::uint32_t begin, std::uint32_t end) const {
    StructureHash hash;
    for (auto i = begin; i < end; ++i) {
        hash.add(level.items[i].signature);
        for (auto in = level.inputBegin[i]; in < level.inputBegin[i + 1]; ++in)
            if (level.inputs[in].item >= begin) // what comes from before is the one way in
                hash.add(i - level.inputs[in].item);
    }
    return hash.value();
}

BlockFinder::Segments BlockFinder::segments(const LevelGraph& level, std::uint32_t begin, std::uint32_t end,
                                            std::uint32_t longest) const {
    const auto across = valuesAcross(level, begin, end, longest);
    Segments parts;
    for (auto i = begin; i < end; ++i)
        if (i == begin || across[i - begin] <= 1)
            parts.begins.push_back(i);
    parts.begins.push_back(end);
    for (std::size_t s = 0; s + 1 < parts.begins.size(); ++s) {
        const auto from = parts.begins[s];
        const auto to = parts.begins[s + 1];
        RepeatItem item;
        item.token = token(level, from, to);
        item.weight = 0;
        bool named = false;
        for (auto i = from; i < to; ++i) {
            item.weight += level.items[i].weight;
            named = named || level.items[i].group >= 0;
        }
        const auto category = categoryOf(*m_graph.nodes()[level.items[from].node]);
        item.big = to - from > 1 && item.weight >= aloneWeight;
        item.canLead = item.big || level.items[from].group >= 0 ||
                       (category != OperatorCategory::Activation && category != OperatorCategory::Normalization);
        parts.items.push_back(item);
        parts.named.push_back(named);
        parts.linked.push_back(across[from - begin] > 0);
    }
    parts.repeats = findRepeats(parts.items, std::uint32_t(leastMembers));
    std::erase_if(parts.repeats, [&](const Repeat& repeat) {
        const auto first = parts.linked.begin() + repeat.begin;
        return std::find(first + 1, first + repeat.period, false) != first + repeat.period;
    });
    if (level.items.size() <= fewItems)
        std::erase_if(parts.repeats, [&](const Repeat& repeat) {
            std::uint32_t named = 0;
            std::uint32_t all = 0;
            for (auto i = repeat.begin; i < repeat.begin + repeat.period; ++i) {
                all += parts.items[i].weight;
                named += parts.named[i] ? parts.items[i].weight : 0;
            }
            return 2 * named > all;
        });
    return parts;
}

void BlockFinder::analyse(const LevelGraph& level, std::uint32_t begin, std::uint32_t end, std::uint32_t longest,
                          int depth, std::vector<Plan>& plans) const {
    if (end - begin < 2 * leastMembers)
        return;
    const auto parts = segments(level, begin, end, longest);
    std::uint32_t allWeight = 0;
    for (const auto& item : parts.items)
        allWeight += item.weight;
    for (const auto& repeat : parts.repeats)
        plans.push_back({parts.begins[repeat.begin], parts.begins[repeat.end()], repeat.count});
    planAlone(level, parts, allWeight, depth, plans);
}

void BlockFinder::planAlone(const LevelGraph& level, const Segments& parts, std::uint32_t allWeight, int depth,
                            std::vector<Plan>& plans) const {
    std::vector<bool> taken(parts.items.size(), false);
    for (const auto& repeat : parts.repeats)
        std::fill(taken.begin() + repeat.begin, taken.begin() + repeat.end(), true);
    for (std::size_t s = 0; s < parts.items.size(); ++s) {
        const auto weight = parts.items[s].weight;
        const auto begin = parts.begins[s];
        const auto end = parts.begins[s + 1];
        if (taken[s] || !parts.items[s].big)
            continue;
        if (5 * weight > 3 * allWeight) { // as good as everything: look inside, past the values that run through it
            if (weight >= searchedWeight && depth < deepest)
                analyse(level, begin, end, (end - begin) / 2, depth + 1, plans);
            continue;
        }
        if (parts.named[s] || branches(level, begin, end) > mostBranches)
            continue;
        std::size_t before = 0;
        std::size_t after = 0;
        if (parts.around(s, before, after)) {
            const bool free = std::none_of(taken.begin() + std::ptrdiff_t(s - before),
                                           taken.begin() + std::ptrdiff_t(s + after + 1), [](bool t) { return t; });
            if (!free)
                before = after = 0;
        } else {
            before = after = 0;
        }
        std::fill(taken.begin() + std::ptrdiff_t(s - before), taken.begin() + std::ptrdiff_t(s + after + 1), true);
        plans.push_back({parts.begins[s - before], parts.begins[s + after + 1], 1});
    }
}

void BlockFinder::apply(std::int32_t group, const LevelGraph& level, const std::vector<Plan>& plans) {
    std::vector<Plan> blocks;
    for (const auto& plan : plans) {
        // A repeat's blocks have equally many segments and equal structure, so equally many items.
        const auto length = (plan.end - plan.begin) / plan.count;
        for (std::uint32_t i = 0; i < plan.count; ++i)
            blocks.push_back({plan.begin + i * length, plan.begin + (i + 1) * length, 1});
    }
    const auto made = moveInto(group, level, blocks, GroupKind::Block);
    std::size_t next = 0;
    for (const auto& plan : plans) {
        const std::vector<std::int32_t> members(made.begin() + std::ptrdiff_t(next),
                                                made.begin() + std::ptrdiff_t(next + plan.count));
        next += plan.count;
        if (plan.count < 2)
            continue;
        for (std::uint32_t i = 0; i < plan.count; ++i) {
            m_tree[std::size_t(members[i])].index = i + 1;
            m_tree[std::size_t(members[i])].count = plan.count;
        }
        if (plan.end - plan.begin == level.items.size() && group != 0)
            continue; // the group is the run
        const auto run = std::int32_t(m_tree.size());
        TreeGroup around;
        around.kind = GroupKind::Run;
        around.parent = group;
        around.count = plan.count;
        around.children = members;
        around.searched = true;
        for (const auto member : members) {
            auto& block = m_tree[std::size_t(member)];
            block.parent = run;
            around.all.insert(around.all.end(), block.all.begin(), block.all.end());
        }
        std::sort(around.all.begin(), around.all.end());
        auto& siblings = m_tree[std::size_t(group)].children;
        std::erase_if(siblings, [&](std::int32_t child) { return m_tree[std::size_t(child)].parent == run; });
        siblings.push_back(run);
        m_tree.push_back(std::move(around));
    }
}

/// Makes a group of each piece; constants go with their users if those are in one piece. Returns the new groups.
std::vector<std::int32_t> BlockFinder::moveInto(std::int32_t group, const LevelGraph& level,
                                                const std::vector<Plan>& pieces, GroupKind kind) {
    std::vector<std::int32_t> made;
    if (pieces.empty())
        return made;
    for (const auto& piece : pieces) {
        const auto index = std::int32_t(m_tree.size());
        TreeGroup block;
        block.kind = kind;
        block.parent = group;
        block.searched = kind == GroupKind::Part;
        for (auto i = piece.begin; i < piece.end; ++i) {
            const auto& item = level.items[i];
            if (item.group < 0) {
                m_host[item.node] = index;
                continue;
            }
            block.children.push_back(item.group);
            m_tree[std::size_t(item.group)].parent = index;
            for (const auto node : m_tree[std::size_t(item.group)].all)
                m_host[node] = index;
        }
        made.push_back(index);
        m_tree.push_back(std::move(block));
    }
    auto& within = m_tree[std::size_t(group)];
    for (auto it = within.direct.rbegin(); it != within.direct.rend(); ++it) {
        const auto users = m_links.consumers(*it);
        if (!m_links.floating[*it] || users.empty())
            continue;
        const auto host = m_host[users.front().node];
        if (std::all_of(users.begin(), users.end(), [&](const auto& user) { return m_host[user.node] == host; }))
            m_host[*it] = host;
    }
    for (const auto node : within.all)
        if (m_host[node] >= 0)
            m_tree[std::size_t(m_host[node])].all.push_back(node);
    std::vector<std::uint32_t> stay;
    for (const auto node : within.direct)
        (m_host[node] < 0 ? stay : m_tree[std::size_t(m_host[node])].direct).push_back(node);
    within.direct = std::move(stay);
    std::erase_if(within.children, [&](std::int32_t child) { return m_tree[std::size_t(child)].parent != group; });
    within.children.insert(within.children.end(), made.begin(), made.end());
    for (const auto node : within.all)
        m_host[node] = -1;
    return made;
}

/// Cuts a group that shows too much at once into parts, where few values cross.
void BlockFinder::divide(std::int32_t group) {
    const auto& within = m_tree[std::size_t(group)];
    if (within.direct.size() + within.children.size() <= mostItems)
        return;
    const auto level = m_levels.make(m_tree, group);
    const auto count = std::uint32_t(level.items.size());
    if (count <= mostItems)
        return;
    const auto across = valuesAcross(level, 0, count, anyLength);
    const auto size = (count + partsPerGroup - 1) / partsPerGroup;
    std::vector<Plan> pieces;
    for (std::uint32_t begin = 0; begin < count;) {
        auto end = count;
        if (count - begin > size + size / 2) {
            const auto low = across.begin() + begin + (size - size / 4);
            const auto high = across.begin() + begin + size + size / 4 + 1;
            end = std::uint32_t(std::min_element(low, high) - across.begin());
        }
        pieces.push_back({begin, end, 1});
        begin = end;
    }
    const auto made = moveInto(group, level, pieces, GroupKind::Part);
    for (std::size_t i = 0; i < made.size(); ++i) {
        m_tree[std::size_t(made[i])].index = std::uint32_t(i + 1);
        m_tree[std::size_t(made[i])].count = std::uint32_t(made.size());
    }
}

} // namespace lapidary
