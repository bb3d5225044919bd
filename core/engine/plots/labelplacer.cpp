// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plots/labelplacer.h"

#include <algorithm>
#include <array>

namespace lapidary {
namespace {

std::array<LabelBox, 8> candidatePlaces(const LabelWish& w) {
    const double gap = w.radius + 4;
    const double near = w.radius * 0.7 + 3;
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

std::vector<std::optional<LabelBox>> placeLabels(std::span<const LabelWish> wishes,
                                                 std::span<const LabelBox> obstacles, const LabelBox& area) {
    std::vector<std::optional<LabelBox>> result(wishes.size());
    std::vector<LabelBox> taken(obstacles.begin(), obstacles.end());
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        for (const LabelBox& place : candidatePlaces(wishes[i])) {
            const bool free = place.within(area) && std::none_of(taken.begin(), taken.end(), [&](const LabelBox& box) {
                                  return place.overlaps(box);
                              });
            if (free) {
                result[i] = place;
                taken.push_back(place);
                break;
            }
        }
    }
    return result;
}

} // namespace lapidary
