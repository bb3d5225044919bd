// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/passregistry.h"

#include "base/nearest.h"

namespace lapidary {

Status PassRegistry::add(std::shared_ptr<const Pass> pass) {
    if (!pass || pass->info().id.empty())
        return errorDiagnostic("pass.schema", "A pass without an id cannot be registered");
    const PassInfo& info = pass->info();
    if (const auto status = info.schema.check(); !status)
        return errorDiagnostic("pass.schema", "Pass '" + info.id + "': " + status.error().message);
    if (!m_passes.emplace(info.id, std::move(pass)).second)
        return errorDiagnostic("pass.duplicate", "There is already a pass '" + info.id + "'");
    return {};
}

Result<std::shared_ptr<const Pass>> PassRegistry::find(std::string_view id) const {
    if (const auto it = m_passes.find(id); it != m_passes.end())
        return it->second;
    std::vector<std::string> ids;
    for (const auto& entry : m_passes)
        ids.push_back(entry.first);
    return errorDiagnostic("pass.unknown", "There is no pass '" + std::string(id) + "'",
                           ids.empty() ? "No plugin with passes was found; see the list of plugins"
                                       : nearestHint(id, ids));
}

std::vector<std::shared_ptr<const Pass>> PassRegistry::all() const {
    std::vector<std::shared_ptr<const Pass>> out;
    for (const auto& entry : m_passes)
        out.push_back(entry.second);
    return out;
}

} // namespace lapidary
