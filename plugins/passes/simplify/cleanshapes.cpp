// SPDX-License-Identifier: GPL-3.0-or-later
#include "extententries.h"
#include "rewrites.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Parts of a shape that do not depend on the input become constants even where the whole shape does.
bool foldExtents(Rewriter& rewriter, NodeId id) {
    const Node* node = rewriter.node(id);
    const ValueId output = node->output();
    const bool scalar = rewriter.rank(output) == 0;
    if (!scalar && rewriter.rank(output) != 1)
        return false;
    if (rewriter.type(output) != DataType::Int64)
        return false;
    const auto elements = extentEntries(rewriter, output);
    if (!elements || elements->empty() || (scalar && elements->size() != 1) ||
        !std::all_of(elements->begin(), elements->end(), [](const auto& element) { return element.known(); }))
        return false;
    std::vector<std::int64_t> numbers;
    for (const auto& element : *elements)
        numbers.push_back(element.number);
    const Shape shape = scalar ? Shape{} : Shape{std::int64_t(numbers.size())};
    if (!rewriter.replaceByConstants(id, {makeTensor<std::int64_t>(shape, std::move(numbers))}))
        return false;
    rewriter.count("fold_constant", id, "Computed ahead");
    return true;
}

/// The constant that does what the computed target does: 0 copies an extent, one -1 is worked out by the runtime.
std::optional<std::vector<std::int64_t>> constantTarget(const Rewriter& rewriter, ValueId data,
                                                        const std::vector<ExtentEntry>& elements) {
    std::vector<std::int64_t> target;
    int open = 0;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const ExtentEntry& element = elements[i];
        if (element.known() && element.number == 0)
            return std::nullopt;
        if (!element.value.valid()) {
            target.push_back(element.number);
            open += element.number < 0;
            continue;
        }
        const bool copies = int(i) < rewriter.rank(data) &&
                            extentOrigin(rewriter, data, int(i)) == extentOrigin(rewriter, element.value, element.axis);
        target.push_back(copies ? 0 : -1);
        open += !copies;
    }
    return open <= 1 ? std::optional(std::move(target)) : std::nullopt;
}

bool cleanReshape(Rewriter& rewriter, NodeId id) {
    const Node node = *rewriter.node(id);
    if (node.inputs.size() != 2 || rewriter.constant(node.input(1)) || node.intAttribute("allowzero", 0) != 0)
        return false;
    const auto elements = extentEntries(rewriter, node.input(1));
    auto target = elements ? constantTarget(rewriter, node.input(0), *elements) : std::nullopt;
    if (!target || target->empty())
        return false;
    const Node* maker = rewriter.producer(node.input(1));
    const NodeId makerId = maker ? maker->id : NodeId();
    const Shape shape{std::int64_t(target->size())};
    const auto constant =
        rewriter.addConstant(displayName(node) + "_shape", makeTensor<std::int64_t>(shape, *std::move(target)));
    Node next = node;
    next.inputs[1] = constant;
    rewriter.replaceNode(std::move(next));
    if (makerId.valid())
        rewriter.touchNode(makerId);
    rewriter.count("clean_shape", id, "Shape made constant");
    return true;
}

} // namespace

bool cleanShapes(Rewriter& rewriter, NodeId id) {
    if (!rewriter.options().foldConstants || rewriter.model().opset() < 5)
        return false;
    const Node* node = rewriter.node(id);
    if (node->is("Reshape"))
        return cleanReshape(rewriter, id);
    return (node->is("Gather") || node->is("Slice")) && foldExtents(rewriter, id);
}

} // namespace lapidary
