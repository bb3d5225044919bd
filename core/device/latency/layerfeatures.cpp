// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/latency/layerfeatures.h"

#include "analysis/nodework.h"
#include "graph/operatortraits.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace lapidary {

namespace {

constexpr double blockChannels = 16; ///< kernels of wide vector units work on channels in blocks

bool known(const TensorType* type) {
    return type && type->shape &&
           std::all_of(type->shape->begin(), type->shape->end(), [](auto extent) { return extent >= 0; });
}

double elements(const Shape& shape) {
    double count = 1;
    for (const auto extent : shape)
        count *= double(extent);
    return count;
}

double bytesOf(const TensorType& type) {
    return elements(*type.shape) * bitsPerElement(type.type) / 8;
}

/// Channels of activations: axis 1, or the last axis of matrices.
double channelsOf(const Shape& shape) {
    return shape.size() >= 2 ? double(shape[shape.size() == 3 ? 2 : 1]) : shape.empty() ? 1 : double(shape.back());
}

bool isQuantization(const Node* node) {
    return node && categoryOf(*node) == OperatorCategory::Quantization;
}

bool isByte(DataType type) {
    return type == DataType::Int8 || type == DataType::UInt8;
}

void addShape(std::ostringstream& text, const TensorType& type) {
    text << ' ' << dataTypeName(type.type) << shapeText(*type.shape);
}

/// Attributes that change the amount of work: all numbers; tensors and texts hardly ever do.
void addAttributes(std::ostringstream& text, const Node& node) {
    std::vector<std::string> parts;
    for (const char* name : {"strides", "pads", "dilations", "kernel_shape", "axes", "perm"})
        if (const auto values = node.intsAttribute(name); !values.empty()) {
            std::string part = name;
            for (const auto value : values)
                part += ' ' + std::to_string(value);
            parts.push_back(std::move(part));
        }
    for (const char* name : {"group", "axis", "transA", "transB"})
        if (const auto value = node.intAttribute(name, -99); value != -99)
            parts.push_back(std::string(name) + ' ' + std::to_string(value));
    for (const auto& part : parts)
        text << ' ' << part;
}

void addWeight(LayerFeatures& features, const Shape& weight, std::int64_t groups) {
    features.layer = true;
    for (std::size_t axis = 2; axis < weight.size(); ++axis)
        features.kernelVolume *= double(weight[axis]);
    features.depthwise = weight.size() > 2 && groups > 1 && double(groups) >= features.inputChannels;
}

std::string familyKind(const LayerFeatures& features, std::size_t weightRank) {
    if (!features.layer || weightRank < 3)
        return {};
    return features.depthwise ? " depthwise" : features.kernelVolume > 1 ? " spatial" : " pointwise";
}

} // namespace

double LayerFeatures::work() const {
    return std::max({macs + operations, (inputBytes + outputBytes) / 4, 1.0});
}

std::array<double, LayerFeatures::count> LayerFeatures::logs() const {
    const auto log = [](double value) { return std::log(std::max(value, 1.0)); };
    const auto padding = [](double channels) {
        return std::log(std::ceil(channels / blockChannels) * blockChannels / std::max(channels, 1.0));
    };
    return {log(work()),         log(inputBytes),   log(outputBytes), log(weightBytes),       log(inputChannels),
            log(outputChannels), log(kernelVolume), log(positions),   padding(inputChannels), padding(outputChannels)};
}

LayerFeatures LayerFeatures::narrowed(double inputShare, double outputShare) const {
    LayerFeatures result = *this;
    const double dense = layer && !depthwise ? inputShare * outputShare : outputShare;
    result.macs *= dense;
    result.operations *= outputShare;
    result.inputBytes *= inputShare;
    result.outputBytes *= outputShare;
    result.weightBytes *= dense;
    result.inputChannels = std::max(1.0, inputChannels * inputShare);
    result.outputChannels = std::max(1.0, outputChannels * outputShare);
    result.signature.clear();
    return result;
}

std::string computePrecision(const Graph& graph, const Node& node, const ShapeTable& shapes) {
    const auto* traits = traitsOf(node);
    const auto data = node.input(traits ? std::size_t(std::max(0, traits->dataInput)) : 0);
    const auto type = shapes.type(data);
    const auto* producer = data.valid() ? graph.producer(data) : nullptr;
    if (isByte(type) || (isQuantization(producer) && isByte(shapes.type(producer->input(0)))))
        return "int8";
    return type == DataType::Float ? "float32" : dataTypeName(type);
}

std::optional<LayerFeatures> layerFeatures(const Graph& graph, const Node& node, const ShapeTable& shapes) {
    const auto* output = node.output().valid() ? shapes.find(node.output()) : nullptr;
    if (!known(output))
        return std::nullopt;
    const auto* traits = traitsOf(node);
    LayerFeatures features;
    std::ostringstream signature;
    signature << node.domain << ':' << node.opType;
    addAttributes(signature, node);
    bool any = false;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (!node.inputs[i].valid())
            continue;
        const auto* type = shapes.find(node.inputs[i]);
        if (!known(type))
            return std::nullopt;
        const bool constant = graph.constant(node.inputs[i]) != nullptr || (traits && int(i) == traits->weightInput);
        (constant ? features.weightBytes : features.inputBytes) += bytesOf(*type);
        if (!constant && !any)
            features.inputChannels = channelsOf(*type->shape);
        any = any || !constant;
        addShape(signature, *type);
    }
    if (!any)
        return std::nullopt;
    features.outputBytes = bytesOf(*output);
    features.outputChannels = channelsOf(*output->shape);
    features.positions = elements(*output->shape) / std::max(features.outputChannels, 1.0);
    std::size_t weightRank = 0;
    if (traits && traits->weightInput >= 0 && node.input(std::size_t(traits->weightInput)).valid()) {
        const auto weight = *shapes.find(node.input(std::size_t(traits->weightInput)))->shape;
        weightRank = weight.size();
        addWeight(features, weight, node.intAttribute("group", 1));
    }
    const auto work = workOf(node, shapes);
    features.macs = double(work.macs);
    features.operations = double(work.operations);
    const auto precision = computePrecision(graph, node, shapes);
    features.family = node.opType + familyKind(features, weightRank) + ' ' + precision;
    signature << " > " << precision;
    features.signature = signature.str();
    return features;
}

} // namespace lapidary
