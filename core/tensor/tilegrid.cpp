// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/tilegrid.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

std::int64_t product(const Shape& shape, std::size_t from, std::size_t to) {
    std::int64_t result = 1;
    for (std::size_t i = from; i < to; ++i)
        result *= shape[i];
    return result;
}

/// What the axes after the second make: the cells of one kernel.
void setTile(TileGrid& grid, const Shape& shape) {
    const auto rank = shape.size();
    grid.tileColumns = rank > 2 ? shape[rank - 1] : 1;
    grid.tileRows = rank > 3 ? product(shape, 2, rank - 1) : 1;
    grid.tileRowStride = grid.tileColumns;
    grid.tileColumnStride = 1;
    grid.gap = grid.tileRows * grid.tileColumns > 1 ? 1 : 0;
}

void wrap(TileGrid& grid, std::int64_t tiles, std::int64_t stride, double aspect) {
    const double tileAspect = double(grid.tileRows + grid.gap) / double(grid.tileColumns + grid.gap);
    grid.tiles = tiles;
    grid.columns = std::clamp<std::int64_t>(std::llround(std::sqrt(double(tiles) * aspect * tileAspect)), 1,
                                            std::max<std::int64_t>(tiles, 1));
    grid.rows = (tiles + grid.columns - 1) / grid.columns;
    grid.columnStride = stride;
    grid.rowStride = stride * grid.columns;
}

/// The first cell from `from` to before `end` that is part of a tile; `end` if none is.
std::int64_t firstInTile(std::int64_t from, std::int64_t end, std::int64_t tile, std::int64_t gap) {
    const auto pitch = tile + gap;
    const auto place = from % pitch < tile ? from : from - from % pitch + pitch;
    return std::min(place, end);
}

/// The strongest of some evenly spread elements under one pixel.
class Pixel {
public:
    Pixel(const ElementReader& reader, const TileGrid& grid, int samples)
        : m_reader(reader), m_grid(grid), m_side(std::max(1, int(std::sqrt(double(samples))))) {}

    void look(std::int64_t row, std::int64_t column, std::int64_t endRow, std::int64_t endColumn) {
        element = -1;
        value = 0;
        const auto rows = std::min<std::int64_t>(endRow - row, m_side);
        const auto columns = std::min<std::int64_t>(endColumn - column, m_side);
        for (std::int64_t i = 0; i < rows; ++i)
            for (std::int64_t j = 0; j < columns; ++j)
                consider(m_grid.firstElement(
                    row + i * (endRow - row) / rows, column + j * (endColumn - column) / columns,
                    row + (i + 1) * (endRow - row) / rows, column + (j + 1) * (endColumn - column) / columns));
        thinned = rows < endRow - row || columns < endColumn - column;
    }

    std::int64_t element = -1;
    double value = 0;
    bool thinned = false;

private:
    void consider(std::int64_t candidate) {
        if (candidate < 0 || std::isnan(value))
            return;
        const double found = m_reader.at(std::uint64_t(candidate));
        if (element >= 0 && !std::isnan(found) && std::abs(found) <= std::abs(value))
            return;
        element = candidate;
        value = found;
    }

    const ElementReader& m_reader;
    const TileGrid& m_grid;
    int m_side;
};

/// Cells that pixel `index` of `count` covers: at least one.
std::pair<std::int64_t, std::int64_t> covered(double begin, double extent, int index, int count, std::int64_t limit) {
    const double from = begin + extent * index / count;
    const double to = begin + extent * (index + 1) / count;
    if (to <= 0 || from >= double(limit))
        return {0, 0};
    const auto first = std::int64_t(std::floor(std::max(from, 0.0)));
    const auto last = std::max(first + 1, std::int64_t(std::floor(std::min(to, double(limit)))));
    return {first, std::min(last, limit)};
}

} // namespace

std::int64_t TileGrid::elementAt(std::int64_t cellRow, std::int64_t cellColumn) const {
    if (cellRow < 0 || cellColumn < 0)
        return -1;
    const auto row = cellRow / (tileRows + gap);
    const auto column = cellColumn / (tileColumns + gap);
    const auto y = cellRow % (tileRows + gap);
    const auto x = cellColumn % (tileColumns + gap);
    if (row >= rows || column >= columns || y >= tileRows || x >= tileColumns || row * columns + column >= tiles)
        return -1;
    return base + row * rowStride + column * columnStride + y * tileRowStride + x * tileColumnStride;
}

std::int64_t TileGrid::firstElement(std::int64_t row, std::int64_t column, std::int64_t endRow,
                                    std::int64_t endColumn) const {
    const auto y = firstInTile(row, endRow, tileRows, gap);
    const auto x = firstInTile(column, endColumn, tileColumns, gap);
    return y < endRow && x < endColumn ? elementAt(y, x) : -1;
}

TileGrid wholeTensorGrid(const Shape& shape, double aspect) {
    TileGrid grid;
    setTile(grid, shape);
    const auto rank = shape.size();
    const auto tile = grid.tileRows * grid.tileColumns;
    const auto first = rank > 1 ? shape[0] : 1;
    const auto second = rank > 1 ? shape[1] : rank == 1 ? shape[0] : 1;
    if (rank > 2 && (first == 1 || second == 1)) {
        wrap(grid, first * second, tile, aspect);
        return grid;
    }
    grid.rows = first;
    grid.columns = second;
    grid.tiles = first * second;
    grid.rowStride = second * tile;
    grid.columnStride = tile;
    return grid;
}

TileGrid kernelGrid(const Shape& shape, int axis, std::int64_t position, double aspect) {
    TileGrid grid;
    setTile(grid, shape);
    const auto tile = grid.tileRows * grid.tileColumns;
    const auto along = axis == 0 ? tile : shape[1] * tile;
    grid.base = position * (axis == 0 ? shape[1] * tile : tile);
    wrap(grid, axis == 0 ? shape[1] : shape[0], along, aspect);
    return grid;
}

Result<TensorRaster> rasterize(const ElementReader& reader, const TileGrid& grid, const GridRegion& region, int width,
                               int height, int samplesPerPixel, const Work& work) {
    TensorRaster raster{.grid = grid, .region = region, .width = width, .height = height};
    raster.values.assign(std::size_t(width) * std::size_t(height), 0.0f);
    raster.elements.assign(raster.values.size(), -1);
    if (grid.empty())
        return raster;
    Pixel pixel(reader, grid, samplesPerPixel);
    for (int y = 0; y < height; ++y) {
        if (auto status = work.check(); !status)
            return status;
        const auto [row, endRow] = covered(region.top, region.height, y, height, grid.cellRows());
        for (int x = 0; x < width && row < endRow; ++x) {
            const auto [column, endColumn] = covered(region.left, region.width, x, width, grid.cellColumns());
            if (column >= endColumn)
                continue;
            pixel.look(row, column, endRow, endColumn);
            const auto place = std::size_t(y) * std::size_t(width) + std::size_t(x);
            raster.values[place] = float(pixel.value);
            raster.elements[place] = pixel.element;
            raster.thinned |= pixel.thinned;
        }
    }
    return raster;
}

} // namespace lapidary
