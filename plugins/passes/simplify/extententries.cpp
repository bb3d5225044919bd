// SPDX-License-Identifier: GPL-3.0-or-later
#include "extententries.h"

#include "evaluate.h"
#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {

namespace {

using Elements = std::optional<std::vector<ExtentEntry>>;

Elements ofConstant(const Tensor& tensor) {
    if (tensor.shape.size() > 1 || tensor.count() > 64 || !isInteger(tensor.type))
        return std::nullopt;
    const auto numbers = toIntegers(tensor);
    if (!numbers)
        return std::nullopt;
    std::vector<ExtentEntry> out;
    for (const auto number : *numbers)
        out.push_back({number, {}, -1});
    return out;
}

Elements ofShape(Rewriter& rewriter, const Node& node) {
    const auto shape = rewriter.shape(node.input(0));
    if (!shape || node.attribute("start") || node.attribute("end"))
        return std::nullopt;
    std::vector<ExtentEntry> out;
    for (std::size_t axis = 0; axis < shape->size(); ++axis)
        if ((*shape)[axis] >= 0)
            out.push_back({(*shape)[axis], {}, -1});
        else
            out.push_back({-1, node.input(0), int(axis)});
    return out;
}

Elements taken(const std::vector<ExtentEntry>& from, const Rewriter& rewriter, const Node& node) {
    const auto tensor = rewriter.constant(node.input(1));
    const auto indices = tensor ? toIntegers(*tensor) : Result<std::vector<std::int64_t>>(Diagnostic());
    if (!indices)
        return std::nullopt;
    std::vector<ExtentEntry> out;
    for (const auto index : *indices) {
        const auto at = axisOf(index, from.size());
        if (!at)
            return std::nullopt;
        out.push_back(from[*at]);
    }
    return out;
}

/// A slice of a list of entries picks the same places as a slice of their positions.
Elements cut(const std::vector<ExtentEntry>& from, const Rewriter& rewriter, const Node& node) {
    std::vector<std::int64_t> places(from.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = std::int64_t(i);
    std::vector<TensorPtr> inputs{makeTensor<std::int64_t>({std::int64_t(places.size())}, places)};
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        auto tensor = node.inputs[i].valid() ? rewriter.constant(node.inputs[i]) : nullptr;
        if (node.inputs[i].valid() && !tensor)
            return std::nullopt;
        inputs.push_back(std::move(tensor));
    }
    const auto kept = evaluate(node, inputs, rewriter.model().opset(), 4096);
    const auto numbers = kept ? toIntegers(*kept) : Result<std::vector<std::int64_t>>(Diagnostic());
    if (!numbers)
        return std::nullopt;
    std::vector<ExtentEntry> out;
    for (const auto place : *numbers)
        out.push_back(from[std::size_t(place)]);
    return out;
}

Elements joined(Rewriter& rewriter, const Node& node, int depth) {
    std::vector<ExtentEntry> out;
    for (const auto input : node.inputs) {
        const auto part = extentEntries(rewriter, input, depth + 1);
        if (!part) {
            // A single entry that is not understood leaves the others useful.
            const auto shape = rewriter.staticShape(input);
            if (!shape || *shape != Shape{1})
                return std::nullopt;
            out.push_back({});
            continue;
        }
        out.insert(out.end(), part->begin(), part->end());
    }
    return out;
}

} // namespace

Elements extentEntries(Rewriter& rewriter, ValueId value, int depth) {
    if (!value.valid() || depth > 8)
        return std::nullopt;
    if (const auto tensor = rewriter.constant(value))
        return ofConstant(*tensor);
    const Node* node = rewriter.edit().producer(value);
    if (!node || !node->isOnnx())
        return std::nullopt;
    if (node->is("Shape"))
        return ofShape(rewriter, *node);
    if (node->is("Concat"))
        return joined(rewriter, *node, depth);
    if (node->is("Cast")) {
        const auto to = DataType(node->intAttribute("to", 0));
        if (to != DataType::Int64 && to != DataType::Int32)
            return std::nullopt;
        return extentEntries(rewriter, node->input(0), depth + 1);
    }
    if (node->is("Identity") || node->is("Unsqueeze") || node->is("Squeeze"))
        return extentEntries(rewriter, node->input(0), depth + 1);
    if (node->is("Gather") || node->is("Slice")) {
        const Node copy = *node;
        const auto from = extentEntries(rewriter, copy.input(0), depth + 1);
        if (!from)
            return std::nullopt;
        return copy.is("Gather") ? taken(*from, rewriter, copy) : cut(*from, rewriter, copy);
    }
    return std::nullopt;
}

std::pair<ValueId, int> extentOrigin(const Rewriter& rewriter, ValueId value, int axis) {
    for (int steps = 0; steps < 200; ++steps) {
        const Node* node = rewriter.edit().producer(value);
        if (!node || !node->isOnnx() || node->output() != value)
            break;
        if (node->is("Transpose")) {
            const auto perm = node->intsAttribute("perm");
            if (std::size_t(axis) >= perm.size())
                break;
            axis = int(perm[std::size_t(axis)]);
        } else if (node->is("MatMul")) {
            const auto weight = rewriter.constant(node->input(1));
            if (!weight || weight->shape.size() != 2 || rewriter.rank(value) < 2 || axis >= rewriter.rank(value) - 1)
                break;
        } else if (node->is("Reshape")) {
            // A target of 0 copies the extent at its own place.
            const auto target = rewriter.constant(node->input(1));
            const auto extents = target ? toIntegers(*target) : Result<std::vector<std::int64_t>>(Diagnostic());
            if (!extents || std::size_t(axis) >= extents->size() || (*extents)[std::size_t(axis)] != 0 ||
                node->intAttribute("allowzero", 0) != 0)
                break;
        } else if (node->is("Conv") || node->is("Gemm") || node->is("GlobalAveragePool")) {
            if (axis != 0 || node->intAttribute("transA", 0) != 0)
                break;
        } else {
            // Operators of one data input that keep its shape, and sums with a constant that cannot widen it.
            const auto* traits = traitsOf(*node);
            const bool shapeKept = node->is("LayerNormalization") || node->is("BatchNormalization") ||
                                   node->is("Softmax") || node->is("Identity") || node->is("Dropout") ||
                                   (traits && traits->elementwise);
            if (!shapeKept)
                break;
            bool onlyData = true;
            for (std::size_t i = 1; i < node->inputs.size(); ++i)
                if (node->inputs[i].valid()) {
                    const auto constant = rewriter.constant(node->inputs[i]);
                    onlyData = onlyData && constant && int(constant->shape.size()) <= rewriter.rank(value) - axis - 1;
                }
            if (!onlyData)
                break;
        }
        value = node->input(0);
    }
    return {value, axis};
}

} // namespace lapidary
