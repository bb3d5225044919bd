// SPDX-License-Identifier: GPL-3.0-or-later
// How wide text is, without a font engine: a table of advances. Safe on any thread.
#pragma once

#include <array>
#include <string_view>

namespace lapidary {

/// Advances of the printable ASCII characters at a size of one unit. The default is a wide sans-serif face.
struct TextWidths {
    TextWidths();
    std::array<float, 95> ascii; ///< from space to tilde
    float other = 0.63F;         ///< every other code point
    float wide = 1.0F;           ///< code points from U+1100: CJK and the like

    /// Width of UTF-8 text at the given size; malformed bytes count as one character each.
    double width(std::string_view text, double size) const;
};

} // namespace lapidary
