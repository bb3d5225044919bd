// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/schema.h"

namespace lapidary {

namespace {

QStringList first() {
    return {
        QStringLiteral("CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL)"),
        QStringLiteral("CREATE TABLE variants ("
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

} // namespace

QStringList migrationFrom(int version) { return version == 0 ? first() : QStringList(); }

} // namespace lapidary
