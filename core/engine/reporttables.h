// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

namespace lapidary {

/// The tables of a report as HTML that browsers and QTextDocument show alike: no nesting, classes "number", "muted",
/// "good" and "bad". Text from models and projects is escaped.
std::string reportVariantsTable(const std::vector<VariantSummary>& rows);
/// Steps with parameters, versions and seed, and the hash the model has; for a source, where it came from.
std::string reportRecipe(const VariantRecord& record);
/// What the passes did, layer by layer; at most `maxRows` rows a pass.
std::string reportLayers(const VariantRecord& record, std::size_t maxRows);
/// Time per node, the longest first.
std::string reportNodeTimes(const Profile& profile, std::size_t maxRows);
/// The computers of evaluations and profiles, each once, with what was measured there.
std::string reportEnvironments(const std::vector<VariantSummary>& rows, const std::vector<RunRecord>& runs);

/// The source of a variant; itself when its chain is broken.
const VariantSummary& reportSourceOf(const std::vector<VariantSummary>& rows, const VariantSummary& row);

} // namespace lapidary
