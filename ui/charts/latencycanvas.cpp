// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/latencycanvas.h"

#include <QMouseEvent>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary {

LatencyCanvas::LatencyCanvas(QWidget* parent) : PlotCanvas(parent) {
    setContentPainter([this](QCPPainter& painter) { paintContent(painter); });
    setOverlayPainter([this](QCPPainter& painter) { paintOverlay(painter); });
    setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    axisRect()->setRangeDrag(Qt::Horizontal);
    axisRect()->setRangeZoom(Qt::Horizontal);
    yAxis->setVisible(false);
    yAxis->grid()->setVisible(false);
    QMargins margins = axisRect()->minimumMargins();
    margins.setLeft(2 * Theme::spacing);
    axisRect()->setMinimumMargins(margins);
}

void LatencyCanvas::refresh() {
    double lower = std::numeric_limits<double>::infinity();
    double upper = -lower;
    for (const Row& row : rows) {
        if (!row.series.timesMs.isEmpty()) {
            lower = std::min(lower, row.first);
            upper = std::max(upper, row.last);
        }
    }
    const bool any = lower <= upper;
    if (any) {
        const double margin = std::max((upper - lower) * 0.06, std::abs(upper) * 1e-3);
        xAxis->setRange(lower - margin, upper + margin);
    }
    xAxis->setVisible(any);
    xAxis->grid()->setVisible(any);
    replotSoon();
}

QRectF LatencyCanvas::rowBox(int index) const {
    const QRectF area = plotRect();
    const double height = area.height() / std::max(1, int(rows.size()));
    return {area.left(), area.top() + height * index, area.width(), height};
}

void LatencyCanvas::paintContent(QCPPainter& painter) {
    for (int i = 0; i < rows.size(); ++i) {
        paintRow(painter, i);
    }
}

void LatencyCanvas::paintRow(QCPPainter& painter, int index) {
    const Row& row = rows[index];
    const QRectF box = rowBox(index);
    const QColor color = theme().categorical(index);
    if (index > 0) {
        painter.setPen(QPen(theme().separator, 0));
        painter.drawLine(box.topLeft(), box.topRight());
    }
    const QFontMetricsF metrics(font());
    const double textTop = box.top() + Theme::unit;
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(theme().text);
    const double nameWidth = QFontMetricsF(strong).horizontalAdvance(row.title);
    painter.drawText(QPointF(box.left() + Theme::unit, textTop + metrics.ascent()), row.title);
    painter.setFont(smallFont());
    const double numbersLeft = box.left() + 3 * Theme::unit + nameWidth;
    painter.setPen(theme().muted);
    painter.drawText(QPointF(numbersLeft, textTop + metrics.ascent()), row.numbers);
    if (row.series.unstable) {
        const double used = QFontMetricsF(smallFont()).horizontalAdvance(row.numbers) + 3 * Theme::unit;
        painter.setPen(theme().warning);
        painter.drawText(QPointF(numbersLeft + used, textTop + metrics.ascent()), unstableWord);
    }

    const double top = textTop + metrics.height() + Theme::unit;
    const double floorY = top + (box.bottom() - top) * 0.62;
    if (!row.density.empty()) {
        QPolygonF hill;
        hill << QPointF(xAxis->coordToPixel(row.first), floorY);
        for (std::size_t i = 0; i < row.density.size(); ++i) {
            const double t = row.first + (row.last - row.first) * double(i) / double(row.density.size() - 1);
            hill << QPointF(xAxis->coordToPixel(t), floorY - row.density[i] * (floorY - top));
        }
        hill << QPointF(xAxis->coordToPixel(row.last), floorY);
        QColor body = color;
        body.setAlphaF(0.28f);
        painter.setPen(QPen(color, 1.25));
        painter.setBrush(body);
        painter.drawPolygon(hill);
    }
    const double dotsHeight = std::max(4.0, box.bottom() - floorY - 3 * Theme::unit);
    paintDots(painter, row, color, {box.left(), floorY + Theme::spacing, box.width(), dotsHeight});
    paintMarks(painter, row, {box.left(), top, box.width(), floorY - top});
}

void LatencyCanvas::paintDots(QCPPainter& painter, const Row& row, const QColor& color, const QRectF& lane) {
    QColor ink = color;
    ink.setAlphaF(row.series.timesMs.size() > 500 ? 0.25f : 0.55f);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    for (int i = 0; i < row.series.timesMs.size(); ++i) {
        // Golden-ratio steps spread the dots evenly over the lane, the same way every time.
        const double spread = std::fmod(i * 0.6180339887498949, 1.0);
        painter.drawEllipse(QPointF(xAxis->coordToPixel(row.series.timesMs[i]), lane.top() + spread * lane.height()),
                            2.0, 2.0);
    }
}

void LatencyCanvas::paintMarks(QCPPainter& painter, const Row& row, const QRectF& lane) {
    const LatencySeries& series = row.series;
    if (series.medianCi) {
        const double left = xAxis->coordToPixel(series.medianCi->lower);
        const double right = xAxis->coordToPixel(series.medianCi->upper);
        QColor band = theme().text;
        band.setAlphaF(0.16f);
        painter.fillRect(QRectF(left, lane.top(), std::max(1.0, right - left), lane.height()), band);
    }
    painter.setFont(smallFont());
    const QFontMetricsF metrics(smallFont());
    const auto mark = [&](double value, const QString& word, Qt::PenStyle style, bool leftOfIt) {
        const double x = xAxis->coordToPixel(value);
        painter.setPen(QPen(theme().text, 1.5, style, Qt::FlatCap));
        painter.drawLine(QPointF(x, lane.top()), QPointF(x, lane.bottom() + 4));
        painter.setPen(theme().muted);
        const double room = metrics.horizontalAdvance(word) + Theme::unit;
        painter.drawText(QPointF(leftOfIt ? x - room : x + Theme::unit, lane.top() + metrics.ascent()), word);
    };
    if (series.p90Ms) {
        mark(*series.p90Ms, p90Word, Qt::DashLine, false);
    }
    if (series.medianMs) {
        mark(*series.medianMs, medianWord, Qt::SolidLine, true);
    }
}

void LatencyCanvas::paintOverlay(QCPPainter& painter) {
    if (rows.isEmpty()) {
        paintEmptyText(painter, emptyTitle, emptyHint);
    }
}

void LatencyCanvas::mouseDoubleClickEvent(QMouseEvent*) {
    refresh();
}

} // namespace lapidary
