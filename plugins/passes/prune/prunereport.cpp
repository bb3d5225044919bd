// SPDX-License-Identifier: GPL-3.0-or-later
#include "prunereport.h"


#include <algorithm>

namespace lapidary {
namespace {

class RemovedChannels {
public:
    RemovedChannels(const ChannelGroups& groups, const ChannelCut& cut) : m_removed(groups.groups.size()) {
        for (std::size_t g = 0; g < cut.removed.size(); ++g) {
            m_removed[g].assign(groups.groups[g].channels, false);
            for (const std::uint32_t channel : cut.removed[g])
                m_removed[g][channel] = true;
        }
    }
    bool operator()(const ChannelRef& ref) const { return m_removed[ref.group][ref.channel]; }
    std::vector<std::uint32_t> positions(const ChannelRefs& refs) const {
        std::vector<std::uint32_t> result;
        for (std::size_t p = 0; p < refs->size(); ++p)
            if ((*this)((*refs)[p]))
                result.push_back(std::uint32_t(p));
        return result;
    }

private:
    std::vector<std::vector<bool>> m_removed;
};

} // namespace

std::vector<NodePlan> nodePlans(const PruneAnalysis& analysis, const ChannelSelection& selection,
                                const CutSummary& summary) {
    const RemovedChannels removed(analysis.groups(), selection.cut);
    std::vector<NodePlan> plans;
    for (const NodePtr& node : analysis.model().graph->nodes()) {
        NodePlan plan;
        plan.node = node->id;
        if (const ValueAxis* axis = analysis.outputAxis(node->id)) {
            plan.channels = std::uint32_t(axis->channels->size());
            plan.removed = removed.positions(axis->channels);
            plan.group = analysis.groups().groupOfNode[node->id.number];
        }
        plan.macsBefore = summary.nodeMacsBefore[node->id.number];
        plan.macsAfter = summary.nodeMacsAfter[node->id.number];
        plan.bytesBefore = summary.nodeBytesBefore[node->id.number];
        plan.bytesAfter = summary.nodeBytesAfter[node->id.number];
        if (!plan.removed.empty() || plan.macsBefore != plan.macsAfter || plan.bytesBefore != plan.bytesAfter)
            plans.push_back(std::move(plan));
    }
    return plans;
}

std::vector<FencedNode> fencedLayers(const PruneAnalysis& analysis, const std::set<NodeId>& scope) {
    const Graph& graph = *analysis.model().graph;
    std::vector<FencedNode> fenced;
    for (std::size_t g = 0; g < analysis.groups().groups.size(); ++g) {
        const ChannelGroup& group = analysis.groups().groups[g];
        if (group.prunable)
            continue;
        for (const NodeId layer : analysis.layers(GroupIndex(g)))
            if (scope.empty() || scope.contains(layer))
                fenced.push_back({layer, "Stays whole: " + group.reason});
    }
    std::ranges::stable_sort(fenced, {}, [&](const FencedNode& f) { return graph.position(f.node); });
    const auto same = std::ranges::unique(fenced, {}, &FencedNode::node);
    fenced.erase(same.begin(), same.end());
    return fenced;
}

std::vector<LayerReport> layerReports(const PruneAnalysis& analysis, const ChannelSelection& selection) {
    const RemovedChannels removed(analysis.groups(), selection.cut);
    std::vector<std::vector<GroupIndex>> groupsOf(analysis.model().graph->nodeIdLimit());
    for (std::size_t g = 0; g < analysis.groups().groups.size(); ++g)
        for (const NodeId layer : analysis.layers(GroupIndex(g)))
            groupsOf[layer.number].push_back(GroupIndex(g));
    std::vector<LayerReport> reports;
    for (const NodePtr& node : analysis.model().graph->nodes()) {
        const ValueAxis* axis = analysis.outputAxis(node->id);
        if (!axis || groupsOf[node->id.number].empty())
            continue;
        auto positions = removed.positions(axis->channels);
        const std::size_t before = axis->channels->size(), gone = positions.size();
        if (gone == 0)
            continue;
        LayerReport report;
        report.node = displayName(*node);
        report.opType = node->opType;
        report.what = std::to_string(before) + " → " + std::to_string(before - gone) + " channels";
        report.numbers["ratio"] = double(gone) / double(before);
        report.removedChannels = std::move(positions);
        double kept = 0;
        for (const GroupIndex group : groupsOf[node->id.number])
            kept += selection.importanceKept[group] / double(groupsOf[node->id.number].size());
        report.numbers["importance_kept_percent"] = 100 * kept;
        reports.push_back(std::move(report));
    }
    return reports;
}

void addErrors(const Graph& graph, const std::map<NodeId, LayerError>& errors, std::vector<LayerReport>& reports) {
    std::vector<LayerReport> all;
    std::size_t next = 0; // reports are in the order of the graph
    for (const NodePtr& node : graph.nodes()) {
        const bool known =
            next < reports.size() && reports[next].node == displayName(*node) && reports[next].opType == node->opType;
        const auto error = errors.find(node->id);
        if (!known && error == errors.end())
            continue;
        LayerReport report;
        if (known)
            report = std::move(reports[next++]);
        else
            report = {displayName(*node), node->opType, "repaired", {}};
        if (error != errors.end()) {
            report.numbers["error_before_percent"] = 100 * error->second.before;
            report.numbers["error_percent"] = 100 * error->second.after;
        }
        all.push_back(std::move(report));
    }
    reports = std::move(all);
}

Status checkShapes(const PruneAnalysis& analysis, const ChannelSelection& selection, const ShapeTable& before,
                   const Model& after, const ShapeTable& shapes) {
    const RemovedChannels removed(analysis.groups(), selection.cut);
    const auto wrong = [&](ValueId id, std::int64_t found, std::int64_t expected) -> Status {
        const Value* value = after.graph->value(id);
        return errorDiagnostic("prune.shape",
                               "The pruned model does not fit together: an extent is " + std::to_string(found) +
                                   " instead of " + std::to_string(expected) + ".",
                               "Exclude the layers around this tensor from pruning.")
            .atTensor(value ? value->name : std::string());
    };
    for (const ValueAxis& axis : analysis.groups().values) {
        const std::int64_t found = after.graph->value(axis.value) ? shapes.extent(axis.value, axis.axis) : -1;
        const auto expected = std::int64_t(axis.channels->size() - removed.positions(axis.channels).size());
        if (found >= 0 && found != expected)
            return wrong(axis.value, found, expected);
    }
    for (const ValueId output : after.graph->outputs()) {
        const auto now = shapes.shape(output), then = before.shape(output);
        for (std::size_t i = 0; now && then && i < now->size() && now->size() == then->size(); ++i)
            if ((*now)[i] >= 0 && (*then)[i] >= 0 && (*now)[i] != (*then)[i])
                return wrong(output, (*now)[i], (*then)[i]);
    }
    return {};
}

} // namespace lapidary
