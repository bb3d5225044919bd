// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <algorithm>
#include <charconv>

namespace lapidary {

namespace {

class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) {}

    Result<Json> document() {
        Json json;
        if (!value(json, 0) || (skipSpace(), m_at != m_text.size() && fail("unexpected text after the value")))
            return failure();
        if (!m_error.empty())
            return failure();
        return json;
    }

private:
    static constexpr int maxDepth = 200;

    bool fail(std::string what) {
        if (m_error.empty())
            m_error = std::move(what);
        return false;
    }

    Diagnostic failure() const {
        std::size_t line = 1;
        std::size_t column = 1;
        for (std::size_t i = 0; i < m_at && i < m_text.size(); ++i) {
            column = m_text[i] == '\n' ? 1 : column + 1;
            line += m_text[i] == '\n';
        }
        return errorDiagnostic("json.syntax", "line " + std::to_string(line) + ", column " + std::to_string(column) +
                                                  ": " + m_error);
    }

    void skipSpace() {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }

    bool take(char c) {
        skipSpace();
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    bool word(std::string_view text) {
        if (m_text.substr(m_at, text.size()) != text)
            return fail("unknown word");
        m_at += text.size();
        return true;
    }

    bool value(Json& out, int depth) {
        skipSpace();
        if (depth > maxDepth)
            return fail("nested too deeply");
        if (m_at >= m_text.size())
            return fail("the text ends early");
        switch (m_text[m_at]) {
        case '{':
            return object(out, depth);
        case '[':
            return array(out, depth);
        case '"': {
            std::string text;
            if (!string(text))
                return false;
            out = Json(std::move(text));
            return true;
        }
        case 't':
            out = Json(true);
            return word("true");
        case 'f':
            out = Json(false);
            return word("false");
        case 'n':
            out = Json();
            return word("null");
        default:
            return number(out);
        }
    }

    bool object(Json& out, int depth) {
        ++m_at;
        Json::Object members;
        if (!take('}')) {
            do {
                skipSpace();
                std::string key;
                if (m_at >= m_text.size() || m_text[m_at] != '"')
                    return fail("a member name in quotes is missing");
                if (!string(key))
                    return false;
                if (!take(':'))
                    return fail("':' is missing");
                Json member;
                if (!value(member, depth + 1))
                    return false;
                members.insert_or_assign(std::move(key), std::move(member));
            } while (take(','));
            if (!take('}'))
                return fail("',' or '}' is missing");
        }
        out = Json(std::move(members));
        return true;
    }

    bool array(Json& out, int depth) {
        ++m_at;
        Json::Array items;
        if (!take(']')) {
            do {
                if (!value(items.emplace_back(), depth + 1))
                    return false;
            } while (take(','));
            if (!take(']'))
                return fail("',' or ']' is missing");
        }
        out = Json(std::move(items));
        return true;
    }

    bool number(Json& out) {
        const char* begin = m_text.data() + m_at;
        const char* end = m_text.data() + m_text.size();
        const char* digits = begin + (begin < end && *begin == '-');
        if (digits >= end || *digits < '0' || *digits > '9')
            return fail("a value is missing");
        if (*digits == '0' && digits + 1 < end && digits[1] >= '0' && digits[1] <= '9')
            return fail("a number must not start with 0");
        std::int64_t integer = 0;
        const auto [stop, problem] = std::from_chars(begin, end, integer);
        if (problem == std::errc() && (stop == end || std::string_view(".eE").find(*stop) == std::string_view::npos)) {
            out = Json(integer);
            m_at = std::size_t(stop - m_text.data());
            return true;
        }
        double real = 0;
        const auto parsed = std::from_chars(begin, end, real);
        if (parsed.ec != std::errc())
            return fail("the number is out of range");
        const char* point = std::find(begin, parsed.ptr, '.');
        if (point != parsed.ptr && (point + 1 == parsed.ptr || point[1] < '0' || point[1] > '9'))
            return fail("a digit must follow the decimal point");
        out = Json(real);
        m_at = std::size_t(parsed.ptr - m_text.data());
        return true;
    }

    bool hex4(unsigned& code) {
        if (m_at + 4 > m_text.size())
            return fail("the escape is cut short");
        const char* begin = m_text.data() + m_at;
        const auto parsed = std::from_chars(begin, begin + 4, code, 16);
        if (parsed.ptr != begin + 4)
            return fail("a \\u escape needs four hex digits");
        m_at += 4;
        return true;
    }

    static void appendUtf8(std::string& out, unsigned code) {
        if (code < 0x80) {
            out += char(code);
        } else if (code < 0x800) {
            out += char(0xc0 | (code >> 6));
            out += char(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            out += char(0xe0 | (code >> 12));
            out += char(0x80 | ((code >> 6) & 0x3f));
            out += char(0x80 | (code & 0x3f));
        } else {
            out += char(0xf0 | (code >> 18));
            out += char(0x80 | ((code >> 12) & 0x3f));
            out += char(0x80 | ((code >> 6) & 0x3f));
            out += char(0x80 | (code & 0x3f));
        }
    }

    bool unicodeEscape(std::string& out) {
        unsigned code = 0;
        if (!hex4(code))
            return false;
        if (code >= 0xd800 && code < 0xdc00 && m_text.substr(m_at, 2) == "\\u") {
            m_at += 2;
            unsigned low = 0;
            if (!hex4(low))
                return false;
            if (low < 0xdc00 || low > 0xdfff)
                return fail("a surrogate pair is broken");
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        } else if (code >= 0xd800 && code < 0xe000) {
            return fail("a surrogate stands alone");
        }
        appendUtf8(out, code);
        return true;
    }

    bool string(std::string& out) {
        ++m_at;
        while (m_at < m_text.size()) {
            const char c = m_text[m_at++];
            if (c == '"')
                return true;
            if (static_cast<unsigned char>(c) < 0x20)
                return fail("a control character stands in a string");
            if (c != '\\') {
                out += c;
                continue;
            }
            if (m_at >= m_text.size())
                break;
            const char escape = m_text[m_at++];
            if (escape == 'u') {
                if (!unicodeEscape(out))
                    return false;
                continue;
            }
            const std::size_t known = std::string_view("\"\\/bfnrt").find(escape);
            if (known == std::string_view::npos)
                return fail("unknown escape");
            out += "\"\\/\b\f\n\r\t"[known];
        }
        return fail("a string is not closed");
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::string m_error;
};

} // namespace

Result<Json> Json::parse(std::string_view text) { return Parser(text).document(); }

} // namespace lapidary
