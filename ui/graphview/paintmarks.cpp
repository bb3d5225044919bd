// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/paintmarks.h"

#include "ui/graphview/laidpicture.h"

#include <algorithm>
#include <utility>

namespace lapidary {

void PaintMarks::lightSelected(const LaidPicture& picture) {
    lit.clear();
    const auto selected = std::ranges::count_if(flags, [](std::uint8_t f) { return (f & Selected) != 0; });
    if (selected == 0 || selected > 200)
        return;
    const LayoutResult& layout = picture.layout();
    lit.assign(layout.segments.size(), 0);
    const auto light = [&](std::uint32_t edge) {
        for (std::int32_t s = layout.routes[edge].last; s >= 0; s = layout.segments[static_cast<std::size_t>(s)].parent)
            if (std::exchange(lit[static_cast<std::size_t>(s)], std::uint8_t{1}) != 0)
                break;
    };
    for (std::uint32_t node = 0; node < flags.size(); ++node) {
        if ((flags[node] & Selected) == 0)
            continue;
        for (const std::uint32_t edge : picture.edgesInto(node))
            light(edge);
        for (const std::uint32_t edge : picture.edgesOutOf(node))
            light(edge);
    }
}

} // namespace lapidary
