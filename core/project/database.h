// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "project/project.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <functional>
#include <mutex>
#include <set>

namespace lapidary {

/// One SQLite file, one connection per thread. Qt's connections may not cross threads, so each thread opens its own.
class Project::Database {
public:
    /// Frozen: read only, and nobody else writes, so that neither locks nor files beside it are needed.
    enum class Access { ReadWrite, ReadOnly, Frozen };

    Database(QString path, Access access);
    ~Database();

    /// Opens the file on this thread, sets WAL (where it may be written) and foreign keys.
    Status prepare(bool create);
    /// Runs one statement with positional values.
    Status execute(const QString& sql, const QVariantList& values = {}, qint64* insertedId = nullptr) const;
    Status select(const QString& sql, const QVariantList& values,
                  const std::function<void(const QSqlQuery&)>& row) const;
    /// All or nothing.
    Status transaction(const std::function<Status()>& body) const;
    int userVersion() const;

private:
    Status switchToLog() const;
    QSqlDatabase connection() const;
    /// A view or a trigger in someone's file would be a program that runs for ever or writes where it likes.
    Status holdsTablesOnly() const;

    QString m_path;
    Access m_access;
    QString m_prefix; // of connection names
    mutable std::mutex m_mutex;
    mutable std::set<QString> m_names;
};

QString toQString(const std::string& text);
std::string fromQString(const QString& text);

} // namespace lapidary
