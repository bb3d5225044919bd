// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/hexbytes.h"

namespace lapidary {

namespace {

constexpr std::string_view digitsOf = "0123456789abcdef";

} // namespace

std::string toHex(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        text += digitsOf[std::size_t(static_cast<unsigned char>(c) >> 4)];
        text += digitsOf[std::size_t(c & 15)];
    }
    return text;
}

std::string fromHex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes += char(digitsOf.find(digits[i]) << 4 | digitsOf.find(digits[i + 1]));
    return bytes;
}

bool isHexHash(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of(digitsOf) == std::string_view::npos;
}

} // namespace lapidary
