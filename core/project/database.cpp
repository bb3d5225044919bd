// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/database.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QSqlError>
#include <QThread>
#include <QUrl>

#include <atomic>

namespace lapidary {

QString toQString(const std::string& text) {
    return QString::fromStdString(text);
}

std::string fromQString(const QString& text) {
    return text.toStdString();
}

namespace {

constexpr int patienceMs = 10000; ///< with another writer

/// SQLite's result codes (https://www.sqlite.org/rescode.html): the first byte is the kind, the second what exactly.
Diagnostic failure(const QSqlError& error) {
    const int extended = error.nativeErrorCode().toInt();
    const int kind = extended & 0xff;
    const auto words = error.text().toStdString();
    constexpr int busy = 5, readOnly = 8, io = 10, corrupt = 11, full = 13, notADatabase = 26;
    constexpr int ioRead = 266, ioShortRead = 522, ioCorrupt = 8458;
    if (kind == full || (kind == io && extended != ioRead && extended != ioShortRead && extended != ioCorrupt))
        return errorDiagnostic("project.full",
                               "The project could not be written, the disk is full or refuses: " + words,
                               "Make room on the disk and try again; nothing was stored half.");
    if (kind == busy)
        return errorDiagnostic("project.busy", "Another window or program is writing to the project: " + words,
                               "Wait until it has finished, and try again.");
    if (kind == readOnly)
        return errorDiagnostic("project.read_only", "The project cannot be written: " + words,
                               "Check the permissions of its folder, or work on a copy.");
    if (kind == corrupt || kind == notADatabase || kind == io)
        return errorDiagnostic("project.database", "The project's database is damaged: " + words,
                               "lapidary-cli project repair mends what can be mended; work on a copy.");
    return errorDiagnostic("project.database", "The project's database refused: " + words);
}

/// Never reused within the process, unlike thread ids.
quint64 threadNumber() {
    static std::atomic<quint64> next = 1;
    thread_local const quint64 number = next++;
    return number;
}

quint64 objectNumber() {
    static std::atomic<quint64> next = 1;
    return next++;
}

} // namespace

Project::Database::Database(QString path, Access access)
    : m_path(std::move(path)), m_access(access), m_prefix(QStringLiteral("lapidary-%1-").arg(objectNumber())) {}

Project::Database::~Database() {
    for (const auto& name : m_names)
        QSqlDatabase::removeDatabase(name);
}

QSqlDatabase Project::Database::connection() const {
    const QString name = m_prefix + QString::number(threadNumber());
    {
        const std::lock_guard lock(m_mutex);
        if (m_names.count(name) > 0)
            return QSqlDatabase::database(name);
        m_names.insert(name);
    }
    auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
    auto options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(patienceMs);
    if (m_access != Access::ReadWrite)
        options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    if (m_access == Access::Frozen) {
        options += QStringLiteral(";QSQLITE_OPEN_URI");
        database.setDatabaseName(QString::fromLatin1(QUrl::fromLocalFile(m_path).toEncoded()) +
                                 QStringLiteral("?immutable=1"));
    } else {
        database.setDatabaseName(m_path);
    }
    database.setConnectOptions(options);
    if (database.open()) {
        QSqlQuery query(database);
        query.exec(QStringLiteral("PRAGMA foreign_keys=ON"));
        query.exec(QStringLiteral("PRAGMA synchronous=FULL"));
        query.exec(QStringLiteral("PRAGMA trusted_schema=OFF"));
        query.exec(QStringLiteral("PRAGMA cell_size_check=ON"));
    }
    return database;
}

Status Project::Database::prepare(bool create) {
    if (!create && !QFile::exists(m_path))
        return errorDiagnostic("project.open", "There is no project here", "A project folder holds a file project.db.")
            .inFile(fromQString(m_path));
    const auto database = connection();
    if (!database.isOpen())
        return errorDiagnostic("project.open", "Cannot open the project: " + fromQString(database.lastError().text()))
            .inFile(fromQString(m_path));
    // A file that is no database is noticed at the first look into it.
    auto status =
        m_access == Access::ReadWrite ? switchToLog() : execute(QStringLiteral("SELECT count(*) FROM sqlite_master"));
    if (status && !create)
        status = holdsTablesOnly();
    if (!status && status.error().code == "project.database")
        status =
            errorDiagnostic("project.open", status.error().message, "project.db is damaged, or no file of Lapidary.");
    return status ? status : Status(Diagnostic(status.error()).inFile(fromQString(m_path)));
}

Status Project::Database::holdsTablesOnly() const {
    QString odd;
    auto status = select(
        QStringLiteral("SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index') OR rootpage = 0 UNION ALL "
                       "SELECT m.name FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND "
                       "c.hidden <> 0"),
        {}, [&](const QSqlQuery& row) { odd = row.value(0).toString(); });
    if (!status || odd.isEmpty())
        return status;
    return errorDiagnostic("project.open",
                           "The project's database holds '" + fromQString(odd) + "', which is no plain table",
                           "Lapidary makes neither views nor triggers, and does not run those of others.");
}

/// Of two that switch at once SQLite turns one away without letting it wait.
Status Project::Database::switchToLog() const {
    QDeadlineTimer patience(patienceMs);
    for (;;) {
        auto status = execute(QStringLiteral("PRAGMA journal_mode=WAL"));
        if (status || status.error().code != "project.busy" || patience.hasExpired())
            return status;
        QThread::msleep(5);
    }
}

Status Project::Database::execute(const QString& sql, const QVariantList& values, qint64* insertedId) const {
    QSqlQuery query(connection());
    if (!query.prepare(sql))
        return failure(query.lastError());
    for (const auto& value : values)
        query.addBindValue(value);
    if (!query.exec())
        return failure(query.lastError());
    if (insertedId)
        *insertedId = query.lastInsertId().toLongLong();
    return {};
}

Status Project::Database::select(const QString& sql, const QVariantList& values,
                                 const std::function<void(const QSqlQuery&)>& row) const {
    QSqlQuery query(connection());
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return failure(query.lastError());
    for (const auto& value : values)
        query.addBindValue(value);
    if (!query.exec())
        return failure(query.lastError());
    while (query.next())
        row(query);
    // A damaged page ends the rows as their end does.
    return query.lastError().isValid() ? Status(failure(query.lastError())) : Status();
}

Status Project::Database::transaction(const std::function<Status()>& body) const {
    // IMMEDIATE: a second writer waits here instead of failing half way.
    if (auto status = execute(QStringLiteral("BEGIN IMMEDIATE")); !status)
        return status;
    auto status = body();
    if (status.ok())
        status = execute(QStringLiteral("COMMIT"));
    if (!status.ok())
        (void)execute(QStringLiteral("ROLLBACK"));
    return status;
}

int Project::Database::userVersion() const {
    int version = -1;
    (void)select(QStringLiteral("PRAGMA user_version"), {},
                 [&](const QSqlQuery& row) { version = row.value(0).toInt(); });
    return version;
}

} // namespace lapidary
