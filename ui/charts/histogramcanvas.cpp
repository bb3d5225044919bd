// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/histogramcanvas.h"

#include <QMouseEvent>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {
constexpr double handleSlack = 6; // px on either side of a range line
} // namespace

HistogramCanvas::HistogramCanvas(QWidget* parent) : PlotCanvas(parent) {
    setContentPainter([this](QCPPainter& painter) { paintContent(painter); });
    setOverlayPainter([this](QCPPainter& painter) { paintOverlay(painter); });
    xAxis->grid()->setVisible(false);
    yAxis->ticker()->setTickCount(3);
    QMargins margins = axisRect()->minimumMargins();
    margins.setTop(28);
    axisRect()->setMinimumMargins(margins);
}

double HistogramCanvas::heightOf(std::uint64_t count) const {
    // log1p keeps a bin of one visible next to a bin of a million, and an empty bin empty.
    return logCounts ? std::log10(1.0 + double(count)) : double(count);
}

void HistogramCanvas::refresh() {
    const bool any = !bins.isEmpty();
    if (any) {
        double lower = bins.lower;
        double upper = bins.upper;
        if (chosen) {
            lower = std::min(lower, chosen->lower);
            upper = std::max(upper, chosen->upper);
        }
        const double margin = (upper - lower) * 0.03;
        xAxis->setRange(lower - margin, upper + margin);
        double top = 0;
        for (const std::uint64_t count : bins.counts) {
            top = std::max(top, heightOf(count));
        }
        yAxis->setRange(0, std::max(1e-9, top * 1.06));
    }
    xAxis->setVisible(any);
    yAxis->setVisible(any);
    // Powers of ten read badly as logarithms; the tool tip tells the count.
    yAxis->setTickLabels(any && !logCounts);
    yAxis->grid()->setVisible(any);
    replotSoon();
}

void HistogramCanvas::paintContent(QCPPainter& painter) {
    if (!bins.isEmpty()) {
        paintBars(painter);
        paintRange(painter);
    }
}

void HistogramCanvas::paintBars(QCPPainter& painter) {
    const double base = yAxis->coordToPixel(0);
    painter.setPen(Qt::NoPen);
    painter.setAntialiasing(false);
    const auto box = [&](double from, double to, double height) {
        const double left = xAxis->coordToPixel(from);
        const double right = xAxis->coordToPixel(to);
        const double top = yAxis->coordToPixel(height);
        // Whole pixels, so that neighbours neither overlap nor leave hairlines between them.
        return QRectF(QPointF(std::round(left), std::round(top)), QPointF(std::round(right), std::round(base)));
    };
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
        if (bins.counts[i] == 0) {
            continue;
        }
        const double from = bins.lower + bins.width() * double(i);
        const double to = from + bins.width();
        const double height = heightOf(bins.counts[i]);
        if (!chosen) {
            painter.fillRect(box(from, to, height), theme().accent);
            continue;
        }
        const double a = std::clamp(chosen->lower, from, to);
        const double b = std::clamp(chosen->upper, a, to);
        painter.fillRect(box(a, b, height), theme().accent);
        for (const QRectF& clipped : {box(from, a, height), box(b, to, height)}) {
            if (clipped.width() > 0) {
                QColor pale = theme().bad;
                pale.setAlphaF(0.28f);
                painter.fillRect(clipped, pale);
                painter.fillRect(clipped, QBrush(theme().bad, Qt::BDiagPattern));
            }
        }
    }
    painter.setAntialiasing(true);
}

void HistogramCanvas::paintRange(QCPPainter& painter) {
    if (!chosen) {
        return;
    }
    const QRectF area = plotRect();
    for (const double value : {chosen->lower, chosen->upper}) {
        const double x = xAxis->coordToPixel(value);
        painter.setPen(QPen(theme().text, 1.5));
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        if (rangeEditable) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(theme().text);
            painter.drawRoundedRect(QRectF(x - 4, area.top() + 2, 8, 14), 2, 2);
        }
    }
}

void HistogramCanvas::paintOverlay(QCPPainter& painter) {
    if (bins.isEmpty()) {
        paintEmptyText(painter, emptyTitle, emptyHint);
        return;
    }
    painter.setFont(smallFont());
    painter.setPen(theme().muted);
    painter.drawText(QRectF(plotRect().left(), 4, plotRect().width(), 22), Qt::AlignLeft | Qt::AlignVCenter, caption);
}

HistogramCanvas::Handle HistogramCanvas::handleAt(QPointF pixel) const {
    if (!rangeEditable || !chosen || bins.isEmpty()) {
        return Handle::None;
    }
    const double toLower = std::abs(pixel.x() - xAxis->coordToPixel(chosen->lower));
    const double toUpper = std::abs(pixel.x() - xAxis->coordToPixel(chosen->upper));
    if (std::min(toLower, toUpper) > handleSlack) {
        return Handle::None;
    }
    return toLower < toUpper ? Handle::Lower : Handle::Upper;
}

void HistogramCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        m_dragged = handleAt(event->position());
    } else {
        QWidget::mousePressEvent(event);
    }
}

void HistogramCanvas::mouseMoveEvent(QMouseEvent* event) {
    const QPointF pixel = event->position();
    const double value = xAxis->pixelToCoord(pixel.x());
    if (m_dragged != Handle::None) {
        if (m_dragged == Handle::Lower) {
            chosen->lower = std::min(value, chosen->upper);
        } else {
            chosen->upper = std::max(value, chosen->lower);
        }
        replotSoon();
        Q_EMIT rangeEdited(chosen->lower, chosen->upper);
        return;
    }
    setCursor(handleAt(pixel) == Handle::None ? Qt::ArrowCursor : Qt::SplitHCursor);
    const double place = bins.isEmpty() ? -1 : (value - bins.lower) / bins.width();
    if (place >= 0 && place < double(bins.counts.size()) && QRectF(plotRect()).contains(pixel) && toolTipFor) {
        QToolTip::showText(event->globalPosition().toPoint(), toolTipFor(std::size_t(place)), this);
    } else {
        QToolTip::hideText();
    }
}

void HistogramCanvas::mouseReleaseEvent(QMouseEvent*) {
    m_dragged = Handle::None;
}

void HistogramCanvas::mouseDoubleClickEvent(QMouseEvent*) {
    refresh();
}

void HistogramCanvas::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    if (!bins.isEmpty() && notches != 0) {
        xAxis->scaleRange(std::pow(0.85, notches), xAxis->pixelToCoord(event->position().x()));
        replotSoon();
    }
    event->accept();
}

} // namespace lapidary
