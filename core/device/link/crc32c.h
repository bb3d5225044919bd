// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace lapidary {

/// CRC-32C (Castagnoli polynomial, reflected; RFC 3720 appendix B.4). `crc` continues an earlier sum.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

} // namespace lapidary
