// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pruneanalysis.h"

#include <list>

namespace lapidary {

/// Remembers the analyses of the models looked at last, so that a slider does not repeat them. Holds a model no longer
/// than `limit` others have been looked at since. Any thread.
class AnalysisCache {
public:
    std::shared_ptr<const PruneAnalysis> of(const ModelPtr& model, const ShapeTable& shapes);

private:
    struct Entry {
        ModelPtr model;
        std::uint64_t shapes = 0; ///< fingerprint
        std::shared_ptr<const PruneAnalysis> analysis;
    };
    static constexpr std::size_t limit = 3;

    std::mutex m_mutex;
    std::list<Entry> m_entries; // last used first
};

} // namespace lapidary
