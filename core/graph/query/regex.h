// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

namespace lapidary {

/// A regular expression over names, matched anywhere in a text, in time linear in the text whatever the pattern: an
/// automaton whose states are made when first met (Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968).
/// Knows . [a-z] [^a-z] \d \w \s \D \W \S, groups, |, ? * + {m} {m,} {m,n} with or without a lazy '?', ^ and $.
/// ASCII letters match in either case; '.' and negated classes take a whole UTF-8 character. Copies are cheap to make
/// but searching fills a cache: one object per thread.
class Regex {
public:
    /// Fails with "query.regex" for a pattern that is not understood, or grows beyond some thousand steps.
    static Result<Regex> compile(std::string_view pattern);

    bool search(std::string_view text);

private:
    friend class RegexCompiler;
    using ByteSet = std::bitset<256>;
    struct Instruction {
        enum class Kind : std::uint8_t { Bytes, Split, Begin, End, Match } kind = Kind::Match;
        std::uint16_t next = 0;  ///< also the first way of a split
        std::uint16_t other = 0; ///< second way of a split; the set of Bytes
    };
    struct Program {
        std::vector<Instruction> code;
        std::vector<ByteSet> sets;
        std::uint16_t start = 0;
    };
    struct State {
        std::vector<std::uint16_t> places; ///< sorted instructions that wait for a byte or the end
        bool matched = false;
        bool matchesAtEnd = false;
        std::array<std::int32_t, 256> next{};
    };

    std::int32_t stateOf(std::vector<std::uint16_t> seeds, bool atBegin);
    std::int32_t follow(std::int32_t from, unsigned char byte);
    void close(std::vector<std::uint16_t>& places, bool atBegin, bool atEnd) const;

    std::shared_ptr<const Program> m_program;
    std::vector<State> m_states;
    std::map<std::vector<std::uint16_t>, std::int32_t> m_known;
    std::int32_t m_first = -1;
};

} // namespace lapidary
