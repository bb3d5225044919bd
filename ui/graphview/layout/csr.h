// SPDX-License-Identifier: GPL-3.0-or-later
// Items grouped by a key in two flat arrays; within a group they keep their order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lapidary::layout {

class Csr {
public:
    Csr() = default;

    /// Groups items 0..itemCount-1 by keyOf(item), which must be below keyCount.
    template <typename KeyOf>
    Csr(std::size_t keyCount, std::size_t itemCount, KeyOf keyOf) : m_start(keyCount + 1), m_items(itemCount) {
        for (std::uint32_t item = 0; item < itemCount; ++item)
            ++m_start[keyOf(item) + 1];
        for (std::size_t key = 0; key < keyCount; ++key)
            m_start[key + 1] += m_start[key];
        std::vector<std::uint32_t> next(m_start.begin(), m_start.end() - 1);
        for (std::uint32_t item = 0; item < itemCount; ++item)
            m_items[next[keyOf(item)]++] = item;
    }

    std::span<const std::uint32_t> of(std::uint32_t key) const {
        return {m_items.data() + m_start[key], m_items.data() + m_start[key + 1]};
    }

private:
    std::vector<std::uint32_t> m_start;
    std::vector<std::uint32_t> m_items;
};

} // namespace lapidary::layout
