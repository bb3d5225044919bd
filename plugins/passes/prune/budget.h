// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pruneanalysis.h"

#include <functional>

namespace lapidary {

/// What a target counts.
enum class Measure { Macs, Parameters, Bytes, Latency };

/// Counts a network after a cut. Latency is predicted: a layer's milliseconds shrink with its multiplications down
/// to what is fixed of them; what has no multiplications keeps its time.
class BudgetCounter {
public:
    BudgetCounter(const PruneAnalysis& analysis, const ShapeTable& shapes, Measure measure,
                  const std::map<std::string, double, std::less<>>& layerMs = {},
                  const std::map<std::string, double, std::less<>>& layerFixedMs = {});

    double whole() const { return m_whole; } ///< nothing cut
    double count(const ChannelCut& cut) const;
    double of(const CutSummary& summary, bool after) const;

private:
    const PruneAnalysis& m_analysis;
    const ShapeTable& m_shapes;
    Measure m_measure;
    std::vector<double> m_nodeMs, m_nodeFixedMs; // by node id
    double m_whole = 0;
};

} // namespace lapidary
