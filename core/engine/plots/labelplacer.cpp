// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plots/labelplacer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

namespace lapidary {
namespace {

std::array<LabelBox, 8> candidatePlaces(const LabelWish& w) {
    const double gap = w.radius + 4;
    const double near = w.radius + 1; // the corner of the marker's box
    const double middleTop = w.y - w.height / 2;
    const double middleLeft = w.x - w.width / 2;
    const auto at = [&w](double left, double top) { return LabelBox{left, top, w.width, w.height}; };
    return {at(w.x + gap, middleTop),
            at(w.x - gap - w.width, middleTop),
            at(middleLeft, w.y - gap - w.height),
            at(middleLeft, w.y + gap),
            at(w.x + near, w.y - near - w.height),
            at(w.x + near, w.y + near),
            at(w.x - near - w.width, w.y - near - w.height),
            at(w.x - near - w.width, w.y + near)};
}

} // namespace

bool LabelBox::overlaps(const LabelBox& other) const {
    return left < other.left + other.width && other.left < left + width && top < other.top + other.height &&
           other.top < top + height;
}

bool LabelBox::within(const LabelBox& other) const {
    return left >= other.left && top >= other.top && left + width <= other.left + other.width &&
           top + height <= other.top + other.height;
}

bool LabelBox::crossedBy(double x1, double y1, double x2, double y2) const {
    // Liang and Barsky's clipping: shorten the line side by side and see whether anything is left.
    double from = 0;
    double to = 1;
    const auto clip = [&](double step, double room) {
        if (step == 0) {
            return room >= 0;
        }
        const double t = room / step;
        if (step < 0) {
            from = std::max(from, t);
        } else {
            to = std::min(to, t);
        }
        return from <= to;
    };
    return clip(x1 - x2, x1 - left) && clip(x2 - x1, left + width - x1) && clip(y1 - y2, y1 - top) &&
           clip(y2 - y1, top + height - y1);
}

std::vector<std::optional<LabelBox>> placeLabels(std::span<const LabelWish> wishes, std::span<const LabelBox> obstacles,
                                                 std::span<const LabelLine> lines, const LabelBox& area) {
    std::vector<std::optional<LabelBox>> result(wishes.size());
    std::vector<LabelBox> taken(obstacles.begin(), obstacles.end());
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        auto fewest = std::numeric_limits<std::ptrdiff_t>::max();
        for (const LabelBox& place : candidatePlaces(wishes[i])) {
            const auto blocks = [&](const LabelBox& box) { return place.overlaps(box); };
            if (!place.within(area) || std::any_of(taken.begin(), taken.end(), blocks)) {
                continue;
            }
            const auto crossings = std::count_if(lines.begin(), lines.end(), [&](const LabelLine& line) {
                return place.crossedBy(line.x1, line.y1, line.x2, line.y2);
            });
            if (crossings < fewest) {
                fewest = crossings;
                result[i] = place;
            }
        }
        if (result[i]) {
            taken.push_back(*result[i]);
        }
    }
    return result;
}

} // namespace lapidary
