// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/graphpainter.h"

#include "ui/graphview/densitypainter.h"
#include "ui/graphview/diffmarks.h"
#include "ui/graphview/edgearrows.h"
#include "ui/graphview/edgepainter.h"
#include "ui/graphview/grouppainter.h"
#include "ui/graphview/legendpainter.h"
#include "ui/graphview/nodepainter.h"

#include <QPaintEngine>
#include <QPainter>
#include <QRegion>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

/// Beyond this many nodes in view none of them is large enough to be read anyway.
constexpr std::size_t blocksAtMost = 2500;
constexpr double labelScale = 0.65;
constexpr double chipMargin = 24;

/// The pixels `size` covers on what the painter draws on, if that is an image in memory which may be written without
/// it, as a window's backing store is; else null. Nothing is copied: the image must be used at once.
QImage pixelsUnder(QPainter& painter, const QSizeF& size, double ratio) {
    QPaintEngine* engine = painter.paintEngine();
    if (!engine || engine->type() != QPaintEngine::Raster || !engine->paintDevice() ||
        engine->paintDevice()->devType() != QInternal::Image || painter.hasClipping() || painter.opacity() < 1 ||
        painter.compositionMode() != QPainter::CompositionMode_SourceOver)
        return {};
    auto* image = static_cast<QImage*>(engine->paintDevice());
    const QTransform to = painter.deviceTransform();
    const QRect area(QPoint(static_cast<int>(to.dx()), static_cast<int>(to.dy())), (size * ratio).toSize());
    const bool plain =
        (image->format() == QImage::Format_RGB32 || image->format() == QImage::Format_ARGB32_Premultiplied) &&
        to.type() <= QTransform::TxScale && to.m11() == ratio && to.m22() == ratio && to.dx() == area.x() &&
        to.dy() == area.y();
    const QRegion clip = engine->systemClip();
    const bool open = clip.isEmpty() || QRegion(area).subtracted(clip).isEmpty();
    if (!plain || !open || area.isEmpty() || !image->rect().contains(area) || !image->isDetached())
        return {};
    return {image->bits() + area.y() * image->bytesPerLine() + area.x() * qsizetype(sizeof(QRgb)), area.width(),
            area.height(), image->bytesPerLine(), QImage::Format_RGB32};
}

} // namespace

GraphPainter::GraphPainter(GraphStyle style) {
    setStyle(std::move(style));
}

GraphPainter::~GraphPainter() = default;

void GraphPainter::setStyle(GraphStyle style) {
    m_style = std::move(style);
    m_texts = std::make_unique<TextCache>(m_style.font);
}

Detail GraphPainter::detailFor(double scale, std::size_t nodesInView) {
    if (scale < blockScale || nodesInView > blocksAtMost)
        return Detail::Density;
    return scale < textScale ? Detail::Blocks : Detail::Text;
}

void GraphPainter::paint(QPainter& painter, const LaidPicture& picture, const Viewport& view, const BoundDecor& decor,
                         const PaintMarks& marks) {
    constexpr double printRatio = 16; // a printer's pixels are too fine to snap to
    const double ratio = m_printing ? printRatio : painter.device() ? painter.device()->devicePixelRatioF() : 1.0;
    painter.save();
    const QRectF all(QPointF(0, 0), view.size);
    const PaintFrame frame{painter, picture, decor, marks, m_style, view, *m_texts, ratio, m_printing};
    Detail detail = m_printing ? Detail::Text : detailFor(view.scale, 0);
    if (detail != Detail::Density) {
        picture.nodesIn(view.visible(chipMargin * std::max(1.0, view.scale)), m_nodes);
        detail = m_printing ? Detail::Text : detailFor(view.scale, m_nodes.size());
    }
    picture.groupsIn(view.visible(0), m_groups);
    QImage pixels = detail == Detail::Density ? pixelsUnder(painter, view.size, ratio) : QImage();
    painter.setClipRect(all, Qt::IntersectClip);
    if (detail == Detail::Density) {
        paintFar(frame, pixels);
        paintGroupOutlines(frame, m_groups);
    } else {
        painter.fillRect(all, m_style.paper);
        paintGroups(frame, m_groups, detail);
        picture.segmentsIn(view.visible(90 * std::max(0.3, view.scale)), m_segments);
        paintEdges(frame, m_segments, detail);
        paintDiffLines(frame, m_segments);
        if (view.scale >= labelScale)
            paintEdgeLabels(frame, m_segments);
        paintNodes(frame, m_nodes, detail);
        paintArrows(frame, m_segments, detail);
        if (detail == Detail::Text)
            paintNodeChips(frame, m_nodes);
    }
    painter.restore();
}

/// `pixels` are those of the screen, or null: then an image of our own goes between, which costs memory and a copy.
void GraphPainter::paintFar(const PaintFrame& frame, QImage& pixels) {
    const bool direct = !pixels.isNull();
    if (const QSize size = (frame.view.size * frame.pixelRatio).toSize(); !direct && m_far.size() != size)
        m_far = QImage(size, QImage::Format_RGB32);
    QImage& image = direct ? pixels : m_far;
    if (image.isNull())
        return;
    image.fill(m_style.paper);
    const double scale = frame.view.scale * frame.pixelRatio;
    paintDensity(image, {frame.view.origin.x(), frame.view.origin.y(), scale, scale}, frame.picture, frame.decor,
                 frame.marks, m_style);
    if (direct)
        return;
    // Pixel on pixel: with the device's ratio taken out the image is copied, neither scaled nor blurred.
    frame.painter.scale(1 / frame.pixelRatio, 1 / frame.pixelRatio);
    frame.painter.drawImage(QPointF(0, 0), m_far);
}

void GraphPainter::paintLegendOver(QPainter& painter, const LaidPicture& picture, const Viewport& view,
                                   const BoundDecor& decor, Legends which) {
    painter.save();
    const PaintMarks none;
    const PaintFrame frame{painter, picture, decor, none, m_style, view, *m_texts, 1};
    if (which.overlay)
        paintLegend(frame);
    if (which.key)
        paintDiffLegend(frame);
    painter.restore();
}

QImage renderPicture(const LaidPicture& picture, const GraphStyle& style, const GraphDecorPtr& decor, double scale,
                     qint64 maxPixels) {
    constexpr double margin = 24;
    constexpr double maxSide = 30'000;
    if (picture.isEmpty())
        return {};
    const double width = picture.layout().width + 2 * margin;
    const double height = picture.layout().height + 2 * margin;
    scale = std::min(
        {scale, maxSide / width, maxSide / height, std::sqrt(static_cast<double>(maxPixels) / (width * height))});
    Viewport view;
    view.origin = {-margin, -margin};
    view.scale = scale;
    view.size = QSizeF(std::max(1.0, std::ceil(width * scale)), std::max(1.0, std::ceil(height * scale)));
    QImage image(view.size.toSize(), QImage::Format_RGB32);
    if (image.isNull())
        return {};
    QPainter painter(&image);
    GraphPainter graph(style);
    const BoundDecor bound(decor, picture);
    graph.paint(painter, picture, view, bound);
    graph.paintLegendOver(painter, picture, view, bound);
    return image;
}

} // namespace lapidary
