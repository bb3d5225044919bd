// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIODevice>
#include <QString>

namespace lapidary {

/// Copies a Qt translation source file (.ts) and translates every message with pseudoText(); plural messages get two
/// forms, as English has. Returns how many messages it translated, or -1 with `error` set when `from` is no valid file.
int pseudoTranslate(QIODevice& from, QIODevice& to, QString& error);

/// The same for English: messages with a number get their two forms by englishForms(), the others stay as they are in
/// the source and are left out.
int translatePlurals(QIODevice& from, QIODevice& to, QString& error);

} // namespace lapidary
