// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels of a heat map that are struck out.
#include "ui/charts/heatmap.h"

#include "ui/theme/theme.h"

#include <QPainter>

#include <cmath>

namespace lapidary {

void HeatMap::setStruck(std::vector<bool> rows, std::vector<bool> columns) {
    m_struckRows = std::move(rows);
    m_struckColumns = std::move(columns);
    update();
}

QRectF HeatMap::tilesRect(qint64 row, qint64 column, qint64 rows, qint64 columns) const {
    const auto visible = wantedRegion();
    const auto high = double(m_grid.tileRows + m_grid.gap), wide = double(m_grid.tileColumns + m_grid.gap);
    return {(double(column) * wide - visible.left) * m_cell.width(),
            (double(row) * high - visible.top) * m_cell.height(),
            (double(columns) * wide - double(m_grid.gap)) * m_cell.width(),
            (double(rows) * high - double(m_grid.gap)) * m_cell.height()};
}

void HeatMap::paintStruck(QPainter& painter) const {
    const auto theme = Theme::of(palette());
    QColor veil = theme.base;
    veil.setAlphaF(0.62f);
    QColor line = theme.bad;
    line.setAlphaF(0.8f);
    const auto strike = [&](const QRectF& place) {
        if (!place.intersects(QRectF(mapRect())))
            return;
        painter.fillRect(place, veil);
        painter.fillRect(place, QBrush(line, Qt::BDiagPattern));
    };
    /// Stretches of struck positions, begin and length.
    const auto stretches = [](const std::vector<bool>& struck, const auto& take) {
        for (std::size_t i = 0; i < struck.size();) {
            std::size_t end = i;
            while (end < struck.size() && struck[end])
                ++end;
            if (end > i)
                take(qint64(i), qint64(end - i));
            i = std::max(end, i + 1);
        }
    };
    const auto rows = qint64(m_struckRows.size()), columns = qint64(m_struckColumns.size());
    const bool byRows = rows == m_grid.rows && rows * m_grid.columns == m_grid.tiles;
    const bool byColumns = columns == m_grid.columns && columns * m_grid.rows == m_grid.tiles;
    if (byRows)
        stretches(m_struckRows, [&](qint64 at, qint64 count) { strike(tilesRect(at, 0, count, m_grid.columns)); });
    if (byColumns)
        stretches(m_struckColumns, [&](qint64 at, qint64 count) { strike(tilesRect(0, at, m_grid.rows, count)); });
    if (byRows || byColumns)
        return;
    const auto& wrapped = rows == m_grid.tiles ? m_struckRows : m_struckColumns;
    if (qint64(wrapped.size()) != m_grid.tiles)
        return;
    for (qint64 tile = 0; tile < m_grid.tiles; ++tile)
        if (wrapped[std::size_t(tile)])
            strike(tilesRect(tile / m_grid.columns, tile % m_grid.columns, 1, 1));
}

} // namespace lapidary
