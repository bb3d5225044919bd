// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace lapidary {

/// What queries are made of, as rich text; links are examples, "query:op:Conv".
QString searchHelpHtml();
/// What a field looks at, translated; empty for a name that is no field.
QString searchFieldHelp(const QString& field);
/// Queries to begin with.
QStringList searchExamples();

} // namespace lapidary
