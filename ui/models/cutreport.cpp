// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/cutreport.h"

#include "analysis/channelgroups.h"
#include "graph/match/flatgraph.h"
#include "graph/operatortraits.h"
#include "pass/reportnotes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace lapidary {

namespace {

using Names = std::unordered_map<std::string, const Node*>;

Names nodesByName(const Graph& graph) {
    Names names;
    for (const auto& node : graph.nodes())
        names.emplace(displayName(*node), node.get());
    return names;
}

std::optional<double> number(const Json& numbers, const char* name) {
    return numbers[name].isNumber() ? std::optional(numbers[name].toDouble()) : std::nullopt;
}

/// Nothing if the list of a stored report is damaged.
std::optional<std::vector<std::uint32_t>> channelsFrom(const Json& list) {
    std::vector<std::uint32_t> channels;
    for (const auto& entry : list.array()) {
        const auto channel = entry.toInteger(-1);
        if (channel < 0 || channel > std::numeric_limits<std::uint32_t>::max())
            return std::nullopt;
        channels.push_back(std::uint32_t(channel));
    }
    return channels;
}

/// As it lies in the file, dequantizers looked through.
TensorPtr weightOf(const Graph& graph, const Node& node) {
    const auto* traits = traitsOf(node);
    const auto value = traits && traits->weightInput >= 0 ? node.input(std::size_t(traits->weightInput)) : ValueId();
    return value.valid() ? match::constantBehind(graph, value) : nullptr;
}

/// The node and the dequantizers of its weights: what they use is the layer's.
std::vector<NodeId> partsOf(const Graph& graph, const Node& node) {
    std::vector<NodeId> parts{node.id};
    for (const auto id : node.inputs) {
        const auto* maker = id.valid() && !graph.constant(id) ? graph.producer(id) : nullptr;
        if (maker && match::constantBehind(graph, id))
            parts.push_back(maker->id);
    }
    return parts;
}

std::int64_t channelsOf(const Node& node, const TensorPtr& weight) {
    const auto* traits = traitsOf(node);
    const auto axis = traits ? traits->weightOutputAxis : -1;
    return weight && axis >= 0 && std::size_t(axis) < weight->shape.size() ? weight->shape[std::size_t(axis)] : -1;
}

std::string titleOf(const VariantRecord& variant, const Engine& engine) {
    std::string title;
    for (const auto& step : variant.report.array()) {
        const auto id = step["pass"].toString();
        const auto pass = engine.passes().find(id);
        title += (title.empty() ? "" : ", ") + (pass ? (*pass)->info().title : id);
    }
    return title;
}

class Reader {
public:
    Reader(const AnalysedModelPtr& before, const AnalysedModelPtr& after)
        : m_before(before), m_after(after), m_namesBefore(nodesByName(*before->model->graph)),
          m_namesAfter(nodesByName(*after->model->graph)) {}

    /// Layers of one step; those that an earlier step reported go on.
    void addStep(const Json& step) {
        for (const auto& entry : step["layers"].array()) {
            const auto name = entry["node"].toString();
            auto [it, isNew] = m_index.emplace(name, m_layers.size());
            if (isNew)
                m_layers.push_back(begin(name, entry["op_type"].toString()));
            auto& layer = m_layers[it->second];
            const auto what = entry["what"].toString();
            layer.what += layer.what.empty() || what.empty() ? what : "; " + what;
            const auto& numbers = entry["numbers"];
            if (const auto error = number(numbers, "error_before_percent"))
                layer.errorBefore = error;
            if (const auto error = number(numbers, "error_percent"))
                layer.error = error;
            if (const auto sqnr = number(numbers, "weight_sqnr_db"))
                layer.weightSqnrDb = sqnr;
            tellStorage(layer, numbers, isNew);
            // Channels of a later step are counted in what the earlier ones left.
            if (entry.contains("removed_channels"))
                layer.removed = isNew ? channelsFrom(entry["removed_channels"]) : std::nullopt;
        }
    }

    std::vector<CutLayer> finish() {
        const auto& graph = *m_before->model->graph;
        std::ranges::stable_sort(m_layers, {}, [&](const CutLayer& layer) {
            return layer.before.valid() ? std::int64_t(graph.position(layer.before)) : -1;
        });
        markRemoved();
        return std::move(m_layers);
    }

private:
    /// What a pass says of bytes goes before what can be seen: it knows forms of storage that take several nodes. What
    /// an earlier step said does not hold for what a later one left.
    void tellStorage(CutLayer& layer, const Json& numbers, bool isFirst) {
        if (isFirst)
            m_seenBytes[layer.name] = layer.bytesAfter;
        const auto before = number(numbers, "bytes_before"), after = number(numbers, "bytes_after");
        if (before && isFirst)
            layer.bytesBefore = std::uint64_t(*before);
        layer.bytesAfter = after ? std::optional(std::uint64_t(*after)) : m_seenBytes[layer.name];
        const auto bits = number(numbers, "bits");
        if (bits && !layer.weightAfter)
            layer.precisionAfter = std::to_string(int(*bits)) + "-bit";
    }

    /// What a layer is before or after.
    struct Side {
        NodeId& node;
        std::uint64_t& parameters;
        std::uint64_t& macs;
        TensorPtr& weight;
        std::int64_t& channels;
        std::string& precision;
        std::optional<std::uint64_t>& bytes;
    };

