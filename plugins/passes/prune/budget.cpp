// SPDX-License-Identifier: GPL-3.0-or-later
#include "budget.h"

#include <algorithm>

namespace lapidary {

BudgetCounter::BudgetCounter(const PruneAnalysis& analysis, const ShapeTable& shapes, Measure measure,
                             const std::map<std::string, double, std::less<>>& layerMs,
                             const std::map<std::string, double, std::less<>>& layerFixedMs)
    : m_analysis(analysis), m_shapes(shapes), m_measure(measure), m_nodeMs(analysis.model().graph->nodeIdLimit(), 0),
      m_nodeFixedMs(m_nodeMs) {
    for (const NodePtr& node : analysis.model().graph->nodes()) {
        const auto name = displayName(*node);
        if (const auto ms = layerMs.find(name); ms != layerMs.end())
            m_nodeMs[node->id.number] = ms->second;
        if (const auto ms = layerFixedMs.find(name); ms != layerFixedMs.end())
            m_nodeFixedMs[node->id.number] = std::min(ms->second, m_nodeMs[node->id.number]);
    }
    m_whole = of(summarizeCut(analysis.model(), shapes, analysis.groups(), {}), false);
}

double BudgetCounter::of(const CutSummary& summary, bool after) const {
    switch (m_measure) {
    case Measure::Macs:
        return double(after ? summary.macsAfter : summary.macsBefore);
    case Measure::Parameters:
        return double(after ? summary.parametersAfter : summary.parametersBefore);
    case Measure::Bytes:
        return double(after ? summary.bytesAfter : summary.bytesBefore);
    case Measure::Latency:
        break;
    }
    double sum = 0;
    for (std::size_t i = 0; i < m_nodeMs.size(); ++i) {
        const double before = double(summary.nodeMacsBefore[i]);
        const double share = after && before > 0 ? double(summary.nodeMacsAfter[i]) / before : 1;
        sum += m_nodeFixedMs[i] + (m_nodeMs[i] - m_nodeFixedMs[i]) * share;
    }
    return sum;
}

double BudgetCounter::count(const ChannelCut& cut) const {
    return of(summarizeCut(m_analysis.model(), m_shapes, m_analysis.groups(), cut), true);
}

} // namespace lapidary
