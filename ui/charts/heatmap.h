// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/tilegrid.h"

#include <QImage>
#include <QWidget>

namespace lapidary {

/// The values of a tensor as colours around zero: kernels side by side, or a matrix. It never reads the tensor: it says
/// which part it wants to show, in how many pixels, and shows what it is given, stretched until something sharper
/// comes. Very large cells have their value written in them.
///
/// Wheel zooms at the pointer, drag pans, double click shows everything; so do + - arrows and Home. UI thread only.
class HeatMap : public QWidget {
    Q_OBJECT
public:
    explicit HeatMap(QWidget* parent = nullptr);

    /// Another layout: shows all of it and forgets the picture.
    void setGrid(const TileGrid& grid);
    const TileGrid& grid() const { return m_grid; }
    /// The magnitude that has the strongest colour; stronger values have it too.
    void setMagnitude(double magnitude);
    double magnitude() const { return m_magnitude; }
    /// Ignored if it is of another grid than the present one.
    void setRaster(TensorRaster raster);
    /// Strikes out what went: positions on the first axis of the tensor (rows of kernels) and on the second (columns).
    /// Empty: nothing. A single row or column of kernels that was wrapped is struck kernel by kernel.
    void setStruck(std::vector<bool> rows, std::vector<bool> columns);
    /// What stands in place of a picture while there is none.
    void setEmptyText(const QString& text);

    /// What is visible, in cells, and the pixels it takes.
    GridRegion wantedRegion() const;
    QSize wantedPixels() const;
    double cellWidth() const { return m_cell.width(); }
    bool hasRaster() const { return m_raster.width > 0; }
    /// Element drawn at a place of the widget; -1: none.
    qint64 elementAt(const QPoint& place) const;

    QSize sizeHint() const override { return {320, 280}; }
    QSize minimumSizeHint() const override { return {160, 120}; }

public Q_SLOTS:
    void fit();
    void zoomIn();
    void zoomOut();

Q_SIGNALS:
    void regionWanted();                        ///< what is visible changed; queue a raster of wantedRegion()
    void hovered(qint64 element, double value); ///< -1: none any more
    void picked(qint64 element);                ///< a click

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QRect mapRect() const; ///< of the picture; the legend is below
    QPointF cellAt(const QPointF& place) const;
    std::ptrdiff_t pixelAt(const QPoint& place) const; ///< index into the raster; -1: none
    QSizeF fittingCell() const;
    void zoomAt(const QPointF& place, double factor);
    void moveBy(const QPointF& pixels);
    void clampView();
    void recolor();
    void paintNumbers(QPainter& painter) const;
    void paintLegend(QPainter& painter) const;
    void paintStruck(QPainter& painter) const;
    QRectF tilesRect(qint64 row, qint64 column, qint64 rows, qint64 columns) const; ///< on the widget

    TileGrid m_grid;
    TensorRaster m_raster;
    QImage m_image;
    double m_magnitude = 1;
    QPointF m_center;    ///< of the visible part, in cells
    QSizeF m_cell{1, 1}; ///< pixels of a cell
    bool m_fitted = true;
    QPoint m_pressed, m_last;
    bool m_dragging = false;
    QString m_emptyText;
    std::vector<bool> m_struckRows, m_struckColumns;
};

} // namespace lapidary
