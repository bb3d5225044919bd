// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lapidary {

/// Extents, outermost first. In a Tensor all are >= 0; in an inferred shape -1 stands for an unknown extent.
using Shape = std::vector<std::int64_t>;

/// Product of the extents; nullopt if one is negative or the product exceeds 2^62.
std::optional<std::int64_t> elementCount(const Shape& shape);
/// Row-major strides in elements.
std::vector<std::int64_t> rowMajorStrides(const Shape& shape);
/// "1x3x224x224"; "scalar" for rank 0; "?" for an unknown extent.
std::string shapeText(const Shape& shape);

} // namespace lapidary
