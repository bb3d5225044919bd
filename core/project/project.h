// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "project/blobstore.h"
#include "project/records.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace lapidary {

/// A project folder: project.db (SQLite, WAL, foreign keys) and blobs/. Every call is one transaction: after a kill at any
/// moment the project opens with all that was committed. Thread-safe (each thread gets its own connection); several
/// processes may use one project. Failures: "project.open", "project.newer" (made by a later Lapidary), "project.exists",
/// "project.database" (with SQLite's words), "project.unknown".
class Project {
public:
    static constexpr int formatVersion = 1;

    static Result<std::unique_ptr<Project>> create(const std::filesystem::path& folder);
    static Result<std::unique_ptr<Project>> open(const std::filesystem::path& folder);
    static bool isProject(const std::filesystem::path& folder);
    ~Project();

    const std::filesystem::path& folder() const { return m_folder; }
    BlobStore& blobs() { return m_blobs; }

    Result<VariantId> addVariant(const VariantRecord& record);
    Result<std::vector<VariantRecord>> variants(bool withDeleted = false) const; ///< by id
    Result<VariantRecord> variant(VariantId id) const;
    Status renameVariant(VariantId id, const std::string& name);
    Status setNote(VariantId id, const std::string& note);
    /// Hides or shows a variant and everything below it. Nothing is lost until compact().
    Status setDeleted(VariantId id, bool deleted);

    Result<RecordId> addDataset(const DatasetRecord& record); ///< same role replaces
    Result<std::vector<DatasetRecord>> datasets() const;

    Result<RecordId> addRun(const RunRecord& record);
    Result<std::vector<RunRecord>> runs(VariantId variant = 0) const; ///< 0: of all variants; by id
    Result<std::vector<RunRecord>> findRuns(const std::string& key) const;

    Status setSetting(const std::string& key, const Json& value);
    Json setting(const std::string& key) const; ///< null if absent

    /// Drops deleted variants with their runs, and blobs nobody needs.
    Result<std::size_t> compact();
    /// SQLite's integrity check and every live blob; empty: all well.
    Diagnostics check() const;

private:
    class Database;
    Project(std::filesystem::path folder, std::unique_ptr<Database> database);

    std::filesystem::path m_folder;
    BlobStore m_blobs;
    std::unique_ptr<Database> m_database;
};

} // namespace lapidary
