// SPDX-License-Identifier: GPL-3.0-or-later
#include "format.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace lapidary::cli {

std::string fixed(double value, int digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
    return buffer;
}

std::string bytesText(std::uint64_t bytes) {
    if (bytes < 1024)
        return std::to_string(bytes) + " B";
    const char* units[] = {"KiB", "MiB", "GiB", "TiB"};
    double value = double(bytes) / 1024;
    std::size_t unit = 0;
    for (; value >= 1024 && unit < 3; ++unit)
        value /= 1024;
    return fixed(value, value < 10 ? 2 : 1) + " " + units[unit];
}

std::string countText(std::uint64_t count) {
    std::string digits = std::to_string(count);
    for (int at = int(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(std::size_t(at), " ");
    return digits;
}

std::string shortCount(std::uint64_t count) {
    if (count < 10000)
        return std::to_string(count);
    if (count < 10000000)
        return fixed(double(count) / 1e3, 1) + " k";
    if (count < 10000000000ull)
        return fixed(double(count) / 1e6, 1) + " M";
    return fixed(double(count) / 1e9, 2) + " G";
}

std::string signedPercent(double before, double after) {
    if (before == 0)
        return "";
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%+.1f %%", 100 * (after - before) / before);
    return buffer;
}

Json diagnosticJson(const Diagnostic& problem) {
    Json json;
    const char* names[] = {"note", "warning", "error"};
    json.set("severity", names[int(problem.severity)]);
    json.set("code", problem.code);
    json.set("message", problem.message);
    if (!problem.hint.empty())
        json.set("hint", problem.hint);
    if (!problem.place.file.empty())
        json.set("file", problem.place.file);
    if (!problem.place.node.empty())
        json.set("node", problem.place.node);
    if (!problem.place.tensor.empty())
        json.set("tensor", problem.place.tensor);
    return json;
}

void printProblems(const Diagnostics& problems) {
    const char* names[] = {"note", "warning", "problem"};
    for (const auto& problem : problems)
        std::cerr << names[int(problem.severity)] << ": " << problem.toString()
                  << (problem.hint.empty() ? "" : " — " + problem.hint) << '\n';
}

namespace {

/// Code points, which for our text are columns.
std::size_t width(const std::string& text) {
    return std::size_t(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

bool numeric(const std::string& text) {
    return !text.empty() && (std::isdigit(static_cast<unsigned char>(text[0])) || text[0] == '-' || text[0] == '+');
}

} // namespace

void printTable(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    std::vector<bool> right;
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
            if (widths.size() <= c) {
                widths.push_back(0);
                right.push_back(true);
            }
            widths[c] = std::max(widths[c], width(rows[r][c]));
            if (r > 0 && !rows[r][c].empty() && !numeric(rows[r][c]))
                right[c] = false;
        }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string padding(widths[c] - width(row[c]), ' ');
            line += (c > 0 ? "  " : "") + (right[c] ? padding + row[c] : row[c] + padding);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        std::cout << line << '\n';
    }
    std::cout.flush();
}

} // namespace lapidary::cli
