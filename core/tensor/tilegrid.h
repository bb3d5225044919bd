// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "tensor/elementreader.h"

namespace lapidary {

/// A tensor laid out flat, for looking at: tiles (kernels, or single elements of a matrix) in rows and columns. Places
/// are counted in cells: a tile takes tileRows x tileColumns of them and `gap` empty ones to the right and below.
struct TileGrid {
    std::int64_t rows = 0, columns = 0; ///< of tiles
    std::int64_t tiles = 0;             ///< present ones, row by row; fewer than rows * columns when they were wrapped
    std::int64_t tileRows = 1, tileColumns = 1;
    std::int64_t gap = 0;
    std::int64_t base = 0;                                ///< element of the first tile's first cell
    std::int64_t rowStride = 0, columnStride = 0;         ///< elements from tile to tile
    std::int64_t tileRowStride = 0, tileColumnStride = 0; ///< elements from cell to cell of a tile

    std::int64_t cellRows() const { return rows * (tileRows + gap) - (rows > 0 ? gap : 0); }
    std::int64_t cellColumns() const { return columns * (tileColumns + gap) - (columns > 0 ? gap : 0); }
    bool empty() const { return tiles == 0 || tileRows == 0 || tileColumns == 0; }
    /// Element at a cell; -1: a gap, a missing tile, or outside.
    std::int64_t elementAt(std::int64_t cellRow, std::int64_t cellColumn) const;
    /// First element in the cells from row, column to before endRow, endColumn that is no gap; -1 if there is none.
    std::int64_t firstElement(std::int64_t row, std::int64_t column, std::int64_t endRow, std::int64_t endColumn) const;
    bool operator==(const TileGrid&) const = default;
};

/// The whole tensor. A matrix as it is; a vector as one row; rank 3 and more as a matrix of kernels: a tile for each
/// pair of positions on the first two axes. A single column or row of kernels is wrapped to about `aspect` (width /
/// height).
TileGrid wholeTensorGrid(const Shape& shape, double aspect = 1.5);
/// The kernels at one position of an axis (0 or 1), wrapped. Precondition: rank >= 3, the position exists.
TileGrid kernelGrid(const Shape& shape, int axis, std::int64_t position, double aspect = 1.5);

/// A part of the grid, in cells.
struct GridRegion {
    double left = 0, top = 0, width = 0, height = 0;
    bool operator==(const GridRegion&) const = default;
};

/// The picture of a region: per pixel one element and its value. Where a pixel covers many elements it shows the one of
/// greatest magnitude among up to `samplesPerPixel` of them (NaN wins over all).
struct TensorRaster {
    TileGrid grid;
    GridRegion region;
    int width = 0, height = 0;
    std::vector<float> values;          ///< row by row
    std::vector<std::int64_t> elements; ///< -1: background
    bool thinned = false;               ///< some pixels looked at fewer elements than they cover
};

/// Work and memory grow with the pixels, never with the tensor. Fails only when cancelled.
Result<TensorRaster> rasterize(const ElementReader& reader, const TileGrid& grid, const GridRegion& region, int width,
                               int height, int samplesPerPixel = 16, const Work& work = {});

} // namespace lapidary
