// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace example {

/// Pulls the outliers of every layer's weight back to its mean plus or minus a number of standard deviations, tensor by
/// tensor. Few far values cost an 8-bit scale most of its steps; without them the rest is rounded more finely.
class ClipWeights : public lapidary::Pass {
public:
    const lapidary::PassInfo& info() const override;
    lapidary::Result<lapidary::PassPreview> preview(const lapidary::PassInput& input) const override;
    lapidary::Result<lapidary::PassOutcome> run(const lapidary::PassInput& input,
                                                lapidary::PassContext& context) const override;
};

} // namespace example
