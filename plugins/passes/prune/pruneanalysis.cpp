// SPDX-License-Identifier: GPL-3.0-or-later
#include "pruneanalysis.h"

#include "graph/operatortraits.h"

#include <algorithm>
#include <set>

namespace lapidary {

PruneAnalysis::PruneAnalysis(ModelPtr model, const ShapeTable& shapes)
    : m_model(std::move(model)), m_groups(findChannelGroups(*m_model, shapes)) {
    m_outputAxis.assign(m_model->graph->nodeIdLimit(), -1);
    for (std::size_t i = 0; i < m_groups.values.size(); ++i) {
        const ValueAxis& axis = m_groups.values[i];
        const Node* node = m_model->graph->producer(axis.value);
        if (!node || node->output() != axis.value)
            continue;
        std::int32_t& shown = m_outputAxis[node->id.number];
        if (shown < 0 || axis.axis == 1)
            shown = std::int32_t(i);
    }
    findLayers();
    findParts();
    findStreams(shapes);
}

void PruneAnalysis::findStreams(const ShapeTable& shapes) {
    m_stream.assign(m_groups.groups.size(), false);
    const Graph& graph = *m_model->graph;
    std::vector<bool> sums(graph.valueIdLimit(), false);
    for (const NodePtr& node : graph.nodes()) {
        const OperatorTraits* traits = traitsOf(*node);
        if (!traits || !traits->elementwise || !(node->is("Add") || node->is("Sum")) || node->inputs.size() < 2)
            continue;
        sums[node->output().number] = std::ranges::all_of(node->inputs, [&](ValueId input) {
            return input.valid() && !graph.constant(input) && shapes.shape(input) &&
                   shapes.shape(input) == shapes.shape(node->output());
        });
    }
    for (const ValueAxis& axis : m_groups.values)
        if (sums[axis.value.number])
            for (const ChannelRef& ref : *axis.channels)
                m_stream[ref.group] = true;
}

void PruneAnalysis::findLayers() {
    m_layers.resize(m_groups.groups.size());
    m_width.assign(m_groups.groups.size(), 1);
    for (std::size_t g = 0; g < m_groups.groups.size(); ++g) {
        const auto& producers = m_groups.groups[g].producers;
        for (const WeightSlice& slice : producers)
            m_layers[g].push_back(slice.node);
        std::ranges::sort(m_layers[g], {}, [&](NodeId id) { return m_model->graph->position(id); });
        m_layers[g].erase(std::unique(m_layers[g].begin(), m_layers[g].end()), m_layers[g].end());
        if (producers.empty())
            continue;
        const auto inGroup = [&](const ChannelRef& ref) { return ref.group == g; };
        std::set<std::uint32_t> distinct;
        for (const ChannelRef& ref : *producers.front().channels)
            if (inGroup(ref))
                distinct.insert(ref.channel);
        const auto positions = std::ranges::count_if(*producers.front().channels, inGroup);
        m_width[g] =
            std::uint32_t(std::max<std::size_t>(1, std::size_t(positions) / std::max<std::size_t>(distinct.size(), 1)));
    }
}

void PruneAnalysis::findParts() {
    m_parts.resize(m_groups.groups.size());
    std::set<const void*> seen;
    const auto add = [&](const ChannelRefs& refs) {
        if (!seen.insert(refs.get()).second)
            return;
        std::vector<ChannelRef> sorted(*refs);
        std::ranges::sort(sorted, {}, [](const ChannelRef& r) { return std::make_pair(r.group, r.channel); });
        sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
        for (auto begin = sorted.begin(); begin != sorted.end();) {
            const auto end =
                std::find_if(begin, sorted.end(), [&](const ChannelRef& r) { return r.group != begin->group; });
            std::vector<std::uint32_t> channels;
            for (auto ref = begin; ref != end; ++ref)
                channels.push_back(ref->channel);
            auto& parts = m_parts[begin->group];
            if (channels.size() < m_groups.groups[begin->group].channels &&
                std::ranges::find(parts, channels) == parts.end())
                parts.push_back(std::move(channels));
            begin = end;
        }
    };
    for (const ValueAxis& axis : m_groups.values)
        add(axis.channels);
    for (const ChannelGroup& group : m_groups.groups) {
        for (const WeightSlice& slice : group.producers)
            add(slice.channels);
        for (const WeightSlice& slice : group.consumers)
            add(slice.channels);
    }
}

const ValueAxis* PruneAnalysis::outputAxis(NodeId node) const {
    const std::int32_t index = m_outputAxis[node.number];
    return index < 0 ? nullptr : &m_groups.values[std::size_t(index)];
}

Result<PruneAnalysis::HalfCuts> PruneAnalysis::halfCuts(const Work& work) const {
    const std::lock_guard lock(m_mutex);
    if (m_halfCuts)
        return m_halfCuts;
    std::vector<CutSummary> cuts(m_groups.groups.size());
    for (std::size_t g = 0; g < cuts.size(); ++g) {
        if (!m_groups.groups[g].prunable)
            continue;
        if (auto status = work.check(); !status)
            return status;
        ChannelCut half;
        half.removed.resize(cuts.size());
        for (std::uint32_t c = 0; c < m_groups.groups[g].channels / 2; ++c)
            half.removed[g].push_back(c);
        cuts[g] = summarizeCut(*m_model, *m_groups.shapes, m_groups, half);
    }
    m_halfCuts = std::make_shared<const std::vector<CutSummary>>(std::move(cuts));
    return m_halfCuts;
}

Result<PruneAnalysis::Scores> PruneAnalysis::scores(Importance importance, std::uint64_t seed, const Work& work) const {
    const std::lock_guard lock(m_mutex);
    Scores& known = m_scores[{importance, importance == Importance::Random ? seed : 0}];
    if (!known) {
        auto found = groupScores(*m_model, m_groups, importance, seed, work);
        if (!found)
            return found.status();
        known = std::make_shared<const std::vector<GroupScores>>(std::move(*found));
    }
    return known;
}

PruneAnalysis::Scores PruneAnalysis::dataScores(Importance importance, const std::string& key) const {
    const std::lock_guard lock(m_mutex);
    const auto known = m_dataScores.find(importance);
    return known != m_dataScores.end() && (key.empty() || key == known->second.first) ? known->second.second : nullptr;
}

void PruneAnalysis::keepDataScores(Importance importance, const std::string& key, Scores scores) const {
    const std::lock_guard lock(m_mutex);
    m_dataScores[importance] = {key, std::move(scores)};
}

} // namespace lapidary
