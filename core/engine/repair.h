// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

namespace lapidary {

/// A variant whose data was missing or damaged.
struct RepairedVariant {
    VariantId id = 0;
    std::string name;
    Diagnostic problem;
    bool mended = false;
    std::string how; ///< "read again from FILE", "made again by its recipe", or why it could not be mended
};

struct RepairReport {
    bool indicesRebuilt = false;
    Diagnostics database; ///< what is still wrong with the database
    std::vector<RepairedVariant> variants;
    std::size_t filesRemoved = 0;
    std::uint64_t bytesRemoved = 0;
    std::optional<Diagnostic> orphansKept; ///< why nothing was removed though there is something to

    bool sound() const;
    Json toJson() const;
};

/// Mends what can be mended: damaged indices, models that can be read again from the file they came from or made again
/// by their recipe with the same hash, files nobody needs. Nothing that might still be needed is removed: as long as a
/// variant's data is missing, orphans stay. For a job.
Result<RepairReport> repairProject(ProjectSession& session, const Work& work = {});

} // namespace lapidary
