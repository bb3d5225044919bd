// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace lapidary {

/// A number that names one kind of thing; ids of different kinds do not mix. Default: invalid.
template <typename Tag>
struct StrongId {
    std::uint32_t number = 0xffffffffu;

    bool valid() const { return number != 0xffffffffu; }
    auto operator<=>(const StrongId&) const = default;
};

struct NodeTag;
struct ValueTag;
/// Stable across edits: a node keeps its id for as long as a chain of GraphEditors keeps the node.
using NodeId = StrongId<NodeTag>;
using ValueId = StrongId<ValueTag>;

} // namespace lapidary

template <typename Tag>
struct std::hash<lapidary::StrongId<Tag>> {
    std::size_t operator()(lapidary::StrongId<Tag> id) const noexcept { return std::hash<std::uint32_t>()(id.number); }
};
