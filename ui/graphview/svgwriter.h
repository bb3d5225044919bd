// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a laid-out picture as SVG. No Qt.
#pragma once

#include "ui/graphview/laidpicture.h"

#include <string>

namespace lapidary {

struct SvgOptions {
    bool dark = false;
    bool labels = true; ///< texts on edges
    double margin = 20;
};

/// A complete SVG 1.1 document in UTF-8. Texts are escaped; characters XML forbids are replaced. The same picture
/// gives the same bytes.
std::string writeSvg(const LaidPicture& picture, const SvgOptions& options = {});

} // namespace lapidary
