// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/queryterm.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::size_t maxText = 16384;
constexpr int maxDepth = 64;

} // namespace

/// Or of ands of negations of terms and parentheses.
class QueryParser {
public:
    explicit QueryParser(std::string_view text) : m_text(text), m_lexer(text) {}

    Result<Query> parse() {
        if (m_text.size() > maxText)
            return fail("query.syntax", {0, m_text.size()}, "a query has at most 16384 bytes", "");
        if (const auto status = advance(); !status)
            return status;
        Query query;
        if (m_token.kind == Kind::End)
            return query;
        auto root = either(0);
        if (!root)
            return root.status();
        if (m_token.kind == Kind::Close)
            return fail("query.syntax", m_token.place, "there is a ')' too many", "Remove it, or open it before");
        query.m_root = *std::move(root);
        query.m_namesFields = m_namesFields;
        return query;
    }

    const QueryPlace& place() const { return m_place; }

private:
    using Kind = QueryToken::Kind;

    Diagnostic fail(const char* code, QueryPlace place, std::string message, std::string hint) {
        m_place = place;
        return errorDiagnostic(code, std::move(message), std::move(hint));
    }

    Status advance() {
        auto token = m_lexer.next();
        if (!token) {
            m_place = m_lexer.problemPlace();
            return token.status();
        }
        m_token = *std::move(token);
        return {};
    }

    static QueryExpr joined(QueryExpr::Kind kind, std::vector<QueryExpr> parts) {
        if (parts.size() == 1)
            return std::move(parts.front());
        QueryExpr whole;
        whole.kind = kind;
        // (a b) c is a b c: one way to say it, so that equal queries look equal.
        for (auto& part : parts)
            if (part.kind == kind)
                std::move(part.children.begin(), part.children.end(), std::back_inserter(whole.children));
            else
                whole.children.push_back(std::move(part));
        return whole;
    }

    Result<QueryExpr> either(int depth) {
        std::vector<QueryExpr> parts;
        for (;;) {
            auto part = all(depth);
            if (!part)
                return part;
            parts.push_back(*std::move(part));
            if (m_token.kind != Kind::Or)
                return joined(QueryExpr::Kind::Or, std::move(parts));
            if (const auto status = advance(); !status)
                return status;
        }
    }

    Result<QueryExpr> all(int depth) {
        std::vector<QueryExpr> parts;
        for (;;) {
            auto part = negation(depth);
            if (!part)
                return part;
            parts.push_back(*std::move(part));
            const bool also = m_token.kind == Kind::And;
            if (also)
                if (const auto status = advance(); !status)
                    return status;
            if (!also && (m_token.kind == Kind::End || m_token.kind == Kind::Or || m_token.kind == Kind::Close))
                return joined(QueryExpr::Kind::And, std::move(parts));
        }
    }

    Result<QueryExpr> negation(int depth) {
        if (m_token.kind != Kind::Not)
            return single(depth);
        if (depth >= maxDepth)
            return tooDeep();
        if (const auto status = advance(); !status)
            return status;
        auto inner = negation(depth + 1);
        if (!inner)
            return inner;
        if (inner->kind == QueryExpr::Kind::Not)
            return QueryExpr(std::move(inner->children.front()));
        QueryExpr whole;
        whole.kind = QueryExpr::Kind::Not;
        whole.children.push_back(*std::move(inner));
        return whole;
    }

    Diagnostic tooDeep() {
        return fail("query.syntax", m_token.place, "the query is nested too deeply", "64 levels are the limit");
    }

    Result<QueryExpr> single(int depth) {
        switch (m_token.kind) {
        case Kind::Term:
            return term();
        case Kind::Open:
            return parenthesis(depth);
        case Kind::End:
            return fail("query.syntax", lastPlace(), "something is missing at the end",
                        "Such as a word, op:Conv or channels>64");
        case Kind::Close:
            return fail("query.syntax", m_token.place, "there is nothing before this ')'", "");
        default:
            return fail("query.syntax", m_token.place, "this joins two terms and one of them is missing",
                        "Quote the word to search for it");
        }
    }

    /// The end of the text has no width to underline; the last character stands for it.
    QueryPlace lastPlace() const { return {m_text.empty() ? 0 : m_text.size() - 1, 1}; }

    Result<QueryExpr> term() {
        auto read = readQueryTerm(m_token, m_place);
        if (!read)
            return read.status();
        QueryExpr whole;
        whole.kind = QueryExpr::Kind::Term;
        whole.term = *std::move(read);
        m_namesFields = m_namesFields || !m_token.field.empty();
        if (const auto status = advance(); !status)
            return status;
        return whole;
    }

    Result<QueryExpr> parenthesis(int depth) {
        const auto open = m_token.place;
        if (depth >= maxDepth)
            return tooDeep();
        if (const auto status = advance(); !status)
            return status;
        auto inner = either(depth + 1);
        if (!inner)
            return inner;
        if (m_token.kind != Kind::Close)
            return fail("query.syntax", open, "this '(' is not closed", "Put a ) behind it");
        if (const auto status = advance(); !status)
            return status;
        return inner;
    }

    std::string_view m_text;
    QueryLexer m_lexer;
    QueryToken m_token;
    QueryPlace m_place;
    bool m_namesFields = false;
};

Result<Query> Query::parse(std::string_view text, QueryProblem* problem) {
    QueryParser parser(text);
    auto query = parser.parse();
    if (query)
        return query;
    Diagnostic diagnostic = query.error();
    const auto where = std::min(parser.place().begin, text.size());
    diagnostic.message = "At character " + std::to_string(where + 1) + ": " + diagnostic.message;
    if (problem)
        *problem = {diagnostic, {where, std::min(parser.place().length, text.size() - where)}};
    return diagnostic;
}

} // namespace lapidary
