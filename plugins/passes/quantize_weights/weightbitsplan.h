// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/layerbias.h"
#include "storagewriter.h"

namespace lapidary {

/// One weight that becomes codes.
struct QuantizedLayer {
    WeightMatrix matrix;
    std::string name; ///< of its first node
    int leastBits = 2;
    bool fixed = false;    ///< the user asked for these bits by name
    bool products = false; ///< MatMulNBits can stand for its users
    WeightStorage storage;
    BiasPlace bias; ///< not usable: the bias stays

    const Node& node(const Graph& graph) const { return *graph.node(matrix.nodes.front()); }
};

struct WeightBitsPlan {
    std::vector<QuantizedLayer> layers; ///< in graph order
    std::vector<FencedNode> fenced;
    Diagnostics notes;
    std::int64_t newestOpset = 0; ///< as far as the opset can be raised
};

/// Which layers get how many bits, stored how; under `bySensitivity` all have the options' bits still, or those asked
/// for by name. Reads no weights. Fails with "pass.already_quantized", "pass.not_applicable" when there is nothing to
/// do, "param.node" for a name that fits no layer, "pass.opset".
Result<WeightBitsPlan> planWeightBits(const PassInput& input, const WeightBitsOptions& options);

/// Gives every layer without bits of its own those under which all weights together take the share options.target of
/// their bytes and the sum of losses is least (Allocation). `losses`: per layer, for 2 to 8 bits. Notes where even the
/// fewest bits are too many.
void shareBits(WeightBitsPlan& plan, const WeightBitsOptions& options, const std::vector<std::vector<double>>& losses);

/// What a layer may lose by bits alone, where nothing was measured: a quarter of the error with each bit.
std::vector<std::vector<double>> guessedLosses(const WeightBitsPlan& plan);

/// `model`, whose layers hold numbers still, with codes instead. Null `codes`: as StorageWriter::store. Raises the
/// opset as far as the storage needs.
Result<ModelPtr> writeCodes(const ModelPtr& model, const ShapeTable& shapes, const WeightBitsPlan& plan,
                            const std::vector<LayerCodes>* codes, Diagnostics& notes);

} // namespace lapidary
