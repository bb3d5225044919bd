// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/layerrows.h"

#include "graph/operatortraits.h"

#include <algorithm>
#include <numeric>

namespace lapidary {
namespace {

Diagnostic unusual(const Node& node, const std::string& what) {
    return errorDiagnostic("calibration.layer", "'" + displayName(node) + "' " + what + ".").atNode(displayName(node));
}

std::uint64_t mixed(std::uint64_t x) { // splitmix64
    x += 0x9e3779b97f4a7c15ull;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

std::int64_t product(std::span<const std::int64_t> extents) {
    return std::accumulate(extents.begin(), extents.end(), std::int64_t(1), std::multiplies<>());
}

/// Amounts at the beginning of every spatial axis.
Result<std::vector<std::int64_t>> beginPads(const Node& node, const Shape& input, const Shape& output,
                                            std::span<const std::int64_t> kernel, std::span<const std::int64_t> strides,
                                            std::span<const std::int64_t> dilations, bool transposed) {
    const std::size_t axes = kernel.size();
    const std::string automatic = node.stringAttribute("auto_pad", "NOTSET");
    if (automatic == "VALID")
        return std::vector<std::int64_t>(axes, 0);
    if (automatic == "NOTSET" || automatic.empty()) {
        auto pads = node.intsAttribute("pads", std::vector<std::int64_t>(2 * axes, 0));
        if (pads.size() != 2 * axes)
            return unusual(node, "has pads that do not fit its kernel");
        pads.resize(axes);
        return pads;
    }
    if (transposed)
        return unusual(node, "pads itself while it transposes");
    std::vector<std::int64_t> pads;
    for (std::size_t a = 0; a < axes; ++a) {
        const std::int64_t total = (output[a + 2] - 1) * strides[a] + (kernel[a] - 1) * dilations[a] + 1 - input[a + 2];
        pads.push_back(total <= 0 ? 0 : automatic == "SAME_LOWER" ? (total + 1) / 2 : total / 2);
    }
    return pads;
}

} // namespace

Result<LayerRows> LayerRows::of(const Graph& graph, const ShapeTable& shapes, const Node& node) {
    const OperatorTraits* traits = traitsOf(node);
    if (!traits || traits->flow != ChannelFlow::Produces || traits->weightInput != 1 || node.is("Einsum"))
        return unusual(node, "is not a layer that multiplies with a weight");
    LayerRows layer;
    layer.input = node.input(0);
    layer.weight = node.input(1);
    layer.output = node.output();
    layer.biasInput = traits->biasInput;
    layer.bias = traits->biasInput < 0 ? ValueId() : node.input(std::size_t(traits->biasInput));
    const TensorPtr weight = graph.constant(layer.weight);
    const auto in = shapes.shape(layer.input), out = shapes.shape(layer.output);
    if (!weight || weight->missing() || !isFloatingPoint(weight->type) || graph.constant(layer.input))
        return unusual(node, "has no constant weight of floating point numbers on its right side");
    const auto known = [](std::int64_t extent) { return extent > 0; };
    if (!in || !out || !std::ranges::all_of(*in, known) || !std::ranges::all_of(*out, known))
        return unusual(node, "has shapes that are not known");
    const Shape& w = weight->shape;
    if (traits->weightOutputAxis < 0 || w.size() < 2 || !std::ranges::all_of(w, known))
        return unusual(node, "has a weight of an unusual shape");
    const bool conv = node.is("Conv"), transpose = node.is("ConvTranspose");
    if (!conv && !transpose) {
        layer.m_kind = Kind::Product;
        layer.m_transposed = traits->weightOutputAxis == 0;
        layer.channels = std::size_t(w[layer.m_transposed ? 1 : 0]);
        layer.outputs = std::size_t(w[layer.m_transposed ? 0 : 1]);
        if (w.size() != 2 || node.intAttribute("transA", 0) != 0 || node.floatAttribute("alpha", 1) != 1 ||
            node.floatAttribute("beta", 1) != 1 || in->size() < 2)
            return unusual(node, "is a product of an unusual form");
        if (in->back() != w[layer.m_transposed ? 1 : 0] || out->back() != std::int64_t(layer.outputs))
            return unusual(node, "has shapes that do not fit its weight");
        return layer;
    }
    layer.m_kind = conv ? Kind::Conv : Kind::ConvTranspose;
    layer.groups = std::size_t(std::max<std::int64_t>(node.intAttribute("group", 1), 1));
    layer.m_kernel.assign(w.begin() + 2, w.end());
    const std::size_t axes = layer.m_kernel.size();
    layer.m_strides = node.intsAttribute("strides", std::vector<std::int64_t>(axes, 1));
    layer.m_dilations = node.intsAttribute("dilations", std::vector<std::int64_t>(axes, 1));
    layer.taps = std::size_t(product(layer.m_kernel));
    layer.channels = conv ? std::size_t(w[1]) : std::size_t(w[0]) / layer.groups;
    layer.outputs = conv ? std::size_t(w[0]) / layer.groups : std::size_t(w[1]);
    if (axes < 1 || axes > 3 || in->size() != axes + 2 || out->size() != axes + 2 || layer.m_strides.size() != axes ||
        layer.m_dilations.size() != axes || std::int64_t(layer.channels * layer.groups) != (*in)[1] ||
        std::int64_t(layer.outputs * layer.groups) != (*out)[1])
        return unusual(node, "has shapes that do not fit its weight");
    auto pads = beginPads(node, *in, *out, layer.m_kernel, layer.m_strides, layer.m_dilations, transpose);
    if (!pads)
        return pads.status();
    layer.m_padsBegin = std::move(*pads);
    return layer;
}

std::size_t LayerRows::positions(const Shape& outputShape, std::size_t samples) const {
    if (m_kind == Kind::Product)
        return std::size_t(elementCount(outputShape).value_or(0)) / std::max<std::size_t>(outputs * samples, 1);
    return std::size_t(product(std::span(outputShape).subspan(2)));
}

std::ptrdiff_t LayerRows::source(std::size_t position, std::size_t tap, const std::vector<std::int64_t>& in,
                                 const std::vector<std::int64_t>& out) const {
    std::int64_t place = 0, step = 1, left = std::int64_t(position), tapLeft = std::int64_t(tap);
    for (std::size_t a = m_kernel.size(); a-- > 0;) {
        const std::int64_t o = left % out[a], t = tapLeft % m_kernel[a];
        left /= out[a];
        tapLeft /= m_kernel[a];
        std::int64_t i = 0;
        if (m_kind == Kind::Conv) {
            i = o * m_strides[a] + t * m_dilations[a] - m_padsBegin[a];
        } else {
            const std::int64_t from = o + m_padsBegin[a] - t * m_dilations[a];
            if (from < 0 || from % m_strides[a] != 0)
                return -1;
            i = from / m_strides[a];
        }
        if (i < 0 || i >= in[a])
            return -1;
        place += i * step;
        step *= in[a];
    }
    return std::ptrdiff_t(place);
}

std::vector<double> LayerRows::tapCoverage(const Shape& shape, const Shape& outputShape) const {
    std::vector<double> coverage(taps, 1);
    if (m_kind == Kind::Product)
        return coverage;
    const std::vector<std::int64_t> in(shape.begin() + 2, shape.end()), out(outputShape.begin() + 2, outputShape.end());
    const auto count = std::size_t(product(out));
    for (std::size_t tap = 0; tap < taps; ++tap) {
        std::size_t met = 0;
        for (std::size_t position = 0; position < count; ++position)
            met += source(position, tap, in, out) >= 0;
        coverage[tap] = double(met) / double(std::max<std::size_t>(count, 1));
    }
    return coverage;
}

std::vector<std::int32_t> LayerRows::sources(const Shape& shape, const Shape& outputShape,
                                             std::span<const std::uint32_t> positions) const {
    if (m_kind == Kind::Product)
        return {positions.begin(), positions.end()};
    const std::vector<std::int64_t> in(shape.begin() + 2, shape.end()), out(outputShape.begin() + 2, outputShape.end());
    std::vector<std::int32_t> places;
    places.reserve(positions.size() * taps);
    for (const std::uint32_t position : positions)
        for (std::size_t tap = 0; tap < taps; ++tap)
            places.push_back(std::int32_t(source(position, tap, in, out)));
    return places;
}

void LayerRows::unfold(std::span<const float> values, const Shape& shape, std::size_t samples, std::size_t sample,
                       std::size_t group, std::span<const std::int32_t> sources, float* rows) const {
    if (m_kind == Kind::Product) {
        const std::size_t each = values.size() / (channels * std::max<std::size_t>(samples, 1));
        for (std::size_t r = 0; r < sources.size(); ++r)
            std::copy_n(values.data() + (sample * each + std::size_t(sources[r])) * channels, channels,
                        rows + r * channels);
        return;
    }
    constexpr std::size_t together = 16; // channels whose planes are read side by side
    const auto plane = std::size_t(product(std::span(shape).subspan(2)));
    const float* base = values.data() + (sample * groups + group) * channels * plane;
    const std::size_t count = sources.size() / taps, width = features();
    for (std::size_t begin = 0; begin < channels; begin += together)
        for (std::size_t r = 0; r < count; ++r) {
            const std::int32_t* from = sources.data() + r * taps;
            float* row = rows + r * width + begin * taps;
            for (std::size_t c = begin; c < std::min(channels, begin + together); ++c)
                for (std::size_t t = 0; t < taps; ++t)
                    *row++ = from[t] < 0 ? 0.0f : base[c * plane + std::size_t(from[t])];
        }
}

void LayerRows::gather(std::span<const float> values, const Shape& shape, std::size_t samples, std::size_t sample,
                       std::span<const std::uint32_t> positions, float* rows) const {
    const std::size_t width = m_kind == Kind::Product ? std::size_t(shape.back()) : std::size_t(shape[1]);
    const std::size_t each = values.size() / (width * std::max<std::size_t>(samples, 1));
    const float* base = values.data() + sample * each * width;
    for (std::size_t r = 0; r < positions.size(); ++r)
        for (std::size_t c = 0; c < width; ++c)
            rows[r * width + c] =
                m_kind == Kind::Product ? base[positions[r] * width + c] : base[c * each + positions[r]];
}

std::size_t LayerRows::weightIndex(std::size_t group, std::size_t output, std::size_t feature) const {
    switch (m_kind) {
    case Kind::Conv:
        return (group * outputs + output) * features() + feature;
    case Kind::ConvTranspose:
        return ((group * channels + feature / taps) * outputs + output) * taps + feature % taps;
    case Kind::Product:
        return m_transposed ? output * channels + feature : feature * outputs + output;
    }
    return 0;
}

std::vector<float> LayerRows::matrices(std::span<const float> weightValues) const {
    std::vector<float> result(groups * outputs * features());
    for (std::size_t g = 0, i = 0; g < groups; ++g)
        for (std::size_t o = 0; o < outputs; ++o)
            for (std::size_t f = 0; f < features(); ++f)
                result[i++] = weightValues[weightIndex(g, o, f)];
    return result;
}

std::vector<float> LayerRows::weightOf(std::span<const float> matrixValues) const {
    std::vector<float> result(groups * outputs * features());
    for (std::size_t g = 0, i = 0; g < groups; ++g)
        for (std::size_t o = 0; o < outputs; ++o)
            for (std::size_t f = 0; f < features(); ++f)
                result[weightIndex(g, o, f)] = matrixValues[i++];
    return result;
}

std::vector<std::uint32_t> samplePositions(std::uint64_t seed, std::size_t sample, std::size_t total,
                                           std::size_t count) {
    std::vector<std::uint32_t> positions;
    const std::size_t taken = std::min(total, count);
    for (std::size_t i = 0; i < taken; ++i) {
        const std::size_t begin = i * total / taken, end = (i + 1) * total / taken;
        const std::uint64_t random = mixed(seed ^ mixed(sample * 0x10001ull + i));
        positions.push_back(std::uint32_t(begin + random % (end - begin)));
    }
    return positions;
}

} // namespace lapidary
