// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIODevice>
#include <QString>

namespace lapidary {

/// Copies a Qt translation source file (.ts) and translates every message with pseudoText(); plural messages get two
/// forms, as English has. Returns how many messages it translated, or -1 with `error` set when `from` is no valid file.
int pseudoTranslate(QIODevice& from, QIODevice& to, QString& error);

} // namespace lapidary
