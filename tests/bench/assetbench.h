// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "data/dataset.h"
#include "testsupport.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace lapidary::bench {

/// Calls run(subject), which gives a Status, for every subject whose `model` contains one of `names` (none: all).
/// Returns the program's exit code.
template <typename Subjects, typename Run>
int runOnAssets(const Subjects& subjects, const std::set<std::string>& names, Run run) {
    int failures = 0;
    for (const auto& subject : subjects) {
        const std::string model(subject.model);
        if (!names.empty() &&
            std::ranges::none_of(names, [&](const auto& part) { return model.find(part) != std::string::npos; }))
            continue;
        if (const Status status = run(subject); !status) {
            std::fprintf(stderr, "%s: %s\n", model.c_str(), status.error().toString().c_str());
            ++failures;
        }
    }
    return failures == 0 ? 0 : 1;
}

/// A dataset of the real images: its first `limit` samples, 0 for all.
inline Result<DatasetPtr> openAsset(std::string_view file, std::size_t limit = 0, const DatasetOptions& options = {}) {
    auto data = openDataset(test::assetsFolder() / "images" / file, options);
    return data && limit > 0 ? limitedDataset(*data, limit) : data;
}

/// Says so if there are no real models here.
inline bool haveAssets() {
    if (!test::assetsFolder().empty())
        return true;
    std::puts("No real models here: set LAPIDARY_ASSETS.");
    return false;
}

} // namespace lapidary::bench
