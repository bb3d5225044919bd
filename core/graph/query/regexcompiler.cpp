// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/regex.h"

#include "base/glob.h"

#include <optional>
#include <string>

namespace lapidary {

namespace {

constexpr std::size_t maxSteps = 4000;
constexpr int maxDepth = 50;
constexpr int maxRepeat = 255;

} // namespace

/// Recursive descent straight into instructions. A piece of program is [begin, end) whose loose end is `end`; repeats
/// compile their atom again from the text.
class RegexCompiler {
public:
    explicit RegexCompiler(std::string_view pattern)
        : m_pattern(pattern), m_program(std::make_shared<Regex::Program>()) {}

    Result<Regex> compile() {
        const auto start = alternatives(0);
        if (start && m_at < m_pattern.size())
            fail("there is a ')' too many");
        if (!m_problem.empty())
            return problem();
        const auto match = emit({Instruction::Kind::Match});
        if (!m_problem.empty())
            return problem();
        patch(start->loose, match);
        m_program->start = start->start;
        Regex regex;
        regex.m_program = std::move(m_program);
        return regex;
    }

private:
    using Instruction = Regex::Instruction;
    using ByteSet = Regex::ByteSet;
    struct Hole {
        std::uint16_t at;
        bool other;
    };
    struct Piece {
        std::uint16_t start = 0;
        std::vector<Hole> loose;
    };
    using Maybe = std::optional<Piece>;

    Diagnostic problem() const {
        return errorDiagnostic("query.regex", "The regular expression /" + std::string(m_pattern) + "/: " + m_problem,
                               "Quote the text to look for it as it stands");
    }

    std::nullopt_t fail(const char* what) {
        if (m_problem.empty())
            m_problem = what;
        return std::nullopt;
    }

    std::uint16_t emit(Instruction step) {
        if (m_program->code.size() >= maxSteps) {
            fail("it is too large");
            return 0;
        }
        m_program->code.push_back(step);
        return std::uint16_t(m_program->code.size() - 1);
    }

    void patch(const std::vector<Hole>& holes, std::uint16_t target) {
        for (const Hole& hole : holes)
            (hole.other ? m_program->code[hole.at].other : m_program->code[hole.at].next) = target;
    }

    bool more() const { return m_at < m_pattern.size(); }
    char peek() const { return m_pattern[m_at]; }
    bool take(char c) {
        if (!more() || peek() != c)
            return false;
        ++m_at;
        return true;
    }

    Maybe alternatives(int depth) {
        if (depth > maxDepth)
            return fail("parentheses are nested too deeply");
        Maybe left = sequence(depth);
        while (left && take('|')) {
            Maybe right = sequence(depth);
            if (!right)
                return right;
            const auto split = emit({Instruction::Kind::Split, left->start, right->start});
            left->start = split;
            left->loose.insert(left->loose.end(), right->loose.begin(), right->loose.end());
        }
        return left;
    }

    Piece nothing() {
        const auto at = emit({Instruction::Kind::Split});
        return {at, {{at, false}, {at, true}}};
    }

    Maybe sequence(int depth) {
        Maybe whole;
        while (m_problem.empty() && more() && peek() != '|' && peek() != ')') {
            Maybe next = repeated(depth);
            if (!next)
                return next;
            join(whole, std::move(*next));
        }
        if (!m_problem.empty())
            return std::nullopt;
        return whole ? whole : Maybe(nothing());
    }

    void join(Maybe& whole, Piece next) {
        if (!whole) {
            whole = std::move(next);
            return;
        }
        patch(whole->loose, next.start);
        whole->loose = std::move(next.loose);
    }

    Maybe repeated(int depth) {
        const std::size_t from = m_at;
        Maybe piece = atom(depth);
        if (!piece || !more())
            return piece;
        if (take('*'))
            piece = looped(std::move(*piece), true);
        else if (take('+'))
            piece = looped(std::move(*piece), false);
        else if (take('?'))
            piece = optional(std::move(*piece));
        else if (peek() == '{')
            return counted(from, std::move(*piece), depth);
        else
            return piece;
        return afterRepeat(std::move(piece));
    }

