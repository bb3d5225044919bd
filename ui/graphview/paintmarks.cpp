// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/paintmarks.h"

#include <algorithm>

namespace lapidary {
namespace {

/// From the end of an edge to its beginning, or to where that way is lit already.
void lightEdge(const LayoutResult& layout, std::uint32_t edge, std::uint8_t light, std::vector<std::uint8_t>& lit) {
    for (std::int32_t s = layout.routes[edge].last; s >= 0; s = layout.segments[static_cast<std::size_t>(s)].parent) {
        std::uint8_t& piece = lit[static_cast<std::size_t>(s)];
        if ((piece & light) != 0)
            break;
        piece = static_cast<std::uint8_t>(piece | light);
    }
}

} // namespace

void PaintMarks::lightSelected(const LaidPicture& picture) {
    lit.clear();
    const auto selected = std::ranges::count_if(flags, [](std::uint8_t f) { return (f & Selected) != 0; });
    if (selected == 0 || selected > 200)
        return;
    const LayoutResult& layout = picture.layout();
    lit.assign(layout.segments.size(), 0);
    for (std::uint32_t node = 0; node < flags.size(); ++node) {
        if ((flags[node] & Selected) == 0)
            continue;
        for (const std::uint32_t edge : picture.edgesInto(node))
            lightEdge(layout, edge, Chosen, lit);
        for (const std::uint32_t edge : picture.edgesOutOf(node))
            lightEdge(layout, edge, Chosen, lit);
    }
}

void PaintMarks::lightValue(const LaidPicture& picture, const PictureValue& value, Light light) {
    lit.resize(picture.layout().segments.size(), 0);
    for (const std::uint32_t edge : edgesOf(picture, value))
        lightEdge(picture.layout(), edge, light, lit);
}

void PaintMarks::darken(Light light) {
    for (std::uint8_t& piece : lit)
        piece = static_cast<std::uint8_t>(piece & ~light);
}

} // namespace lapidary
