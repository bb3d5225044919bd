// SPDX-License-Identifier: GPL-3.0-or-later
#include "plurals.h"

#include <QRegularExpression>

namespace lapidary {

QStringList englishForms(const QString& source) {
    static const QRegularExpression ending(QStringLiteral("(?<=[a-z])\\((e?s)\\)"));
    auto one = source, other = source;
    return {one.replace(ending, QString()), other.replace(ending, QStringLiteral("\\1"))};
}

} // namespace lapidary
