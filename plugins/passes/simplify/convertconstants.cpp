// SPDX-License-Identifier: GPL-3.0-or-later
#include "rewrites.h"

namespace lapidary {

bool convertConstants(Rewriter& rewriter, NodeId id) {
    const Node* node = rewriter.node(id);
    if (!node->is("Constant") || node->outputs.size() != 1)
        return false;
    const auto tensor = rewriter.constant(node->output());
    if (!tensor || !rewriter.replaceByConstants(id, {tensor}))
        return false;
    rewriter.count("constant_to_initializer", id, {});
    return true;
}

} // namespace lapidary
