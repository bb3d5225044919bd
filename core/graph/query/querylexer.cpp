// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/querylexer.h"

#include "base/glob.h"

namespace lapidary {

namespace {

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool isCompareCharacter(char c) {
    return c == ':' || c == '=' || c == '<' || c == '>' || c == '!';
}

bool isWordCharacter(char c) {
    const char lower = lowerAscii(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool isKeyword(std::string_view word, std::string_view keyword) {
    return word.size() == keyword.size() && globMatch(keyword, word, LetterCase::Ignored);
}

} // namespace

bool isPlainQueryCharacter(char c) {
    return !isSpace(c) && c != '(' && c != ')' && c != '"';
}

void QueryLexer::skipSpace() {
    while (!atEnd() && isSpace(m_text[m_at]))
        ++m_at;
}

Diagnostic QueryLexer::fail(std::size_t begin, std::size_t length, std::string message, std::string hint) {
    m_problemPlace = {begin, length};
    return errorDiagnostic("query.syntax", std::move(message), std::move(hint));
}

/// A word that could name a field, from here; empty if none begins here.
std::string_view QueryLexer::identifier() const {
    std::size_t end = m_at;
    while (end < m_text.size() && isWordCharacter(m_text[end]))
        ++end;
    const bool digit = end > m_at && m_text[m_at] >= '0' && m_text[m_at] <= '9';
    return digit ? std::string_view() : m_text.substr(m_at, end - m_at);
}

bool QueryLexer::takeCompare(QueryCompare& compare) {
    struct Sign {
        std::string_view text;
        QueryCompare compare;
    };
    static constexpr Sign signs[] = {{"<=", QueryCompare::LessEqual}, {">=", QueryCompare::GreaterEqual},
                                     {"!=", QueryCompare::NotEqual},  {"==", QueryCompare::Equal},
                                     {"<", QueryCompare::Less},       {">", QueryCompare::Greater},
                                     {"=", QueryCompare::Equal},      {":", QueryCompare::Match}};
    for (const auto& sign : signs)
        if (m_text.substr(m_at).starts_with(sign.text)) {
            compare = sign.compare;
            m_at += sign.text.size();
            return true;
        }
    return false;
}

/// "op:", "channels >": a word with a comparison behind it. Space before the comparison only where the word is a field,
/// so that "a = b" stays what it looks like.
bool QueryLexer::takeField(QueryToken& token) {
    const std::size_t begin = m_at;
    const auto word = identifier();
    if (word.empty())
        return false;
    m_at += word.size();
    const bool direct = !atEnd() && isCompareCharacter(m_text[m_at]);
    if (!direct && findQueryField(word))
        skipSpace();
    const bool colonBehindSpace = !direct && !atEnd() && m_text[m_at] == ':';
    if (!colonBehindSpace && takeCompare(token.compare)) {
        token.field = word;
        token.fieldPlace = {begin, word.size()};
        token.hasCompare = true;
        return true;
    }
    m_at = begin;
    return false;
}

/// After "attr:": the attribute's name, and a comparison if one follows.
Status QueryLexer::takeAttribute(QueryToken& token) {
    skipSpace();
    const std::size_t begin = m_at;
    while (!atEnd() && isPlainQueryCharacter(m_text[m_at]) && !isCompareCharacter(m_text[m_at]))
        ++m_at;
    token.attribute = m_text.substr(begin, m_at - begin);
    if (token.attribute.empty())
        return fail(begin > 0 ? begin - 1 : 0, 1, "the name of an attribute is missing",
                    "Such as attr:group>1 or attr:kernel_shape=3x3");
    const std::size_t end = m_at;
    skipSpace();
    const bool colonBehindSpace = m_at > end && !atEnd() && m_text[m_at] == ':';
    token.hasCompare = !colonBehindSpace && takeCompare(token.compare);
    if (!token.hasCompare)
        m_at = end;
    return {};
}

Status QueryLexer::takeQuoted(QueryToken& token) {
    const std::size_t begin = m_at++;
    QueryPiece piece;
    piece.kind = QueryPiece::Kind::Quoted;
    while (!atEnd() && m_text[m_at] != '"') {
        if (m_text[m_at] == '\\' && m_at + 1 < m_text.size() && (m_text[m_at + 1] == '"' || m_text[m_at + 1] == '\\'))
            ++m_at;
        piece.text += m_text[m_at++];
    }
    if (atEnd())
        return fail(begin, m_text.size() - begin, "a quote is not closed", "Put a \" at the end");
    ++m_at;
    piece.place = {begin, m_at - begin};
    token.pieces.push_back(std::move(piece));
    return {};
}

/// "/…/": ends at the last slash before a space that has nothing, a parenthesis or a quote behind it. A lone leading
/// slash begins a plain name.
bool QueryLexer::takeRegex(QueryToken& token) {
    std::size_t end = m_at;
    while (end < m_text.size() && !isSpace(m_text[end]))
        ++end;
    for (std::size_t slash = end; slash-- > m_at + 2;) {
        if (m_text[slash] != '/' || (slash + 1 < end && isPlainQueryCharacter(m_text[slash + 1])))
            continue;
        QueryPiece piece;
        piece.kind = QueryPiece::Kind::Regex;
        piece.text = m_text.substr(m_at + 1, slash - m_at - 1);
        piece.place = {m_at, slash + 1 - m_at};
        m_at = slash + 1;
        token.pieces.push_back(std::move(piece));
        return true;
    }
    return false;
}

void QueryLexer::takePlain(QueryToken& token) {
    const std::size_t begin = m_at;
    while (!atEnd() && isPlainQueryCharacter(m_text[m_at]))
        ++m_at;
    QueryPiece piece;
    piece.text = m_text.substr(begin, m_at - begin);
    piece.place = {begin, m_at - begin};
    token.pieces.push_back(std::move(piece));
}

Status QueryLexer::takeValue(QueryToken& token) {
    const std::size_t behind = m_at;
    skipSpace();
    if (atEnd() || m_text[m_at] == '(' || m_text[m_at] == ')')
        return fail(behind > 0 ? behind - 1 : 0, 1, "a value is missing after '" + token.field + "'",
                    findQueryField(token.field) ? "Such as " + std::string(findQueryField(token.field)->example) : "");
    if (m_text[m_at] == '/' && takeRegex(token))
        return {};
    while (!atEnd() && (m_text[m_at] == '"' || isPlainQueryCharacter(m_text[m_at]))) {
        if (m_text[m_at] != '"')
            takePlain(token);
        else if (const auto status = takeQuoted(token); !status)
            return status;
    }
    return {};
}

QueryToken QueryLexer::finished(QueryToken token, std::size_t begin) const {
    token.place = {begin, m_at - begin};
    return token;
}

Result<QueryToken> QueryLexer::next() {
    using Kind = QueryToken::Kind;
    skipSpace();
    const std::size_t begin = m_at;
    QueryToken token;
    if (atEnd())
        return finished(token, begin);
    const char c = m_text[m_at];
    if (c == '(' || c == ')' || c == '-') {
        ++m_at;
        token.kind = c == '(' ? Kind::Open : c == ')' ? Kind::Close : Kind::Not;
        return finished(std::move(token), begin);
    }
    if (isCompareCharacter(c))
        return fail(begin, 1, std::string("there is no field before '") + c + "'",
                    "Such as channels>256; quote text that begins so");
    token.kind = Kind::Term;
    if (takeField(token)) {
        const auto* info = findQueryField(token.field);
        if (info && info->field == QueryField::Attribute) {
            if (token.compare != QueryCompare::Match)
                return fail(begin, m_at - begin, "the name of the attribute is missing", "Such as attr:group>1");
            if (const auto status = takeAttribute(token); !status)
                return status;
            if (!token.hasCompare)
                return finished(std::move(token), begin);
        }
        if (const auto status = takeValue(token); !status)
            return status;
        return finished(std::move(token), begin);
    }
    const auto word = m_text.substr(begin, m_text.find_first_of(" \t\n\r\f\v()\"", begin) - begin);
    for (const auto& [keyword, kind] :
         {std::pair("or", Kind::Or), std::pair("and", Kind::And), std::pair("not", Kind::Not)})
        if (isKeyword(word, keyword)) {
            m_at += word.size();
            token.kind = kind;
            return finished(std::move(token), begin);
        }
    if (c == '"') {
        if (const auto status = takeQuoted(token); !status)
            return status;
    } else if (c != '/' || !takeRegex(token)) {
        takePlain(token);
    }
    return finished(std::move(token), begin);
}

} // namespace lapidary