    /// Lazy repeats match the same texts when one only asks whether there is a match.
    Maybe afterRepeat(Maybe piece) {
        take('?');
        if (more() && (peek() == '*' || peek() == '+' || peek() == '?' || peek() == '{'))
            return fail("one repeat stands behind another");
        return piece;
    }

    Piece looped(Piece piece, bool orNothing) {
        const auto split = emit({Instruction::Kind::Split, piece.start});
        patch(piece.loose, split);
        return {orNothing ? split : piece.start, {{split, true}}};
    }

    Piece optional(Piece piece) {
        const auto split = emit({Instruction::Kind::Split, piece.start});
        piece.loose.push_back({split, true});
        return {split, std::move(piece.loose)};
    }

    std::optional<int> number() {
        int value = 0;
        const std::size_t from = m_at;
        for (; more() && peek() >= '0' && peek() <= '9'; ++m_at)
            value = std::min(value * 10 + (peek() - '0'), maxRepeat + 1);
        return m_at > from ? std::optional(value) : std::nullopt;
    }

    Maybe counted(std::size_t atomAt, Piece first, int depth) {
        take('{');
        const auto low = number();
        std::optional<int> high = low;
        if (low && take(','))
            high = number();
        const bool endless = low && !high;
        if (!low || !take('}'))
            return fail("a repeat is written {2}, {2,} or {2,5}");
        if (*low > maxRepeat || (high && (*high > maxRepeat || *high < *low)))
            return fail("a repeat counts from low to high, 255 at most");
        const std::size_t after = m_at;
        Maybe whole;
        const int copies = std::max(endless ? *low : *high, 1);
        for (int i = 0; i < copies && m_problem.empty(); ++i) {
            Maybe one = i == 0 ? Maybe(std::move(first)) : again(atomAt, depth);
            if (!one)
                return one;
            const bool last = i + 1 == copies;
            if (endless && last)
                one = looped(std::move(*one), *low == 0);
            else if (i >= *low)
                one = optional(std::move(*one));
            join(whole, std::move(*one));
        }
        m_at = after;
        if (!endless && *high == 0)
            whole = nothing();
        if (!m_problem.empty())
            return std::nullopt;
        return afterRepeat(std::move(whole));
    }

    Maybe again(std::size_t atomAt, int depth) {
        m_at = atomAt;
        return atom(depth);
    }

    Maybe atom(int depth) {
        const char c = m_pattern[m_at++];
        switch (c) {
        case '(': {
            if (m_pattern.substr(m_at).starts_with("?:"))
                m_at += 2;
            Maybe inner = alternatives(depth + 1);
            if (inner && !take(')'))
                return fail("a '(' is not closed");
            return inner;
        }
        case '*':
        case '+':
        case '?':
        case '{':
            return fail("there is nothing to repeat");
        case '^':
            return assertion(Instruction::Kind::Begin);
        case '$':
            return assertion(Instruction::Kind::End);
        case '.':
            return anyExcept({});
        case '[':
            return bracket();
        case '\\':
            return escaped();
        default: {
            ByteSet set;
            addByte(set, c);
            return bytes(set);
        }
        }
    }

    Piece assertion(Instruction::Kind kind) {
        const auto at = emit({kind});
        return {at, {{at, false}}};
    }

    Piece bytes(const ByteSet& set) {
        auto index = std::size_t(0);
        while (index < m_program->sets.size() && m_program->sets[index] != set)
            ++index;
        if (index == m_program->sets.size())
            m_program->sets.push_back(set);
        const auto at = emit({Instruction::Kind::Bytes, 0, std::uint16_t(index)});
        return {at, {{at, false}}};
    }

