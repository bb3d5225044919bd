// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/pictureexport.h"

#include "ui/graphview/diffmarks.h"
#include "ui/graphview/diffsvg.h"
#include "ui/graphview/graphpainter.h"
#include "ui/graphview/svgnode.h"
#include "ui/graphview/svgwriter.h"

#include <QBuffer>
#include <QImage>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr double margin = 24;
constexpr double mostPixels = 200e6;
constexpr double longestSide = 32767;
constexpr double longestPage = 14400; // points; PDF 1.7, annex C
constexpr int mostSheets = 400;
constexpr double pointsPerUnit = 0.75;
constexpr double paperMargin = 28; // points, about 1 cm
constexpr int pdfResolution = 1200;

bool isComparison(const ExportOptions& options) {
    return options.decor && !options.decor->diffLegend.empty();
}

/// Where the drawing reaches; the legend gets room of its own below, and the key to a comparison above, so that they
/// hide nothing.
SceneRect partOf(const LaidPicture& picture, const ExportOptions& options) {
    SceneRect part = options.part.value_or(
        SceneRect{-margin, -margin, picture.layout().width + margin, picture.layout().height + margin});
    if (options.legend && options.decor) {
        const SvgSize legend = svgLegendSize(BoundDecor(options.decor, picture));
        if (legend.width > 0) {
            part.bottom += legend.height + margin;
            part.right = std::max(part.right, part.left + legend.width + margin);
        }
        if (const QSizeF key = diffKeySize(options.decor->diffLegend); !key.isEmpty()) {
            part.top -= key.height() + diffKeyInset;
            part.right = std::max(part.right, part.left + key.width() + 2 * diffKeyInset);
        }
    }
    return part;
}

QSizeF sizeOf(const SceneRect& rect) {
    return {rect.right - rect.left, rect.bottom - rect.top};
}

std::string scaleHint(double scale) {
    return QStringLiteral("A scale of %1 would do; SVG has no limit.")
        .arg(std::floor(scale * 1000) / 1000)
        .toStdString();
}

/// Points that may be drawn on.
QSizeF paperOf(ExportPages pages, bool landscape) {
    const bool a4 = pages == ExportPages::A4Tiles || pages == ExportPages::A4Page;
    const QSizeF upright = QPageSize(a4 ? QPageSize::A4 : QPageSize::A3).size(QPageSize::Point);
    return landscape ? upright.transposed() : upright;
}

bool isTiled(ExportPages pages) {
    return pages == ExportPages::A4Tiles || pages == ExportPages::A3Tiles;
}

/// Pages of a size in scene units that have anything on them; the legend stands at the foot of the first column, the
/// key to a comparison at its head.
std::vector<SceneRect> tilesOf(const LaidPicture& picture, const ExportOptions& options, const SceneRect& all,
                               const QSizeF& page, int columns, int rows) {
    std::vector<SceneRect> tiles;
    std::vector<std::uint32_t> nodes, lines;
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column) {
            const double left = all.left + column * page.width();
            const double top = all.top + row * page.height();
            const SceneRect tile{left, top, left + page.width(), top + page.height()};
            picture.nodesIn(tile, nodes);
            picture.segmentsIn(tile, lines);
            const bool legend =
                options.legend && options.decor && column == 0 &&
                ((row == rows - 1 && options.decor->hasOverlay()) || (row == 0 && isComparison(options)));
            if (!nodes.empty() || !lines.empty() || legend)
                tiles.push_back(tile);
        }
    return tiles;
}

Result<ExportPlan> planPdf(const LaidPicture& picture, const ExportOptions& options) {
    const SceneRect all = partOf(picture, options);
    const QSizeF scene = sizeOf(all);
    ExportPlan plan;
    plan.scale = options.scale;
    plan.pages = {all};
    const QSizeF points = scene * pointsPerUnit * options.scale;
    if (options.pages == ExportPages::Fitted) {
        plan.size = points;
        const double longest = std::max(points.width(), points.height());
        if (longest > longestPage)
            return errorDiagnostic("export.size", "The page would be longer than the 200 inches that PDF allows",
                                   scaleHint(options.scale * longestPage / longest) +
                                       " Or choose pages of a paper size.");
        return plan;
    }
    plan.size = paperOf(options.pages, !isTiled(options.pages) && points.width() > points.height());
    const QSizeF room(plan.size.width() - 2 * paperMargin, plan.size.height() - 2 * paperMargin);
    if (!isTiled(options.pages)) {
        plan.scale *= std::min({1.0, room.width() / points.width(), room.height() / points.height()});
        return plan;
    }
    const double columns = std::ceil(points.width() / room.width() - 1e-6);
    const double rows = std::ceil(points.height() / room.height() - 1e-6);
    if (columns * rows > mostSheets)
        return errorDiagnostic("export.size",
                               QStringLiteral("This would be %1 pages").arg(columns * rows, 0, 'f', 0).toStdString(),
                               scaleHint(options.scale * std::sqrt(mostSheets / (columns * rows)) * 0.9));
    plan.pages = tilesOf(picture, options, all, room / (pointsPerUnit * options.scale), static_cast<int>(columns),
                         static_cast<int>(rows));
    return plan;
}

Viewport viewOf(const SceneRect& part, double scale) {
    Viewport view;
    view.origin = {part.left, part.top};
    view.scale = scale;
    view.size = sizeOf(part) * scale;
    return view;
}

