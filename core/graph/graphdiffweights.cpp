// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/graphdiffweights.h"

#include "graph/match/flatgraph.h"

#include <cmath>
#include <limits>

namespace lapidary::diff {

namespace {

std::optional<std::vector<float>> floatsOf(const TensorPtr& tensor) {
    if (!tensor)
        return std::nullopt;
    auto values = toFloats(*tensor);
    if (!values)
        return std::nullopt;
    return std::move(*values);
}

std::optional<std::vector<float>> dequantized(const Graph& graph, const Node& node) {
    const auto stored = graph.constant(node.input(0));
    auto values = floatsOf(stored);
    const auto scale = floatsOf(graph.constant(node.input(1)));
    const auto zero = node.input(2).valid() ? floatsOf(graph.constant(node.input(2))) : std::vector<float>();
    if (!values || !scale || scale->empty() || !zero || node.intAttribute("block_size", 0) != 0)
        return std::nullopt;
    std::size_t inner = values->size(), channels = 1;
    if (scale->size() > 1) {
        const auto rank = std::int64_t(stored->shape.size());
        auto axis = node.intAttribute("axis", 1);
        axis += axis < 0 ? rank : 0;
        if (axis < 0 || axis >= rank || stored->shape[std::size_t(axis)] != std::int64_t(scale->size()))
            return std::nullopt;
        channels = scale->size();
        inner = 1;
        for (auto i = std::size_t(axis) + 1; i < stored->shape.size(); ++i)
            inner *= std::size_t(stored->shape[i]);
    }
    for (std::size_t i = 0; inner > 0 && i < values->size(); ++i) {
        const std::size_t channel = i / inner % channels;
        const float offset = zero->empty() ? 0 : (*zero)[std::min(channel, zero->size() - 1)];
        (*values)[i] = ((*values)[i] - offset) * (*scale)[channel];
    }
    return values;
}

} // namespace

std::optional<std::vector<float>> effectiveWeights(const Graph& graph, ValueId value) {
    if (!value.valid())
        return std::nullopt;
    if (const auto tensor = graph.constant(value))
        return floatsOf(tensor);
    const auto* maker = graph.producer(value);
    if (!maker || !match::constantBehind(graph, value))
        return std::nullopt;
    const auto stored = graph.constant(maker->input(0));
    // Without a stored tensor right behind it a quantizer and its dequantizer follow each other: the floats count.
    return stored ? dequantized(graph, *maker) : floatsOf(match::constantBehind(graph, value));
}

std::optional<WeightDistance> weightDistance(const Graph& a, ValueId inA, const Graph& b, ValueId inB) {
    const auto left = effectiveWeights(a, inA);
    const auto right = effectiveWeights(b, inB);
    if (!left || !right || left->size() != right->size())
        return std::nullopt;
    double signal = 0, noise = 0;
    for (std::size_t i = 0; i < left->size(); ++i) {
        const double x = (*left)[i], difference = x - double((*right)[i]);
        signal += x * x;
        noise += difference * difference;
    }
    WeightDistance distance;
    if (noise > 0) {
        distance.relative = signal > 0 ? std::sqrt(noise / signal) : std::numeric_limits<double>::infinity();
        distance.sqnrDb = -20 * std::log10(distance.relative);
    } else {
        distance.sqnrDb = std::numeric_limits<double>::infinity();
    }
    return distance;
}

std::uint64_t weightBytes(const Graph& graph, const Node& node) {
    if (node.output().valid() && match::constantBehind(graph, node.output()) && !graph.constant(node.output()))
        return 0;
    std::uint64_t total = 0;
    for (const auto id : node.inputs)
        if (const auto tensor = id.valid() ? match::constantBehind(graph, id) : nullptr)
            total += tensor->bytes();
    return total;
}

} // namespace lapidary::diff
