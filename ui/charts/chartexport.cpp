// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartexport.h"

#include "ui/charts/plotcanvas.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPdfWriter>
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

void exportChartInteractively(PlotCanvas& canvas, const QString& csv, const QString& suggestedName) {
    const QString filters = ChartExport::tr("Picture (*.png)") + QStringLiteral(";;") +
                            ChartExport::tr("Vector picture (*.svg)") + QStringLiteral(";;") +
                            ChartExport::tr("Document (*.pdf)") + QStringLiteral(";;") +
                            ChartExport::tr("Numbers (*.csv)");
    QString chosen;
    QString path =
        QFileDialog::getSaveFileName(canvas.window(), ChartExport::tr("Export plot"), suggestedName, filters, &chosen);
    if (path.isEmpty()) {
        return;
    }
    if (QFileInfo(path).suffix().isEmpty()) {
        const auto dot = chosen.lastIndexOf(QLatin1String("*."));
        path += chosen.mid(dot + 1, chosen.lastIndexOf(QLatin1Char(')')) - dot - 1);
    }
    QString error;
    if (!exportChart(canvas, csv, path, &error)) {
        QMessageBox::warning(canvas.window(), ChartExport::tr("Export plot"), error);
    }
}

} // namespace lapidary
