// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/glob.h"

namespace lapidary {

bool globMatch(std::string_view pattern, std::string_view text, LetterCase letters) {
    const auto same = [letters](char a, char b) {
        return a == b || (letters == LetterCase::Ignored && lowerAscii(a) == lowerAscii(b));
    };
    // One step back to the last '*' is enough, so hostile patterns cost at most pattern x text.
    std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || same(pattern[p], text[t]))) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

} // namespace lapidary
