// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "context.h"

#include "engine/projectsession.h"

namespace lapidary::cli {

/// For writing it must be possible to write: fails with the project's readOnlyReason() else.
Result<std::unique_ptr<ProjectSession>> openSession(const std::string& folder, Context& context,
                                                    ProjectAccess access = ProjectAccess::ReadWrite);

/// Subcommands of `project`: check, repair, compact, reproduce.
void addProjectStore(CLI::App& group, Context& context, Commands& commands);
/// Subcommands of `project`: sweep, rebase.
void addProjectRows(CLI::App& group, Context& context, Commands& commands);
/// Subcommand of `project`: compare.
void addProjectCompare(CLI::App& group, Context& context, Commands& commands);

} // namespace lapidary::cli
