// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest.h"

#include <algorithm>
#include <numeric>

namespace lapidary {

namespace {

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t(0));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

} // namespace

std::string nearestName(std::string_view text, const std::vector<std::string>& candidates) {
    // Hostile recipes may hold keys of any length; a long one is no slip of the fingers.
    if (text.size() > 100)
        return {};
    std::string best;
    std::size_t bestDistance = std::string::npos;
    for (const auto& candidate : candidates) {
        const std::size_t distance = editDistance(text, candidate);
        const std::size_t longer = std::max(text.size(), candidate.size());
        if (distance < bestDistance && distance * 3 <= longer + 2) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}

std::string nearestHint(std::string_view text, const std::vector<std::string>& candidates) {
    if (const auto near = nearestName(text, candidates); !near.empty())
        return "Did you mean '" + near + "'?";
    if (candidates.empty())
        return {};
    std::string list;
    for (const auto& candidate : candidates)
        list += (list.empty() ? "" : ", ") + candidate;
    return "There is: " + list;
}

} // namespace lapidary
