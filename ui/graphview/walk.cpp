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

} // namespace

std::optional<std::uint32_t> walkFrom(const LaidPicture& picture, std::uint32_t node, WalkStep step) {
    const Place here = placeOf(picture, node);
    std::optional<std::uint32_t> best;
    double least = std::numeric_limits<double>::infinity();
    const auto consider = [&](std::uint32_t other, double cost) {
        if (other != node && cost < least) {
            least = cost;
            best = other;
        }
    };
    if (step == WalkStep::Producer) {
        for (const std::uint32_t e : picture.edgesInto(node))
            consider(picture.picture().edges[e].from,
                     std::abs(placeOf(picture, picture.picture().edges[e].from).across - here.across));
    } else if (step == WalkStep::Consumer) {
        for (const std::uint32_t e : picture.edgesOutOf(node))
            consider(picture.picture().edges[e].to,
                     std::abs(placeOf(picture, picture.picture().edges[e].to).across - here.across));
    } else {
        for (std::uint32_t other = 0; other < picture.nodeCount(); ++other) {
            const Place there = placeOf(picture, other);
            const double ahead = step == WalkStep::After ? there.across - here.across : here.across - there.across;
            if (ahead > 0 && there.low <= here.high && here.low <= there.high)
                consider(other, ahead);
        }
    }
    return best;
}

} // namespace lapidary
