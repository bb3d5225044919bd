// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/match/risingrun.h"

#include <algorithm>

namespace lapidary::match {

std::vector<Run> risingRun(const std::vector<Run>& sorted) {
    std::vector<std::size_t> tails; // per length, the candidate with the lowest end
    std::vector<std::size_t> before(sorted.size(), sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const auto at = std::lower_bound(tails.begin(), tails.end(), sorted[i].right,
                                         [&](std::size_t t, std::uint32_t right) { return sorted[t].right < right; });
        if (at != tails.begin())
            before[i] = *(at - 1);
        if (at == tails.end())
            tails.push_back(i);
        else
            *at = i;
    }
    std::vector<Run> run;
    for (auto i = tails.empty() ? sorted.size() : tails.back(); i < sorted.size(); i = before[i])
        run.push_back(sorted[i]);
    std::reverse(run.begin(), run.end());
    return run;
}

} // namespace lapidary::match
