// SPDX-License-Identifier: GPL-3.0-or-later
#include "augment.h"

#include <algorithm>
#include <numeric>

namespace lapidary::sample {
namespace {

constexpr int64_t kLargestShift = 1;
constexpr int64_t kSmallestErased = 4;
constexpr int64_t kLargestErased = 12;

int64_t below(std::mt19937_64& random, int64_t bound) {
    return int64_t(random() % uint64_t(bound)); // the bias of % is below 1e-16 for bounds of this size
}

} // namespace

void augment(std::span<const uint8_t> image, std::span<uint8_t> out, std::mt19937_64& random) {
    const bool mirror = below(random, 2) == 1;
    const int64_t shiftX = below(random, 2 * kLargestShift + 1) - kLargestShift;
    const int64_t shiftY = below(random, 2 * kLargestShift + 1) - kLargestShift;
    const bool erase = below(random, 8) == 0;
    const int64_t width = kSmallestErased + below(random, kLargestErased - kSmallestErased + 1);
    const int64_t height = kSmallestErased + below(random, kLargestErased - kSmallestErased + 1);
    const int64_t left = below(random, kSide - width + 1);
    const int64_t top = below(random, kSide - height + 1);
    const auto grey = uint8_t(below(random, 256));

    for (int64_t y = 0; y < kSide; ++y) {
        for (int64_t x = 0; x < kSide; ++x) {
            const int64_t fromX = (mirror ? kSide - 1 - x : x) - shiftX;
            const int64_t fromY = y - shiftY;
            const bool inside = fromX >= 0 && fromX < kSide && fromY >= 0 && fromY < kSide;
            out[size_t(y * kSide + x)] = inside ? image[size_t(fromY * kSide + fromX)] : uint8_t(0);
        }
    }
    for (int64_t y = top; erase && y < top + height; ++y) {
        std::fill_n(out.begin() + y * kSide + left, width, grey);
    }
}

std::vector<int64_t> shuffled(int64_t count, std::mt19937_64& random) {
    std::vector<int64_t> order(static_cast<size_t>(count));
    std::iota(order.begin(), order.end(), int64_t(0));
    for (int64_t i = count - 1; i > 0; --i) {
        std::swap(order[size_t(i)], order[size_t(below(random, i + 1))]);
    }
    return order;
}

} // namespace lapidary::sample
