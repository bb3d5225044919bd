// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

/// `prune.weights`: sets weights to zero, singly, N of M or in blocks, and adjusts the others from calibration data.
/// The report keeps an honest ledger of what zeros save where. Thread-safe.
class PruneWeightsPass final : public Pass {
public:
    PruneWeightsPass();

    const PassInfo& info() const override { return m_info; }
    Result<PassPreview> preview(const PassInput& input) const override;
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override;

private:
    PassInfo m_info;
};

} // namespace lapidary
