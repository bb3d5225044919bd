// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/numbertext.h"

#include <QCoreApplication>
#include <QLocale>

namespace lapidary {

namespace {

QString real(double value, int digits) { return QLocale().toString(value, 'f', digits); }

QString text(const char* pattern) { return QCoreApplication::translate("lapidary::NumberText", pattern); }

int digitsFor(double value) { return value < 10 ? 2 : value < 100 ? 1 : 0; }

} // namespace

QString bytesText(quint64 bytes) {
    if (bytes < 1024)
        return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 B")).arg(bytes);
    const double value = double(bytes);
    if (value < 1024.0 * 1024)
        return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 KiB")).arg(real(value / 1024, digitsFor(value / 1024)));
    if (value < 1024.0 * 1024 * 1024)
        return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 MiB"))
            .arg(real(value / 1048576, digitsFor(value / 1048576)));
    return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 GiB")).arg(real(value / 1073741824, 2));
}

QString countText(quint64 count) {
    const double value = double(count);
    if (count < 10000)
        return QLocale().toString(count);
    if (value < 1e6)
        return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 k")).arg(real(value / 1e3, digitsFor(value / 1e3)));
    if (value < 1e9)
        return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 M")).arg(real(value / 1e6, digitsFor(value / 1e6)));
    return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 G")).arg(real(value / 1e9, 2));
}

QString millisecondsText(double ms) {
    if (ms >= 1000)
        return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 s")).arg(real(ms / 1000, 2));
    return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 ms")).arg(real(ms, ms < 1 ? 3 : ms < 10 ? 2 : 1));
}

QString percentText(double percent) {
    return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 %")).arg(real(percent, 2));
}

QString changeText(double before, double after) {
    if (before == 0)
        return {};
    const double percent = 100 * (after - before) / before;
    const QString sign = percent < 0 ? QStringLiteral("−") : QStringLiteral("+");
    return sign + text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 %")).arg(real(qAbs(percent), 1));
}

QString durationText(qint64 ms) {
    const qint64 seconds = (ms + 999) / 1000;
    if (seconds < 60)
        return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 s")).arg(seconds);
    return text(QT_TRANSLATE_NOOP("lapidary::NumberText", "%1 min %2 s")).arg(seconds / 60).arg(seconds % 60);
}

} // namespace lapidary
