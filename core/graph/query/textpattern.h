// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/query/regex.h"

#include <optional>
#include <string>
#include <string_view>

namespace lapidary {

/// How a text of a query is compared. ASCII letters match in either case throughout.
struct TextPattern {
    enum class Kind {
        Substring, ///< stands somewhere in it
        Exact,     ///< is the whole
        Glob,      ///< is the whole, with * and ?
        Regex      ///< is found in it
    };
    Kind kind = Kind::Substring;
    std::string text;
    bool operator==(const TextPattern&) const = default;
};

/// A pattern made ready. Fast enough for hundreds of thousands of names; one object per thread.
class TextMatcher {
public:
    /// Fails with "query.regex".
    static Result<TextMatcher> compile(const TextPattern& pattern);

    bool matches(std::string_view text);

private:
    bool contains(std::string_view text) const;

    TextPattern m_pattern; ///< text in lower case, but for regular expressions
    std::optional<Regex> m_regex;
};

} // namespace lapidary