    CutLayer begin(const std::string& name, std::string opType) const {
        CutLayer layer;
        layer.name = name;
        layer.opType = std::move(opType);
        const auto look = [&name](const Names& names, const AnalysedModel& model, Side side) {
            const auto it = names.find(name);
            if (it == names.end())
                return;
            side.node = it->second->id;
            const auto& graph = *model.model->graph;
            side.macs = model.cost.of(side.node).macs;
            std::uint64_t bytes = 0;
            for (const auto part : partsOf(graph, *it->second)) {
                side.parameters += model.cost.of(part).parameters;
                bytes += model.cost.of(part).parameterBytes;
            }
            if (bytes > 0)
                side.bytes = bytes;
            side.weight = weightOf(graph, *it->second);
            if (side.weight)
                side.precision = dataTypeName(side.weight->type);
            side.channels = channelsOf(*it->second, side.weight);
        };
        look(m_namesBefore, *m_before,
             {layer.before, layer.parametersBefore, layer.macsBefore, layer.weightBefore, layer.channelsBefore,
              layer.precisionBefore, layer.bytesBefore});
        look(m_namesAfter, *m_after,
             {layer.after, layer.parametersAfter, layer.macsAfter, layer.weightAfter, layer.channelsAfter,
              layer.precisionAfter, layer.bytesAfter});
        return layer;
    }

    /// Which rows and columns of weights went: what producers report, carried over to all that read the channels.
    void markRemoved() {
        if (std::ranges::none_of(m_layers, [](const CutLayer& layer) { return layer.removed.has_value(); }))
            return;
        const auto groups = findChannelGroups(*m_before->model, m_before->shapes);
        std::vector<std::vector<bool>> gone;
        for (const auto& group : groups.groups)
            gone.emplace_back(group.channels, false);
        std::map<NodeId, CutLayer*> byNode;
        for (auto& layer : m_layers)
            if (layer.before.valid())
                byNode[layer.before] = &layer;
        for (const auto& group : groups.groups)
            for (const auto& slice : group.producers)
                if (const auto it = byNode.find(slice.node); it != byNode.end() && it->second->removed)
                    for (const auto position : *it->second->removed)
                        if (position < slice.channels->size()) {
                            const auto ref = (*slice.channels)[position];
                            gone[ref.group][ref.channel] = true;
                        }
        const auto mark = [&](const WeightSlice& slice) {
            const auto it = byNode.find(slice.node);
            if (it == byNode.end() || !it->second->weightBefore || slice.axis > 1)
                return;
            const auto* node = m_before->model->graph->node(slice.node);
            const auto* traits = traitsOf(*node);
            if (!traits || traits->weightInput < 0 || node->input(std::size_t(traits->weightInput)) != slice.weight)
                return;
            auto& positions = slice.axis == 0 ? it->second->removedRows : it->second->removedColumns;
            positions.resize(slice.channels->size(), false);
            for (std::size_t p = 0; p < positions.size(); ++p) {
                const auto ref = (*slice.channels)[p];
                positions[p] = positions[p] || gone[ref.group][ref.channel];
            }
        };
        for (const auto& group : groups.groups) {
            std::ranges::for_each(group.producers, mark);
            std::ranges::for_each(group.consumers, mark);
        }
    }

    const AnalysedModelPtr& m_before;
    const AnalysedModelPtr& m_after;
    Names m_namesBefore, m_namesAfter;
    std::vector<CutLayer> m_layers;
    std::unordered_map<std::string, std::optional<std::uint64_t>> m_seenBytes; ///< in the variant, by layer
    std::unordered_map<std::string, std::size_t> m_index;
};

} // namespace

std::optional<NodeValues> reportedErrors(const VariantRecord& variant, const Engine& engine, const Graph& graph) {
    const auto names = nodesByName(graph);
    NodeValues values;
    values.title = titleOf(variant, engine);
    values.unit = "%";
    for (const auto& step : variant.report.array())
        for (const auto& layer : step["layers"].array())
            if (const auto error = number(layer["numbers"], "error_percent"); error && std::isfinite(*error))
                if (const auto it = names.find(layer["node"].toString()); it != names.end())
                    values.values[it->second->id] = *error;
    return values.values.empty() ? std::nullopt : std::optional(std::move(values));
}

Result<CutReportPtr> readCutReport(const ProjectSession& session, const VariantRecord& variant, const Work& work) {
    auto report = std::make_shared<CutReport>();
    if (variant.parent == 0)
        return CutReportPtr(report);
    auto before = session.model(variant.parent, work.part(0, 0.4));
    if (!before)
        return before.status();
    auto after = session.model(variant.id, work.part(0.4, 0.8));
    if (!after)
        return after.status();
    report->before = *before;
    report->after = *after;
    Reader reader(report->before, report->after);
    report->title = titleOf(variant, session.engine());
    for (const auto& step : variant.report.array())
        reader.addStep(step);
    for (const auto& step : variant.report.array())
        for (auto& note : notesOfStep(step))
            report->notes.push_back(std::move(note));
    report->layers = reader.finish();
    return CutReportPtr(std::move(report));
}

} // namespace lapidary
