// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace lapidary {

/// Letter case of ASCII letters; other characters are always compared as they are.
enum class LetterCase { Respected, Ignored };

/// Glob over names: '*' any text (slashes too), '?' one character (byte). Costs at most pattern times text.
bool globMatch(std::string_view pattern, std::string_view text, LetterCase letters = LetterCase::Respected);

constexpr char lowerAscii(char c) {
    return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
}

} // namespace lapidary
