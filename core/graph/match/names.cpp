// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/match/names.h"

#include "graph/match/fingerprint.h"
#include "graph/match/pairing.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace lapidary::match {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return out;
}

std::vector<std::string> parts(std::string_view name) {
    std::vector<std::string> out(1);
    for (const char c : name)
        if (c == '/' || c == '.' || c == ':')
            out.emplace_back();
        else
            out.back() += c;
    std::erase(out, std::string());
    return out;
}

void cutTrailingNumber(std::string& text) {
    auto end = text.size();
    while (end > 0 && isDigit(text[end - 1]))
        --end;
    if (end < text.size() && end > 0 && text[end - 1] == '_') {
        while (end > 0 && text[end - 1] == '_')
            --end;
        text.resize(end);
    }
}

/// Words that exporters, quantizers and folders put around a name.
bool cutSuffix(std::string& text) {
    static constexpr std::array<std::string_view, 14> suffixes{
        "_quantized", "_quant",  "_fused_bn", "_bn_fused", "_folded", "_fused", "_token",
        "_fwd",       "_kernel", "_fp16",     "_int8",     "_qdq",    "_nchw",  "_nhwc"};
    for (const auto suffix : suffixes)
        if (text.size() > suffix.size() && text.ends_with(suffix)) {
            text.resize(text.size() - suffix.size());
            return true;
        }
    return false;
}

bool isWrapper(const std::string& part) {
    static constexpr std::array<std::string_view, 8> wrappers{
        "model", "module", "_orig_mod", "graph", "net", "network", "statefulpartitionedcall", "main_graph"};
    return std::find(wrappers.begin(), wrappers.end(), part) != wrappers.end();
}

using Key = std::uint64_t;

/// Pairs the plain nodes whose key is there once on both sides. Zero keys are left alone.
template <typename KeyOf>
void pairUnique(Pairing& pairs, KeyOf keyOf, MatchReason reason, double confidence, bool anyOperator = false) {
    std::unordered_map<Key, std::pair<std::uint32_t, std::uint32_t>> once; // position in A, times
    for (std::uint32_t x = 0; x < pairs.a.size(); ++x)
        if (const Key key = keyOf(pairs.a, x); key != 0 && pairs.ofA(x) == nowhere) {
            auto& entry = once[key];
            entry.first = x;
            ++entry.second;
        }
    std::unordered_map<Key, int> times;
    for (std::uint32_t y = 0; y < pairs.b.size(); ++y)
        if (const Key key = keyOf(pairs.b, y); key != 0 && pairs.ofB(y) == nowhere)
            ++times[key];
    for (std::uint32_t y = 0; y < pairs.b.size(); ++y) {
        const Key key = keyOf(pairs.b, y);
        const auto it = key != 0 ? once.find(key) : once.end();
        if (it == once.end() || it->second.second != 1 || pairs.ofB(y) != nowhere || times[key] != 1)
            continue;
        if (anyOperator || compatible(pairs.a[it->second.first], pairs.b[y]))
            pairs.take(it->second.first, y, reason, confidence);
    }
}

/// Pairs nodes with equal keys in order, for names that several nodes bear.
template <typename KeyOf>
void pairInOrder(Pairing& pairs, KeyOf keyOf, MatchReason reason, double confidence) {
    std::unordered_map<Key, std::vector<std::uint32_t>> named;
    for (std::uint32_t x = pairs.a.size(); x-- > 0;)
        if (const Key key = keyOf(pairs.a, x); key != 0 && pairs.ofA(x) == nowhere)
            named[key].push_back(x);
    for (std::uint32_t y = 0; y < pairs.b.size(); ++y) {
        const auto it = pairs.ofB(y) == nowhere ? named.find(keyOf(pairs.b, y)) : named.end();
        if (it == named.end() || it->second.empty())
            continue;
        pairs.take(it->second.back(), y, reason, confidence);
        it->second.pop_back();
    }
}

Key nameKey(const FlatGraph& graph, std::uint32_t i) {
    const auto& name = graph[i].node->name;
    return name.empty() ? 0 : mixed(graph[i].op, hashOf(name));
}

