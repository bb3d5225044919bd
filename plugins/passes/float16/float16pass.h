// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

/// quantize.float16: weights, and if asked the computation, in IEEE half precision (about half the file).
class Float16Pass : public Pass {
public:
    const PassInfo& info() const override;
    Result<PassPreview> preview(const PassInput& input) const override;
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override;
};

} // namespace lapidary
