// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

#include <map>

namespace lapidary {

/// Finds variants that a recipe would make again: same parent, same steps and parameters (defaults spelled out or not),
/// same seed, made with the passes and the data there are now. So that sweeps and rebases go on where they stopped.
class VariantFinder {
public:
    static Result<VariantFinder> over(const ProjectSession& session);

    /// 0: there is none that is not hidden.
    VariantId find(VariantId parent, const Recipe& recipe) const;
    void add(VariantId id, VariantId parent, const Recipe& recipe);

private:
    explicit VariantFinder(const Engine& engine) : m_engine(engine) {}
    std::string keyOf(const Recipe& recipe) const;

    const Engine& m_engine;
    std::map<std::pair<VariantId, std::string>, VariantId> m_ids;
};

} // namespace lapidary
