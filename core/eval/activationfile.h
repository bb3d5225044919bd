// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/activationcache.h"

namespace lapidary {

/// Bytes of the values for a file of the cache, with a checksum in front.
std::vector<std::byte> packValues(const CachedValues& values);
/// Null if they are damaged or of another version.
CachedValuesPtr unpackValues(std::vector<std::byte> bytes);

} // namespace lapidary
