// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/layercomparison.h"

#include "engine/datasets.h"
#include "eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace lapidary {

namespace {

/// Milliseconds by node, for one side.
std::map<NodeId, double> timesOf(const Graph& graph, const Profile* profile) {
    std::map<NodeId, double> times;
    if (!profile)
        return times;
    std::map<std::string_view, double> byName;
    for (const auto& node : profile->nodes)
        byName[node.node] = node.ms;
    for (const auto& node : graph.nodes())
        if (const auto it = byName.find(displayName(*node)); it != byName.end())
            times[node->id] = it->second;
    return times;
}

/// Nodes that were folded into a layer, by the layer.
using Folded = std::map<NodeId, std::set<NodeId>>;

Folded foldedOf(const GraphDiff& diff, bool inB) {
    Folded folded;
    for (const auto& node : diff.nodes)
        if (node.attachment == Attachment::Folded && node.b.valid() == inB)
            folded[node.host].insert(inB ? node.b : node.a);
    return folded;
}

/// The value in which the arithmetic of a layer ends.
ValueId endOf(const Graph& graph, NodeId layer, const Folded& folded) {
    auto value = graph.node(layer)->output();
    const auto it = folded.find(layer);
    for (bool moved = it != folded.end(); moved && value.valid();) {
        moved = false;
        for (const auto& use : graph.uses(value))
            if (use.input >= 0 && it->second.count(use.node) > 0) {
                value = graph.node(use.node)->output();
                moved = true;
                break;
            }
    }
    return value;
}

/// Names the outputs to compare, or says why there are none.
void chooseOutputs(LayerDelta& layer, const AnalysedModel& a, const AnalysedModel& b, const Folded& foldedA,
                   const Folded& foldedB) {
    if (!layer.a.valid() || !layer.b.valid()) {
        layer.reason = layer.a.valid() ? "only in A" : "only in B";
        return;
    }
    const auto& graphA = *a.model->graph;
    const auto& graphB = *b.model->graph;
    const auto endA = endOf(graphA, layer.a, foldedA), endB = endOf(graphB, layer.b, foldedB);
    const auto *valueA = graphA.value(endA), *valueB = graphB.value(endB);
    const auto shapeA = a.shapes.shape(endA), shapeB = b.shapes.shape(endB);
    if (!valueA || !valueB || !shapeA || !shapeB || *shapeA != *shapeB) {
        layer.reason = "shape";
        return;
    }
    layer.valueA = valueA->name;
    layer.valueB = valueB->name;
}

/// Sums over the samples for one layer.
struct LayerSums {
    SqnrAccumulator ratio;
    bool comparable = true;
};

void addValues(LayerSums& sums, const Tensor& a, const Tensor& b) {
    const auto left = toFloats(a), right = toFloats(b);
    sums.comparable = sums.comparable && left.ok() && right.ok() && left->size() == right->size();
    if (sums.comparable)
        sums.ratio.add(*left, *right);
}

} // namespace

std::optional<double> LayerDelta::deltaMs() const {
    if (!msA && !msB)
        return std::nullopt;
    return msB.value_or(0) - msA.value_or(0);
}

bool comparableProfiles(const Profile* a, const Profile* b) {
    return a && b && a->device == b->device && a->threads == b->threads && a->batch == b->batch;
}

std::vector<LayerDelta> layerDeltas(const ModelComparison& comparison, const AnalysedModel& a, const AnalysedModel& b,
                                    const Profile* profileA, const Profile* profileB) {
    const auto& diff = comparison.diff;
    const bool times = comparableProfiles(profileA, profileB);
    const auto timesA = timesOf(*a.model->graph, times ? profileA : nullptr);
    const auto timesB = timesOf(*b.model->graph, times ? profileB : nullptr);
    const auto foldedA = foldedOf(diff, false), foldedB = foldedOf(diff, true);
    std::vector<LayerDelta> layers;
    for (std::size_t i = 0; i < diff.nodes.size(); ++i) {
        const auto& node = diff.nodes[i];
        LayerDelta layer;
        layer.entry = i;
        layer.a = node.a;
        layer.b = node.b;
        layer.name = node.name;
        layer.opType = node.opType;
        if (const auto it = timesA.find(node.a); it != timesA.end())
            layer.msA = it->second;
        if (const auto it = timesB.find(node.b); it != timesB.end())
            layer.msB = it->second;
        if (i < comparison.costs.size())
            layer.costs = comparison.costs[i];
        const bool computes = layer.costs.macsA + layer.costs.macsB > 0 || layer.msA || layer.msB;
        if (!computes && node.kind != DiffKind::Changed)
            continue;
        chooseOutputs(layer, a, b, foldedA, foldedB);
        layers.push_back(std::move(layer));
    }
    const auto macs = [](const LayerDelta& layer) {
        return std::abs(double(layer.costs.macsB) - double(layer.costs.macsA));
    };
    std::stable_sort(layers.begin(), layers.end(), [&](const LayerDelta& x, const LayerDelta& y) {
        const double left = std::abs(x.deltaMs().value_or(0)), right = std::abs(y.deltaMs().value_or(0));
        return left != right ? left > right : macs(x) > macs(y);
    });
    return layers;
}

Status measureLayerErrors(std::vector<LayerDelta>& layers, const AnalysedModel& a, const AnalysedModel& b,
                          const DatasetPtr& data, std::size_t samples, const Work& work) {
    StreamedModel left, right;
    left.model = a.model;
    right.model = b.model;
    std::vector<std::size_t> compared;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].valueA.empty())
            continue;
        compared.push_back(i);
        left.values.push_back(layers[i].valueA);
        right.values.push_back(layers[i].valueB);
    }
    if (compared.empty())
        return {};
    std::vector<LayerSums> sums(compared.size());
    const auto calibrator = calibratorFor(data, samples);
    const auto streamed = calibrator->stream(
        {left, right},
        [&](const StreamedBatch& batch) -> Status {
            for (std::size_t i = 0; i < sums.size(); ++i)
                addValues(sums[i], *batch.values[0][i], *batch.values[1][i]);
            return work.check();
        },
        work);
    if (!streamed)
        return streamed.status();
    for (std::size_t i = 0; i < sums.size(); ++i) {
        auto& layer = layers[compared[i]];
        if (!sums[i].comparable) {
            layer.reason = "shape";
            continue;
        }
        layer.sqnrDb = sums[i].ratio.db();
        layer.cosine = sums[i].ratio.cosine();
    }
    return {};
}

Json LayerDelta::toJson() const {
    Json json;
    json.set("node", name);
    json.set("op", opType);
    if (msA)
        json.set("a_ms", *msA);
    if (msB)
        json.set("b_ms", *msB);
    if (const auto delta = deltaMs())
        json.set("delta_ms", *delta);
    json.set("macs_a", costs.macsA);
    json.set("macs_b", costs.macsB);
    if (sqnrDb) {
        json.set("output_sqnr_db", *sqnrDb);
        json.set("output_cosine", cosine);
        json.set("output_equal", std::isinf(*sqnrDb) && *sqnrDb > 0);
    }
    if (!reason.empty())
        json.set("not_compared", reason);
    return json;
}

Json toJson(const std::vector<LayerDelta>& layers) {
    Json::Array list;
    for (const auto& layer : layers)
        list.push_back(layer.toJson());
    return list;
}

} // namespace lapidary
