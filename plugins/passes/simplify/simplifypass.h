// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

/// simplify.graph: computes ahead what does not depend on the input, folds normalizations, scales and biases into the
/// layers before them, removes what does nothing. Lossless up to rounding; runs to a fixed point.
class SimplifyPass : public Pass {
public:
    const PassInfo& info() const override;
    /// Exact: the same rewriting without the arithmetic on weights.
    Result<PassPreview> preview(const PassInput& input) const override;
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override;
};

} // namespace lapidary
