// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/nodework.h"

#include "graph/operatortraits.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace lapidary {
namespace {

using Counter = NodeWork (*)(const Node&, const ShapeTable&);

NodeWork macs(const Count& count) {
    return {count.value(), 0, count.known()};
}

int weightInputOf(const Node& node) {
    const OperatorTraits* traits = traitsOf(node);
    return traits && traits->weightInput >= 0 ? traits->weightInput : 1;
}

/// Every output element meets one kernel: the weight's axes behind the first are input channels per group and kernel.
NodeWork convolution(const Node& node, const ShapeTable& shapes) {
    const ValueId weight = node.input(std::size_t(weightInputOf(node)));
    return macs(Count().times(shapes.shape(node.output())).times(shapes.shape(weight), 1));
}

/// Every input element is spread by one kernel.
NodeWork transposedConvolution(const Node& node, const ShapeTable& shapes) {
    const ValueId weight = node.input(std::size_t(weightInputOf(node)));
    return macs(Count().times(shapes.shape(node.input(0))).times(shapes.shape(weight), 1));
}

NodeWork gemm(const Node& node, const ShapeTable& shapes) {
    const bool transposed = node.intAttribute("transA", 0) != 0;
    return macs(Count().times(shapes.shape(node.output())).times(shapes.extent(node.input(0), transposed ? 0 : 1)));
}

NodeWork matMul(const Node& node, const ShapeTable& shapes) {
    const bool transposed = node.intAttribute("transA", 0) != 0;
    const int inner = transposed && shapes.rank(node.input(0)) > 1 ? -2 : -1;
    return macs(Count().times(shapes.shape(node.output())).times(shapes.extent(node.input(0), inner)));
}

NodeWork packedMatMul(const Node& node, const ShapeTable& shapes) {
    return macs(Count().times(shapes.shape(node.output())).times(node.intAttribute("K", -1)));
}

/// Each step multiplies the input and the previous state by every gate's matrix, in each direction.
NodeWork recurrent(const Node& node, const ShapeTable& shapes) {
    const auto input = shapes.shape(node.input(0));
    if (!input || input->size() != 3)
        return {0, 0, false};
    const auto steps = [&] { return Count().times((*input)[0]).times((*input)[1]); };
    const Count fromInput = steps().times(shapes.shape(node.input(1)));
    const Count fromState = steps().times(shapes.shape(node.input(2)));
    return {Count::add(fromInput.value(), fromState.value()), 0, fromInput.known() && fromState.known()};
}

/// Product of all label extents for each multiplication: what nested loops over the labels do.
NodeWork einsum(const Node& node, const ShapeTable& shapes) {
    std::string equation = node.stringAttribute("equation");
    std::erase(equation, ' ');
    const std::string left = equation.substr(0, equation.find("->"));
    std::map<char, std::int64_t> extents;
    std::map<int, std::int64_t> dots; // axes behind "...", counted from the last one
    std::size_t begin = 0;
    for (const ValueId id : node.inputs) {
        const std::size_t end = std::min(left.find(',', begin), left.size());
        const std::string labels = left.substr(std::min(begin, left.size()), end - std::min(begin, left.size()));
        begin = end + 1;
        const auto shape = shapes.shape(id);
        if (!shape)
            return {0, 0, false};
        const std::size_t ellipsis = labels.find("...");
        const std::size_t named = labels.size() - (ellipsis == std::string::npos ? 0 : 3);
        if (named > shape->size())
            return {0, 0, false};
        const std::size_t hidden = shape->size() - named;
        std::size_t axis = 0;
        for (std::size_t i = 0; i < labels.size() && axis < shape->size(); ++i) {
            if (i == ellipsis) {
                for (std::size_t k = 0; k < hidden; ++k, ++axis)
                    dots[int(hidden - k)] = std::max(dots[int(hidden - k)], (*shape)[axis]);
                i += 2;
            } else {
                auto& extent = extents.emplace(labels[i], 1).first->second;
                extent = extent < 0 || (*shape)[axis] < 0 ? -1 : std::max(extent, (*shape)[axis]);
                ++axis;
            }
        }
    }
    Count count(node.inputs.size() > 1 ? node.inputs.size() - 1 : 0);
    for (const auto& [label, extent] : extents)
        count.times(extent);
    for (const auto& [position, extent] : dots)
        count.times(extent);
    return macs(count);
}

const std::unordered_map<std::string_view, Counter>& macCounters() {
    static const std::unordered_map<std::string_view, Counter> counters{
        {"Conv", convolution},
        {"ConvInteger", convolution},
        {"QLinearConv", convolution},
        {"FusedConv", convolution},
        {"NhwcFusedConv", convolution},
        {"DeformConv", convolution},
        {"ConvTranspose", transposedConvolution},
        {"QLinearConvTranspose", transposedConvolution},
        {"Gemm", gemm},
        {"FusedGemm", gemm},
        {"GemmFloat8", gemm},
        {"QGemm", gemm},
        {"GemmFastGelu", matMul},
        {"MatMul", matMul},
        {"MatMulInteger", matMul},
        {"MatMulInteger16", matMul},
        {"MatMulIntegerToFloat", matMul},
        {"QLinearMatMul", matMul},
        {"FusedMatMul", matMul},
        {"TransposeMatMul", matMul},
        {"DynamicQuantizeMatMul", matMul},
        {"MatMulNBits", packedMatMul},
        {"MatMulBnb4", packedMatMul},
        {"Einsum", einsum},
        {"LSTM", recurrent},
        {"GRU", recurrent},
        {"RNN", recurrent},
        {"DynamicQuantizeLSTM", recurrent},
    };
    return counters;
}

std::uint64_t elements(const ShapeTable& shapes, ValueId id) {
    return id.valid() ? Count().times(shapes.shape(id)).value() : 0;
}

/// Element operations besides multiply-accumulates: bias additions, activations, averages, normalizations.
std::uint64_t operationsOf(const Node& node, const OperatorTraits& traits, const ShapeTable& shapes) {
    const auto out = [&] { return elements(shapes, node.output()); };
    const auto in = [&] { return elements(shapes, node.input(0)); };
    switch (traits.category) {
    case OperatorCategory::Layer:
        return traits.biasInput >= 0 && node.input(std::size_t(traits.biasInput)).valid() ? out() : 0;
    case OperatorCategory::Pool: {
        Count count(out());
        const auto kernel = node.intsAttribute("kernel_shape");
        if (kernel.empty())
            return in();
        for (const std::int64_t extent : kernel)
            count.times(extent);
        return count.value();
    }
    case OperatorCategory::Normalization:
        // BatchNormalization is one multiplication and one addition; the others find mean and variance first.
        return Count(out()).times(node.is("BatchNormalization") ? 2 : 5).value();
    case OperatorCategory::Quantization:
        return Count(out()).times(2).value();
    default:
        break;
    }
    if (traits.flow == ChannelFlow::Mixes)
        return Count(out()).times(3).value(); // exponential, sum, division
    if (traits.flow == ChannelFlow::Reduces)
        return in();
    if (traits.elementwise || traits.flow == ChannelFlow::PerChannel)
        return Count(out()).times(std::int64_t(std::max<std::size_t>(node.inputs.size(), 2)) - 1).value();
    return 0;
}

/// Operators that only rename or drop an element: Identity, Dropout at inference, Cast.
bool isFree(const Node& node) {
    return node.is("Identity") || node.is("Dropout");
}

} // namespace

NodeWork workOf(const Node& node, const ShapeTable& shapes) {
    const OperatorTraits* traits = traitsOf(node);
    if (!traits || node.hasSubgraphs())
        return {0, 0, false};
    if (traits->category == OperatorCategory::Attention)
        return attentionWork(node, shapes);
    NodeWork work;
    const auto counter = macCounters().find(node.opType);
    if (counter != macCounters().end())
        work = counter->second(node, shapes);
    else if (traits->category == OperatorCategory::Layer)
        work.known = false;
    if (!isFree(node))
        work.operations = operationsOf(node, *traits, shapes);
    return work;
}

} // namespace lapidary
