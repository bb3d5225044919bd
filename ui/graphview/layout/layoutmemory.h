// SPDX-License-Identifier: GPL-3.0-or-later
// Drawings of parts by their content, so that a part which did not change, or a block that occurs many times, is
// drawn once.
#pragma once

#include "ui/graphview/layout/part.h"

#include <cstdint>
#include <memory>
#include <unordered_map>

namespace lapidary {

/// Belongs to one layout while it is made; afterwards immutable and shared as what the next layout may look up.
class LayoutMemory {
public:
    LayoutMemory() = default;
    explicit LayoutMemory(std::shared_ptr<const LayoutMemory> before) : m_before(std::move(before)) {}

    /// 128 bits over everything that decides about a drawing.
    struct Key {
        std::uint64_t a = 0;
        std::uint64_t b = 0;
        bool operator==(const Key&) const = default;
    };
    static Key keyOf(const layout::Part& part, const LayoutOptions& options);
    /// Large parts are not kept: they would double the memory, and seldom stay as they are.
    static bool isWorthKeeping(const layout::Part& part);

    /// Null if it is not known. What the earlier layout knew is taken over.
    layout::PartLayoutPtr find(const Key& key);
    void keep(const Key& key, layout::PartLayoutPtr drawing) { m_drawings.emplace(key, std::move(drawing)); }
    /// Forgets the earlier layout, which would otherwise keep all before it alive.
    void close() { m_before.reset(); }
    std::size_t reused() const { return m_reused; } ///< parts taken over from the earlier layout

private:
    struct Hash {
        std::size_t operator()(const Key& key) const { return static_cast<std::size_t>(key.a); }
    };
    std::unordered_map<Key, layout::PartLayoutPtr, Hash> m_drawings;
    std::shared_ptr<const LayoutMemory> m_before;
    std::size_t m_reused = 0;
};

} // namespace lapidary
