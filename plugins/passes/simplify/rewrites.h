// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rewriter.h"

namespace lapidary {

// Each rewrite looks at one node and returns whether it changed the graph. What it does not fully understand it leaves.

bool foldConstants(Rewriter& rewriter, NodeId id);      ///< computes ahead what depends on no input
bool convertConstants(Rewriter& rewriter, NodeId id);   ///< Constant nodes become initializers
bool cleanShapes(Rewriter& rewriter, NodeId id);        ///< computed Reshape targets become constants
bool removeNoops(Rewriter& rewriter, NodeId id);        ///< nodes whose output always equals their input
bool fuseTransposes(Rewriter& rewriter, NodeId id);     ///< two Transposes become one
bool fuseReshapes(Rewriter& rewriter, NodeId id);       ///< chains of Reshape, Flatten, Squeeze, Unsqueeze become one
bool foldBatchNorm(Rewriter& rewriter, NodeId id);      ///< into the linear layer before it
bool foldBatchNormAhead(Rewriter& rewriter, NodeId id); ///< into the linear layer after it, where nothing is padded
bool foldScale(Rewriter& rewriter, NodeId id);          ///< constant Mul, Div, Add, Sub per channel into a linear layer
bool fusePad(Rewriter& rewriter, NodeId id);            ///< zero padding into the Conv or pooling after it

/// Applies the rewrites that fit the node's operator; returns whether one did something.
bool applyRewrites(Rewriter& rewriter, NodeId id);

/// Merges nodes that compute the same from the same, over the whole graph; returns whether there were any.
bool mergeDuplicates(Rewriter& rewriter);

} // namespace lapidary
