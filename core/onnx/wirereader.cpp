// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/wirereader.h"

#include <algorithm>
#include <vector>

namespace lapidary::wire {

bool takeVarint(Bytes& bytes, std::uint64_t& value) {
    value = 0;
    const std::size_t limit = std::min<std::size_t>(bytes.size(), 10);
    for (std::size_t i = 0; i < limit; ++i) {
        const auto byte = std::uint64_t(bytes[i]);
        value |= (byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            bytes = bytes.subspan(i + 1);
            return true;
        }
    }
    return false;
}

std::int64_t countVarints(Bytes bytes) {
    std::int64_t count = 0;
    int length = 0;
    for (const auto byte : bytes) {
        if (++length > 10)
            return -1;
        if (std::uint8_t(byte) < 0x80) {
            ++count;
            length = 0;
        }
    }
    return length == 0 ? count : -1;
}

namespace {

std::uint64_t littleEndian(Bytes bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | std::uint64_t(bytes[i]);
    return value;
}

} // namespace

bool Reader::next(Field& field) {
    if (m_state != State::Good || m_rest.empty())
        return false;
    Bytes rest = m_rest;
    std::uint64_t tag = 0;
    if (!takeVarint(rest, tag))
        return fail(rest.size() < 10 ? State::Truncated : State::Corrupt);
    if (tag > 0xffffffffu || tag >> 3 == 0)
        return fail(State::Corrupt);
    field.tag = std::uint32_t(tag);
    field.value = 0;
    field.bytes = {};
    std::uint64_t length = 0;
    switch (tag & 7) {
    case 0:
        if (!takeVarint(rest, field.value))
            return fail(rest.size() < 10 ? State::Truncated : State::Corrupt);
        break;
    case 1:
    case 5:
        length = (tag & 7) == 1 ? 8 : 4;
        if (rest.size() < length)
            return fail(State::Truncated);
        field.value = littleEndian(rest.first(length));
        rest = rest.subspan(length);
        break;
    case 2:
        if (!takeVarint(rest, length))
            return fail(rest.size() < 10 ? State::Truncated : State::Corrupt);
        if (length > rest.size())
            return fail(State::Truncated);
        field.bytes = rest.first(length);
        rest = rest.subspan(length);
        break;
    default:
        return fail(State::Corrupt);
    }
    field.raw = m_rest.first(m_rest.size() - rest.size());
    m_rest = rest;
    return true;
}

void sortFields(std::string& fields) {
    std::vector<Field> list;
    Reader reader(std::as_bytes(std::span(fields.data(), fields.size())));
    for (Field field; reader.next(field);)
        list.push_back(field);
    const auto earlier = [](const Field& a, const Field& b) { return a.number() < b.number(); };
    if (std::is_sorted(list.begin(), list.end(), earlier))
        return;
    std::stable_sort(list.begin(), list.end(), earlier);
    std::string sorted;
    sorted.reserve(fields.size());
    for (const auto& field : list)
        sorted += field.rawText();
    fields = std::move(sorted);
}

} // namespace lapidary::wire
