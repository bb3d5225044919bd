// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace lapidary {

/// The two English forms of a message with a number, "%n layer(s)": one ("%n layer") and other ("%n layers"). What
/// stands in brackets is the ending of the plural. Text without brackets is the same in both.
QStringList englishForms(const QString& source);

} // namespace lapidary
