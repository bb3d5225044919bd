// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

/// The candidate with the smallest edit distance (Levenshtein) to `text`; the first of several. Empty if nothing is
/// close enough to be a slip of the fingers (more than a third of the longer word differs).
std::string nearestName(std::string_view text, const std::vector<std::string>& candidates);

/// "Did you mean 'x'?", or the list of what there is when nothing is near.
std::string nearestHint(std::string_view text, const std::vector<std::string>& candidates);

} // namespace lapidary
