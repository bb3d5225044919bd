// SPDX-License-Identifier: GPL-3.0-or-later
// What a query looks like, and questions about it.
#include "graph/query/querylexer.h"

#include "base/glob.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace lapidary {

namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

/// Whether a text, unquoted after a field's sign, is read as itself.
bool isPlain(std::string_view text) {
    if (text.empty() || text.find("..") != std::string_view::npos || text.front() == '=')
        return false;
    if (text.size() >= 3 && text.front() == '/' && text.back() == '/')
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return isPlainQueryCharacter(c) && c != '*' && c != '?' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
    });
}

/// Whether a text, unquoted and alone, is a bare word.
bool isBare(std::string_view text) {
    if (text.empty() || text.front() == '-' || text.find_first_of(":=<>!") != std::string_view::npos)
        return false;
    for (const std::string_view keyword : {"or", "and", "not"})
        if (text.size() == keyword.size() && globMatch(keyword, text, LetterCase::Ignored))
            return false;
    return true;
}

std::string valueText(const TextPattern& pattern) {
    switch (pattern.kind) {
    case TextPattern::Kind::Regex:
        return "/" + pattern.text + "/";
    case TextPattern::Kind::Glob:
        return pattern.text;
    default:
        return isPlain(pattern.text) ? pattern.text : quoted(pattern.text);
    }
}

/// One side of A..B: a dot at its end would be taken for one of the two in the middle.
std::string sideText(const TextPattern& pattern) {
    return pattern.kind == TextPattern::Kind::Glob ? pattern.text : quoted(pattern.text);
}

/// The shortest number that is read back as the same.
std::string numberText(double number) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return {buffer, end};
}

std::string_view sign(QueryCompare compare) {
    switch (compare) {
    case QueryCompare::Match:
    case QueryCompare::Range:
        return ":";
    case QueryCompare::Equal:
        return "=";
    case QueryCompare::NotEqual:
        return "!=";
    case QueryCompare::Less:
        return "<";
    case QueryCompare::LessEqual:
        return "<=";
    case QueryCompare::Greater:
        return ">";
    case QueryCompare::GreaterEqual:
        return ">=";
    }
    return ":";
}

std::string bareText(const QueryTerm& term, bool explicitly) {
    const auto& pattern = term.text;
    const bool whole = pattern.kind == TextPattern::Kind::Exact || term.compare == QueryCompare::NotEqual;
    const bool bare = !whole && !explicitly &&
                      (pattern.kind == TextPattern::Kind::Regex || isBare(pattern.text) ||
                       (pattern.kind == TextPattern::Kind::Substring && !isPlain(pattern.text)));
    const std::string before = term.compare == QueryCompare::NotEqual ? "any!=" : whole ? "any=" : bare ? "" : "any:";
    return before + valueText(pattern);
}

std::string attributeText(const QueryTerm& term) {
    std::string text = "attr:" + term.attribute;
    if (term.attributeOnly)
        return text;
    const bool bySize = term.compare != QueryCompare::Match && term.compare != QueryCompare::NotEqual;
    // A glob that begins with '=' would make "==" of the one before it.
    const bool afterColon = term.text.kind == TextPattern::Kind::Glob && term.text.text.starts_with('=');
    text += term.compare == QueryCompare::Match && !afterColon ? "=" : sign(term.compare);
    return text + (bySize ? numberText(term.low) : valueText(term.text));
}

std::string termText(const QueryTerm& term, bool explicitly) {
    const auto& info = infoOf(term.field);
    const std::string name(info.name);
    switch (info.kind) {
    case QueryValueKind::Attribute:
        return attributeText(term);
    case QueryValueKind::Choice: {
        const auto choices = term.field == QueryField::Has ? queryHasChoices() : queryIsChoices();
        return name + std::string(sign(term.compare)) + std::string(choices[std::size_t(term.choice)].name);
    }
    case QueryValueKind::Number:
        return name + std::string(sign(term.compare)) + numberText(term.low) +
               (term.compare == QueryCompare::Range ? ".." + numberText(term.high) : "");
    case QueryValueKind::NodePair:
        return name + ":" + sideText(term.text) + ".." + sideText(term.text2);
    default:
        break;
    }
    if (term.field == QueryField::Any)
        return bareText(term, explicitly);
    const bool whole = info.kind == QueryValueKind::Text && term.text.kind == TextPattern::Kind::Exact &&
                       term.compare == QueryCompare::Match;
    return name + (whole ? "=" : std::string(sign(term.compare))) + valueText(term.text);
}

std::string exprText(const QueryExpr& expr, bool explicitly, bool inside) {
    switch (expr.kind) {
    case QueryExpr::Kind::Everything:
        return {};
    case QueryExpr::Kind::Term:
        return termText(expr.term, explicitly);
    case QueryExpr::Kind::Not:
        return "-" + exprText(expr.children.front(), explicitly, true);
    default:
        break;
    }
    std::string text;
    for (const auto& child : expr.children) {
        if (!text.empty())
            text += expr.kind == QueryExpr::Kind::Or ? " or " : " ";
        // "or" binds weaker than standing side by side: only an or inside of an and needs parentheses.
        const bool weaker = expr.kind == QueryExpr::Kind::And && child.kind == QueryExpr::Kind::Or;
        text += exprText(child, explicitly, weaker);
    }
    return inside ? "(" + text + ")" : text;
}

bool anyTerm(const QueryExpr& expr, const std::function<bool(const QueryTerm&)>& test) {
    if (expr.kind == QueryExpr::Kind::Term)
        return test(expr.term);
    return std::any_of(expr.children.begin(), expr.children.end(),
                       [&](const QueryExpr& child) { return anyTerm(child, test); });
}

} // namespace

bool QueryTerm::operator==(const QueryTerm& other) const {
    const bool sameNumbers = isNumber == other.isNumber && low == other.low && high == other.high;
    return field == other.field && compare == other.compare && text == other.text && text2 == other.text2 &&
           attribute == other.attribute && attributeOnly == other.attributeOnly && sameNumbers &&
           choice == other.choice;
}

bool Query::uses(QueryField field) const {
    return anyTerm(m_root, [field](const QueryTerm& term) { return term.field == field; });
}

bool Query::fitsTensors() const {
    return !isEmpty() && !anyTerm(m_root, [](const QueryTerm& term) { return !infoOf(term.field).ofTensors; });
}

std::string Query::toText() const {
    return exprText(m_root, false, false);
}

std::string Query::toExplicitText() const {
    return exprText(m_root, true, false);
}

} // namespace lapidary
