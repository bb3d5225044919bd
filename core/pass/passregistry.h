// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

/// The passes there are. Filled once at start (by the plugin loader), read from any thread afterwards.
class PassRegistry {
public:
    /// Fails with "pass.duplicate" or "pass.schema" (unsound schema).
    Status add(std::shared_ptr<const Pass> pass);
    /// Fails with "pass.unknown" and the nearest id as a hint.
    Result<std::shared_ptr<const Pass>> find(std::string_view id) const;
    std::vector<std::shared_ptr<const Pass>> all() const; ///< sorted by id

private:
    std::map<std::string, std::shared_ptr<const Pass>, std::less<>> m_passes;
};

} // namespace lapidary
