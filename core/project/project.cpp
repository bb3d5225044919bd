// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/project.h"

#include "project/database.h"
#include "project/openproject.h"
#include "project/projectlock.h"
#include "project/schema.h"

#include <QDateTime>

#include <algorithm>

namespace lapidary {

namespace {

std::string text(const QSqlQuery& row, int column) {
    return fromQString(row.value(column).toString());
}

Json json(const QSqlQuery& row, int column) {
    auto parsed = Json::parse(text(row, column));
    return parsed ? std::move(*parsed) : Json();
}

QVariant value(const std::string& string) {
    return toQString(string);
}
QVariant value(const Json& data) {
    return toQString(data.dump());
}
QVariant value(std::uint64_t number) {
    return qlonglong(number);
}

/// As given, but no two alike.
Json tagsJson(const std::vector<std::string>& tags) {
    Json::Array list;
    for (const auto& tag : tags)
        if (!tag.empty() && std::find(list.begin(), list.end(), Json(tag)) == list.end())
            list.push_back(tag);
    return list;
}

Status checkColor(const std::string& color) {
    const bool good = color.empty() || (color.size() == 7 && color[0] == '#' &&
                                        color.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos);
    return good ? Status() : errorDiagnostic("project.color", "'" + color + "' is no colour", "Write it as #rrggbb.");
}

qint64 now(std::int64_t given) {
    return given != 0 ? given : QDateTime::currentMSecsSinceEpoch();
}

VariantRecord variantOf(const QSqlQuery& row) {
    VariantRecord record;
    record.id = row.value(0).toLongLong();
    record.parent = row.value(1).toLongLong();
    // A parent is older than its child. What says otherwise is damage, which examine() names, and no walk up the tree
    // may go in circles.
    if (record.parent < 0 || record.parent >= record.id)
        record.parent = 0;
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
    const auto tags = json(row, 17);
    for (const auto& tag : tags.array())
        record.tags.push_back(tag.toString());
    record.color = text(row, 18);
    record.provenance = json(row, 19);
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

Project::Project(std::filesystem::path folder, std::unique_ptr<Database> database, int version,
                 std::optional<Diagnostic> readOnly)
    : m_folder(std::move(folder)), m_readOnly(std::move(readOnly)), m_version(version),
      m_blobs(m_folder / "blobs", m_readOnly.has_value()), m_database(std::move(database)) {}

Project::~Project() {
    m_database.reset();
    std::error_code ignored;
    if (!m_copy.empty())
        std::filesystem::remove_all(m_copy, ignored);
}

bool Project::isProject(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(folder / "project.db", ignored);
}

Result<std::unique_ptr<Project>> Project::create(const std::filesystem::path& folder) {
    if (isProject(folder))
        return errorDiagnostic("project.exists", "There is a project already", "Open it, or choose another folder.")
            .inFile(folder.string());
    return Opener(folder).create();
}

Result<std::unique_ptr<Project>> Project::open(const std::filesystem::path& folder, ProjectAccess access) {
    return Opener(folder).open(access);
}

template <typename Values>
Status Project::write(const char* sql, const Values& values, std::int64_t* insertedId) {
    if (m_readOnly)
        return *m_readOnly;
    qint64 id = 0;
    auto status = m_database->execute(QString::fromLatin1(sql), values, &id);
    if (insertedId)
        *insertedId = id;
    return status;
}

Result<VariantId> Project::addVariant(VariantRecord record, std::span<const std::byte> model) {
    if (m_readOnly)
        return *m_readOnly;
    const auto lock = ProjectLock::take(m_folder, ProjectLock::Kind::Shared);
    if (!lock)
        return lock.status();
    auto address = m_blobs.put(model);
    if (!address)
        return address.status();
    record.blob = std::move(*address);
    return addVariant(record);
}

Result<VariantId> Project::addVariant(const VariantRecord& record) {
    if (auto status = checkColor(record.color); !status)
        return status;
    VariantId id = 0;
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
                                 now(record.createdMs),
                                 value(tagsJson(record.tags)),
                                 value(record.color),
                                 value(record.provenance)};
    auto status =
        write("INSERT INTO variants (parent, name, note, recipe, report, model_hash, blob, source_path, parameters, "
              "parameter_bytes, macs, file_bytes, data_hash, versions, created_ms, tags, color, provenance) "
              "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
              values, &id);
    if (!status)
        return status;
    return id;
}

Result<std::vector<VariantRecord>> Project::variants(bool withDeleted) const {
    std::vector<VariantRecord> records;
    auto status = m_database->select(
        QStringLiteral("SELECT %1 FROM variants %2 ORDER BY id")
            .arg(variantColumns(m_version), withDeleted ? QString() : QStringLiteral("WHERE deleted = 0")),
        {}, [&](const QSqlQuery& row) { records.push_back(variantOf(row)); });
    if (!status)
        return status;
    return records;
}

Result<VariantRecord> Project::variant(VariantId id) const {
    std::optional<VariantRecord> record;
    auto status =
        m_database->select(QStringLiteral("SELECT %1 FROM variants WHERE id = ?").arg(variantColumns(m_version)),
                           {qlonglong(id)}, [&](const QSqlQuery& row) { record = variantOf(row); });
    if (!status)
        return status;
    if (!record)
        return errorDiagnostic("project.unknown", "There is no variant " + std::to_string(id));
    return *std::move(record);
}

Status Project::renameVariant(VariantId id, const std::string& name) {
    return write("UPDATE variants SET name = ? WHERE id = ?", QVariantList{value(name), qlonglong(id)});
}

Status Project::setNote(VariantId id, const std::string& note) {
    return write("UPDATE variants SET note = ? WHERE id = ?", QVariantList{value(note), qlonglong(id)});
}

Status Project::setTags(VariantId id, const std::vector<std::string>& tags) {
    return write("UPDATE variants SET tags = ? WHERE id = ?", QVariantList{value(tagsJson(tags)), qlonglong(id)});
}

Status Project::setColor(VariantId id, const std::string& color) {
    if (auto status = checkColor(color); !status)
        return status;
    return write("UPDATE variants SET color = ? WHERE id = ?", QVariantList{value(color), qlonglong(id)});
}

Status Project::setDeleted(VariantId id, bool deleted) {
    return write(
        "WITH RECURSIVE below(id) AS (VALUES(?) UNION SELECT v.id FROM variants v JOIN below b ON v.parent = b.id) "
        "UPDATE variants SET deleted = ? WHERE id IN (SELECT id FROM below)",
        QVariantList{qlonglong(id), deleted ? 1 : 0});
}

Result<RecordId> Project::addDataset(const DatasetRecord& record) {
    if (m_readOnly)
        return *m_readOnly;
    qint64 id = 0;
    auto status = m_database->transaction([&]() -> Status {
        if (auto step =
                m_database->execute(QStringLiteral("DELETE FROM datasets WHERE role = ?"), {value(record.role)});
            !step)
            return step;
        return m_database->execute(
            QStringLiteral("INSERT INTO datasets (name, path, hash, role, samples) VALUES (?,?,?,?,?)"),
            {value(record.name), value(record.path), value(record.hash), value(record.role), value(record.samples)},
            &id);
    });
    if (!status)
        return status;
    return RecordId(id);
}

Result<std::vector<DatasetRecord>> Project::datasets() const {
    std::vector<DatasetRecord> records;
    auto status =
        m_database->select(QStringLiteral("SELECT id, name, path, hash, role, samples FROM datasets ORDER BY id"), {},
                           [&](const QSqlQuery& row) {
                               records.push_back({row.value(0).toLongLong(), text(row, 1), text(row, 2), text(row, 3),
                                                  text(row, 4), row.value(5).toULongLong()});
                           });
    if (!status)
        return status;
    return records;
}

Result<RecordId> Project::addRun(const RunRecord& record) {
    RecordId id = 0;
    const auto sql =
        QStringLiteral("INSERT INTO runs (variant, kind, key, subject, settings, result, environment, created_ms, "
                       "summary) SELECT v, k, y, s, t, r, e, c, %1 FROM (SELECT ? AS v, ? AS k, ? AS y, ? AS s, "
                       "? AS t, ? AS r, ? AS e, ? AS c)")
            .arg(summaryOf(QStringLiteral("r")));
    auto status = write(sql.toLatin1().constData(),
                        QVariantList{qlonglong(record.variant), value(record.kind), value(record.key),
                                     value(record.subject), value(record.settings), value(record.result),
                                     value(record.environment), now(record.createdMs)},
                        &id);
    if (!status)
        return status;
    return id;
}

Result<std::vector<RunRecord>> Project::newestRuns() const {
    std::vector<RunRecord> records;
    auto status = m_database->select(
        QStringLiteral(
            "SELECT %1 FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY variant, kind, subject) ORDER BY id")
            .arg(runColumns(m_version, true)),
        {}, [&](const QSqlQuery& row) { records.push_back(runOf(row)); });
    if (!status)
        return status;
    return records;
}

Result<std::vector<RunRecord>> Project::runs(VariantId variant) const {
    std::vector<RunRecord> records;
    const auto sql = QStringLiteral("SELECT %1 FROM runs %2 ORDER BY id")
                         .arg(runColumns(m_version), variant > 0 ? QStringLiteral("WHERE variant = ?") : QString());
    auto status = m_database->select(sql, variant > 0 ? QVariantList{qlonglong(variant)} : QVariantList(),
                                     [&](const QSqlQuery& row) { records.push_back(runOf(row)); });
    if (!status)
        return status;
    return records;
}

Result<std::vector<RunRecord>> Project::findRuns(const std::string& key) const {
    std::vector<RunRecord> records;
    auto status =
        m_database->select(QStringLiteral("SELECT %1 FROM runs WHERE key = ? ORDER BY id").arg(runColumns(m_version)),
                           {value(key)}, [&](const QSqlQuery& row) { records.push_back(runOf(row)); });
    if (!status)
        return status;
    return records;
}

Status Project::setSetting(const std::string& key, const Json& data) {
    return write(
        "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        QVariantList{value(key), value(data)});
}

Json Project::setting(const std::string& key) const {
    Json found;
    (void)m_database->select(QStringLiteral("SELECT value FROM settings WHERE key = ?"), {value(key)},
                             [&](const QSqlQuery& row) { found = json(row, 0); });
    return found;
}

} // namespace lapidary
