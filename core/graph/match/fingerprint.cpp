// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/match/fingerprint.h"

#include "graph/graph.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace lapidary::match {

namespace {

constexpr std::size_t wholeBytes = 4096;
constexpr std::size_t samples = 16;
constexpr std::size_t sampleBytes = 128;

std::uint64_t hashBytes(std::uint64_t hash, std::span<const std::byte> bytes) {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        hash = mixed(hash, word);
    }
    std::uint64_t rest = 0;
    if (at < bytes.size())
        std::memcpy(&rest, bytes.data() + at, bytes.size() - at);
    return mixed(hash, rest ^ (std::uint64_t(bytes.size()) << 56));
}

std::uint64_t hashShape(std::uint64_t hash, const Shape& shape) {
    for (const auto extent : shape)
        hash = mixed(hash, std::uint64_t(extent));
    return mixed(hash, shape.size());
}

/// Zero: says nothing.
std::uint64_t valueHash(const AttributeValue& value) {
    const auto plain = [](const auto& list) {
        return std::all_of(list.begin(), list.end(), [](auto v) { return v == 0; }) ||
               std::all_of(list.begin(), list.end(), [](auto v) { return v == 1; });
    };
    if (const auto* number = std::get_if<float>(&value))
        return *number == 0 || *number == 1 ? 0 : mixed(1, std::bit_cast<std::uint32_t>(*number));
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return *integer == 0 || *integer == 1 ? 0 : mixed(2, std::uint64_t(*integer));
    if (const auto* text = std::get_if<std::string>(&value))
        return text->empty() ? 0 : mixed(3, hashOf(*text));
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value))
        return plain(*integers) ? 0 : hashShape(4, *integers);
    if (const auto* floats = std::get_if<std::vector<float>>(&value))
        return plain(*floats) ? 0 : hashBytes(5, std::as_bytes(std::span(*floats)));
    if (const auto* tensor = std::get_if<TensorPtr>(&value))
        return *tensor ? mixed(6, fingerprint(**tensor)) : 0;
    if (const auto* graph = std::get_if<GraphPtr>(&value))
        return *graph ? mixed(7, (*graph)->nodeCount()) : 0;
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
        std::uint64_t hash = 8;
        for (const auto& text : *texts)
            hash = mixed(hash, hashOf(text));
        return texts->empty() ? 0 : hash;
    }
    return mixed(9, value.index());
}

} // namespace

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
    std::uint64_t z = hash * 0x9e3779b97f4a7c15u + value + 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

std::uint64_t hashOf(std::string_view text) {
    return hashBytes(text.size(), std::as_bytes(std::span(text.data(), text.size())));
}

std::uint64_t fingerprint(const Tensor& tensor) {
    std::uint64_t hash = hashShape(std::uint64_t(tensor.type), tensor.shape);
    for (const auto& text : tensor.strings)
        hash = mixed(hash, hashOf(text));
    if (tensor.missing())
        return mixed(hash, hashOf(tensor.missingReason));
    const auto bytes = tensor.data.bytes();
    if (bytes.size() <= wholeBytes)
        return hashBytes(hash, bytes);
    for (std::size_t i = 0; i < samples; ++i)
        hash = hashBytes(hash, bytes.subspan((bytes.size() - sampleBytes) * i / (samples - 1), sampleBytes));
    return hash;
}

std::uint64_t fingerprint(const std::vector<Attribute>& attributes) {
    std::uint64_t sum = 0; // a sum, since the order of attributes says nothing
    for (const auto& attribute : attributes)
        if (const auto hash = valueHash(attribute.value))
            sum += mixed(hashOf(attribute.name), hash);
    return sum;
}

} // namespace lapidary::match
