// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lowrankplan.h"

namespace lapidary {

/// `factorize.low_rank`: splits layers into smaller ones where that saves multiplications and bytes. Thread-safe;
/// remembers the spectra of its newest runs for previews.
class LowRankPass final : public Pass {
public:
    LowRankPass();

    const PassInfo& info() const override { return m_info; }
    Result<PassPreview> preview(const PassInput& input) const override;
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override;

private:
    PassInfo m_info;
    std::unique_ptr<SpectrumCache> m_cache;
};

} // namespace lapidary
