// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/spatialindex.h"

#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/index/rtree.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace lapidary {
namespace {

namespace bg = boost::geometry;
using Point = bg::model::d2::point_xy<double>;
using Box = bg::model::box<Point>;
using Entry = std::pair<Box, std::uint32_t>;

Box toBox(const SceneRect& rect) {
    return {Point(rect.left, rect.top), Point(rect.right, rect.bottom)};
}

/// Keeps only the number of what a query finds.
struct NumberSink {
    using iterator_category = std::output_iterator_tag;
    using value_type = void;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = void;

    std::vector<std::uint32_t>* found;
    NumberSink& operator=(const Entry& entry) {
        found->push_back(entry.second);
        return *this;
    }
    NumberSink& operator*() { return *this; }
    NumberSink& operator++() { return *this; }
    NumberSink& operator++(int) { return *this; }
};

std::vector<Entry> entriesOf(std::span<const SceneRect> rects) {
    std::vector<Entry> entries;
    entries.reserve(rects.size());
    for (const SceneRect& rect : rects)
        entries.emplace_back(toBox(rect), static_cast<std::uint32_t>(entries.size()));
    return entries;
}

} // namespace

struct SpatialIndex::Tree {
    bg::index::rtree<Entry, bg::index::linear<16>> rtree;
};

SpatialIndex::SpatialIndex() : SpatialIndex(std::span<const SceneRect>{}) {}

SpatialIndex::SpatialIndex(std::span<const SceneRect> rects)
    : m_tree(std::make_unique<const Tree>(Tree{bg::index::rtree<Entry, bg::index::linear<16>>(entriesOf(rects))})) {}

SpatialIndex::~SpatialIndex() = default;
SpatialIndex::SpatialIndex(SpatialIndex&&) noexcept = default;
SpatialIndex& SpatialIndex::operator=(SpatialIndex&&) noexcept = default;

void SpatialIndex::query(const SceneRect& window, std::vector<std::uint32_t>& found) const {
    found.clear();
    m_tree->rtree.query(bg::index::intersects(toBox(window)), NumberSink{&found});
    std::ranges::sort(found);
}

} // namespace lapidary
