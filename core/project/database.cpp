// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/database.h"

#include <QFile>
#include <QSqlError>
#include <QThread>

#include <atomic>

namespace lapidary {

QString toQString(const std::string& text) { return QString::fromStdString(text); }

std::string fromQString(const QString& text) { return text.toStdString(); }

namespace {

Diagnostic failure(const QSqlError& error) {
    return errorDiagnostic("project.database", "The project's database refused: " + error.text().toStdString());
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

Project::Database::Database(QString path)
    : m_path(std::move(path)), m_prefix(QStringLiteral("lapidary-%1-").arg(objectNumber())) {}

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
    database.setDatabaseName(m_path);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=10000"));
    if (database.open()) {
        QSqlQuery query(database);
        query.exec(QStringLiteral("PRAGMA foreign_keys=ON"));
        query.exec(QStringLiteral("PRAGMA synchronous=FULL"));
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
    if (auto status = execute(QStringLiteral("PRAGMA journal_mode=WAL")); !status)
        return errorDiagnostic("project.open", status.error().message, "project.db is damaged, or no file of Lapidary.")
            .inFile(fromQString(m_path));
    return {};
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
    return {};
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
    (void)select(QStringLiteral("PRAGMA user_version"), {}, [&](const QSqlQuery& row) { version = row.value(0).toInt(); });
    return version;
}

} // namespace lapidary
