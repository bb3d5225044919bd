// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/tradeoffdata.h"

#include <QString>

namespace lapidary {

/// A number for people: the user's locale, four significant digits or the given decimals.
QString displayNumber(double value, int decimals = -1);

/// "12.3 [12.1, 12.6] ms": the number with its interval and unit where there are any.
QString displayValue(double value, const std::optional<ValueInterval>& interval, const QString& unit,
                     int decimals = -1);

/// A number for files: shortest decimal text that reads back as the same double; empty for NaN.
QString fileNumber(double value);

/// A field of a CSV line (RFC 4180): quoted when it must be. Text that a spreadsheet would run as a formula gets an
/// apostrophe in front, since names may come from other people's files.
QString csvField(const QString& text);

} // namespace lapidary
