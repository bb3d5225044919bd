// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/heatmap.h"

#include "ui/charts/divergingramp.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr int legendHeight = 30;
constexpr double largestCell = 96;    ///< pixels; beyond there is nothing more to see
constexpr double numberedCell = 44;   ///< pixels a cell must have for its value to fit
constexpr double largestStretch = 12; ///< how much taller than wide (or wider than tall) a matrix cell may get
constexpr double zoomStep = 1.25;

} // namespace

HeatMap::HeatMap(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Heat map"));
    setAccessibleDescription(tr("Values of the tensor as colours: blue below zero, orange above"));
}

void HeatMap::setGrid(const TileGrid& grid) {
    m_grid = grid;
    m_raster = {};
    m_image = {};
    fit();
}

void HeatMap::setMagnitude(double magnitude) {
    m_magnitude = magnitude > 0 ? magnitude : 1;
    recolor();
    update();
}

void HeatMap::setRaster(TensorRaster raster) {
    if (!(raster.grid == m_grid))
        return;
    m_raster = std::move(raster);
    recolor();
    update();
}

void HeatMap::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

QRect HeatMap::mapRect() const {
    return rect().adjusted(0, 0, 0, -legendHeight);
}

GridRegion HeatMap::wantedRegion() const {
    const QSizeF cells(mapRect().width() / m_cell.width(), mapRect().height() / m_cell.height());
    return {m_center.x() - cells.width() / 2, m_center.y() - cells.height() / 2, cells.width(), cells.height()};
}

QSize HeatMap::wantedPixels() const {
    return (QSizeF(mapRect().size()) * devicePixelRatioF()).toSize().expandedTo(QSize(1, 1));
}

QPointF HeatMap::cellAt(const QPointF& place) const {
    const auto middle = QRectF(mapRect()).center();
    return {m_center.x() + (place.x() - middle.x()) / m_cell.width(),
            m_center.y() + (place.y() - middle.y()) / m_cell.height()};
}

std::ptrdiff_t HeatMap::pixelAt(const QPoint& place) const {
    if (!mapRect().contains(place) || !hasRaster())
        return -1;
    const auto cell = cellAt(place);
    const auto& region = m_raster.region;
    const auto x = std::ptrdiff_t(std::floor((cell.x() - region.left) / region.width * m_raster.width));
    const auto y = std::ptrdiff_t(std::floor((cell.y() - region.top) / region.height * m_raster.height));
    return x < 0 || y < 0 || x >= m_raster.width || y >= m_raster.height ? -1 : y * m_raster.width + x;
}

qint64 HeatMap::elementAt(const QPoint& place) const {
    const auto pixel = pixelAt(place);
    return pixel < 0 ? -1 : m_raster.elements[std::size_t(pixel)];
}

QSizeF HeatMap::fittingCell() const {
    const double columns = std::max<double>(1, double(m_grid.cellColumns()));
    const double rows = std::max<double>(1, double(m_grid.cellRows()));
    double x = std::clamp(mapRect().width() / columns, 1e-6, largestCell / 3);
    double y = std::clamp(mapRect().height() / rows, 1e-6, largestCell / 3);
    // Kernels keep their shape; a matrix may be stretched so that a long one is more than a line.
    const double stretch = m_grid.gap > 0 ? 1 : largestStretch;
    x = std::min(x, y * stretch);
    y = std::min(y, x * stretch);
    return {x, y};
}

void HeatMap::fit() {
    m_fitted = true;
    m_cell = fittingCell();
    m_center = QPointF(double(m_grid.cellColumns()) / 2, double(m_grid.cellRows()) / 2);
    update();
    Q_EMIT regionWanted();
}

void HeatMap::zoomIn() {
    zoomAt(QRectF(mapRect()).center(), zoomStep);
}
void HeatMap::zoomOut() {
    zoomAt(QRectF(mapRect()).center(), 1 / zoomStep);
}

void HeatMap::zoomAt(const QPointF& place, double factor) {
    const auto smallest = fittingCell();
    const auto target = m_cell * factor;
    if (target.width() <= smallest.width() || target.height() <= smallest.height()) {
        fit();
        return;
    }
    const auto before = cellAt(place);
    // Both ways to the same limit: cells of a stretched matrix become square on the way in.
    m_cell = QSizeF(std::min(target.width(), std::max(largestCell, smallest.width())),
                    std::min(target.height(), std::max(largestCell, smallest.height())));
    m_center += before - cellAt(place);
    m_fitted = false;
    clampView();
    update();
    Q_EMIT regionWanted();
}

void HeatMap::moveBy(const QPointF& pixels) {
    m_center -= QPointF(pixels.x() / m_cell.width(), pixels.y() / m_cell.height());
    m_fitted = false;
    clampView();
    update();
    Q_EMIT regionWanted();
}

void HeatMap::clampView() {
    const auto clamped = [](double center, double visible, double all) {
        return visible >= all ? all / 2 : std::clamp(center, visible / 2, all - visible / 2);
    };
    const auto region = wantedRegion();
    m_center = {clamped(m_center.x(), region.width, double(m_grid.cellColumns())),
                clamped(m_center.y(), region.height, double(m_grid.cellRows()))};
}

