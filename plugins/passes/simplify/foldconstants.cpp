// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate.h"
#include "graph/operatortraits.h"
#include "rewrites.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Shape and Size need no numbers, only extents that hold for every input. `start` and `end` are counted as Python
/// does.
TensorPtr extentsOf(Rewriter& rewriter, const Node& node) {
    const auto shape = rewriter.staticShape(node.input(0));
    if (!shape)
        return nullptr;
    if (node.is("Size")) {
        const auto count = elementCount(*shape);
        return count ? makeScalar<std::int64_t>(*count) : nullptr;
    }
    const auto rank = std::int64_t(shape->size());
    const auto bound = [&](std::string_view name, std::int64_t fallback) {
        const std::int64_t at = node.intAttribute(name, fallback);
        return std::clamp(at < 0 ? at + rank : at, std::int64_t(0), rank);
    };
    const std::int64_t start = bound("start", 0), end = std::max(start, bound("end", rank));
    return makeTensor<std::int64_t>({end - start}, {shape->begin() + start, shape->begin() + end});
}

/// A result may take what its inputs free, and so much more.
std::uint64_t allowedBytes(const Rewriter& rewriter, const Node& node, const std::vector<TensorPtr>& inputs) {
    std::uint64_t bytes = rewriter.options().maxFoldedBytes;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i] && rewriter.soleUse(node.inputs[i]))
            bytes += inputs[i]->bytes();
    return bytes;
}

/// Weights packed as small integers, or in unsigned words, stay so: unpacked they would take the bytes that were saved.
bool unpacksCodes(const std::vector<TensorPtr>& inputs, const Tensor& result) {
    constexpr std::int64_t fewNumbers = 64;
    std::uint64_t bytes = 0;
    bool codes = false;
    for (const TensorPtr& input : inputs) {
        if (!input)
            continue;
        bytes += input->bytes();
        const bool words = input->type == DataType::UInt32 || input->type == DataType::UInt64;
        const bool small = isInteger(input->type) && bitsPerElement(input->type) <= 8;
        codes = codes || ((words || small) && input->count() >= fewNumbers);
    }
    return codes && result.bytes() > bytes;
}

} // namespace

bool foldConstants(Rewriter& rewriter, NodeId id) {
    const Node* node = rewriter.node(id);
    if (!rewriter.options().foldConstants || node->inputs.empty() || node->outputs.size() != 1)
        return false;
    TensorPtr result;
    if (node->is("Shape") || node->is("Size")) {
        result = extentsOf(rewriter, *node);
    } else {
        const auto* traits = traitsOf(*node);
        if (traits && (!traits->deterministic || !traits->foldable))
            return false;
        // Quantized weights are stored small on purpose.
        if (traits && traits->category == OperatorCategory::Quantization)
            return false;
        std::vector<TensorPtr> inputs;
        for (const auto input : node->inputs) {
            auto tensor = input.valid() ? rewriter.constant(input) : nullptr;
            if (input.valid() && !tensor)
                return false;
            inputs.push_back(std::move(tensor));
        }
        result = evaluate(*node, inputs, rewriter.model().opset(), allowedBytes(rewriter, *node, inputs));
        if (result && unpacksCodes(inputs, *result))
            return false;
    }
    if (!result || !rewriter.replaceByConstants(id, {result}))
        return false;
    rewriter.count("fold_constant", id, "Computed ahead");
    return true;
}

} // namespace lapidary
