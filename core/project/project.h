// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "project/blobstore.h"
#include "project/records.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace lapidary {

/// What a look at a whole project found; see Project::examine().
struct ProjectHealth {
    struct DamagedVariant {
        VariantId id = 0;
        std::string name;
        Diagnostic problem; ///< "blob.missing", "blob.corrupt", "blob.large", "project.recipe", "project.parent"
    };
    Diagnostics database;                       ///< what SQLite says of the file
    std::vector<DamagedVariant> variants;       ///< by id
    std::vector<std::filesystem::path> orphans; ///< files of the blob store that no variant needs
    std::uint64_t orphanBytes = 0;

    /// Orphans cost space and nothing else: they are no damage.
    bool sound() const { return database.empty() && variants.empty(); }
};

enum class ProjectAccess { ReadWrite, ReadOnly };

/// A project folder: project.db (SQLite, WAL, foreign keys), blobs/ and project.lock. Every call is one transaction:
/// after a kill at any moment the project opens with all that was committed. Thread-safe (each thread gets its own
/// connection); several processes may use one project. Failures: "project.open", "project.newer" (made by a later
/// Lapidary), "project.exists", "project.database" (with SQLite's words), "project.unknown", and of all that write
/// "project.full" (no space left; nothing is stored half), "project.read_only", "project.busy".
class Project {
public:
    static constexpr int formatVersion = 2;

    static Result<std::unique_ptr<Project>> create(const std::filesystem::path& folder);
    /// An older format is brought to this one, after a copy of the database was left beside it ("project.db.v1"). What
    /// may not be written, or was made by a later Lapidary, is opened for reading if that is possible: see
    /// readOnlyReason().
    static Result<std::unique_ptr<Project>> open(const std::filesystem::path& folder,
                                                 ProjectAccess access = ProjectAccess::ReadWrite);
    static bool isProject(const std::filesystem::path& folder);
    ~Project();

    const std::filesystem::path& folder() const { return m_folder; }
    BlobStore& blobs() { return m_blobs; }
    const BlobStore& blobs() const { return m_blobs; }
    /// Why nothing can be written, which every call that writes fails with; nothing: the project can be written.
    const std::optional<Diagnostic>& readOnlyReason() const { return m_readOnly; }
    /// Success if the project can be written; to ask before long work.
    Status writable() const { return m_readOnly ? Status(*m_readOnly) : Status(); }

    /// Stores the model and the record that names it, safe from someone who collects garbage at that moment. Fills in
    /// `blob`.
    Result<VariantId> addVariant(VariantRecord record, std::span<const std::byte> model);
    /// For a record whose blob is in the store already.
    Result<VariantId> addVariant(const VariantRecord& record);
    Result<std::vector<VariantRecord>> variants(bool withDeleted = false) const; ///< by id
    Result<VariantRecord> variant(VariantId id) const;
    Status renameVariant(VariantId id, const std::string& name);
    Status setNote(VariantId id, const std::string& note);
    Status setTags(VariantId id, const std::vector<std::string>& tags);
    Status setColor(VariantId id, const std::string& color); ///< "#rrggbb" or empty; else "project.color"
    /// Hides or shows a variant and everything below it. Nothing is lost until compact().
    Status setDeleted(VariantId id, bool deleted);

    Result<RecordId> addDataset(const DatasetRecord& record); ///< same role replaces
    Result<std::vector<DatasetRecord>> datasets() const;

    Result<RecordId> addRun(const RunRecord& record);
    Result<std::vector<RunRecord>> runs(VariantId variant = 0) const; ///< 0: of all variants; by id
    /// The newest run of each variant, kind and subject, by id; the results without what is kept per node and timed
    /// run.
    Result<std::vector<RunRecord>> newestRuns() const;
    Result<std::vector<RunRecord>> findRuns(const std::string& key) const;

    Status setSetting(const std::string& key, const Json& value);
    Json setting(const std::string& key) const; ///< null if absent

    /// Drops deleted variants with their runs, and blobs nobody needs; returns the number of files removed. Refuses to
    /// remove anything while the data of a variant is missing ("blob.missing"): repair first.
    Result<std::size_t> compact();
    /// SQLite's integrity check, and every chunk of every variant. Takes as long as reading the project.
    Result<ProjectHealth> examine(const Work& work = {}) const;
    /// The damage that examine() finds, as one list; empty: all well.
    Diagnostics check() const;
    /// Writes the indices anew, which mends damaged ones.
    Status rebuildIndices();

private:
    class Database;
    class Opener;
    Project(std::filesystem::path folder, std::unique_ptr<Database> database, int version,
            std::optional<Diagnostic> readOnly);

    /// execute(), unless the project is open for reading only.
    template <typename Values>
    Status write(const char* sql, const Values& values, std::int64_t* insertedId = nullptr);

    std::filesystem::path m_folder;
    std::optional<Diagnostic> m_readOnly;
    int m_version; // of the format on disk
    BlobStore m_blobs;
    std::unique_ptr<Database> m_database;
    std::filesystem::path m_copy; // of a database that could not be read in its place
};

} // namespace lapidary
