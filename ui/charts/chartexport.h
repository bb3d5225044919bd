// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QSize>
#include <QString>

#include <functional>

class QPainter;
class QPoint;
class QWidget;

namespace lapidary {

class PlotCanvas;

/// Writes bytes so that the file is replaced whole or not at all. False with a reason on failure.
bool writeFileSafely(const QString& path, const QByteArray& bytes, QString* error);

/// Writes a plot as .png (at twice its size), .svg or .pdf, by the file name's suffix.
bool exportCanvas(PlotCanvas& canvas, const QString& path, QString* error);

/// exportCanvas() or, for a name that ends in .csv, the given text.
bool exportChart(PlotCanvas& canvas, const QString& csv, const QString& path, QString* error);

/// Draws a plot at its own size into a picture with others.
void drawCanvas(PlotCanvas& canvas, QPainter& painter, const QPoint& corner);

/// Writes what `paint` draws, at this size in pixels of `dpi`, as .png (at twice its size), .svg or .pdf, or the text
/// as .csv, by the file name's suffix. False with a reason on failure.
bool exportPainting(const QSize& size, int dpi, const std::function<void(QPainter&)>& paint, const QString& csv,
                    const QString& path, QString* error);

/// Asks for a file name and calls `write`; a failure is shown in a message box.
void askAndExport(QWidget* window, const QString& suggestedName,
                  const std::function<bool(const QString& path, QString* error)>& write);

/// Asks for a file name and calls exportChart(); a failure is shown in a message box.
void exportChartInteractively(PlotCanvas& canvas, const QString& csv, const QString& suggestedName);

} // namespace lapidary
