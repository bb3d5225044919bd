// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/querycompletion.h"

#include "base/glob.h"
#include "graph/operatortraits.h"
#include "graph/query/querylexer.h"

#include <algorithm>
#include <set>

namespace lapidary {

namespace {

std::vector<std::string> sorted(const std::set<std::string, std::less<>>& words) {
    return {words.begin(), words.end()};
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lowerAscii);
    return out;
}

/// As a value that is read back as the whole word.
std::string written(const std::string& word) {
    const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return isPlainQueryCharacter(c) && c != '*' && c != '?' && c != '\\';
    });
    if (plain && word.find("..") == std::string::npos &&
        !(word.size() > 2 && word.front() == '/' && word.back() == '/'))
        return word;
    std::string quoted = "\"";
    for (const char c : word) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

class Completer {
public:
    Completer(std::string_view typed, std::size_t limit) : m_typed(lowered(typed)), m_limit(limit) {}

    void offer(const std::string& text, std::string_view word, std::string_view help) {
        const auto at = lowered(word).find(m_typed);
        if (at == 0 && m_first.size() < m_limit)
            m_first.push_back({text, help});
        else if (at != std::string::npos && at > 0 && m_second.size() < m_limit)
            m_second.push_back({text, help});
    }

    void offerAll(const std::vector<std::string>& words, const std::string& before) {
        for (const auto& word : words)
            offer(before + written(word), word, {});
    }

    std::vector<QueryCompletion> take() {
        m_first.insert(m_first.end(), m_second.begin(), m_second.end());
        m_first.resize(std::min(m_first.size(), m_limit));
        return std::move(m_first);
    }

private:
    std::string m_typed;
    std::size_t m_limit;
    std::vector<QueryCompletion> m_first, m_second;
};

std::string_view signOf(const QueryFieldInfo& info) {
    return info.kind == QueryValueKind::Number ? ">" : ":";
}

void offerFields(Completer& completer) {
    for (const auto& info : queryFields())
        if (info.field != QueryField::Any)
            completer.offer(std::string(info.name) + std::string(signOf(info)), info.name, info.help);
}

void offerValues(Completer& completer, const QueryFieldInfo& info, const std::string& before,
                 const QueryVocabulary& vocabulary) {
    switch (info.field) {
    case QueryField::Operator:
        return completer.offerAll(vocabulary.operators, before);
    case QueryField::Domain:
        return completer.offerAll(vocabulary.domains, before);
    case QueryField::Attribute:
        return completer.offerAll(vocabulary.attributes, before);
    case QueryField::DataType:
    case QueryField::Precision:
        return completer.offerAll(vocabulary.types, before);
    case QueryField::Name:
    case QueryField::Upstream:
    case QueryField::Downstream:
    case QueryField::Between:
        return completer.offerAll(vocabulary.names, before);
    case QueryField::Category:
        for (int i = 0; i <= int(OperatorCategory::Other); ++i)
            completer.offer(before + std::string(categoryName(OperatorCategory(i))), categoryName(OperatorCategory(i)),
                            {});
        return;
    case QueryField::Has:
    case QueryField::Is:
        for (const auto& choice : info.field == QueryField::Has ? queryHasChoices() : queryIsChoices())
            completer.offer(before + std::string(choice.name), choice.name, choice.help);
        return;
    default:
        return;
    }
}

} // namespace

QueryVocabulary queryVocabulary(const Graph& graph, const ShapeTable& shapes) {
    std::set<std::string, std::less<>> operators, domains, attributes, types, names;
    const auto add = [](auto& words, std::string_view word) {
        if (words.find(word) == words.end())
            words.emplace(word);
    };
    std::set<DataType> seen;
    for (const auto& node : graph.nodes()) {
        add(operators, node->opType);
        add(domains, node->isOnnx() ? std::string_view("ai.onnx") : std::string_view(node->domain));
        for (const auto& attribute : node->attributes)
            add(attributes, attribute.name);
        names.insert(displayName(*node));
    }
    for (const auto id : graph.valueIds())
        if (const auto type = shapes.type(id); type != DataType::Undefined && seen.insert(type).second)
            types.insert(dataTypeName(type));
    return {sorted(operators), sorted(domains), sorted(attributes), sorted(types), sorted(names)};
}

QueryCompletions completeQuery(std::string_view text, std::size_t cursor, const QueryVocabulary& vocabulary,
                               std::size_t limit) {
    cursor = std::min(cursor, text.size());
    QueryCompletions out;
    const auto before = text.substr(0, cursor);
    if (std::count(before.begin(), before.end(), '"') % 2 == 1)
        return out;
    std::size_t begin = cursor;
    while (begin > 0 && isPlainQueryCharacter(text[begin - 1]))
        --begin;
    while (begin < cursor && text[begin] == '-')
        ++begin;
    const auto word = text.substr(begin, cursor - begin);
    out.begin = begin;
    out.end = cursor;
    while (out.end < text.size() && isPlainQueryCharacter(text[out.end]))
        ++out.end;
    if (word.empty())
        return out;
    const auto sign = word.find_first_of(":=<>!");
    if (sign == std::string_view::npos) {
        Completer completer(word, limit);
        offerFields(completer);
        for (const auto& name : vocabulary.operators)
            completer.offer("op:" + written(name), name, {});
        out.list = completer.take();
        return out;
    }
    const auto* info = findQueryField(word.substr(0, sign));
    auto value = word.find_first_not_of(":=<>!", sign);
    value = std::min(value, word.size());
    if (!info)
        return out;
    if (const auto dots = word.rfind(".."); info->field == QueryField::Between && dots != std::string_view::npos)
        value = dots + 2;
    Completer completer(word.substr(value), limit);
    offerValues(completer, *info, std::string(word.substr(0, value)), vocabulary);
    out.list = completer.take();
    // What is there in full already needs no completion.
    std::erase_if(out.list, [&](const QueryCompletion& one) { return one.text == word; });
    return out;
}

} // namespace lapidary
