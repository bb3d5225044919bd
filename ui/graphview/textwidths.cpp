// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/textwidths.h"

namespace lapidary {

TextWidths::TextWidths()
    : ascii{0.318F, 0.401F, 0.460F, 0.838F, 0.636F, 0.950F, 0.780F, 0.275F, 0.390F, 0.390F, 0.500F, 0.838F,
            0.318F, 0.361F, 0.318F, 0.337F, 0.636F, 0.636F, 0.636F, 0.636F, 0.636F, 0.636F, 0.636F, 0.636F,
            0.636F, 0.636F, 0.337F, 0.337F, 0.838F, 0.838F, 0.838F, 0.531F, 1.000F, 0.684F, 0.686F, 0.698F,
            0.770F, 0.632F, 0.575F, 0.775F, 0.752F, 0.295F, 0.295F, 0.656F, 0.557F, 0.863F, 0.748F, 0.787F,
            0.603F, 0.787F, 0.695F, 0.635F, 0.611F, 0.732F, 0.684F, 0.989F, 0.685F, 0.611F, 0.685F, 0.390F,
            0.337F, 0.390F, 0.838F, 0.500F, 0.500F, 0.613F, 0.635F, 0.550F, 0.635F, 0.615F, 0.352F, 0.635F,
            0.634F, 0.278F, 0.278F, 0.579F, 0.278F, 0.974F, 0.634F, 0.612F, 0.635F, 0.635F, 0.411F, 0.521F,
            0.392F, 0.634F, 0.592F, 0.818F, 0.592F, 0.592F, 0.525F, 0.636F, 0.337F, 0.636F, 0.838F} {}

double TextWidths::width(std::string_view text, double size) const {
    double sum = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x7F) {
            sum += ascii[c - 0x20];
            continue;
        }
        if ((c & 0xC0) == 0x80 && i > 0 && static_cast<unsigned char>(text[i - 1]) >= 0x80)
            continue; // counted with its lead byte
        sum += c >= 0xE1 && c != 0xE2 ? wide : other;
    }
    return sum * size;
}

} // namespace lapidary
