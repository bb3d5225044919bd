// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the rectangles that touch a window. Immutable once built, so any thread may ask.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace lapidary {

struct SceneRect {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;

    bool touches(const SceneRect& other) const {
        return left <= other.right && other.left <= right && top <= other.bottom && other.top <= bottom;
    }
};

/// An R-tree packed in one go from all rectangles; a query costs O(log n + found).
class SpatialIndex {
public:
    SpatialIndex();
    explicit SpatialIndex(std::span<const SceneRect> rects);
    ~SpatialIndex();
    SpatialIndex(SpatialIndex&&) noexcept;
    SpatialIndex& operator=(SpatialIndex&&) noexcept;

    /// Replaces `found` by the numbers of all rectangles that touch the window, ascending.
    void query(const SceneRect& window, std::vector<std::uint32_t>& found) const;

private:
    struct Tree;
    std::unique_ptr<const Tree> m_tree;
};

} // namespace lapidary
