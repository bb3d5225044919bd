// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/value.h"

namespace lapidary {

TypeInfo TypeInfo::tensor(DataType type, const Shape& shape) {
    TypeInfo info;
    info.elementType = type;
    info.dimensions.emplace();
    for (const auto extent : shape) {
        Dimension dimension;
        dimension.extent = extent;
        info.dimensions->push_back(std::move(dimension));
    }
    return info;
}

std::optional<Shape> TypeInfo::shape() const {
    if (!dimensions)
        return std::nullopt;
    Shape extents;
    for (const auto& dimension : *dimensions)
        extents.push_back(dimension.extent);
    return extents;
}

} // namespace lapidary
