// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/walk.h"

#include <cmath>
#include <limits>

namespace lapidary {
namespace {

struct Place {
    double across;
    double low;
    double high;
};

Place placeOf(const LaidPicture& picture, std::uint32_t node) {
    const LayoutBox& b = picture.layout().boxes[node];
    return picture.layout().direction == LayoutDirection::TopDown ? Place{b.x + b.width / 2, b.y, b.y + b.height}
                                                                  : Place{b.y + b.height / 2, b.x, b.x + b.width};
}

std::vector<std::uint32_t> neighbours(const LaidPicture& picture, std::uint32_t node, bool producers) {
    std::vector<std::uint32_t> found;
    for (const std::uint32_t e : producers ? picture.edgesInto(node) : picture.edgesOutOf(node))
        found.push_back(producers ? picture.picture().edges[e].from : picture.picture().edges[e].to);
    return found;
}

/// Other consumers of the node's producers, other producers of its consumers.
std::vector<std::uint32_t> siblings(const LaidPicture& picture, std::uint32_t node) {
    std::vector<std::uint32_t> found;
    for (const bool up : {true, false})
        for (const std::uint32_t middle : neighbours(picture, node, up))
            for (const std::uint32_t other : neighbours(picture, middle, !up))
                found.push_back(other);
    return found;
}

/// The nearest of `others` on one side.
class Nearest {
public:
    Nearest(const LaidPicture& picture, std::uint32_t node, bool after)
        : m_picture(picture), m_node(node), m_after(after), m_here(placeOf(picture, node)) {}

    void consider(std::uint32_t other, bool sameBandOnly) {
        const Place there = placeOf(m_picture, other);
        double ahead = m_after ? there.across - m_here.across : m_here.across - there.across;
        // Siblings on one straight line are beside each other in the order of the flow.
        if (!sameBandOnly && std::abs(ahead) < 1)
            ahead = (m_after ? there.low - m_here.low : m_here.low - there.low) * 1e-3;
        const bool inBand = there.low <= m_here.high && m_here.low <= there.high;
        if (other == m_node || ahead <= 0 || (sameBandOnly && !inBand) || ahead >= m_least)
            return;
        m_least = ahead;
        m_best = other;
    }
    std::optional<std::uint32_t> best() const { return m_best; }

private:
    const LaidPicture& m_picture;
    std::uint32_t m_node;
    bool m_after;
    Place m_here;
    double m_least = std::numeric_limits<double>::infinity();
    std::optional<std::uint32_t> m_best;
};

std::optional<std::uint32_t> besides(const LaidPicture& picture, std::uint32_t node, bool after) {
    Nearest sibling(picture, node, after);
    for (const std::uint32_t other : siblings(picture, node))
        sibling.consider(other, false);
    if (sibling.best())
        return sibling.best();
    Nearest anyone(picture, node, after);
    for (std::uint32_t other = 0; other < picture.nodeCount(); ++other)
        anyone.consider(other, true);
    return anyone.best();
}

std::optional<std::uint32_t> alongFlow(const LaidPicture& picture, std::uint32_t node, bool producers,
                                       std::optional<std::uint32_t> cameFrom) {
    const double here = placeOf(picture, node).across;
    std::optional<std::uint32_t> best;
    double least = std::numeric_limits<double>::infinity();
    for (const std::uint32_t other : neighbours(picture, node, producers)) {
        if (other == cameFrom)
            return other;
        const double aside = std::abs(placeOf(picture, other).across - here);
        if (other != node && aside < least) {
            least = aside;
            best = other;
        }
    }
    return best;
}

} // namespace

std::optional<std::uint32_t> walkFrom(const LaidPicture& picture, std::uint32_t node, WalkStep step,
                                      std::optional<std::uint32_t> cameFrom) {
    if (step == WalkStep::Producer || step == WalkStep::Consumer)
        return alongFlow(picture, node, step == WalkStep::Producer, cameFrom);
    return besides(picture, node, step == WalkStep::After);
}

} // namespace lapidary
