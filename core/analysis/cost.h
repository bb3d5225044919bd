// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/shapetable.h"

namespace lapidary {

/// What one node costs, for the shapes given. Counts, not estimates of time.
struct NodeCost {
    std::uint64_t macs = 0; ///< multiply-accumulates (Conv, ConvTranspose, Gemm, MatMul, Einsum, attention, recurrent;
                            ///< QOperator and QDQ forms alike)
    std::uint64_t operations = 0; ///< other element operations (adds, comparisons, exponentials: one each)
    std::uint64_t parameters = 0; ///< elements of the floating point or integer constants this node is the first to use
    std::uint64_t parameterBytes = 0;  ///< their bytes as stored
    std::uint64_t activationBytes = 0; ///< bytes of the node's outputs
    bool known = true;                 ///< false: a shape is missing, so macs is a lower bound
};

struct CostReport {
    std::vector<NodeCost> nodes; ///< by NodeId::number (nodeIdLimit entries)
    std::uint64_t macs = 0;
    /// Elements of every initializer and Constant tensor that acts as a weight, each counted once, subgraphs included:
    /// floating point always, integers of up to 8 bits and unsigned ones of 32 and 64 bits (words of packed codes)
    /// always, other integers where a layer or a quantization operator uses them. Shapes, indices, bounds and other
    /// whole numbers are not parameters.
    std::uint64_t parameters = 0;
    std::uint64_t parameterBytes = 0;
    std::uint64_t peakActivationBytes =
        0;                        ///< live activations at the worst moment, executing in node order without in-place
    std::size_t unknownNodes = 0; ///< nodes with known = false

    const NodeCost& of(NodeId id) const { return nodes[id.number]; }
};

/// MACs count the multiplications a direct implementation does: a Conv output element costs kernel volume x input
/// channels / groups. Shapes with batch > 1 count the whole batch. Biases, BatchNorm and activations cost operations,
/// not MACs.
CostReport analyseCost(const Graph& graph, const ShapeTable& shapes);

} // namespace lapidary
