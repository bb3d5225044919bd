// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/operatortraits.h"
#include "int8options.h"

#include <map>
#include <set>

namespace lapidary {

/// A layer with weights that will compute in 8 bits.
struct Int8Layer {
    NodeId node;
    ValueId data;
    ValueId weight;
    ValueId bias;              ///< invalid: none
    int axis = -1;             ///< output channels in the weight; -1: one scale for all
    std::int64_t channels = 1; ///< scales
};

/// A constant that a quantized node uses as an activation.
struct Int8Constant {
    NodeId node;
    int input = 0;
    ValueId value;
};

/// A layer that stays in float and reads a value from 8 bits. ONNX Runtime (1.21 and newer) takes the float weights of
/// such a layer for forgotten and rounds them, with one scale for all, unless what it reads has a scale per channel.
struct Int8Shield {
    NodeId node;
    ValueId data;
    int axis = 0;            ///< of the data, which gets equal scales along it
    std::int64_t extent = 0; ///< more than 1
};

/// What is added to a product of matrices in float that reads 8 bits: a constant of one axis, which gets axes of one
/// before it. Broadcast, it is the same. ONNX Runtime moves scales per channel away from a product whose bias has one
/// axis, and rounds its weights after all.
struct Int8Spread {
    NodeId node; ///< the product, or the addition behind it
    int input = 0;
    ValueId value;
    std::size_t axes = 2; ///< then
};

/// Weights that were rounded with regard to the data.
struct Int8Rounding {
    std::vector<float> values; ///< in the tensor's order; multiples of their scales
    std::vector<float> scales; ///< one, or one per output channel
};

/// What becomes of a graph: which nodes compute in 8 bits, and which values pass through 8 bits.
struct Int8Plan {
    std::vector<Int8Layer> layers;       ///< in node order
    std::vector<Int8Constant> constants; ///< in node order
    std::set<NodeId> nodes;      ///< everything that computes in 8 bits: layers, other kernels, absorbed activations
    std::vector<ValueId> values; ///< these get a QuantizeLinear and a DequantizeLinear, in order of computation
    std::map<ValueId, ValueId>
        root; ///< each of `values` → the value whose scale it takes (itself, or what it is a copy of)
    std::map<ValueId, float> upperBound;         ///< largest value a Clip before the value lets through
    std::set<ValueId> unitRoots;                 ///< roots whose values lie between 0 and 1 whatever the data
    std::vector<Int8Spread> spreads;             ///< in node order
    std::vector<Int8Shield> shields;             ///< in node order
    std::vector<NodeId> standing;                ///< nodes that have to stand on the integers themselves, in node order
    std::vector<ValueId> fills;                  ///< constants that these write between the data
    std::map<ValueId, Int8Rounding> rounded;     ///< by weight; absent: rounded to nearest
    std::map<NodeId, std::vector<float>> biases; ///< by layer: instead of its own
    std::vector<FencedNode> fenced;
    Diagnostics notes;
    std::size_t candidates = 0; ///< nodes of the kinds that could be quantized, in scope

    const Int8Layer* layerOf(NodeId node) const;
    /// Whether input `index` of a quantized node is data that comes from 8 bits.
    static bool isDataInput(const Graph& graph, const Node& node, std::size_t index, const ShapeTable& shapes);
};

/// How the node runs in 8 bits, as the options want the operator table read (Int8Options::earlierOperators).
QuantizedKernel kernelOf(const Node& node, const Int8Options& options);
/// A kernel that moves bytes, now or as recipes of earlier versions have it: for nodes that are known to have one.
bool movesBytes(const OperatorTraits& traits);

/// Fails with "pass.nothing" (nothing can be quantized; says why).
Result<Int8Plan> planInt8(const Model& model, const PassInput& input, const Int8Options& options);

/// Why a node with weights cannot compute in 8 bits; empty if it can, then `layer` is filled.
std::string describeLayer(const Graph& graph, const Node& node, const ShapeTable& shapes, const Int8Options& options,
                          Int8Layer& layer);

} // namespace lapidary