void HeatMap::recolor() {
    if (!hasRaster()) {
        m_image = {};
        return;
    }
    const DivergingRamp ramp(Theme::of(palette()));
    m_image = QImage(m_raster.width, m_raster.height, QImage::Format_ARGB32_Premultiplied);
    for (int y = 0; y < m_raster.height; ++y) {
        auto* line = reinterpret_cast<QRgb*>(m_image.scanLine(y));
        const auto begin = std::size_t(y) * std::size_t(m_raster.width);
        for (int x = 0; x < m_raster.width; ++x)
            line[x] = m_raster.elements[begin + std::size_t(x)] < 0
                          ? 0
                          : ramp.at(double(m_raster.values[begin + std::size_t(x)]) / m_magnitude);
    }
}

void HeatMap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto theme = Theme::of(palette());
    painter.fillRect(rect(), theme.base);
    if (m_image.isNull()) {
        painter.setPen(theme.muted);
        painter.drawText(mapRect().adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const auto& region = m_raster.region;
    const auto visible = wantedRegion();
    const QRectF target((region.left - visible.left) * m_cell.width(), (region.top - visible.top) * m_cell.height(),
                        region.width * m_cell.width(), region.height * m_cell.height());
    painter.setClipRect(mapRect());
    painter.drawImage(target, m_image);
    paintStruck(painter);
    if (std::min(m_cell.width(), m_cell.height()) >= numberedCell && region == visible)
        paintNumbers(painter);
    painter.setClipping(false);
    paintLegend(painter);
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void HeatMap::paintNumbers(QPainter& painter) const {
    const auto region = wantedRegion();
    const DivergingRamp ramp(Theme::of(palette()));
    const auto firstColumn = std::int64_t(std::max(0.0, std::floor(region.left)));
    for (auto row = std::int64_t(std::max(0.0, std::floor(region.top))); double(row) < region.top + region.height;
         ++row)
        for (auto column = firstColumn; double(column) < region.left + region.width; ++column) {
            const QRectF cell((double(column) - region.left) * m_cell.width(),
                              (double(row) - region.top) * m_cell.height(), m_cell.width(), m_cell.height());
            const auto place = (cell & QRectF(mapRect())).center().toPoint();
            const auto pixel = pixelAt(place);
            if (pixel < 0 || m_raster.elements[std::size_t(pixel)] < 0 ||
                m_raster.elements[std::size_t(pixel)] != m_grid.elementAt(row, column))
                continue;
            const double value = double(m_raster.values[std::size_t(pixel)]);
            painter.setPen(Theme::textOn(QColor(ramp.at(value / m_magnitude))));
            painter.drawText(cell, Qt::AlignCenter, locale().toString(value, 'g', 3));
        }
}

void HeatMap::paintLegend(QPainter& painter) const {
    const auto theme = Theme::of(palette());
    const DivergingRamp ramp(theme);
    const QRect lane(rect().left() + 8, mapRect().bottom() + 5, rect().width() - 16, 8);
    for (int x = 0; x < lane.width(); ++x)
        painter.fillRect(lane.left() + x, lane.top(), 1, lane.height(),
                         QColor(ramp.at(2.0 * x / std::max(1, lane.width() - 1) - 1)));
    auto small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    painter.setFont(small);
    painter.setPen(theme.muted);
    const QRect words(lane.left(), lane.bottom() + 2, lane.width(), legendHeight - 14);
    const auto end = locale().toString(m_magnitude, 'g', 3);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignTop, QStringLiteral("−") + end);
    painter.drawText(words, Qt::AlignHCenter | Qt::AlignTop,
                     m_raster.thinned ? tr("0 · strongest of a sample per pixel") : QStringLiteral("0"));
    painter.drawText(words, Qt::AlignRight | Qt::AlignTop, QStringLiteral("+") + end);
}

void HeatMap::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (m_fitted) {
        fit();
    } else {
        clampView();
        Q_EMIT regionWanted();
    }
}

void HeatMap::mousePressEvent(QMouseEvent* event) {
    m_pressed = m_last = event->pos();
    m_dragging = false;
}

void HeatMap::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton)) {
        const auto pixel = pixelAt(event->pos());
        const auto element = pixel < 0 ? -1 : m_raster.elements[std::size_t(pixel)];
        Q_EMIT hovered(element, element < 0 ? 0 : double(m_raster.values[std::size_t(pixel)]));
        return;
    }
    if (!m_dragging && (event->pos() - m_pressed).manhattanLength() < QApplication::startDragDistance())
        return;
    m_dragging = true;
    moveBy(event->pos() - m_last);
    m_last = event->pos();
}

void HeatMap::mouseReleaseEvent(QMouseEvent* event) {
    if (!m_dragging && event->button() == Qt::LeftButton)
        if (const auto element = elementAt(event->pos()); element >= 0)
            Q_EMIT picked(element);
    m_dragging = false;
}

void HeatMap::mouseDoubleClickEvent(QMouseEvent*) {
    fit();
}

void HeatMap::wheelEvent(QWheelEvent* event) {
    zoomAt(event->position(), std::pow(zoomStep, event->angleDelta().y() / 120.0));
    event->accept();
}

void HeatMap::keyPressEvent(QKeyEvent* event) {
    constexpr double step = 40;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoomIn();
    case Qt::Key_Minus:
        return zoomOut();
    case Qt::Key_Home:
        return fit();
    case Qt::Key_Left:
        return moveBy({step, 0});
    case Qt::Key_Right:
        return moveBy({-step, 0});
    case Qt::Key_Up:
        return moveBy({0, step});
    case Qt::Key_Down:
        return moveBy({0, -step});
    default:
        QWidget::keyPressEvent(event);
    }
}

void HeatMap::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        recolor();
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::LanguageChange)
        update();
}

void HeatMap::leaveEvent(QEvent*) {
    Q_EMIT hovered(-1, 0);
}

} // namespace lapidary
