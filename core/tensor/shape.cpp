// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/shape.h"

namespace lapidary {

std::optional<std::int64_t> elementCount(const Shape& shape) {
    constexpr std::int64_t limit = std::int64_t(1) << 62;
    std::int64_t count = 1;
    bool zero = false;
    for (const auto extent : shape) {
        if (extent < 0)
            return std::nullopt;
        if (extent == 0) {
            zero = true;
            continue;
        }
        if (count > limit / extent)
            return std::nullopt;
        count *= extent;
    }
    return zero ? 0 : count;
}

std::vector<std::int64_t> rowMajorStrides(const Shape& shape) {
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;)
        strides[i - 1] = strides[i] * shape[i];
    return strides;
}

std::string shapeText(const Shape& shape) {
    if (shape.empty())
        return "scalar";
    std::string text;
    for (const auto extent : shape) {
        if (!text.empty())
            text += 'x';
        text += extent < 0 ? "?" : std::to_string(extent);
    }
    return text;
}

} // namespace lapidary
