// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace lapidary {

/// Statements that bring a database from format `version` to `version + 1`; version 0 is an empty file.
QStringList migrationFrom(int version);

/// Columns as format `version` has them, in the order that Project reads: what an older format lacks is a constant.
/// A newer format is read as the newest known one.
QString variantColumns(int version);
/// `brief`: in place of the result its summary, which leaves out what is kept per node and per timed run.
QString runColumns(int version, bool brief = false);

/// SQL that makes the summary of a result out of `json` (a column or "?").
QString summaryOf(const QString& json);

} // namespace lapidary
