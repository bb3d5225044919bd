// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

struct CsvRow {
    std::size_t line = 0; ///< where it starts, from 1
    std::vector<std::string> cells;
};

/// Comma-separated values (RFC 4180): quoted cells may hold commas, quotes (doubled) and line breaks; CR LF and LF end
/// a row; a byte order mark and empty lines are skipped. Fails with "dataset.format" on an open quote, naming the line.
Result<std::vector<CsvRow>> parseCsv(std::string_view text);

} // namespace lapidary
