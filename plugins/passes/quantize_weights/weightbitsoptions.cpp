// SPDX-License-Identifier: GPL-3.0-or-later
#include "weightbitsoptions.h"

#include "base/glob.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

using Options = WeightBitsOptions;

constexpr std::size_t enoughRows = 128; ///< per column; with all of them the output's error is the same within 0.2 dB

Diagnostic contradiction(std::string what, std::string hint) {
    return errorDiagnostic("param.range", std::move(what), std::move(hint));
}

Status check(const Options& options) {
    if (options.codebook && options.storage == Options::Storage::MatMulNBits)
        return contradiction("MatMulNBits knows no codebooks.", "Use the uniform grid, or another storage.");
    if (options.codebook && options.storage == Options::Storage::Dequantize)
        return contradiction("DequantizeLinear knows no codebooks.", "Use the storage \"auto\".");
    if (options.storage == Options::Storage::MatMulNBits && options.granularity != Options::Granularity::Group)
        return contradiction("MatMulNBits has scales per group of inputs.", "Set the granularity to \"group\".");
    const auto size = options.groupSize;
    if (options.storage == Options::Storage::MatMulNBits && (size < 16 || (size & (size - 1)) != 0))
        return contradiction("MatMulNBits wants groups of 16, 32, 64, 128 or 256, not " + std::to_string(size) + ".",
                             "Set group_size to 32.");
    if (options.storage == Options::Storage::MatMulNBits && options.bits != 4 && options.bits != 8)
        return contradiction("MatMulNBits has kernels for 4 and 8 bits, not for " + std::to_string(options.bits) + ".",
                             "Set bits to 4 or 8.");
    return {};
}

} // namespace

int WeightBitsOptions::bitsByName(const std::string& node) const {
    int bits = -1;
    std::size_t longest = 0;
    for (const auto& [pattern, asked] : layerBits)
        if ((pattern == node || globMatch(pattern, node)) && (bits < 0 || pattern.size() > longest)) {
            bits = asked;
            longest = pattern.size();
        }
    return bits;
}

Result<WeightBitsOptions> WeightBitsOptions::from(const PassInput& input) {
    Options options;
    const std::string granularity = input.text("granularity"), rounding = input.text("rounding"),
                      storage = input.text("storage");
    options.bits = int(input.integer("bits"));
    options.granularity = granularity == "tensor"  ? Granularity::Tensor
                          : granularity == "group" ? Granularity::Group
                                                   : Granularity::Channel;
    options.groupSize = std::size_t(input.integer("group_size"));
    options.codebook = input.text("grid") == "codebook";
    options.symmetric = options.codebook || input.flag("symmetric");
    options.rounding = rounding == "nearest" ? Rounding::Nearest
                       : rounding == "mse"   ? Rounding::Mse
                                             : Rounding::Optimal;
    options.storage = storage == "dequantize"     ? Storage::Dequantize
                      : storage == "matmul_nbits" ? Storage::MatMulNBits
                                                  : Storage::Auto;
    options.bySensitivity = input.text("mode") == "sensitivity";
    options.target = input.number("target");
    options.firstBits = int(input.integer("first_bits"));
    options.depthwiseBits = int(input.integer("depthwise_bits"));
    options.sequential = options.needsData() && input.flag("sequential");
    options.biasCorrection = options.needsData() && input.flag("bias_correction");
    options.dearestFirst = input.flag("activation_order");
    options.damping = input.number("damping");
    options.rowsPerColumn = input.text("rows") == "all" ? 0 : enoughRows;
    if (const auto layers = input.params.find("layer_bits"); layers != input.params.end())
        for (const auto& [name, bits] : layers->second.object()) {
            const double asked = bits.toDouble();
            if (asked != 0 && (asked < 2 || asked != std::floor(asked)))
                return contradiction("'" + name + "' cannot have " + bits.dump() + " bits.",
                                     "Whole numbers from 2 to 8, or 0 to keep a layer in float.");
            options.layerBits.emplace_back(name, int(asked));
        }
    if (auto status = check(options); !status)
        return status;
    return options;
}

} // namespace lapidary
