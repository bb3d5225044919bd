// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/layerbias.h"
#include "sparsifyoptions.h"

namespace lapidary {

/// One weight that becomes sparse.
struct SparseLayer {
    WeightMatrix matrix;
    std::string name;    ///< of its first node
    double sparsity = 0; ///< wanted; NaN under N:M
    bool fixed = false;  ///< the user asked for this sparsity by name
    BiasPlace bias;      ///< not usable: the bias stays

    MatrixShape extents() const { return MatrixShape(matrix); }
    const Node& node(const Graph& graph) const { return *graph.node(matrix.nodes.front()); }
};

struct SparsifyPlan {
    std::vector<SparseLayer> layers; ///< in graph order
    std::vector<FencedNode> fenced;
    Diagnostics notes;
};

/// Which layers the pass treats, with a uniform sparsity unless asked for by name. Reads no weights. Fails with
/// "pass.not_applicable" when there is none.
Result<SparsifyPlan> planSparsify(const PassInput& input, const SparsifyOptions& options);

} // namespace lapidary
