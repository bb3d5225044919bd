// SPDX-License-Identifier: GPL-3.0-or-later
// A laid-out picture as a file: PNG, SVG or PDF, the whole of it or a part.
#pragma once

#include "base/progress.h"
#include "base/result.h"
#include "ui/graphview/bounddecor.h"
#include "ui/graphview/graphstyle.h"

#include <QByteArray>
#include <QSizeF>

#include <optional>
#include <string>
#include <vector>

namespace lapidary {

enum class ExportFormat { Png, Svg, Pdf };
/// One page as large as the picture; or as many of a paper size as it takes; or all of it shrunk onto one.
enum class ExportPages { Fitted, A4Tiles, A3Tiles, A4Page, A3Page };

struct ExportOptions {
    ExportFormat format = ExportFormat::Svg;
    double scale = 1; ///< PNG: pixels per unit of the picture; SVG and PDF: of 1/96 inch
    ExportPages pages = ExportPages::Fitted;
    bool legend = true;
    GraphStyle style = GraphStyle::light();
    GraphDecorPtr decor = {};
    std::optional<SceneRect> part = {}; ///< nothing: the whole picture with a margin
    std::string title = {};             ///< of the document; a comparison's drawing has it above its key
};

/// What an export will be, without making it.
struct ExportPlan {
    QSizeF size;                  ///< PNG: pixels; SVG: 1/96 inch; PDF: one page in points (1/72 inch)
    std::vector<SceneRect> pages; ///< what is drawn on each; those that would be empty are left out
    double scale = 1;             ///< the one asked for, or a smaller one that fits a single page
};

/// Fails with "export.empty", "export.size" (more than 200 million pixels or 32 767 on a side; a page longer than the
/// 200 inches PDF allows; more than 400 pages) saying which scale would do.
Result<ExportPlan> planExport(const LaidPicture& picture, const ExportOptions& options);

/// The file's bytes. Fails like planExport(), with "export.memory", or as cancelled. Needs a QGuiApplication; any
/// thread.
Result<QByteArray> exportPicture(const LaidPicture& picture, const ExportOptions& options, const Work& work = {});

/// By the ending of a file name; nothing for others than .png, .svg and .pdf.
std::optional<ExportFormat> exportFormatOf(const QString& file);

} // namespace lapidary
