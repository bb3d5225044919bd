// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/grouptree.h"
#include "analysis/hierarchy/scopenames.h"

namespace lapidary {

/// A scope with fewer nodes than this (constants not counted) is no group.
inline constexpr std::size_t leastMembers = 3;

/// The groups that the names of a graph's nodes make. A scope whose contraction would make a cycle with others is split
/// into stretches; one that would shatter gives way to the scopes in it.
GroupTree scopeTree(const GraphLinks& links, const ScopeTable& scopes);

} // namespace lapidary
