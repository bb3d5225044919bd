// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/channelgroups.h"

#include "analysis/cost.h"
#include "analysis/cutcounter.h"

namespace lapidary {

CutCounter::CutCounter(const ChannelGroups& groups, const ChannelCut& cut)
    : m_removed(groups.groups.size()), m_touched(groups.groups.size(), false) {
    for (std::size_t g = 0; g < groups.groups.size() && g < cut.removed.size(); ++g) {
        if (cut.removed[g].empty())
            continue;
        m_touched[g] = true;
        m_removed[g].assign(groups.groups[g].channels, 0);
        for (const std::uint32_t channel : cut.removed[g])
            if (channel < groups.groups[g].channels)
                m_removed[g][channel] = 1;
    }
}

std::int64_t CutCounter::kept(const ChannelRefs& refs) {
    const auto [found, isNew] = m_kept.try_emplace(refs.get(), 0);
    if (isNew)
        found->second = kept(refs, 0, refs->size());
    return found->second;
}

std::int64_t CutCounter::kept(const ChannelRefs& refs, std::size_t begin, std::size_t end) const {
    std::int64_t count = 0;
    for (std::size_t p = begin; p < end; ++p)
        count += removed((*refs)[p]) ? 0 : 1;
    return count;
}

std::vector<std::int64_t> CutCounter::keptPositions(const ChannelRefs& refs) const {
    std::vector<std::int64_t> positions;
    for (std::size_t p = 0; p < refs->size(); ++p)
        if (!removed((*refs)[p]))
            positions.push_back(std::int64_t(p));
    return positions;
}

namespace {

void shrink(ShapeTable& shapes, CutCounter& counter, ValueId value, int axis, const ChannelRefs& refs) {
    const std::int64_t kept = counter.kept(refs);
    if (kept == std::int64_t(refs->size()))
        return;
    const TensorType* known = shapes.find(value);
    if (!known || !known->shape || axis >= int(known->shape->size()))
        return;
    TensorType type = *known;
    (*type.shape)[std::size_t(axis)] = kept;
    shapes.set(value, std::move(type));
}

} // namespace

CutSummary summarizeCut(const Model& model, const ShapeTable& shapes, const ChannelGroups& groups,
                        const ChannelCut& cut) {
    CutCounter counter(groups, cut);
    ShapeTable after = shapes;
    for (const ValueAxis& axis : groups.values)
        shrink(after, counter, axis.value, axis.axis, axis.channels);
    for (std::size_t g = 0; g < groups.groups.size(); ++g) {
        if (!counter.touches(GroupIndex(g)))
            continue;
        for (const auto* slices : {&groups.groups[g].producers, &groups.groups[g].consumers})
            for (const WeightSlice& slice : *slices)
                shrink(after, counter, slice.weight, slice.axis, slice.channels);
    }
    const CostReport costBefore = analyseCost(*model.graph, shapes);
    const CostReport costAfter = analyseCost(*model.graph, after);
    CutSummary summary;
    summary.parametersBefore = costBefore.parameters;
    summary.parametersAfter = costAfter.parameters;
    summary.bytesBefore = costBefore.parameterBytes;
    summary.bytesAfter = costAfter.parameterBytes;
    summary.macsBefore = costBefore.macs;
    summary.macsAfter = costAfter.macs;
    for (std::size_t i = 0; i < costBefore.nodes.size(); ++i) {
        summary.nodeMacsBefore.push_back(costBefore.nodes[i].macs);
        summary.nodeMacsAfter.push_back(costAfter.nodes[i].macs);
        summary.nodeBytesBefore.push_back(costBefore.nodes[i].parameterBytes);
        summary.nodeBytesAfter.push_back(costAfter.nodes[i].parameterBytes);
    }
    return summary;
}

} // namespace lapidary