/// Numbered names ("Conv_12") move on by one when a layer comes in before. They count only if layers with the same
/// weights bear the same numbers.
bool numbersAgree(const Pairing& pairs) {
    std::unordered_map<Key, std::vector<std::uint32_t>> named;
    std::unordered_map<std::uint64_t, std::uint32_t> weighted, often;
    for (std::uint32_t x = 0; x < pairs.a.size(); ++x) {
        named[nameKey(pairs.a, x)].push_back(x);
        if (pairs.a[x].weights != 0) {
            weighted[pairs.a[x].weights] = x;
            ++often[pairs.a[x].weights];
        }
    }
    std::size_t good = 0, bad = 0, found = 0, wired = 0, links = 0;
    for (std::uint32_t y = 0; y < pairs.b.size(); ++y) {
        const auto& flat = pairs.b[y];
        const auto it = named.find(nameKey(pairs.b, y));
        const auto* same = it != named.end() && it->second.size() == 1 ? &pairs.a[it->second.front()] : nullptr;
        if (flat.weights != 0)
            if (const auto w = weighted.find(flat.weights); w != weighted.end() && often[flat.weights] == 1)
                ++(same && same->weights == flat.weights ? good : bad);
        if (!same)
            continue;
        ++found;
        for (std::size_t i = 0; i < std::min(flat.plainInputs.size(), same->plainInputs.size()); ++i) {
            const auto p = same->plainInputs[i].node, q = flat.plainInputs[i].node;
            ++links;
            wired += p == nowhere || q == nowhere ? p == q : nameKey(pairs.a, p) == nameKey(pairs.b, q);
        }
    }
    return found > 0 && bad * 20 <= good + bad && wired * 10 >= links * 6;
}

Key weightNameKey(const FlatGraph& graph, std::uint32_t i) {
    const auto& flat = graph[i];
    if (!flat.traits || flat.traits->weightInput < 0)
        return 0;
    auto value = flat.node->input(std::size_t(flat.traits->weightInput));
    for (int step = 0; step < 4; ++step) {
        const auto* maker = value.valid() ? graph.graph().producer(value) : nullptr;
        if (!maker || graph[std::uint32_t(graph.graph().position(maker->id))].kind != NodeKind::Constant ||
            maker->inputs.empty())
            break;
        value = maker->input(0); // a dequantizer: the stored tensor has the name
    }
    const auto* stored = graph.graph().value(value);
    if (!stored || !stored->initializer || !saysMuch(stored->name, flat.node->opType))
        return 0;
    return mixed(11, hashOf(normalizedName(stored->name, {})));
}

Key outputNameKey(const FlatGraph& graph, std::uint32_t i) {
    const auto id = graph[i].node->output();
    const auto* value = graph.graph().value(id);
    if (!value || !saysMuch(value->name, graph[i].node->opType))
        return 0;
    return mixed(12, hashOf(value->name));
}

} // namespace

bool saysMuch(std::string_view name, std::string_view opType) {
    static constexpr std::array<std::string_view, 5> counters{"node", "tensor", "op", "value", "output"};
    const auto text = lower(name);
    auto rest = text;
    cutTrailingNumber(rest);
    if (rest == lower(opType))
        return false;
    while (!rest.empty() && isDigit(rest.back()))
        rest.pop_back();
    if (rest == text)
        return !text.empty();
    return rest.size() > 1 && std::find(counters.begin(), counters.end(), rest) == counters.end();
}

std::string normalizedName(std::string_view name, std::string_view opType) {
    auto words = parts(lower(name));
    while (words.size() > 1 && isWrapper(words.front()))
        words.erase(words.begin());
    if (words.size() > 1 && words.back() == "0")
        words.pop_back();
    for (auto& word : words)
        while (cutSuffix(word)) {
        }
    if (words.size() > 1 && !opType.empty()) {
        auto last = words.back();
        cutTrailingNumber(last);
        if (last == lower(opType) || last == lower(opType) + "2d" || last == "biasadd")
            words.pop_back();
    }
    if (words.size() > 1 && (words.back() == "weight" || words.back() == "kernel" || words.back() == "w"))
        words.pop_back();
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : "/") + word;
    return out;
}

void pairByNames(Pairing& pairs) {
    const auto telling = [](const FlatGraph& graph, std::uint32_t i) -> Key {
        return saysMuch(graph[i].node->name, graph[i].node->opType) ? nameKey(graph, i) : 0;
    };
    pairUnique(pairs, telling, MatchReason::Name, 0.98);
    pairInOrder(pairs, telling, MatchReason::Name, 0.9);
    if (numbersAgree(pairs))
        pairUnique(pairs, nameKey, MatchReason::Name, 0.95);
    pairUnique(pairs, weightNameKey, MatchReason::TensorName, 0.95);
    pairUnique(
        pairs,
        [](const FlatGraph& graph, std::uint32_t i) -> Key {
            const auto& node = *graph[i].node;
            return saysMuch(node.name, node.opType) ? mixed(graph[i].op, hashOf(normalizedName(node.name, node.opType)))
                                                    : 0;
        },
        MatchReason::NormalizedName, 0.9);
    pairUnique(pairs, outputNameKey, MatchReason::TensorName, 0.9);
}

void pairBySameNamesOfAnyOperator(Pairing& pairs) {
    pairUnique(
        pairs,
        [](const FlatGraph& graph, std::uint32_t i) -> Key {
            const auto& node = *graph[i].node;
            return saysMuch(node.name, node.opType) ? hashOf(node.name) : 0;
        },
        MatchReason::Name, 0.6, true);
    pairUnique(pairs, outputNameKey, MatchReason::TensorName, 0.5, true);
}

} // namespace lapidary::match