    /// One UTF-8 character that is not an ASCII character of `set`.
    Piece anyExcept(const ByteSet& set) {
        ByteSet lead, rest;
        for (unsigned byte = 0; byte < 256; ++byte) {
            rest.set(byte, byte >= 0x80 && byte < 0xc0);
            lead.set(byte, byte < 0x80 ? !set.test(byte) : byte >= 0xc0);
        }
        Maybe whole = bytes(lead);
        join(whole, looped(bytes(rest), true));
        return std::move(*whole);
    }

    static void addByte(ByteSet& set, char c) {
        set.set(static_cast<unsigned char>(c));
        set.set(static_cast<unsigned char>(lowerAscii(c)));
        if (c >= 'a' && c <= 'z')
            set.set(static_cast<unsigned char>(c - ('a' - 'A')));
    }

    static std::optional<ByteSet> classOf(char letter) {
        ByteSet set;
        const auto range = [&set](char from, char to) {
            for (int c = from; c <= to; ++c)
                set.set(std::size_t(c));
        };
        switch (lowerAscii(letter)) {
        case 'd':
            range('0', '9');
            return set;
        case 'w':
            range('0', '9');
            range('a', 'z');
            range('A', 'Z');
            set.set('_');
            return set;
        case 's':
            for (const char c : {' ', '\t', '\n', '\r', '\f', '\v'})
                set.set(static_cast<unsigned char>(c));
            return set;
        default:
            return std::nullopt;
        }
    }

    static bool isAlphanumeric(char c) {
        return (c >= '0' && c <= '9') || (lowerAscii(c) >= 'a' && lowerAscii(c) <= 'z');
    }

    Maybe escaped() {
        if (!more())
            return fail("it ends with a '\\'");
        const char c = m_pattern[m_at++];
        if (const auto set = classOf(c))
            return c >= 'a' ? bytes(*set) : anyExcept(*set);
        if (isAlphanumeric(c))
            return fail("of the letters after '\\' only d, w, s and their capitals are known");
        ByteSet set;
        set.set(static_cast<unsigned char>(c));
        return bytes(set);
    }

    /// A character of a bracket, or its class through `set`.
    std::optional<char> bracketCharacter(ByteSet& set) {
        char c = m_pattern[m_at++];
        if (c == '\\' && more()) {
            c = m_pattern[m_at++];
            if (const auto all = classOf(c); all && c >= 'a') {
                set |= *all;
                return std::nullopt;
            }
            if (isAlphanumeric(c))
                return fail("inside of [ ] only \\d, \\w and \\s are known");
        }
        if (static_cast<unsigned char>(c) >= 0x80)
            return fail("inside of [ ] only ASCII characters are known");
        return c;
    }

    Maybe bracket() {
        const bool negated = take('^');
        ByteSet set;
        bool first = true;
        while (m_problem.empty() && more() && (peek() != ']' || first)) {
            first = false;
            const auto low = bracketCharacter(set);
            if (!low)
                continue;
            addByte(set, *low);
            if (m_pattern.substr(m_at).size() < 2 || peek() != '-' || m_pattern[m_at + 1] == ']')
                continue;
            ++m_at;
            const auto high = bracketCharacter(set);
            if (!high || *high < *low)
                return fail("a range in [ ] goes from a lower to a higher character");
            for (int c = *low; c <= *high; ++c)
                addByte(set, char(c));
        }
        if (m_problem.empty() && !take(']'))
            return fail("a '[' is not closed");
        if (!m_problem.empty())
            return std::nullopt;
        return negated ? anyExcept(set) : bytes(set);
    }

    std::string_view m_pattern;
    std::size_t m_at = 0;
    std::shared_ptr<Regex::Program> m_program;
    std::string m_problem;
};

Result<Regex> Regex::compile(std::string_view pattern) {
    return RegexCompiler(pattern).compile();
}

} // namespace lapidary
