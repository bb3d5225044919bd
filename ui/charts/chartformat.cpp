// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartformat.h"

#include <QLocale>

#include <cmath>

namespace lapidary {

QString displayNumber(double value, int decimals) {
    if (!std::isfinite(value)) {
        return QStringLiteral("–");
    }
    const QLocale locale;
    if (decimals >= 0) {
        return locale.toString(value, 'f', decimals);
    }
    if (value == 0) {
        return locale.toString(0);
    }
    const int magnitude = int(std::floor(std::log10(std::abs(value))));
    if (magnitude >= 15 || magnitude < -6) {
        return locale.toString(value, 'g', 4);
    }
    return locale.toString(value, 'f', std::max(0, 3 - magnitude));
}

QString displayValue(double value, const std::optional<ValueInterval>& interval, const QString& unit, int decimals) {
    QString text = displayNumber(value, decimals);
    if (interval) {
        text += QStringLiteral(" [%1, %2]")
                    .arg(displayNumber(interval->lower, decimals), displayNumber(interval->upper, decimals));
    }
    if (!unit.isEmpty()) {
        text += QChar(0x00a0) + unit;
    }
    return text;
}

QString fileNumber(double value) {
    return std::isfinite(value) ? QString::number(value, 'g', QLocale::FloatingPointShortest) : QString();
}

QString csvField(const QString& text) {
    QString field = text;
    if (!field.isEmpty() && QStringLiteral("=+-@\t\r").contains(field.front())) {
        field.prepend(QLatin1Char('\''));
    }
    const bool quote = field.contains(QLatin1Char(',')) || field.contains(QLatin1Char('"')) ||
                       field.contains(QLatin1Char('\n')) || field.contains(QLatin1Char('\r'));
    if (!quote) {
        return field;
    }
    field.replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QLatin1Char('"') + field + QLatin1Char('"');
}

} // namespace lapidary
