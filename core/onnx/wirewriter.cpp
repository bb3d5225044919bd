// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/wirewriter.h"

#include <algorithm>
#include <bit>

namespace lapidary::wire {

namespace {

constexpr std::size_t copyBelow = 4096;

} // namespace

void appendVarint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out += char(value | 0x80);
        value >>= 7;
    }
    out += char(value);
}

Writer::Writer(std::string_view unknown) {
    if (unknown.empty())
        return;
    Reader reader(std::as_bytes(std::span(unknown.data(), unknown.size())));
    for (Field field; reader.next(field);)
        m_kept.push_back({field.number(), field.rawText()});
    std::stable_sort(m_kept.begin(), m_kept.end(), [](const Kept& a, const Kept& b) { return a.number < b.number; });
}

void Writer::advance(std::uint32_t field) {
    while (m_nextKept < m_kept.size() && m_kept[m_nextKept].number <= field) {
        if (m_kept[m_nextKept].number < field)
            append(m_kept[m_nextKept].raw);
        ++m_nextKept;
    }
}

void Writer::finish() {
    advance(0xffffffffu);
}

void Writer::append(std::string_view bytes) {
    if (bytes.empty())
        return;
    if (m_pieces.empty() || m_pieces.back().text.empty())
        m_pieces.emplace_back();
    m_pieces.back().text += bytes;
    m_size += bytes.size();
}

void Writer::varint(std::uint64_t value) {
    char buffer[10];
    std::size_t length = 0;
    for (; value >= 0x80; value >>= 7)
        buffer[length++] = char(value | 0x80);
    buffer[length++] = char(value);
    append({buffer, length});
}

void Writer::integer(std::uint32_t field, std::uint64_t value) {
    advance(field);
    varint(varintTag(field));
    varint(value);
}

void Writer::number(std::uint32_t field, float value) {
    advance(field);
    varint(fixed32Tag(field));
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const char buffer[4] = {char(bits), char(bits >> 8), char(bits >> 16), char(bits >> 24)};
    append({buffer, 4});
}

void Writer::text(std::uint32_t field, std::string_view value) {
    advance(field);
    varint(bytesTag(field));
    varint(value.size());
    append(value);
}

void Writer::blob(std::uint32_t field, const Blob& value) {
    if (value.size() < copyBelow) {
        text(field, asText(value.bytes()));
        return;
    }
    advance(field);
    varint(bytesTag(field));
    varint(value.size());
    m_pieces.push_back({{}, value});
    m_size += value.size();
}

void Writer::message(std::uint32_t field, Writer&& child) {
    child.finish();
    advance(field);
    varint(bytesTag(field));
    varint(child.size());
    for (auto& piece : child.m_pieces) {
        if (!piece.text.empty() && piece.text.size() < copyBelow) {
            append(piece.text);
            continue;
        }
        m_size += piece.text.empty() ? piece.blob.size() : piece.text.size();
        m_pieces.push_back(std::move(piece));
    }
}

bool Writer::forEachPiece(const std::function<bool(Bytes)>& take) const {
    for (const auto& piece : m_pieces) {
        const auto bytes =
            piece.text.empty() ? piece.blob.bytes() : std::as_bytes(std::span(piece.text.data(), piece.text.size()));
        if (!take(bytes))
            return false;
    }
    return true;
}

std::string Writer::toString() const {
    std::string out;
    out.reserve(m_size);
    forEachPiece([&](Bytes bytes) {
        out += asText(bytes);
        return true;
    });
    return out;
}

} // namespace lapidary::wire
