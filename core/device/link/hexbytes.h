// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace lapidary {

std::string toHex(std::string_view bytes); ///< lower case
/// Precondition: an even number of hex digits.
std::string fromHex(std::string_view digits);
/// 64 lower-case hex digits, as sha256() gives them. Nothing else becomes the name of a file.
bool isHexHash(std::string_view text);

} // namespace lapidary
