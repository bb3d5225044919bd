// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/database.h"
#include "project/projectlock.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr qint64 worthVacuuming = 1000; // free pages

} // namespace

Result<ProjectHealth> Project::examine(const Work& work) const {
    ProjectHealth health;
    const auto complain = [&](const QString& words) {
        health.database.push_back(
            errorDiagnostic("project.database", "Integrity check: " + fromQString(words),
                            "lapidary-cli project repair mends what can be mended; work on a copy."));
    };
    const auto ask = [&](const char* sql, const std::function<void(const QSqlQuery&)>& row) {
        if (auto status = m_database->select(QString::fromLatin1(sql), {}, row); !status)
            health.database.push_back(status.error());
    };
    work.progress.label("Checking the database");
    ask("PRAGMA integrity_check", [&](const QSqlQuery& row) {
        if (row.value(0).toString() != QLatin1String("ok"))
            complain(row.value(0).toString());
    });
    ask("PRAGMA foreign_key_check", [&](const QSqlQuery& row) {
        complain(
            QStringLiteral("row %1 of %2 belongs to nothing").arg(row.value(1).toString(), row.value(0).toString()));
    });
    std::vector<std::string> live;
    std::vector<std::pair<ProjectHealth::DamagedVariant, std::string>> rows; // with the address
    ask("SELECT id, name, blob, json_valid(recipe), coalesce(parent, 0) FROM variants ORDER BY id",
        [&](const QSqlQuery& row) {
            ProjectHealth::DamagedVariant variant{row.value(0).toLongLong(), fromQString(row.value(1).toString()), {}};
            live.push_back(fromQString(row.value(2).toString()));
            if (!row.value(3).toBool()) {
                auto broken = variant;
                broken.problem =
                    errorDiagnostic("project.recipe", "Variant '" + variant.name + "' (" + std::to_string(variant.id) +
                                                          "): its recipe is damaged");
                health.variants.push_back(std::move(broken));
            }
            if (const auto parent = row.value(4).toLongLong(); parent < 0 || parent >= variant.id) {
                auto broken = variant;
                broken.problem =
                    errorDiagnostic("project.parent", "Variant '" + variant.name + "' (" + std::to_string(variant.id) +
                                                          "): its parent is not older than itself");
                health.variants.push_back(std::move(broken));
            }
            rows.emplace_back(std::move(variant), live.back());
        });
    auto survey = m_blobs.survey(live, work.part(0.1, 1, "Checking the stored models"));
    if (!survey)
        return survey.status();
    for (auto& [variant, address] : rows) {
        const auto found = survey->damaged.find(address);
        if (found == survey->damaged.end())
            continue;
        variant.problem = found->second;
        variant.problem.message =
            "Variant '" + variant.name + "' (" + std::to_string(variant.id) + "): " + variant.problem.message;
        health.variants.push_back(std::move(variant));
    }
    std::stable_sort(health.variants.begin(), health.variants.end(),
                     [](const auto& a, const auto& b) { return a.id < b.id; });
    health.orphans = std::move(survey->orphans);
    health.orphanBytes = survey->orphanBytes;
    return health;
}

Diagnostics Project::check() const {
    const auto health = examine();
    if (!health)
        return {health.error()};
    Diagnostics found = health->database;
    for (const auto& variant : health->variants)
        found.push_back(variant.problem);
    return found;
}

Status Project::rebuildIndices() {
    if (auto status = writable(); !status)
        return status;
    return m_database->execute(QStringLiteral("REINDEX"));
}

Result<std::size_t> Project::compact() {
    if (auto status = writable(); !status)
        return status;
    const auto lock = ProjectLock::take(m_folder, ProjectLock::Kind::Alone);
    if (!lock)
        return lock.status();
    // Whoever has a shown variant below stays: deleting cascades.
    if (auto status = m_database->execute(QStringLiteral(
            "WITH RECURSIVE above(id) AS (SELECT parent FROM variants WHERE deleted = 0 UNION SELECT v.parent FROM "
            "variants v JOIN above a ON v.id = a.id) DELETE FROM variants WHERE deleted = 1 AND id NOT IN (SELECT id "
            "FROM above WHERE id IS NOT NULL)"));
        !status)
        return status;
    std::vector<std::string> live;
    if (auto status =
            m_database->select(QStringLiteral("SELECT blob FROM variants"), {},
                               [&](const QSqlQuery& row) { live.push_back(fromQString(row.value(0).toString())); });
        !status)
        return status;
    const auto removed = m_blobs.collectGarbage(live, true);
    qint64 freePages = 0;
    (void)m_database->select(QStringLiteral("PRAGMA freelist_count"), {},
                             [&](const QSqlQuery& row) { freePages = row.value(0).toLongLong(); });
    if (freePages > worthVacuuming)
        (void)m_database->execute(
            QStringLiteral("VACUUM")); // another window that reads just now prevents it: next time
    return removed;
}

} // namespace lapidary
