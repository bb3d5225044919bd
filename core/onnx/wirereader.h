// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lapidary::wire {

using Bytes = std::span<const std::byte>;

inline std::string_view asText(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A field's tag on the wire: its number and how its payload is encoded. Two encodings of one field are two tags, so a
/// switch over tags sends a field of the wrong encoding to its default branch, as Protobuf's own parser does.
constexpr std::uint32_t varintTag(std::uint32_t field) {
    return field << 3;
}
constexpr std::uint32_t fixed64Tag(std::uint32_t field) {
    return field << 3 | 1;
}
constexpr std::uint32_t bytesTag(std::uint32_t field) {
    return field << 3 | 2;
}
constexpr std::uint32_t fixed32Tag(std::uint32_t field) {
    return field << 3 | 5;
}

/// One field of a message, pointing into the message's bytes.
struct Field {
    std::uint32_t tag = 0;
    std::uint64_t value = 0; ///< varint or fixed payload
    Bytes bytes;             ///< length-delimited payload
    Bytes raw;               ///< the whole field with its tag

    std::uint32_t number() const { return tag >> 3; }
    std::string_view text() const { return asText(bytes); }
    std::string_view rawText() const { return asText(raw); }
};

enum class State { Good, Truncated, Corrupt };

/// Walks over the fields of one Protobuf message without copying. Never reads outside the bytes it was given.
class Reader {
public:
    explicit Reader(Bytes message) : m_rest(message) {}

    /// False at the end or at damage; state() tells which.
    bool next(Field& field);
    State state() const { return m_state; }
    /// Bytes not read yet.
    Bytes rest() const { return m_rest; }

private:
    bool fail(State state) {
        m_state = state;
        return false;
    }

    Bytes m_rest;
    State m_state = State::Good;
};

/// Takes one varint from the front of `bytes`; false if it is cut off or longer than 64 bits.
bool takeVarint(Bytes& bytes, std::uint64_t& value);
/// Number of varints in a packed field; -1 if the last one is cut off or one is too long.
std::int64_t countVarints(Bytes bytes);
/// Sorts serialized fields by number, equal numbers in their order. Precondition: well formed.
void sortFields(std::string& fields);

} // namespace lapidary::wire
