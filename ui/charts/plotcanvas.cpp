// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/plotcanvas.h"

#include <QResizeEvent>
#include <QTextOption>

#include <utility>

namespace lapidary {
namespace {

class PaintedLayer : public QCPLayerable {
public:
    PaintedLayer(QCustomPlot* plot, const QString& layer, bool clipped, std::function<void(QCPPainter&)> paint)
        : QCPLayerable(plot, layer), m_clipped(clipped), m_paint(std::move(paint)) {}

protected:
    QRect clipRect() const override { return m_clipped ? parentPlot()->axisRect()->rect() : parentPlot()->viewport(); }
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override { painter->setAntialiasing(true); }
    void draw(QCPPainter* painter) override {
        if (m_paint) {
            m_paint(*painter);
        }
    }

private:
    bool m_clipped;
    std::function<void(QCPPainter&)> m_paint;
};

} // namespace

PlotCanvas::PlotCanvas(QWidget* parent) : QCustomPlot(parent) {
    setInteractions(QCP::Interactions());
    setMouseTracking(true);
    setNoAntialiasingOnDrag(false);
    setAutoAddPlottableToLegend(false);
    axisRect()->setMinimumMargins(QMargins(Theme::spacing, Theme::spacing, 2 * Theme::spacing, Theme::spacing));
    restyle();
}

QFont PlotCanvas::smallFont() const {
    QFont small = font();
    if (small.pointSizeF() > 0) {
        small.setPointSizeF(small.pointSizeF() * 0.9);
    } else {
        small.setPixelSize(std::max(8, qRound(small.pixelSize() * 0.9)));
    }
    return small;
}

void PlotCanvas::styleAxis(QCPAxis* axis) {
    axis->setBasePen(QPen(m_theme.border, 0));
    axis->setTickPen(QPen(Qt::NoPen));
    axis->setSubTickPen(QPen(Qt::NoPen));
    axis->setTickLabelColor(m_theme.muted);
    axis->setTickLabelFont(smallFont());
    axis->setTickLabelPadding(Theme::spacing);
    axis->setLabelColor(m_theme.text);
    axis->setLabelFont(font());
    axis->setLabelPadding(Theme::unit);
    axis->setPadding(Theme::spacing);
    axis->grid()->setPen(QPen(m_theme.grid, 0));
    axis->grid()->setZeroLinePen(QPen(m_theme.grid, 0));
    axis->grid()->setSubGridVisible(false);
}

void PlotCanvas::restyle() {
    m_theme = Theme::of(palette());
    setBackground(QBrush(m_theme.base));
    for (QCPAxis* axis : {xAxis, yAxis, xAxis2, yAxis2}) {
        styleAxis(axis);
    }
    setLocale(QLocale());
    replotSoon();
}

void PlotCanvas::resizeEvent(QResizeEvent* event) {
    if (event->size().isEmpty())
        QWidget::resizeEvent(event);
    else
        QCustomPlot::resizeEvent(event);
}

void PlotCanvas::changeEvent(QEvent* event) {
    QCustomPlot::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange) {
        restyle();
        restyled();
    }
}

void PlotCanvas::setContentPainter(std::function<void(QCPPainter&)> paint) {
    new PaintedLayer(this, QStringLiteral("main"), true, std::move(paint)); // owned by its layer's plot
}

void PlotCanvas::setOverlayPainter(std::function<void(QCPPainter&)> paint) {
    new PaintedLayer(this, QStringLiteral("overlay"), false, std::move(paint)); // owned by its layer's plot
}

void PlotCanvas::paintEmptyText(QCPPainter& painter, const QString& title, const QString& hint) const {
    const QRectF area = QRectF(plotRect()).adjusted(24, 8, -24, -8);
    QTextOption centred(Qt::AlignHCenter | Qt::AlignTop);
    centred.setWrapMode(QTextOption::WordWrap);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    strong.setPointSizeF(strong.pointSizeF() > 0 ? strong.pointSizeF() * 1.15 : 12);
    // A narrow column reads better than one long line.
    const double width = std::min(area.width(), 420.0);
    const QRectF column(area.center().x() - width / 2, area.top(), width, area.height());
    const QRectF titleBox = QFontMetricsF(strong).boundingRect(column, Qt::AlignHCenter | Qt::TextWordWrap, title);
    const QRectF hintBox = QFontMetricsF(font()).boundingRect(column, Qt::AlignHCenter | Qt::TextWordWrap, hint);
    const double top = area.center().y() - (titleBox.height() + 8 + hintBox.height()) / 2;
    painter.setFont(strong);
    painter.setPen(m_theme.text);
    painter.drawText(QRectF(column.left(), top, width, titleBox.height() + 2), title, centred);
    painter.setFont(font());
    painter.setPen(m_theme.muted);
    painter.drawText(QRectF(column.left(), top + titleBox.height() + 8, width, hintBox.height() + 4), hint, centred);
}

} // namespace lapidary
