// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/cpufeatures.h"
#include "pass/pass.h"
#include "roundingmemo.h"

namespace lapidary {

/// Static 8-bit quantization. Weights and activations become integers with the scales that calibration data suggest;
/// the model says so with QuantizeLinear and DequantizeLinear nodes, which runtimes fuse into integer kernels.
class Int8Pass final : public Pass {
public:
    /// `productsSaturate`: of the processor that "reduce_range" auto is for; this one unless a test asks for another.
    explicit Int8Pass(bool productsSaturate = int8ProductsSaturate()) : m_productsSaturate(productsSaturate) {}

    const PassInfo& info() const override;
    Result<PassPreview> preview(const PassInput& input) const override;
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override;

private:
    bool m_productsSaturate;
    mutable RoundingMemo m_memo;
};

} // namespace lapidary
