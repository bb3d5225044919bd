// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/textpattern.h"

#include "base/glob.h"

#include <algorithm>

namespace lapidary {

Result<TextMatcher> TextMatcher::compile(const TextPattern& pattern) {
    TextMatcher matcher;
    matcher.m_pattern = pattern;
    if (pattern.kind == TextPattern::Kind::Regex) {
        auto regex = Regex::compile(pattern.text);
        if (!regex)
            return regex.status();
        matcher.m_regex = *std::move(regex);
    } else {
        std::transform(pattern.text.begin(), pattern.text.end(), matcher.m_pattern.text.begin(), lowerAscii);
    }
    return matcher;
}

bool TextMatcher::contains(std::string_view text) const {
    const std::string& needle = m_pattern.text;
    if (needle.empty())
        return true;
    if (text.size() < needle.size())
        return false;
    const char first = needle.front();
    const std::size_t last = text.size() - needle.size();
    for (std::size_t at = 0; at <= last; ++at) {
        if (lowerAscii(text[at]) != first)
            continue;
        std::size_t i = 1;
        while (i < needle.size() && lowerAscii(text[at + i]) == needle[i])
            ++i;
        if (i == needle.size())
            return true;
    }
    return false;
}

bool TextMatcher::matches(std::string_view text) {
    switch (m_pattern.kind) {
    case TextPattern::Kind::Exact:
        return text.size() == m_pattern.text.size() &&
               std::equal(text.begin(), text.end(), m_pattern.text.begin(),
                          [](char a, char lower) { return lowerAscii(a) == lower; });
    case TextPattern::Kind::Glob:
        return globMatch(m_pattern.text, text, LetterCase::Ignored);
    case TextPattern::Kind::Regex:
        return m_regex->search(text);
    case TextPattern::Kind::Substring:
        break;
    }
    return contains(text);
}

} // namespace lapidary
