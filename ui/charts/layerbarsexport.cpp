// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartexport.h"
#include "ui/charts/chartformat.h"
#include "ui/charts/layerbars.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

namespace lapidary {

QString LayerBars::toCsv() const {
    const QString metric = m_unit.isEmpty() ? m_label : QStringLiteral("%1 [%2]").arg(m_label, m_unit);
    QString csv = QStringLiteral("id,layer,type,%1,before,kind\r\n").arg(csvField(metric));
    for (const int index : m_rows) {
        const LayerBar& bar = m_bars[index];
        csv += QStringList{csvField(bar.id),
                           csvField(bar.name),
                           csvField(bar.type),
                           fileNumber(bar.value),
                           fileNumber(bar.before),
                           bar.kind == ValueKind::Estimated ? QStringLiteral("estimated") : QStringLiteral("measured")}
                   .join(QLatin1Char(',')) +
               QStringLiteral("\r\n");
    }
    return csv;
}

bool LayerBars::exportTo(const QString& path, QString* error) const {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == QLatin1String("csv")) {
        return writeFileSafely(path, toCsv().toUtf8(), error);
    }
    // All rows, not just the visible ones, up to what an image can hold.
    const int rows = std::min(int(m_rows.size()), 1200);
    const QSize size(std::max(480, viewport()->width()), headerHeight() + std::max(4, rows) * rowHeight() + 8);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (suffix == QLatin1String("svg")) {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size);
        generator.setViewBox(QRect(QPoint(0, 0), size));
        generator.setResolution(logicalDpiX());
        QPainter painter(&generator);
        paintAll(painter, size, 0, false);
        painter.end();
    } else if (suffix == QLatin1String("png")) {
        QImage image(size * 2, QImage::Format_RGB32);
        image.setDevicePixelRatio(2);
        QPainter painter(&image);
        paintAll(painter, size, 0, false);
        painter.end();
        image.save(&buffer, "PNG");
    } else {
        if (error) {
            *error = tr("\"%1\" is not a kind of file this view writes; use .png, .svg or .csv").arg(suffix);
        }
        return false;
    }
    return writeFileSafely(path, bytes, error);
}

} // namespace lapidary
