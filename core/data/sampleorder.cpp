// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/sampleorder.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace lapidary {

std::vector<std::size_t> shuffledOrder(std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::mt19937_64 random(seed);
    for (std::size_t left = count; left > 1; --left) {
        // The standard's distributions differ between libraries; numbers past the last whole multiple are drawn again.
        const std::uint64_t bound = std::uint64_t(left);
        const std::uint64_t limit = ~std::uint64_t(0) - (~std::uint64_t(0) % bound + 1) % bound;
        std::uint64_t number = random();
        while (number > limit)
            number = random();
        std::swap(order[left - 1], order[std::size_t(number % bound)]);
    }
    return order;
}

Result<Batch> ShuffledDataset::batch(std::size_t first, std::size_t count, const Work& work) const {
    const std::size_t begin = std::min(first, m_order.size());
    auto batch = m_base.gather(std::span(m_order).subspan(begin, std::min(count, m_order.size() - begin)), work);
    if (batch)
        batch->first = first;
    return batch;
}

} // namespace lapidary
