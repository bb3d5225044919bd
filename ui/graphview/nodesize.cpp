// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/nodesize.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

bool isPill(const PictureNode& node) {
    return node.category == NodeCategory::Input || node.category == NodeCategory::Output;
}

bool hasBody(const PictureNode& node) {
    return !isPill(node) && (!node.lines.empty() || node.channels > 0);
}

LayoutNode measureNode(const PictureNode& node, const TextWidths& widths) {
    using namespace nodesize;
    double width = std::max(minWidth, widths.width(node.title, titleFont) + 2 * sidePadding);
    double height = header;
    if (hasBody(node)) {
        for (const std::string& text : node.lines)
            width = std::max(width, widths.width(text, lineFont) + 2 * sidePadding);
        height += 2 * bodyPadding + line * static_cast<double>(node.lines.size());
        if (node.channels > 0) {
            width = std::max(width, barMinWidth);
            height += barRow;
        }
    }
    return {std::ceil(std::min(width, maxWidth) / 2) * 2, height};
}

LayoutGroup measureGroup(const PictureGroup& group, const TextWidths& widths) {
    using namespace nodesize;
    const double width = widths.width(group.title, groupFont) + 2 * sidePadding;
    return {std::ceil(std::min(width, maxWidth)), groupHeader, group.parent};
}

} // namespace lapidary
