// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/svgnode.h"

#include "ui/graphview/diffmarks.h"
#include "ui/graphview/textwidths.h"

#include <algorithm>

namespace lapidary {
namespace {

constexpr double titleSize = 11;
constexpr double textSize = 10;
constexpr double row = 16;
constexpr double pad = 10;
constexpr double rampHeight = 11;

std::string titleOf(const OverlayLegend& legend) {
    return legend.predicted ? "\xE2\x89\x88 " + legend.title : legend.title;
}

} // namespace

SvgSize svgLegendSize(const BoundDecor& decor) {
    if (!decor.hasOverlay())
        return {};
    const OverlayLegend& legend = decor.legend();
    const TextWidths widths;
    SvgSize size{std::max(170.0, widths.width(titleOf(legend), titleSize)), row};
    for (const LegendEntry& entry : legend.entries) {
        size.width = std::max(size.width, widths.width(entry.text, textSize) + 24);
        size.height += row;
    }
    if (legend.entries.empty() && legend.hasScale) {
        size.width =
            std::max(size.width, widths.width(legend.minText, textSize) + widths.width(legend.maxText, textSize) + 20);
        size.height += rampHeight + row;
    }
    for (const std::string* text : {&legend.thresholdText, &legend.note})
        if (!text->empty()) {
            size.width = std::max(size.width, widths.width(*text, textSize));
            size.height += row;
        }
    return {size.width + 2 * pad, size.height + 2 * pad};
}

void svgLegend(SvgText& svg, const BoundDecor& decor, double x, double y, bool dark) {
    const SvgSize size = svgLegendSize(decor);
    if (size.width <= 0)
        return;
    const OverlayLegend& legend = decor.legend();
    const Rgb ink = dark ? Rgb{225, 225, 225} : Rgb{0, 0, 0};
    svg.raw("<g id=\"legend\">");
    svg.openRect(x, y, size.width, size.height, 6);
    svg.color("fill", dark ? Rgb{40, 40, 40} : Rgb{255, 255, 255});
    svg.color("stroke", dark ? Rgb{80, 80, 80} : Rgb{200, 200, 200});
    svg.raw("/>\n");
    const double left = x + pad;
    const double width = size.width - 2 * pad;
    double at = y + pad + titleSize;
    svg.text(titleOf(legend), left, at, titleSize, ink, "start");
    at += row;
    for (const LegendEntry& entry : legend.entries) {
        svg.rect(left, at - 9, 14, 10, rampColor(entry.value));
        svg.text(entry.text, left + 20, at, textSize, ink, "start");
        at += row;
    }
    if (legend.entries.empty() && legend.hasScale) {
        constexpr int steps = 32;
        for (int i = 0; i < steps; ++i)
            svg.rect(left + width * i / steps, at - 9, width / steps + 0.4, rampHeight,
                     valueColor(legend, (i + 0.5) / steps, dark));
        if (decor.threshold() > 0)
            svg.rect(left + width * std::min(1.0F, decor.threshold()) - 1, at - 12, 2, rampHeight + 6, ink);
        at += row - 1;
        svg.text(legend.minText, left, at, textSize, ink, "start");
        svg.text(legend.maxText, left + width, at, textSize, ink, "end");
        at += row;
    }
    for (const std::string* text : {&legend.thresholdText, &legend.note})
        if (!text->empty()) {
            svg.text(*text, left, at, textSize, dark ? Rgb{165, 165, 165} : Rgb{92, 92, 92}, "start");
            at += row;
        }
    svg.raw("</g>\n");
}

} // namespace lapidary
