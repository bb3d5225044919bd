// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/measuredsensitivity.h"

#include "device/hostenvironment.h"
#include "eval/calibrator.h"
#include "graph/operatortraits.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace lapidary {

namespace {

constexpr std::uint64_t applySeed = 1; // what the window applies with

/// Levels of the share that is varied, within the limits of its parameter.
std::vector<double> levelsFor(const ParamSpec& spec) {
    std::vector<double> levels;
    for (const double level : {0.125, 0.25, 0.375, 0.5, 0.625, 0.75})
        if (level >= spec.minimum.value_or(0) && level <= spec.maximum.value_or(1))
            levels.push_back(level);
    return levels;
}

std::unordered_map<std::string, NodeId> nodesByName(const Graph& graph) {
    std::unordered_map<std::string, NodeId> ids;
    for (const auto& node : graph.nodes())
        ids.emplace(displayName(*node), node->id);
    return ids;
}

/// Layers that the pass says change together, by group.
Result<std::map<int, std::vector<NodeId>>> coupledLayers(const Engine& engine, const MeasuredSensitivity& measured) {
    RecipeStep step{measured.request.pass, 0, withoutRatios(measured.request.params, measured.ratios),
                    measured.request.nodes, true};
    step.params[measured.ratios.varied] = measured.result.points.back().level;
    const auto preview = engine.preview(*measured.model, step, {}, applySeed);
    if (!preview)
        return preview.status();
    std::map<int, std::vector<NodeId>> groups;
    for (const auto& plan : preview->nodes) {
        const auto* node = measured.model->model->graph->node(plan.node);
        if (node && plan.group >= 0 && categoryOf(*node) == OperatorCategory::Layer)
            groups[plan.group].push_back(plan.node);
    }
    return groups;
}

Status arrange(const Engine& engine, MeasuredSensitivity& measured) {
    const auto ids = nodesByName(*measured.model->model->graph);
    const auto groups = coupledLayers(engine, measured);
    if (!groups)
        return groups.status();
    const auto& points = measured.result.points;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (measured.layers.empty() || measured.layers.back().name != points[i].layer) {
            MeasuredSensitivity::Layer layer;
            layer.name = points[i].layer;
            layer.first = i;
            if (const auto it = ids.find(layer.name); it != ids.end())
                layer.node = it->second;
            for (const auto& [group, members] : *groups)
                if (std::ranges::find(members, layer.node) != members.end())
                    layer.members = members;
            if (layer.members.empty() && layer.node.valid())
                layer.members = {layer.node};
            measured.layers.push_back(std::move(layer));
        }
        ++measured.layers.back().count;
    }
    return {};
}

} // namespace

bool MeasuredSensitivity::hasClasses() const {
    return !result.points.empty() && result.points.front().divergence.has_value();
}

std::optional<double> MeasuredSensitivity::loss(const SensitivityPoint& point, LossMeasure measure) {
    switch (measure) {
    case LossMeasure::Divergence:
        return point.divergence;
    case LossMeasure::ChangedAnswers:
        return point.agreementPercent ? std::optional(100 - *point.agreementPercent) : std::nullopt;
    case LossMeasure::OutputError:
        break;
    }
    return 100 * point.outputError;
}

NodeValues MeasuredSensitivity::nodeValues(LossMeasure measure, const std::string& title,
                                           const std::string& unit) const {
    NodeValues values;
    values.title = title;
    values.unit = unit;
    for (const auto& layer : layers) {
        const SensitivityPoint* nearest = nullptr;
        for (std::size_t i = layer.first; i < layer.first + layer.count; ++i)
            if (!nearest || std::abs(result.points[i].level - 0.5) < std::abs(nearest->level - 0.5))
                nearest = &result.points[i];
        const auto value = nearest ? loss(*nearest, measure) : std::nullopt;
        if (value && std::isfinite(*value))
            for (const auto member : layer.members)
                values.values[member] = *value;
    }
    return values;
}

std::shared_ptr<const MeasuredSensitivity> MeasuredSensitivity::withModel(AnalysedModelPtr other) const {
    auto made = std::make_shared<MeasuredSensitivity>(*this);
    const auto ids = nodesByName(*other->model->graph);
    const auto renamed = [&](NodeId id) {
        const auto* node = model->model->graph->node(id);
        const auto it = node ? ids.find(displayName(*node)) : ids.end();
        return it == ids.end() ? NodeId() : it->second;
    };
    for (auto& layer : made->layers) {
        layer.node = renamed(layer.node);
        for (auto& member : layer.members)
            member = renamed(member);
        std::erase_if(layer.members, [](NodeId id) { return !id.valid(); });
    }
    made->model = std::move(other);
    return made;
}

std::optional<std::size_t> MeasuredSensitivity::layerOf(NodeId node) const {
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (std::ranges::find(layers[i].members, node) != layers[i].members.end())
            return i;
    return std::nullopt;
}

Result<MeasuredSensitivityPtr> measureForWindow(const ProjectSession& session, AnalysedModelPtr model,
                                                SensitivityRequest request, const Work& work) {
    const auto& engine = session.engine();
    const auto pass = engine.passes().find(request.pass);
    if (!pass)
        return pass.status();
    const auto ratios = passRatios((*pass)->info().schema);
    if (!ratios)
        return errorDiagnostic("sensitivity.no_ratio", "This pass has no share that could be varied.",
                               "Choose a pass that prunes or thins layers.");
    auto data = session.dataset("calibration");
    if (data && !*data)
        data = session.dataset("evaluation");
    if (!data)
        return data.status();
    if (!*data)
        return errorDiagnostic("sensitivity.no_data", "The project has no calibration data and no evaluation data.",
                               "Choose a dataset in the File menu; labels are not needed.");
    CalibratorOptions calibration;
    calibration.samples = request.samples;
    calibration.threads = 1; // layers run side by side
    const auto calibrator = makeCalibrator(*data, calibration);
    auto measured = std::make_shared<MeasuredSensitivity>();
    SensitivityOptions options;
    options.pass = request.pass;
    options.params = withoutRatios(request.params, *ratios);
    options.parameter = ratios->varied;
    options.levels = levelsFor(*(*pass)->info().schema.find(ratios->varied));
    options.nodes = request.nodes;
    options.seed = applySeed;
    options.threads = hostCores();
    options.folder = cacheFolder() / "sensitivity";
    auto result = measureSensitivity(engine, *model, *calibrator, options, work);
    if (!result)
        return result.status();
    measured->request = std::move(request);
    measured->ratios = *ratios;
    measured->model = std::move(model);
    measured->result = std::move(*result);
    if (auto status = arrange(engine, *measured); !status)
        return status;
    return MeasuredSensitivityPtr(std::move(measured));
}

Result<std::vector<double>> predictedMsOfPoints(const Engine& engine, const MeasuredSensitivity& measured,
                                                const LatencyModel& latency, const Work& work) {
    std::vector<double> all;
    for (std::size_t i = 0; i < measured.result.points.size(); ++i) {
        if (auto status = work.check(); !status)
            return status;
        const auto& point = measured.result.points[i];
        RecipeStep step{
            measured.request.pass, 0, withoutRatios(measured.request.params, measured.ratios), {point.layer}, true};
        step.params[measured.ratios.varied] = point.level;
        const auto preview = engine.preview(*measured.model, step, {}, applySeed);
        if (!preview)
            return preview.status();
        all.push_back(forecastLatency(*measured.model, *preview, latency).afterMs);
        work.progress.set(double(i + 1) / double(measured.result.points.size()));
    }
    return all;
}

} // namespace lapidary
