// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/openproject.h"

#include "project/projectlock.h"
#include "project/schema.h"

#include <fcntl.h>
#include <unistd.h>

namespace lapidary {

namespace {

bool mayWrite(const std::filesystem::path& path) {
    return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

Diagnostic noDatabase() {
    return errorDiagnostic("project.open", "This is not a project database",
                           "project.db is damaged, or no file of Lapidary.");
}

Diagnostic newerFormat(int version) {
    return errorDiagnostic("project.newer",
                           "This project was made by a newer Lapidary (format " + std::to_string(version) + ")",
                           "Open it with that version, or a later one.");
}

/// What a kill during the last work left beside the database.
bool hasUnfinishedLog(const std::filesystem::path& file) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(file.string() + "-wal", problem);
    return !problem && size > 0;
}

Result<std::filesystem::path> copyOf(const std::filesystem::path& file) {
    std::string folder = (std::filesystem::temp_directory_path() / "lapidary-project.XXXXXX").string();
    if (!::mkdtemp(folder.data()))
        return errorDiagnostic("project.open", "No room for a copy of the project's database",
                               "Check the temporary folder.");
    std::error_code problem;
    for (const char* suffix : {"", "-wal"}) {
        const std::filesystem::path from = file.string() + suffix;
        std::filesystem::copy_file(from, std::filesystem::path(folder) / from.filename(), problem);
        if (problem) {
            std::error_code ignored;
            std::filesystem::remove_all(folder, ignored);
            return errorDiagnostic("project.open",
                                   "The project's database cannot be copied for reading: " + problem.message())
                .inFile(file.string());
        }
    }
    return std::filesystem::path(folder);
}

} // namespace

Result<std::unique_ptr<Project>> Project::Opener::create() {
    std::error_code problem;
    std::filesystem::create_directories(m_folder / "blobs", problem);
    if (problem)
        return errorDiagnostic("project.open", "Cannot make the folder: " + problem.message())
            .inFile(m_folder.string());
    auto database = std::make_unique<Database>(toQString(file().string()), Database::Access::ReadWrite);
    if (auto status = database->prepare(true); !status)
        return status;
    if (auto status = migrate(*database); !status)
        return status;
    return std::unique_ptr<Project>(new Project(m_folder, std::move(database), formatVersion, {}));
}

Result<std::unique_ptr<Project>> Project::Opener::open(ProjectAccess access) {
    if (!isProject(m_folder))
        return errorDiagnostic("project.open", "There is no project here", "A project folder holds a file project.db.")
            .inFile(file().string());
    if (access == ProjectAccess::ReadOnly)
        return openForReading(errorDiagnostic("project.read_only", "The project is open for reading only",
                                              "Open it for writing, or work on a copy."));
    if (!mayWrite(m_folder) || !mayWrite(file()))
        return openForReading(errorDiagnostic("project.read_only", "The project may not be written",
                                              "Check the permissions of its folder, or work on a copy.")
                                  .inFile(m_folder.string()));
    auto database = std::make_unique<Database>(toQString(file().string()), Database::Access::ReadWrite);
    if (auto status = database->prepare(false); !status) {
        if (status.error().code == "project.read_only") // a disk that is mounted so
            return openForReading(status.error());
        return status;
    }
    if (const int version = database->userVersion(); version > formatVersion) {
        database.reset();
        return openForReading(newerFormat(version));
    }
    if (auto status = migrate(*database); !status)
        return status;
    return std::unique_ptr<Project>(new Project(m_folder, std::move(database), formatVersion, {}));
}

Result<std::unique_ptr<Project::Database>> Project::Opener::readable(std::filesystem::path* copy) const {
    using Access = Database::Access;
    const bool folderIsOurs = mayWrite(m_folder);
    auto path = file();
    if (!folderIsOurs && hasUnfinishedLog(path)) {
        auto folder = copyOf(path);
        if (!folder)
            return folder.status();
        *copy = *folder;
        path = *folder / path.filename();
    }
    const auto access = !copy->empty() ? Access::ReadWrite : folderIsOurs ? Access::ReadOnly : Access::Frozen;
    auto database = std::make_unique<Database>(toQString(path.string()), access);
    if (auto status = database->prepare(false); !status)
        return status;
    return database;
}

Result<std::unique_ptr<Project>> Project::Opener::openForReading(Diagnostic reason) {
    std::filesystem::path copy;
    auto database = readable(&copy);
    std::unique_ptr<Project> project;
    Status status = database.status();
    if (status) {
        const int version = (*database)->userVersion();
        if (version > formatVersion && reason.code != "project.newer")
            reason = newerFormat(version);
        project.reset(new Project(m_folder, std::move(*database), version, reason));
        project->m_copy = std::exchange(copy, {});
        const auto nothing = [](const QSqlQuery&) {};
        for (const auto& sql : {QStringLiteral("SELECT %1 FROM variants LIMIT 0").arg(variantColumns(version)),
                                QStringLiteral("SELECT %1 FROM runs LIMIT 0").arg(runColumns(version, true)),
                                QStringLiteral("SELECT id, name, path, hash, role, samples FROM datasets LIMIT 0")})
            if (status)
                status = project->m_database->select(sql, {}, nothing);
        if (!status) // this Lapidary cannot even read it
            status = version > formatVersion ? newerFormat(version) : noDatabase();
    }
    if (!status) {
        std::error_code ignored;
        if (!copy.empty())
            std::filesystem::remove_all(copy, ignored);
        return status;
    }
    return project;
}

Status Project::Opener::migrate(const Database& database) const {
    const int version = database.userVersion();
    if (version < 0)
        return noDatabase();
    if (version >= formatVersion)
        return {};
    const auto lock = ProjectLock::take(m_folder, ProjectLock::Kind::Alone);
    return lock ? migrateAlone(database) : lock.status();
}

Status Project::Opener::migrateAlone(const Database& database) const {
    const int version = database.userVersion(); // another window may have been quicker
    if (version > 0 && version < formatVersion)
        if (auto status = backUp(database, version); !status)
            return status;
    for (int from = version; from < formatVersion; ++from) {
        auto status = database.transaction([&]() -> Status {
            if (database.userVersion() != from)
                return {};
            for (const auto& statement : migrationFrom(from))
                if (auto step = database.execute(statement); !step)
                    return step;
            return database.execute(QStringLiteral("PRAGMA user_version = %1").arg(from + 1));
        });
        if (!status)
            return status;
    }
    return {};
}

Status Project::Opener::backUp(const Database& database, int version) const {
    const auto target = file().string() + ".v" + std::to_string(version);
    const auto part = target + ".part";
    std::error_code problem;
    std::filesystem::remove(part, problem);
    auto status = database.execute(QStringLiteral("VACUUM INTO ?"), {toQString(part)});
    if (status) {
        std::filesystem::rename(part, target, problem);
        if (!problem)
            return {};
        status = errorDiagnostic("project.open", problem.message()).inFile(target);
    }
    std::filesystem::remove(part, problem);
    auto reason = status.error();
    reason.message =
        "The copy that is kept before a project is brought to a newer format cannot be made: " + reason.message;
    return reason;
}

} // namespace lapidary
