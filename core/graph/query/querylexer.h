// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts the text of a query into tokens. Knows how things are written, not what they mean.
#pragma once

#include "graph/query/query.h"

namespace lapidary {

/// A written value: "a" is quoted, /a/ a regular expression, the rest plain.
struct QueryPiece {
    enum class Kind { Plain, Quoted, Regex } kind = Kind::Plain;
    std::string text; ///< without quotes or slashes
    QueryPlace place;
};

struct QueryToken {
    enum class Kind { End, Open, Close, Not, And, Or, Term } kind = Kind::End;
    QueryPlace place;
    std::string field; ///< before the operator; empty: a bare word
    QueryPlace fieldPlace;
    std::string attribute; ///< of the field attr
    bool hasCompare = false;
    QueryCompare compare = QueryCompare::Match;
    std::vector<QueryPiece> pieces; ///< of the value, without space between them
};

class QueryLexer {
public:
    explicit QueryLexer(std::string_view text) : m_text(text) {}

    /// Fails with "query.syntax"; `problem().place` then says where.
    Result<QueryToken> next();
    const QueryPlace& problemPlace() const { return m_problemPlace; }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    void skipSpace();
    Diagnostic fail(std::size_t begin, std::size_t length, std::string message, std::string hint);
    std::string_view identifier() const;
    bool takeCompare(QueryCompare& compare);
    bool takeField(QueryToken& token);
    Status takeAttribute(QueryToken& token);
    Status takeValue(QueryToken& token);
    Status takeQuoted(QueryToken& token);
    bool takeRegex(QueryToken& token);
    void takePlain(QueryToken& token);
    QueryToken finished(QueryToken token, std::size_t begin) const;

    std::string_view m_text;
    std::size_t m_at = 0;
    QueryPlace m_problemPlace;
};

/// Whether a plain value may hold the character; others end it.
bool isPlainQueryCharacter(char c);

} // namespace lapidary
