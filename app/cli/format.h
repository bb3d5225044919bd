// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diagnostic.h"
#include "base/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lapidary::cli {

std::string bytesText(std::uint64_t bytes);      ///< "13.3 MiB"
std::string countText(std::uint64_t count);      ///< "3 489 167"
std::string shortCount(std::uint64_t count);     ///< "300.8 M"
std::string fixed(double value, int digits = 2);
std::string signedPercent(double before, double after); ///< "-34.5 %"
Json diagnosticJson(const Diagnostic& problem);
void printProblems(const Diagnostics& problems); ///< on stderr

/// Columns as wide as their content; numbers to the right. First row: the header.
void printTable(const std::vector<std::vector<std::string>>& rows);

} // namespace lapidary::cli
