// SPDX-License-Identifier: GPL-3.0-or-later
// Two models in one picture as SVG or image, with a key above.
#pragma once

#include "ui/graphview/graphdecor.h"
#include "ui/graphview/graphstyle.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/svgwriter.h"

#include <QImage>

#include <string>

namespace lapidary {

/// A complete SVG document. Marked nodes are groups of class "added", "removed" or "changed", marked lines paths of the
/// same classes. The same picture gives the same bytes. Of the options, `decor` and `margin` are not looked at; the
/// legend, of colours by value, stands below the picture, the key to the marks above.
std::string writeDiffSvg(const LaidPicture& picture, const GraphDecor& decor, const std::string& title,
                         const SvgOptions& options);

/// The same as pixels; null if it does not fit into memory.
QImage renderDiff(const LaidPicture& picture, const GraphDecor& decor, bool dark, double scale = 1);

} // namespace lapidary
