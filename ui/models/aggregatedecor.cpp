// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/aggregatedecor.h"

#include "ui/models/grouptexts.h"

#include <algorithm>
#include <map>
#include <set>

namespace lapidary {

namespace {

/// What the members of one closed group say.
struct Members {
    std::size_t decorated = 0;
    std::size_t fenced = 0;
    std::size_t narrowed = 0;
    std::set<std::int32_t> coupled;
    std::map<std::string, std::size_t> badges; ///< and how many members have it
    std::set<std::string> texts;
    std::string fence;
    std::string coupledText;
    float value = std::numeric_limits<float>::quiet_NaN();
    bool predicted = false;
    std::optional<double> raw;

    void add(const NodeDecor& member) {
        ++decorated;
        fenced += member.fenced.empty() ? 0 : 1;
        narrowed += member.channelsKept >= 0 && !member.removed.empty() ? 1 : 0;
        if (!member.fenced.empty())
            fence = member.fenced;
        if (member.group >= 0) {
            coupled.insert(member.group);
            coupledText = member.groupText;
        }
        for (const auto& badge : member.badges)
            ++badges[badge];
        predicted = predicted || member.predicted;
        if (member.hasValue()) {
            texts.insert(member.valueText);
            value = std::isnan(value) ? member.value : std::max(value, member.value);
        }
    }

    void add(double number, Aggregation how) {
        raw = !raw ? number : how == Aggregation::Sum ? *raw + number : std::max(*raw, number);
    }
};

NodeDecor decorOf(std::uint32_t id, const Members& members, std::size_t all) {
    NodeDecor decor;
    decor.id = id;
    if (members.coupled.size() == 1) {
        decor.group = *members.coupled.begin();
        decor.groupText = members.coupledText;
    }
    if (members.fenced == all)
        decor.fenced = members.fence;
    decor.predicted = members.predicted;
    if (members.texts.size() == 1) {
        decor.value = members.value;
        decor.valueText = *members.texts.begin();
    }
    if (members.narrowed > 0)
        decor.badges.push_back(GroupTexts::narrowed(members.narrowed).toStdString());
    if (members.badges.size() == 1)
        decor.badges.push_back(members.badges.begin()->first + " × " + std::to_string(members.badges.begin()->second));
    return decor;
}

} // namespace

GraphDecor aggregateDecor(GraphDecor decor, const GraphScene& scene, const OverlayValues& values) {
    std::map<std::uint32_t, Members> groups;
    const auto& graph = *scene.hierarchy().instance(0).graph;
    const auto hiding = [&](std::uint32_t number) -> std::optional<std::uint32_t> {
        const auto shown = scene.shown(0, NodeId{number});
        return shown && *shown != number ? shown : std::nullopt;
    };
    // A reader says what it says by itself; the constants in it have nothing to add.
    const auto folded = [&scene](std::uint32_t number) { return scene.folded.contains(number); };
    std::vector<NodeDecor> visible;
    for (auto& node : decor.nodes)
        if (folded(node.id))
            continue;
        else if (const auto group = hiding(node.id))
            groups[*group].add(node);
        else
            visible.push_back(std::move(node));
    double before = 0;
    double largest = 0;
    for (const auto& node : graph.nodes()) {
        const auto number = node->id.number;
        if (values.aggregation == Aggregation::None || number >= values.byNode.size() || !values.byNode[number] ||
            folded(number))
            continue;
        before = std::max(before, *values.byNode[number]);
        if (const auto group = hiding(number))
            groups[*group].add(*values.byNode[number], values.aggregation);
        else
            largest = std::max(largest, *values.byNode[number]);
    }
    for (const auto& [id, members] : groups)
        largest = std::max(largest, members.raw.value_or(0));
    const bool numbers = values.aggregation != Aggregation::None && decor.hasOverlay() && values.scale && values.text;
    // The largest on the screen is the end of the scale, be it smaller or larger than the largest node.
    if (numbers && largest > 0 && largest != before) {
        for (auto& node : visible)
            if (node.hasValue() && node.id < values.byNode.size() && values.byNode[node.id])
                node.value = values.scale(*values.byNode[node.id], largest);
        decor.legend.maxText = values.text(largest);
        if (values.legend)
            values.legend(decor, largest);
    }
    for (const auto& [id, members] : groups) {
        auto node = decorOf(id, members, scene.mainNodes(id).size());
        if (numbers && members.raw) {
            node.value = values.scale(*members.raw, largest);
            node.valueText = values.text(*members.raw);
        }
        visible.push_back(std::move(node));
    }
    decor.nodes = std::move(visible);
    return decor;
}

} // namespace lapidary
