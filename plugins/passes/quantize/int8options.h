// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/activationrange.h"
#include "pass/pass.h"

#include <map>

namespace lapidary {

struct Int8Options {
    bool asIntegerOperators = false;        ///< QLinearConv and its like instead of Q/DQ pairs
    DataType activations = DataType::UInt8; ///< UInt8, Int8, UInt16 or Int16
    RangeOptions range;                     ///< of the activations
    bool unsignedWeights = false;
    bool perChannel = true;
    int weightLimit = 127;                   ///< largest magnitude of an integer weight
    bool nonlinear = false;                  ///< what gives values between 0 and 1 (Sigmoid, Softmax) in 8 bits too
    bool equalize = false;                   ///< cross-layer equalization before anything else
    bool optimalRounding = false;            ///< of weights, for the least error of the layer's output
    bool wideRounding = false;               ///< this of layers with very many weights per output too
    bool correctBias = false;                ///< by the mean error on the calibration data
    bool layerByLayer = false;               ///< biases: by running the layers, not from the means of their inputs
    bool keepIsolated = true;                ///< small layers between operators in float stay in float
    bool shieldFloat = true;                 ///< keep runtimes from rounding the weights of layers that stay float
    bool earlierOperators = false;           ///< those that versions 2 and 3 ran in 8 bits, as these wrote them
    bool checkKernels = true;                ///< run the result once to see which kernels the runtime took
    std::vector<std::string> exclude;        ///< globs over node names
    std::map<NodeId, std::string> keptFloat; ///< further nodes that stay in float, and why
    Diagnostics notes;                       ///< what was decided for the user

    /// `productsSaturate`: see int8ProductsSaturate(), for "reduce_range" auto. Fails with "quantize.types" for
    /// combinations that no runtime computes.
    static Result<Int8Options> from(const PassInput& input, bool productsSaturate);
    bool excluded(const Node& node) const;
    bool wideActivations() const { return activations == DataType::UInt16 || activations == DataType::Int16; }
    std::uint64_t activationBytes() const { return wideActivations() ? 2 : 1; }
};

ParamSchema int8Schema();

/// Whether weights have to keep to 7 bits. `choice` is "auto", "on" or "off"; `saturates` says that this processor sums
/// pairs of products in 16 bits.
bool reducesRange(const std::string& choice, bool saturates, bool unsignedWeights, bool wideActivations);

} // namespace lapidary
