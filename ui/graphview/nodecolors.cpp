// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/nodecolors.h"

#include "ui/graphview/diffmarks.h"

namespace lapidary {

NodeColors nodeColors(const PictureNode& node, const NodeDecor* decor, const BoundDecor& all, const GraphStyle& style) {
    NodeColors colors;
    const Rgb fill = categoryFill(node.category, style.dark);
    colors.accent = toColor(fill);
    colors.header = colors.accent;
    colors.headerText = toColor(readableOn(fill));
    colors.body = style.body;
    colors.bodyText = style.text;
    if (all.hasOverlay()) {
        colors.stripe = true;
        if (decor && decor->hasValue()) {
            const Rgb ramp = valueColor(all.legend(), decor->value, style.dark);
            colors.header = toColor(ramp);
            colors.headerText = toColor(readableOn(ramp));
            colors.body = mixed(style.body, colors.header, 0.28);
        } else {
            colors.header = style.noValue;
            colors.headerText = style.text;
            colors.body = mixed(style.body, style.noValue, 0.5);
        }
    }
    colorForDiff(colors, decor, all.hasOverlay(), style);
    if (all.isDimmed(decor)) {
        for (QColor* color : {&colors.header, &colors.body, &colors.accent})
            *color = mixed(*color, style.paper, 0.8);
        colors.headerText = mixed(style.text, style.paper, 0.5);
        colors.bodyText = colors.headerText;
    }
    return colors;
}

} // namespace lapidary
