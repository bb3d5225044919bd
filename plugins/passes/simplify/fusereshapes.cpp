// SPDX-License-Identifier: GPL-3.0-or-later
#include "rewrites.h"

#include <algorithm>

namespace lapidary {

namespace {

bool onlyReshapes(const Node& node) {
    return node.is("Reshape") || node.is("Flatten") || node.is("Squeeze") || node.is("Unsqueeze");
}

} // namespace

bool fuseReshapes(Rewriter& rewriter, NodeId id) {
    const Node* node = rewriter.node(id);
    if (!onlyReshapes(*node) || rewriter.model().opset() < 5 || !rewriter.soleUse(node->input(0)))
        return false;
    const Node* inner = rewriter.producer(node->input(0));
    if (!inner || !onlyReshapes(*inner))
        return false;
    auto target = rewriter.shape(node->output());
    // One unknown extent can be left to the runtime; an extent of 0 would mean "copy" in a Reshape.
    if (!target || std::count(target->begin(), target->end(), -1) > 1 ||
        std::count(target->begin(), target->end(), 0) > 0)
        return false;
    Node next = *node;
    next.opType = "Reshape";
    next.attributes.clear();
    const auto rank = std::int64_t(target->size());
    next.inputs = {inner->input(0),
                   rewriter.addConstant(displayName(*node) + "_shape", makeTensor<std::int64_t>({rank}, *target))};
    const auto innerId = inner->id;
    rewriter.replaceNode(std::move(next));
    rewriter.touchNode(innerId);
    rewriter.count("fuse_reshapes", id, "Reshapes fused");
    return true;
}

} // namespace lapidary
