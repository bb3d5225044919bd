// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace lapidary {

/// Statements that bring a database from format `version` to `version + 1`; version 0 is an empty file.
QStringList migrationFrom(int version);

} // namespace lapidary
