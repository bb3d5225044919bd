// SPDX-License-Identifier: GPL-3.0-or-later
#include "rewrites.h"

namespace lapidary {

bool applyRewrites(Rewriter& rewriter, NodeId id) {
    const Node* node = rewriter.node(id);
    // Other domains, calls of local functions and control flow are somebody else's business.
    if (!node->isOnnx() || node->hasSubgraphs() || rewriter.model().functionOf(*node))
        return false;
    using Rewrite = bool (*)(Rewriter&, NodeId);
    static constexpr Rewrite anyNode[] = {convertConstants, removeNoops,  foldConstants, cleanShapes,
                                          fuseTransposes,   fuseReshapes, foldBatchNorm, foldBatchNormAhead,
                                          foldScale,        fusePad};
    for (const auto rewrite : anyNode) {
        if (!rewriter.node(id))
            return true;
        if (rewrite(rewriter, id))
            return true;
    }
    return false;
}

} // namespace lapidary
