// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/project/projectfiles.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <algorithm>
#include <sstream>

namespace lapidary::test {

namespace {

const auto connectionName = QStringLiteral("projectfiles");

QVariant runAll(const std::filesystem::path& file, const QStringList& statements) {
    QVariant first;
    {
        auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connectionName);
        database.setDatabaseName(QString::fromStdString(file.string()));
        if (!database.open())
            qFatal("no database %s", file.c_str());
        QSqlQuery query(database);
        for (const auto& sql : statements)
            if (!query.exec(sql))
                qFatal("%s: %s", qPrintable(sql), qPrintable(query.lastError().text()));
        if (query.next())
            first = query.value(0);
        query.finish();
        query.clear();
        database.close();
    }
    QSqlDatabase::removeDatabase(connectionName);
    return first;
}

} // namespace

VariantRecord recordOf(Project& project, const std::string& name, VariantId parent) {
    VariantRecord record;
    record.parent = parent;
    record.name = name;
    record.blob = project.blobs().put(bytesOf("model of " + name)).value();
    record.modelHash = "hash of " + name;
    return record;
}

VariantId addVariantOf(Project& project, const std::string& name, VariantId parent) {
    return project.addVariant(recordOf(project, name, parent)).value();
}

void runSql(const std::filesystem::path& file, const QString& sql) {
    (void)runAll(file, {sql});
}

void runSqlFile(const std::filesystem::path& file, const std::string& text) {
    QStringList statements;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty() && !line.starts_with("--"))
            statements << QString::fromStdString(line);
    (void)runAll(file, statements);
}

QVariant scalar(const std::filesystem::path& file, const QString& sql) {
    return runAll(file, {sql});
}

std::filesystem::path blobFile(const Project& project, const std::string& address) {
    return project.folder() / "blobs" / address.substr(0, 2) / (address.substr(2) + ".zst");
}

std::vector<std::filesystem::path> filesBelow(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace lapidary::test
