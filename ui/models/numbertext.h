// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lapidary {

/// Numbers as the window shows them, in the user's locale.
QString bytesText(quint64 bytes);        ///< "13.3 MiB"
QString countText(quint64 count);        ///< "300.8 M"; small numbers whole
QString millisecondsText(double ms);     ///< "0.512 ms", "24.1 ms", "1.2 s"
QString percentText(double percent);     ///< "92.63 %"
/// "−34.5 %"; empty if the base is zero.
QString changeText(double before, double after);
/// "3 s", "2 min 5 s"
QString durationText(qint64 ms);

} // namespace lapidary
