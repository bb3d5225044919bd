// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/queryterm.h"

#include "base/glob.h"
#include "base/nearest.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lapidary {

namespace {

constexpr std::string_view rangeSign = "..";

/// "10M": what stands behind the digits; 0 if it is no unit.
double factorOf(std::string_view unit) {
    if (unit.size() > 1 && lowerAscii(unit.back()) == 'b')
        unit.remove_suffix(1);
    else if (unit == "B" || unit == "b")
        return 1;
    if (unit.empty())
        return 1;
    if (unit == "%")
        return 0.01;
    const bool binary = unit.size() == 2 && lowerAscii(unit[1]) == 'i';
    if (unit.size() > 1 && !binary)
        return 0;
    const double step = binary ? 1024 : 1000;
    switch (lowerAscii(unit[0])) {
    case 'k':
        return step;
    case 'm':
        return step * step;
    case 'g':
        return step * step * step;
    case 't':
        return step * step * step * step;
    default:
        return 0;
    }
}

/// Names people write for element types.
std::string_view dataTypeAlias(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"fp32", "float32"}, {"float", "float32"},  {"fp16", "float16"}, {"half", "float16"}, {"bf16", "bfloat16"},
        {"fp64", "float64"}, {"double", "float64"}, {"i8", "int8"},      {"u8", "uint8"},     {"i32", "int32"},
        {"i64", "int64"},    {"i4", "int4"},        {"u4", "uint4"},
    };
    for (const auto& [alias, full] : names)
        if (name.size() == alias.size() && globMatch(alias, name, LetterCase::Ignored))
            return full;
    return name;
}

class Reader {
public:
    Reader(const QueryToken& token, QueryPlace& place) : m_token(token), m_place(place) {}

    Result<QueryTerm> read() {
        m_place = m_token.place;
        m_term.place = m_token.place;
        if (!m_token.field.empty()) {
            const auto* info = findQueryField(m_token.field);
            if (!info)
                return unknownField();
            m_info = info;
        }
        m_term.field = m_info->field;
        m_term.compare = m_token.compare;
        const auto status = readValue();
        return status ? Result<QueryTerm>(std::move(m_term)) : Result<QueryTerm>(status);
    }

private:
    Diagnostic unknownField() {
        m_place = m_token.fieldPlace;
        auto near = nearestName(m_token.field, queryFieldNames());
        return errorDiagnostic("query.field", "there is no field '" + m_token.field + "'",
                               near.empty()
                                   ? "Put text that has : = < or > in quotes; fields are name, op, shape, channels …"
                                   : "Did you mean '" + near + "'?");
    }

    Status fail(std::string message, std::string hint = {}) {
        return errorDiagnostic("query.value", std::move(message),
                               hint.empty() ? "Such as " + std::string(m_info->example) : std::move(hint));
    }

    Status readValue() {
        switch (m_info->kind) {
        case QueryValueKind::Number:
            return readNumber();
        case QueryValueKind::Choice:
            return readChoice();
        case QueryValueKind::NodePair:
            return readPair();
        case QueryValueKind::Attribute:
            return readAttribute();
        default:
            return readText();
        }
    }

    /// The one piece most values are.
    Status onePiece(const QueryPiece*& piece) {
        if (m_token.pieces.size() > 1) {
            m_place = m_token.pieces[1].place;
            return errorDiagnostic("query.syntax", "there is no space between two values",
                                   "Put the whole value in quotes, or a space between two terms");
        }
        piece = &m_token.pieces.front();
        m_place = piece->place;
        return {};
    }

    Status patternOf(const QueryPiece& piece, TextPattern& pattern, TextPattern::Kind plain) {
        m_place = piece.place;
        pattern = {plain, piece.text};
        if (piece.kind == QueryPiece::Kind::Regex)
            pattern.kind = TextPattern::Kind::Regex;
        else if (piece.kind == QueryPiece::Kind::Plain && piece.text.find_first_of("*?") != std::string::npos)
            pattern.kind = TextPattern::Kind::Glob;
        return TextMatcher::compile(pattern).status();
    }

    Status readText() {
        using Kind = QueryValueKind;
        const QueryPiece* piece = nullptr;
        if (const auto status = onePiece(piece); !status)
            return status;
        const bool whole = m_term.compare == QueryCompare::Equal || m_term.compare == QueryCompare::NotEqual;
        if (!whole && m_term.compare != QueryCompare::Match)
            return fail("'" + std::string(m_info->name) + "' is text and cannot be compared by size");
        const bool part = m_info->kind == Kind::Text && !whole;
        if (const auto status =
                patternOf(*piece, m_term.text, part ? TextPattern::Kind::Substring : TextPattern::Kind::Exact);
            !status)
            return status;
        if (m_info->field == QueryField::DataType || m_info->field == QueryField::Precision)
            if (m_term.text.kind == TextPattern::Kind::Exact)
                m_term.text.text = dataTypeAlias(m_term.text.text);
        if (m_info->kind == Kind::Shape)
            m_term.text.text = shapeOf(m_term.text);
        // '=' says nothing that the kind of pattern does not say already.
        if (m_term.compare == QueryCompare::Equal)
            m_term.compare = QueryCompare::Match;
        return {};
    }

