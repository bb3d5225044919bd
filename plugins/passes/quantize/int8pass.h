// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

/// Static 8-bit quantization. Weights and activations become integers with the scales that calibration data suggest;
/// the model says so with QuantizeLinear and DequantizeLinear nodes, which runtimes fuse into integer kernels.
class Int8Pass final : public Pass {
public:
    const PassInfo& info() const override;
    Result<PassPreview> preview(const PassInput& input) const override;
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override;
};

} // namespace lapidary
