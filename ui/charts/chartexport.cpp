// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartexport.h"

#include "ui/charts/plotcanvas.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPainter>
#include <QPdfWriter>
#include <QPicture>
#include <QSaveFile>
#include <QSvgGenerator>

namespace lapidary {
namespace {

struct ChartExport {
    Q_DECLARE_TR_FUNCTIONS(lapidary::ChartExport)
};

bool fail(QString* error, const QString& reason) {
    if (error) {
        *error = reason;
    }
    return false;
}

QByteArray toSvg(PlotCanvas& canvas) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(canvas.size());
    generator.setViewBox(QRect(QPoint(0, 0), canvas.size()));
    // One pixel of the widget is one unit of the drawing, or the fonts would come out at another size.
    generator.setResolution(canvas.logicalDpiX());
    generator.setTitle(canvas.accessibleName());
    QCPPainter painter;
    painter.begin(&generator);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    canvas.toPainter(&painter, canvas.width(), canvas.height());
    painter.end();
    return bytes;
}

QByteArray toPdf(PlotCanvas& canvas) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(canvas.logicalDpiX());
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    const QSizeF points = QSizeF(canvas.size()) * 72.0 / canvas.logicalDpiX();
    writer.setPageSize(QPageSize(points, QPageSize::Point, QString(), QPageSize::ExactMatch));
    QCPPainter painter;
    painter.begin(&writer);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    canvas.toPainter(&painter, canvas.width(), canvas.height());
    painter.end();
    return bytes;
}

QByteArray toPng(PlotCanvas& canvas) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QImage image = canvas.toPixmap(canvas.width(), canvas.height(), 2.0).toImage();
    image.save(&buffer, "PNG");
    return bytes;
}

} // namespace

bool writeFileSafely(const QString& path, const QByteArray& bytes, QString* error) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        return fail(error, ChartExport::tr("%1 could not be written: %2").arg(path, file.errorString()));
    }
    return true;
}

bool exportCanvas(PlotCanvas& canvas, const QString& path, QString* error) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (suffix == QLatin1String("png")) {
        bytes = toPng(canvas);
    } else if (suffix == QLatin1String("svg")) {
        bytes = toSvg(canvas);
    } else if (suffix == QLatin1String("pdf")) {
        bytes = toPdf(canvas);
    } else {
        return fail(
            error,
            ChartExport::tr("\"%1\" is not a kind of picture Lapidary writes; use .png, .svg or .pdf").arg(suffix));
    }
    canvas.replotSoon(); // drawing elsewhere left the layout at the other size
    if (bytes.isEmpty()) {
        return fail(error, ChartExport::tr("The picture could not be drawn"));
    }
    return writeFileSafely(path, bytes, error);
}

bool exportChart(PlotCanvas& canvas, const QString& csv, const QString& path, QString* error) {
    if (QFileInfo(path).suffix().compare(QLatin1String("csv"), Qt::CaseInsensitive) == 0) {
        return writeFileSafely(path, csv.toUtf8(), error);
    }
    return exportCanvas(canvas, path, error);
}

void drawCanvas(PlotCanvas& canvas, QPainter& painter, const QPoint& corner) {
    // The plot wants a painter of its own; a picture carries its lines and texts into any other.
    QPicture picture;
    QCPPainter own;
    own.begin(&picture);
    own.setMode(QCPPainter::pmVectorized);
    own.setMode(QCPPainter::pmNoCaching);
    canvas.toPainter(&own, canvas.width(), canvas.height());
    own.end();
    canvas.replotSoon();
    painter.drawPicture(corner, picture);
}

bool exportPainting(const QSize& size, int dpi, const std::function<void(QPainter&)>& paint, const QString& csv,
                    const QString& path, QString* error) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (suffix == QLatin1String("csv")) {
        bytes = csv.toUtf8();
    } else if (suffix == QLatin1String("svg")) {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(0, 0), size));
        generator.setResolution(dpi);
        QPainter painter(&generator);
        paint(painter);
    } else if (suffix == QLatin1String("pdf")) {
        QPdfWriter writer(&buffer);
        writer.setResolution(dpi);
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        writer.setPageSize(QPageSize(QSizeF(size) * 72.0 / dpi, QPageSize::Point, QString(), QPageSize::ExactMatch));
        QPainter painter(&writer);
        paint(painter);
    } else if (suffix == QLatin1String("png")) {
        QImage image(size * 2, QImage::Format_RGB32);
        image.setDevicePixelRatio(2);
        QPainter painter(&image);
        paint(painter);
        painter.end();
        image.save(&buffer, "PNG");
    } else {
        return fail(
            error,
            ChartExport::tr("\"%1\" is not a kind of file this view writes; use .png, .svg, .pdf or .csv").arg(suffix));
    }
    return writeFileSafely(path, bytes, error);
}

void askAndExport(QWidget* window, const QString& suggestedName,
                  const std::function<bool(const QString& path, QString* error)>& write) {
    const QString filters = ChartExport::tr("Picture (*.png)") + QStringLiteral(";;") +
                            ChartExport::tr("Vector picture (*.svg)") + QStringLiteral(";;") +
                            ChartExport::tr("Document (*.pdf)") + QStringLiteral(";;") +
                            ChartExport::tr("Numbers (*.csv)");
    QString chosen;
    QString path =
        QFileDialog::getSaveFileName(window, ChartExport::tr("Export plot"), suggestedName, filters, &chosen);
    if (path.isEmpty()) {
        return;
    }
    if (QFileInfo(path).suffix().isEmpty()) {
        const auto dot = chosen.lastIndexOf(QLatin1String("*."));
        path += chosen.mid(dot + 1, chosen.lastIndexOf(QLatin1Char(')')) - dot - 1);
    }
    QString error;
    if (!write(path, &error)) {
        QMessageBox::warning(window, ChartExport::tr("Export plot"), error);
    }
}

void exportChartInteractively(PlotCanvas& canvas, const QString& csv, const QString& suggestedName) {
    askAndExport(canvas.window(), suggestedName,
                 [&](const QString& path, QString* error) { return exportChart(canvas, csv, path, error); });
}

} // namespace lapidary
