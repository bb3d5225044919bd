// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/schema.h"

namespace lapidary {

namespace {

QStringList first() {
    return {
        QStringLiteral("CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)"),
        QStringLiteral(
            "CREATE TABLE variants ("
            "id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES variants(id) ON DELETE CASCADE, "
            "name TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', recipe TEXT NOT NULL, report TEXT NOT NULL, "
            "model_hash TEXT NOT NULL, blob TEXT NOT NULL, source_path TEXT NOT NULL, "
            "parameters INTEGER NOT NULL, parameter_bytes INTEGER NOT NULL, macs INTEGER NOT NULL, "
            "file_bytes INTEGER NOT NULL, data_hash TEXT NOT NULL, versions TEXT NOT NULL, "
            "created_ms INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0)"),
        QStringLiteral("CREATE INDEX variants_parent ON variants(parent)"),
        QStringLiteral("CREATE TABLE datasets (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, "
                       "path TEXT NOT NULL, hash TEXT NOT NULL, role TEXT NOT NULL, samples INTEGER NOT NULL)"),
        QStringLiteral("CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, "
                       "variant INTEGER NOT NULL REFERENCES variants(id) ON DELETE CASCADE, kind TEXT NOT NULL, "
                       "key TEXT NOT NULL, subject TEXT NOT NULL, settings TEXT NOT NULL, result TEXT NOT NULL, "
                       "environment TEXT NOT NULL, created_ms INTEGER NOT NULL)"),
        QStringLiteral("CREATE INDEX runs_variant ON runs(variant)"),
        QStringLiteral("CREATE INDEX runs_key ON runs(key)"),
    };
}

/// Tags, colours, what a variant was made with; the newest run of each kind is found from an index alone.
QStringList second() {
    return {
        QStringLiteral("ALTER TABLE variants ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'"),
        QStringLiteral("ALTER TABLE variants ADD COLUMN color TEXT NOT NULL DEFAULT ''"),
        QStringLiteral("ALTER TABLE variants ADD COLUMN provenance TEXT NOT NULL DEFAULT 'null'"),
        QStringLiteral("ALTER TABLE runs ADD COLUMN summary TEXT NOT NULL DEFAULT ''"),
        QStringLiteral("UPDATE runs SET summary = ") + summaryOf(QStringLiteral("result")),
        QStringLiteral("DROP INDEX runs_variant"),
        QStringLiteral("CREATE INDEX runs_newest ON runs(variant, kind, subject)"),
    };
}

constexpr int firstWithTags = 2;

} // namespace

QStringList migrationFrom(int version) {
    switch (version) {
    case 0:
        return first();
    case 1:
        return second();
    default:
        return {};
    }
}

QString summaryOf(const QString& json) {
    return QStringLiteral("CASE WHEN json_valid(%1) THEN json_remove(%1, '$.nodes', '$.runs_ms') ELSE '' END")
        .arg(json);
}

QString variantColumns(int version) {
    const auto common = QStringLiteral(
        "id, parent, name, note, recipe, report, model_hash, blob, source_path, parameters, parameter_bytes, "
        "macs, file_bytes, data_hash, versions, created_ms, deleted, ");
    return common +
           (version >= firstWithTags ? QStringLiteral("tags, color, provenance") : QStringLiteral("'[]', '', 'null'"));
}

QString runColumns(int version, bool brief) {
    return QStringLiteral("id, variant, kind, key, subject, settings, %1, environment, created_ms")
        .arg(brief && version >= firstWithTags ? QStringLiteral("summary") : QStringLiteral("result"));
}

} // namespace lapidary
