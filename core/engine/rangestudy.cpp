// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/rangestudy.h"

#include "eval/streamingstatistics.h"
#include "graph/operatortraits.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr int levels = 256;
constexpr RangeMethod methods[] = {RangeMethod::MinMax, RangeMethod::Percentile, RangeMethod::Entropy, RangeMethod::Mse,
                                   RangeMethod::MovingAverage};

struct Candidate {
    const Node* node;
    std::string value;
    TensorPtr weight;
    int outputAxis;
};

std::vector<Candidate> candidatesOf(const Graph& graph) {
    std::vector<Candidate> found;
    for (const NodePtr& node : graph.nodes()) {
        const OperatorTraits* traits = traitsOf(*node);
        if (!traits || traits->category != OperatorCategory::Layer || traits->weightInput < 0)
            continue;
        const ValueId data = node->input(std::size_t(traits->dataInput)),
                      weight = node->input(std::size_t(traits->weightInput));
        const TensorPtr tensor = weight.valid() ? graph.constant(weight) : nullptr;
        if (tensor && isFloatingPoint(tensor->type) && data.valid() && !graph.constant(data))
            found.push_back({node.get(), graph.value(data)->name, tensor, traits->weightOutputAxis});
    }
    return found;
}

/// Signal to noise of rounding to nearest with a scale for each of `channels` slices; outer x channels x inner.
double roundedDb(std::span<const float> weights, std::size_t channels, std::size_t inner, int limit) {
    std::vector<double> scales(channels, 0);
    const auto channelOf = [&](std::size_t i) { return i / inner % channels; };
    for (std::size_t i = 0; i < weights.size(); ++i)
        if (std::isfinite(weights[i]))
            scales[channelOf(i)] = std::max(scales[channelOf(i)], std::fabs(double(weights[i])) / limit);
    double signal = 0, noise = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double weight = std::isfinite(weights[i]) ? double(weights[i]) : 0, scale = scales[channelOf(i)];
        signal += weight * weight;
        const double error = scale > 0 ? weight - std::nearbyint(weight / scale) * scale : weight;
        noise += error * error;
    }
    return noise > 0 ? std::min(200.0, 10 * std::log10(signal / noise)) : 200;
}

/// Of the values, those in bins wholly outside of the range.
double shareOutside(const ValueStatistics& statistics, ActivationRange range) {
    const double width = (double(statistics.histogramHigh) - double(statistics.histogramLow)) /
                         double(std::max<std::size_t>(statistics.histogram.size(), 1));
    std::uint64_t all = 0, outside = 0;
    for (std::size_t i = 0; i < statistics.histogram.size(); ++i) {
        const double from = double(statistics.histogramLow) + double(i) * width;
        all += statistics.histogram[i];
        if (from > double(range.high) || from + width < double(range.low))
            outside += statistics.histogram[i];
    }
    return all > 0 ? double(outside) / double(all) : 0;
}

Status studyWeights(const Candidate& candidate, int limit, LayerRanges& layer) {
    const auto weights = toFloats(*candidate.weight);
    if (!weights)
        return weights.status();
    StreamingStatistics statistics(unsigned(Statistic::Range) | unsigned(Statistic::Histogram));
    statistics.add(*weights, candidate.weight->shape);
    layer.weights = statistics.finish();
    layer.weightLimit = std::max(std::fabs(double(layer.weights.minimum)), std::fabs(double(layer.weights.maximum)));
    layer.perTensorDb = roundedDb(*weights, 1, std::max<std::size_t>(weights->size(), 1), limit);
    const Shape& shape = candidate.weight->shape;
    if (candidate.outputAxis < 0 || std::size_t(candidate.outputAxis) >= shape.size() || weights->empty())
        return {};
    std::size_t inner = 1;
    for (std::size_t axis = std::size_t(candidate.outputAxis) + 1; axis < shape.size(); ++axis)
        inner *= std::size_t(shape[axis]);
    layer.perChannelDb = roundedDb(*weights, std::size_t(shape[std::size_t(candidate.outputAxis)]), inner, limit);
    return {};
}

} // namespace

std::string_view methodKey(RangeMethod method) {
    switch (method) {
    case RangeMethod::MinMax:
        return "minmax";
    case RangeMethod::Percentile:
        return "percentile";
    case RangeMethod::Entropy:
        return "entropy";
    case RangeMethod::Mse:
        return "mse";
    case RangeMethod::MovingAverage:
        return "moving_average";
    }
    return {};
}

const LayerRanges* RangeStudy::find(NodeId id) const {
    const auto it = std::ranges::find(layers, id, &LayerRanges::id);
    return it == layers.end() ? nullptr : &*it;
}

Result<RangeStudy> studyRanges(const AnalysedModel& model, CalibrationProvider& calibration,
                               const RangeStudyOptions& options, const Work& work) {
    const auto candidates = candidatesOf(*model.model->graph);
    if (candidates.empty())
        return errorDiagnostic("ranges.no_layers", "The model has no layers with weights in floating point.",
                               "Ranges are chosen before a model is quantized: open the variant it was made from.");
    CalibrationRequest request;
    for (const Candidate& candidate : candidates)
        request.values[candidate.value] = unsigned(Statistic::Range) | unsigned(Statistic::Histogram);
    const auto data = calibration.calibrate(*model.model, request, work.part(0, 0.8, "Gathering ranges"));
    if (!data)
        return data.status();
    RangeStudy study;
    study.samples = (*data)->samples;
    study.peakBytes = (*data)->peakBytes;
    study.capBytes = (*data)->capBytes;
    study.percent = options.percent;
    study.symmetric = options.symmetric;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (auto status = work.check(); !status)
            return status;
        const Candidate& candidate = candidates[i];
        work.progress.set(0.8 + 0.2 * double(i) / double(candidates.size()));
        const ValueStatistics* statistics = (*data)->find(candidate.value);
        if (!statistics)
            continue;
        LayerRanges layer;
        layer.id = candidate.node->id;
        layer.node = displayName(*candidate.node);
        layer.value = candidate.value;
        layer.activations = *statistics;
        for (const RangeMethod method : methods) {
            const auto range = chooseRange(*statistics, {method, options.percent, levels, options.symmetric});
            const auto error = rangeError(*statistics, range, levels, options.symmetric);
            layer.choices.push_back({method, range, shareOutside(*statistics, range), error.sqnrDb()});
        }
        if (auto status = studyWeights(candidate, options.weightLimit, layer); !status)
            return status;
        study.layers.push_back(std::move(layer));
    }
    return study;
}

} // namespace lapidary
