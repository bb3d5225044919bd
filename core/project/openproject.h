// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "project/database.h"

namespace lapidary {

/// How a project gets from a folder to an open database of the newest format, or to one that is only read.
class Project::Opener {
public:
    explicit Opener(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    Result<std::unique_ptr<Project>> create();
    Result<std::unique_ptr<Project>> open(ProjectAccess access);

private:
    std::filesystem::path file() const { return m_folder / "project.db"; }
    Result<std::unique_ptr<Project>> openForReading(Diagnostic reason);
    /// Where SQLite can read without writing: the file itself, or a copy if it was left in the middle of work.
    Result<std::unique_ptr<Database>> readable(std::filesystem::path* copy) const;
    Status migrate(const Database& database) const;
    Status migrateAlone(const Database& database) const;
    Status backUp(const Database& database, int version) const;

    std::filesystem::path m_folder;
};

} // namespace lapidary
