// SPDX-License-Identifier: GPL-3.0-or-later
#include "rewrites.h"

#include <algorithm>

namespace lapidary {

namespace {

/// The permutation, the default one (axes reversed) spelt out; empty if the rank is unknown.
std::vector<std::int64_t> permutation(const Rewriter& rewriter, const Node& node) {
    auto perm = node.intsAttribute("perm");
    if (!perm.empty())
        return perm;
    const int rank = rewriter.rank(node.input(0));
    for (int axis = rank - 1; axis >= 0; --axis)
        perm.push_back(axis);
    return perm;
}

} // namespace

bool fuseTransposes(Rewriter& rewriter, NodeId id) {
    const Node* node = rewriter.node(id);
    if (!node->is("Transpose"))
        return false;
    const Node* inner = rewriter.producer(node->input(0));
    if (!inner || !inner->is("Transpose"))
        return false;
    const auto first = permutation(rewriter, *inner);
    const auto second = permutation(rewriter, *node);
    if (first.empty() || first.size() != second.size())
        return false;
    std::vector<std::int64_t> both;
    for (const auto axis : second) {
        if (axis < 0 || std::size_t(axis) >= first.size())
            return false;
        both.push_back(first[std::size_t(axis)]);
    }
    Node next = *node;
    next.inputs[0] = inner->input(0);
    const auto innerId = inner->id;
    std::erase_if(next.attributes, [](const Attribute& attribute) { return attribute.name == "perm"; });
    next.attributes.push_back(makeAttribute("perm", std::move(both)));
    rewriter.replaceNode(std::move(next));
    rewriter.touchNode(innerId);
    rewriter.count("fuse_transposes", id, "Transposes fused");
    return true;
}

} // namespace lapidary
