// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

namespace lapidary::test {

/// Sets a column of a variant behind the project's back.
inline void setColumn(const ProjectSession& session, VariantId id, const QString& column, const QString& value) {
    const auto name = QStringLiteral("projectwork");
    {
        auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        database.setDatabaseName(QString::fromStdString((session.project().folder() / "project.db").string()));
        QVERIFY(database.open());
        QSqlQuery query(database);
        QVERIFY(query.prepare(QStringLiteral("UPDATE variants SET %1 = ? WHERE id = ?").arg(column)));
        query.addBindValue(value);
        query.addBindValue(qlonglong(id));
        QVERIFY(query.exec());
    }
    QSqlDatabase::removeDatabase(name);
}

} // namespace lapidary::test
