// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/bounddecor.h"

#include "ui/graphview/diffmarks.h"

#include <utility>

namespace lapidary {

BoundDecor::BoundDecor(GraphDecorPtr decor, const LaidPicture& picture) : m_decor(std::move(decor)) {
    if (!m_decor)
        return;
    if (!m_decor->edgeDiffs.empty())
        m_lineDiffs = lineDiffs(picture, m_decor->edgeDiffs);
    if (m_decor->nodes.empty())
        return;
    m_slot.assign(picture.nodeCount(), -1);
    for (std::size_t i = 0; i < m_decor->nodes.size(); ++i)
        if (const auto node = picture.indexOf(m_decor->nodes[i].id))
            m_slot[*node] = static_cast<std::int32_t>(i);
}

const std::vector<DiffLegendEntry>& BoundDecor::diffLegend() const {
    static const std::vector<DiffLegendEntry> none;
    return m_decor ? m_decor->diffLegend : none;
}

} // namespace lapidary
