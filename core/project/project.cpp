// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/project.h"

#include "project/database.h"
#include "project/schema.h"

#include <QDateTime>

namespace lapidary {

namespace {

constexpr auto variantColumns =
    "id, parent, name, note, recipe, report, model_hash, blob, source_path, parameters, parameter_bytes, macs, "
    "file_bytes, data_hash, versions, created_ms, deleted";
constexpr auto runColumns = "id, variant, kind, key, subject, settings, result, environment, created_ms";

std::string text(const QSqlQuery& row, int column) { return fromQString(row.value(column).toString()); }

Json json(const QSqlQuery& row, int column) {
    auto parsed = Json::parse(text(row, column));
    return parsed ? std::move(*parsed) : Json();
}

QVariant value(const std::string& string) { return toQString(string); }
QVariant value(const Json& data) { return toQString(data.dump()); }
QVariant value(std::uint64_t number) { return qlonglong(number); }

qint64 now(std::int64_t given) { return given != 0 ? given : QDateTime::currentMSecsSinceEpoch(); }

VariantRecord variantOf(const QSqlQuery& row) {
    VariantRecord record;
    record.id = row.value(0).toLongLong();
    record.parent = row.value(1).toLongLong();
    record.name = text(row, 2);
    record.note = text(row, 3);
    record.recipe = json(row, 4);
    record.report = json(row, 5);
    record.modelHash = text(row, 6);
    record.blob = text(row, 7);
    record.sourcePath = text(row, 8);
    record.parameters = row.value(9).toULongLong();
    record.parameterBytes = row.value(10).toULongLong();
    record.macs = row.value(11).toULongLong();
    record.fileBytes = row.value(12).toULongLong();
    record.dataHash = text(row, 13);
    record.versions = text(row, 14);
    record.createdMs = row.value(15).toLongLong();
    record.deleted = row.value(16).toBool();
    return record;
}

RunRecord runOf(const QSqlQuery& row) {
    RunRecord record;
    record.id = row.value(0).toLongLong();
    record.variant = row.value(1).toLongLong();
    record.kind = text(row, 2);
    record.key = text(row, 3);
    record.subject = text(row, 4);
    record.settings = json(row, 5);
    record.result = json(row, 6);
    record.environment = json(row, 7);
    record.createdMs = row.value(8).toLongLong();
    return record;
}

} // namespace

Project::Project(std::filesystem::path folder, std::unique_ptr<Database> database)
    : m_folder(std::move(folder)), m_blobs(m_folder / "blobs"), m_database(std::move(database)) {}

Project::~Project() = default;

bool Project::isProject(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(folder / "project.db", ignored);
}

namespace {

Status migrate(auto& database) {
    const int version = database.userVersion();
    if (version < 0)
        return errorDiagnostic("project.open", "This is not a project database");
    if (version > Project::formatVersion)
        return errorDiagnostic("project.newer", "This project was made by a newer Lapidary (format " +
                                                    std::to_string(version) + ")",
                               "Open it with that version, or a later one.");
    for (int from = version; from < Project::formatVersion; ++from) {
        auto status = database.transaction([&]() -> Status {
            if (database.userVersion() != from) // another window was quicker
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

} // namespace

Result<std::unique_ptr<Project>> Project::create(const std::filesystem::path& folder) {
    if (isProject(folder))
        return errorDiagnostic("project.exists", "There is a project already", "Open it, or choose another folder.")
            .inFile(folder.string());
    std::error_code problem;
    std::filesystem::create_directories(folder / "blobs", problem);
    if (problem)
        return errorDiagnostic("project.open", "Cannot make the folder: " + problem.message()).inFile(folder.string());
    auto database = std::make_unique<Database>(toQString((folder / "project.db").string()));
    if (auto status = database->prepare(true); !status)
        return status;
    if (auto status = migrate(*database); !status)
        return status;
    return std::unique_ptr<Project>(new Project(folder, std::move(database)));
}

Result<std::unique_ptr<Project>> Project::open(const std::filesystem::path& folder) {
    auto database = std::make_unique<Database>(toQString((folder / "project.db").string()));
    if (auto status = database->prepare(false); !status)
        return status;
    if (auto status = migrate(*database); !status)
        return status;
    return std::unique_ptr<Project>(new Project(folder, std::move(database)));
}

Result<VariantId> Project::addVariant(const VariantRecord& record) {
    qint64 id = 0;
    const QVariantList values = {record.parent > 0 ? QVariant(qlonglong(record.parent)) : QVariant(),
                                 value(record.name),
                                 value(record.note),
                                 value(record.recipe),
                                 value(record.report),
                                 value(record.modelHash),
                                 value(record.blob),
                                 value(record.sourcePath),
                                 value(record.parameters),
                                 value(record.parameterBytes),
                                 value(record.macs),
                                 value(record.fileBytes),
                                 value(record.dataHash),
                                 value(record.versions),
                                 now(record.createdMs)};
    auto status = m_database->execute(
        QStringLiteral("INSERT INTO variants (parent, name, note, recipe, report, model_hash, blob, source_path, "
                       "parameters, parameter_bytes, macs, file_bytes, data_hash, versions, created_ms) "
                       "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
        values, &id);
    if (!status)
        return status;
    return VariantId(id);
}

Result<std::vector<VariantRecord>> Project::variants(bool withDeleted) const {
    std::vector<VariantRecord> records;
    auto status = m_database->select(QStringLiteral("SELECT %1 FROM variants %2 ORDER BY id")
                                         .arg(QLatin1String(variantColumns),
                                              withDeleted ? QString() : QStringLiteral("WHERE deleted = 0")),
                                     {}, [&](const QSqlQuery& row) { records.push_back(variantOf(row)); });
    if (!status)
        return status;
    return records;
}

Result<VariantRecord> Project::variant(VariantId id) const {
    std::optional<VariantRecord> record;
    auto status = m_database->select(
        QStringLiteral("SELECT %1 FROM variants WHERE id = ?").arg(QLatin1String(variantColumns)), {qlonglong(id)},
        [&](const QSqlQuery& row) { record = variantOf(row); });
    if (!status)
        return status;
    if (!record)
        return errorDiagnostic("project.unknown", "There is no variant " + std::to_string(id));
    return *std::move(record);
}

Status Project::renameVariant(VariantId id, const std::string& name) {
    return m_database->execute(QStringLiteral("UPDATE variants SET name = ? WHERE id = ?"), {value(name), qlonglong(id)});
}

Status Project::setNote(VariantId id, const std::string& note) {
    return m_database->execute(QStringLiteral("UPDATE variants SET note = ? WHERE id = ?"), {value(note), qlonglong(id)});
}

Status Project::setDeleted(VariantId id, bool deleted) {
    return m_database->execute(
        QStringLiteral("WITH RECURSIVE below(id) AS (VALUES(?) UNION SELECT v.id FROM variants v JOIN below b ON "
                       "v.parent = b.id) UPDATE variants SET deleted = ? WHERE id IN (SELECT id FROM below)"),
        {qlonglong(id), deleted ? 1 : 0});
}

Result<RecordId> Project::addDataset(const DatasetRecord& record) {
    qint64 id = 0;
    auto status = m_database->transaction([&]() -> Status {
        if (auto step = m_database->execute(QStringLiteral("DELETE FROM datasets WHERE role = ?"), {value(record.role)}); !step)
            return step;
        return m_database->execute(
            QStringLiteral("INSERT INTO datasets (name, path, hash, role, samples) VALUES (?,?,?,?,?)"),
            {value(record.name), value(record.path), value(record.hash), value(record.role), value(record.samples)}, &id);
    });
    if (!status)
        return status;
    return RecordId(id);
}

Result<std::vector<DatasetRecord>> Project::datasets() const {
    std::vector<DatasetRecord> records;
    auto status = m_database->select(QStringLiteral("SELECT id, name, path, hash, role, samples FROM datasets ORDER BY id"),
                                     {}, [&](const QSqlQuery& row) {
                                         records.push_back({row.value(0).toLongLong(), text(row, 1), text(row, 2),
                                                            text(row, 3), text(row, 4), row.value(5).toULongLong()});
                                     });
    if (!status)
        return status;
    return records;
}

Result<RecordId> Project::addRun(const RunRecord& record) {
    qint64 id = 0;
    auto status = m_database->execute(
        QStringLiteral("INSERT INTO runs (variant, kind, key, subject, settings, result, environment, created_ms) "
                       "VALUES (?,?,?,?,?,?,?,?)"),
        {qlonglong(record.variant), value(record.kind), value(record.key), value(record.subject), value(record.settings),
         value(record.result), value(record.environment), now(record.createdMs)},
        &id);
    if (!status)
        return status;
    return RecordId(id);
}

Result<std::vector<RunRecord>> Project::runs(VariantId variant) const {
    std::vector<RunRecord> records;
    const auto sql = QStringLiteral("SELECT %1 FROM runs %2 ORDER BY id")
                         .arg(QLatin1String(runColumns), variant > 0 ? QStringLiteral("WHERE variant = ?") : QString());
    auto status = m_database->select(sql, variant > 0 ? QVariantList{qlonglong(variant)} : QVariantList(),
                                     [&](const QSqlQuery& row) { records.push_back(runOf(row)); });
    if (!status)
        return status;
    return records;
}

Result<std::vector<RunRecord>> Project::findRuns(const std::string& key) const {
    std::vector<RunRecord> records;
    auto status = m_database->select(
        QStringLiteral("SELECT %1 FROM runs WHERE key = ? ORDER BY id").arg(QLatin1String(runColumns)), {value(key)},
        [&](const QSqlQuery& row) { records.push_back(runOf(row)); });
    if (!status)
        return status;
    return records;
}

Status Project::setSetting(const std::string& key, const Json& data) {
    return m_database->execute(QStringLiteral("INSERT INTO settings (key, value) VALUES (?, ?) "
                                              "ON CONFLICT(key) DO UPDATE SET value = excluded.value"),
                               {value(key), value(data)});
}

Json Project::setting(const std::string& key) const {
    Json found;
    (void)m_database->select(QStringLiteral("SELECT value FROM settings WHERE key = ?"), {value(key)},
                             [&](const QSqlQuery& row) { found = json(row, 0); });
    return found;
}

Result<std::size_t> Project::compact() {
    // Whoever has a shown variant below stays: deleting cascades.
    if (auto status = m_database->execute(QStringLiteral(
            "WITH RECURSIVE above(id) AS (SELECT parent FROM variants WHERE deleted = 0 UNION SELECT v.parent FROM "
            "variants v JOIN above a ON v.id = a.id) DELETE FROM variants WHERE deleted = 1 AND id NOT IN (SELECT id "
            "FROM above WHERE id IS NOT NULL)"));
        !status)
        return status;
    const auto left = variants(true);
    if (!left)
        return left.status();
    std::vector<std::string> live;
    for (const auto& record : *left)
        live.push_back(record.blob);
    return m_blobs.collectGarbage(live);
}

Diagnostics Project::check() const {
    Diagnostics found;
    auto status = m_database->select(QStringLiteral("PRAGMA integrity_check"), {}, [&](const QSqlQuery& row) {
        if (text(row, 0) != "ok")
            found.push_back(errorDiagnostic("project.database", "Integrity check: " + text(row, 0)));
    });
    if (!status)
        found.push_back(status.error());
    const auto records = variants(true);
    if (!records)
        found.push_back(records.error());
    else
        for (const auto& record : *records)
            if (const auto bytes = m_blobs.get(record.blob); !bytes)
                found.push_back(bytes.error());
    return found;
}

} // namespace lapidary
