// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace lapidary {

class PlotCanvas;

/// Writes bytes so that the file is replaced whole or not at all. False with a reason on failure.
bool writeFileSafely(const QString& path, const QByteArray& bytes, QString* error);

/// Writes a plot as .png (at twice its size), .svg or .pdf, by the file name's suffix.
bool exportCanvas(PlotCanvas& canvas, const QString& path, QString* error);

/// exportCanvas() or, for a name that ends in .csv, the given text.
bool exportChart(PlotCanvas& canvas, const QString& csv, const QString& path, QString* error);

/// Asks for a file name and calls exportChart(); a failure is shown in a message box.
void exportChartInteractively(PlotCanvas& canvas, const QString& csv, const QString& suggestedName);

} // namespace lapidary
