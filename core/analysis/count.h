// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/shape.h"

#include <cstdint>
#include <limits>

namespace lapidary {

/// A product that saturates instead of wrapping, and remembers that a factor was unknown. For counts over shapes that
/// come from files, which may say anything.
class Count {
public:
    explicit Count(std::uint64_t value = 1) : m_value(value) {}

    /// Negative: unknown.
    Count& times(std::int64_t factor) {
        if (factor < 0)
            m_known = false;
        else if (__builtin_mul_overflow(m_value, std::uint64_t(factor), &m_value))
            m_value = limit;
        return *this;
    }
    Count& times(const std::optional<Shape>& shape, std::size_t firstAxis = 0) {
        if (!shape)
            m_known = false;
        else
            for (std::size_t axis = firstAxis; axis < shape->size(); ++axis)
                times((*shape)[axis]);
        return *this;
    }

    bool known() const { return m_known; }
    std::uint64_t value() const { return m_known ? m_value : 0; }

    static std::uint64_t add(std::uint64_t a, std::uint64_t b) { return a > limit - b ? limit : a + b; }

private:
    static constexpr std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t m_value;
    bool m_known = true;
};

} // namespace lapidary