Result<QByteArray> toPng(const LaidPicture& picture, const ExportOptions& options, const ExportPlan& plan) {
    QImage image(plan.size.toSize(), QImage::Format_RGB32);
    if (image.isNull())
        return errorDiagnostic("export.memory", "There is not enough memory for the image",
                               "Choose a smaller scale or SVG.");
    const int perMeter = static_cast<int>(std::lround(96 * options.scale / 0.0254));
    image.setDotsPerMeterX(perMeter);
    image.setDotsPerMeterY(perMeter);
    if (!options.title.empty())
        image.setText(QStringLiteral("Title"), QString::fromStdString(options.title));
    {
        QPainter painter(&image);
        GraphPainter graph(options.style);
        const BoundDecor decor(options.decor, picture);
        Viewport view = viewOf(partOf(picture, options), options.scale);
        view.size = image.size();
        graph.paint(painter, picture, view, decor);
        if (options.legend) { // as large, beside the nodes, as on the screen
            painter.scale(options.scale, options.scale);
            view.size /= options.scale;
            graph.paintLegendOver(painter, picture, view, decor);
        }
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG"))
        return errorDiagnostic("export.memory", "The image could not be written", "Choose a smaller scale or SVG.");
    return bytes;
}

QByteArray toSvg(const LaidPicture& picture, const ExportOptions& options) {
    SvgOptions svg;
    svg.dark = options.style.dark;
    svg.legend = options.legend;
    svg.scale = options.scale;
    svg.decor = options.decor;
    svg.part = options.part;
    return QByteArray::fromStdString(isComparison(options) ? writeDiffSvg(picture, *options.decor, options.title, svg)
                                                           : writeSvg(picture, svg));
}

/// A page's share of the picture, drawn as curves and text.
void paintPage(QPainter& painter, GraphPainter& graph, const LaidPicture& picture, GraphPainter::Legends legends,
               const BoundDecor& decor, const SceneRect& part, double scale, const QPointF& corner) {
    painter.save();
    const double unit = painter.device()->logicalDpiX() / 72.0 * pointsPerUnit * scale;
    painter.translate(corner * (painter.device()->logicalDpiX() / 72.0));
    painter.scale(unit, unit);
    const Viewport view = viewOf(part, 1);
    graph.paint(painter, picture, view, decor);
    graph.paintLegendOver(painter, picture, view, decor, legends);
    painter.restore();
}

Result<QByteArray> toPdf(const LaidPicture& picture, const ExportOptions& options, const ExportPlan& plan,
                         const Work& work) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setResolution(pdfResolution);
        writer.setCreator(QStringLiteral("Lapidary"));
        writer.setTitle(QString::fromStdString(options.title));
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        writer.setPageSize(QPageSize(plan.size, QPageSize::Point, {}, QPageSize::ExactMatch));
        QPainter painter(&writer);
        if (!painter.isActive())
            return errorDiagnostic("export.memory", "The PDF could not be begun");
        GraphPainter graph(options.style);
        graph.setPrinting(true);
        const BoundDecor decor(options.decor, picture);
        const double inset = options.pages == ExportPages::Fitted ? 0 : paperMargin;
        const SceneRect all = partOf(picture, options);
        for (const SceneRect& tile : plan.pages) {
            if (work.stopRequested())
                return cancelledDiagnostic();
            if (&tile != plan.pages.data())
                writer.newPage();
            const bool first = options.legend && tile.left <= all.left;
            const GraphPainter::Legends legends{first && tile.bottom >= all.bottom - 1e-6,
                                                first && tile.top <= all.top};
            paintPage(painter, graph, picture, legends, decor, tile, plan.scale, {inset, inset});
        }
    }
    return bytes;
}

} // namespace

Result<ExportPlan> planExport(const LaidPicture& picture, const ExportOptions& options) {
    const QSizeF scene = sizeOf(partOf(picture, options));
    if (picture.isEmpty() || scene.isEmpty() || !(options.scale > 0))
        return errorDiagnostic("export.empty", "There is nothing to draw");
    if (options.format == ExportFormat::Pdf)
        return planPdf(picture, options);
    ExportPlan plan;
    plan.scale = options.scale;
    plan.size = scene * options.scale;
    if (options.format == ExportFormat::Svg)
        return plan;
    plan.size = QSizeF(std::max(1.0, std::ceil(plan.size.width())), std::max(1.0, std::ceil(plan.size.height())));
    const double pixels = plan.size.width() * plan.size.height();
    const double side = std::max(plan.size.width(), plan.size.height());
    if (pixels > mostPixels || side > longestSide) {
        const double fits = options.scale * std::min(std::sqrt(mostPixels / pixels), longestSide / side);
        return errorDiagnostic("export.size",
                               QStringLiteral("The image would have %1 x %2 pixels, more than an image may have")
                                   .arg(plan.size.width(), 0, 'f', 0)
                                   .arg(plan.size.height(), 0, 'f', 0)
                                   .toStdString(),
                               scaleHint(fits * 0.99));
    }
    return plan;
}

Result<QByteArray> exportPicture(const LaidPicture& picture, const ExportOptions& options, const Work& work) {
    const auto plan = planExport(picture, options);
    if (!plan)
        return plan.status();
    switch (options.format) {
    case ExportFormat::Png:
        return toPng(picture, options, *plan);
    case ExportFormat::Svg:
        return toSvg(picture, options);
    case ExportFormat::Pdf:
        break;
    }
    return toPdf(picture, options, *plan, work);
}

std::optional<ExportFormat> exportFormatOf(const QString& file) {
    for (const auto& [ending, format] : {std::pair(".png", ExportFormat::Png), std::pair(".svg", ExportFormat::Svg),
                                         std::pair(".pdf", ExportFormat::Pdf)})
        if (file.endsWith(QLatin1String(ending), Qt::CaseInsensitive))
            return format;
    return std::nullopt;
}

} // namespace lapidary
