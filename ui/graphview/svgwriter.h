// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a laid-out picture as SVG. No Qt.
#pragma once

#include "ui/graphview/bounddecor.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/svgnode.h"

#include <optional>
#include <string>

namespace lapidary {

struct SvgOptions {
    bool dark = false;
    bool labels = true; ///< texts on edges
    double margin = 20;
    GraphDecorPtr decor = {};           ///< colours by value, preview, groups, badges; may be null
    bool legend = true;                 ///< of the decoration's overlay, below the picture
    double scale = 1;                   ///< of the width and height a reader shows the drawing at
    std::optional<SceneRect> part = {}; ///< only this part of the picture, without margin
};

/// Width and height of the document in scene units, with margin and legend.
SvgSize svgSize(const LaidPicture& picture, const SvgOptions& options = {});

/// A complete SVG 1.1 document in UTF-8. Texts are escaped; characters XML forbids are replaced. The same picture
/// gives the same bytes.
std::string writeSvg(const LaidPicture& picture, const SvgOptions& options = {});

} // namespace lapidary
