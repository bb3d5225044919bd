// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

/// `quantize.weights`: weights as codes of 2 to 8 bits that the model turns back into numbers itself, so that the file
/// shrinks and activations stay as they are. Codes are chosen from calibration data so that outputs change least.
/// Thread-safe.
class QuantizeWeightsPass final : public Pass {
public:
    QuantizeWeightsPass();

    const PassInfo& info() const override { return m_info; }
    Result<PassPreview> preview(const PassInput& input) const override;
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override;

private:
    PassInfo m_info;
};

} // namespace lapidary
