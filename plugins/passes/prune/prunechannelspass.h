// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysiscache.h"
#include "pass/pass.h"

namespace lapidary {

/// prune.channels: removes whole channels, everywhere they are coupled, so that tensors really get smaller.
/// Keeps a cache of analyses and no other state.
class PruneChannelsPass : public Pass {
public:
    PruneChannelsPass();

    const PassInfo& info() const override { return m_info; }
    Result<PassPreview> preview(const PassInput& input) const override;
    Result<PassOutcome> run(const PassInput& input, PassContext& context) const override;

private:
    PassInfo m_info;
    std::unique_ptr<AnalysisCache> m_cache;
};

} // namespace lapidary