    /// "[1, 64, 7, 7]" as people copy it is 1x64x7x7.
    static std::string shapeOf(const TextPattern& pattern) {
        if (pattern.kind == TextPattern::Kind::Regex)
            return pattern.text;
        std::string shape;
        for (const char c : pattern.text)
            if (c == ',')
                shape += 'x';
            else if (c != '[' && c != ']' && c != ' ')
                shape += c;
        return shape.empty() ? pattern.text : shape;
    }

    Status readNumber() {
        const QueryPiece* piece = nullptr;
        if (const auto status = onePiece(piece); !status)
            return status;
        const std::string_view text = piece->text;
        m_term.isNumber = true;
        const auto range = text.find(rangeSign);
        const bool equal = m_term.compare == QueryCompare::Match || m_term.compare == QueryCompare::Equal;
        const std::string name(m_info->name);
        if (piece->kind == QueryPiece::Kind::Regex)
            return fail("'" + name + "' is a number");
        if (range == std::string_view::npos) {
            if (!readQueryNumber(text, m_term.low))
                return fail("'" + std::string(text) + "' is no number");
            m_term.compare = equal ? QueryCompare::Equal : m_term.compare;
            return {};
        }
        const auto from = text.substr(0, range);
        const auto to = text.substr(range + rangeSign.size());
        if (!equal)
            return fail("a range stands after ':'", "Such as " + name + ":64..128");
        if (!readQueryNumber(from, m_term.low) || !readQueryNumber(to, m_term.high))
            return fail("'" + std::string(text) + "' is no range of numbers", "Such as " + name + ":64..128");
        if (m_term.high < m_term.low)
            return fail("the range '" + std::string(text) + "' goes backwards", "Write the smaller number first");
        m_term.compare = QueryCompare::Range;
        return {};
    }

    Status readChoice() {
        const QueryPiece* piece = nullptr;
        if (const auto status = onePiece(piece); !status)
            return status;
        const bool equal = m_term.compare == QueryCompare::Match || m_term.compare == QueryCompare::Equal;
        if (!equal && m_term.compare != QueryCompare::NotEqual)
            return fail("'" + std::string(m_info->name) + "' cannot be compared by size");
        if (equal)
            m_term.compare = QueryCompare::Match;
        std::vector<std::string> names;
        for (const auto& choice : m_info->field == QueryField::Has ? queryHasChoices() : queryIsChoices()) {
            if (choice.name.size() == piece->text.size() && globMatch(choice.name, piece->text, LetterCase::Ignored))
                m_term.choice = int(names.size());
            names.emplace_back(choice.name);
        }
        if (m_term.choice < 0)
            return fail("'" + std::string(m_info->name) + ":' does not know '" + piece->text + "'",
                        nearestHint(piece->text, names));
        return {};
    }

    Status readAttribute() {
        m_term.attribute = m_token.attribute;
        m_term.attributeOnly = !m_token.hasCompare;
        if (m_term.attributeOnly) {
            m_term.compare = QueryCompare::Match;
            return {};
        }
        const QueryPiece* piece = nullptr;
        if (const auto status = onePiece(piece); !status)
            return status;
        const bool text = m_term.compare == QueryCompare::Match || m_term.compare == QueryCompare::Equal ||
                          m_term.compare == QueryCompare::NotEqual;
        m_term.isNumber = piece->kind == QueryPiece::Kind::Plain && readQueryNumber(piece->text, m_term.low);
        if (!text && !m_term.isNumber)
            return fail("'" + piece->text + "' is no number", "Such as attr:group>1");
        if (m_term.compare == QueryCompare::Equal)
            m_term.compare = QueryCompare::Match;
        if (!text)
            return {};
        return patternOf(*piece, m_term.text, TextPattern::Kind::Exact);
    }

    Status readPair() {
        if (m_term.compare != QueryCompare::Match && m_term.compare != QueryCompare::Equal)
            return fail("'between' is followed by ':'");
        m_term.compare = QueryCompare::Match;
        std::vector<QueryPiece> sides;
        for (const auto& piece : m_token.pieces) {
            const auto sign = piece.kind == QueryPiece::Kind::Plain ? piece.text.find(rangeSign) : std::string::npos;
            if (sign == std::string::npos) {
                sides.push_back(piece);
                continue;
            }
            for (const auto& [from, count] :
                 {std::pair(std::size_t(0), sign), std::pair(sign + 2, std::string::npos)}) {
                QueryPiece part = piece;
                part.text = piece.text.substr(from, count);
                part.place = {piece.place.begin + from, part.text.size()};
                if (!part.text.empty())
                    sides.push_back(std::move(part));
            }
            m_signs += 1;
        }
        if (m_signs != 1 || sides.size() != 2)
            return fail("two names with .. between them are needed");
        if (const auto status = patternOf(sides[0], m_term.text, TextPattern::Kind::Exact); !status)
            return status;
        return patternOf(sides[1], m_term.text2, TextPattern::Kind::Exact);
    }

    const QueryToken& m_token;
    QueryPlace& m_place;
    const QueryFieldInfo* m_info = &infoOf(QueryField::Any);
    QueryTerm m_term;
    int m_signs = 0;
};

} // namespace

bool readQueryNumber(std::string_view text, double& number) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || !std::isfinite(value))
        return false;
    const double factor = factorOf(text.substr(std::size_t(end - text.data())));
    if (factor == 0 || !std::isfinite(value * factor))
        return false;
    number = value * factor;
    return true;
}

Result<QueryTerm> readQueryTerm(const QueryToken& token, QueryPlace& place) {
    return Reader(token, place).read();
}

} // namespace lapidary
