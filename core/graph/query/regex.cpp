// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/regex.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::size_t cachedStates = 256;
constexpr std::int32_t unknown = -1;

} // namespace

/// Everything reachable without reading a byte; what is left waits for a byte, for the end, or is the match.
void Regex::close(std::vector<std::uint16_t>& places, bool atBegin, bool atEnd) const {
    std::vector<bool> seen(m_program->code.size(), false);
    std::vector<std::uint16_t> open = std::move(places);
    places.clear();
    while (!open.empty()) {
        const std::uint16_t at = open.back();
        open.pop_back();
        if (seen[at])
            continue;
        seen[at] = true;
        const Instruction& step = m_program->code[at];
        switch (step.kind) {
        case Instruction::Kind::Split:
            open.push_back(step.next);
            open.push_back(step.other);
            break;
        case Instruction::Kind::Begin:
            if (atBegin)
                open.push_back(step.next);
            break;
        case Instruction::Kind::End:
            if (atEnd)
                open.push_back(step.next);
            else
                places.push_back(at);
            break;
        case Instruction::Kind::Bytes:
        case Instruction::Kind::Match:
            places.push_back(at);
        }
    }
    std::sort(places.begin(), places.end());
}

std::int32_t Regex::stateOf(std::vector<std::uint16_t> seeds, bool atBegin) {
    const auto matches = [this](const std::vector<std::uint16_t>& places) {
        return std::any_of(places.begin(), places.end(),
                           [this](std::uint16_t at) { return m_program->code[at].kind == Instruction::Kind::Match; });
    };
    std::vector<std::uint16_t> ends = seeds;
    close(seeds, atBegin, false);
    // At the very begin '^' and '$' may both hold, so the begin has a state of its own, never shared.
    if (!atBegin)
        if (const auto it = m_known.find(seeds); it != m_known.end())
            return it->second;
    State state;
    state.matched = matches(seeds);
    close(ends, atBegin, true);
    state.matchesAtEnd = matches(ends);
    state.next.fill(unknown);
    state.places = std::move(seeds);
    const auto number = std::int32_t(m_states.size());
    if (!atBegin)
        m_known.emplace(state.places, number);
    m_states.push_back(std::move(state));
    return number;
}

std::int32_t Regex::follow(std::int32_t from, unsigned char byte) {
    std::vector<std::uint16_t> seeds{m_program->start}; // the match may begin here too
    for (const std::uint16_t at : m_states[std::size_t(from)].places) {
        const Instruction& step = m_program->code[at];
        if (step.kind == Instruction::Kind::Bytes && m_program->sets[step.other].test(byte))
            seeds.push_back(step.next);
    }
    if (m_states.size() >= cachedStates) {
        m_states.clear();
        m_known.clear();
        m_first = unknown;
        return stateOf(std::move(seeds), false);
    }
    const std::int32_t to = stateOf(std::move(seeds), false);
    m_states[std::size_t(from)].next[byte] = to;
    return to;
}

bool Regex::search(std::string_view text) {
    if (m_first == unknown)
        m_first = stateOf({m_program->start}, true);
    std::int32_t now = m_first;
    for (const char c : text) {
        const State& state = m_states[std::size_t(now)];
        if (state.matched)
            return true;
        const auto byte = static_cast<unsigned char>(c);
        now = state.next[byte] != unknown ? state.next[byte] : follow(now, byte);
    }
    return m_states[std::size_t(now)].matched || m_states[std::size_t(now)].matchesAtEnd;
}

} // namespace lapidary
