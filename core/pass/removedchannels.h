// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lapidary {

/// Which output channels a layer lost, as numbers of its report: "removed_bits_0" has channels 0 to 31 as the bits of a
/// whole number, "removed_bits_1" the next 32, and so on; words without a bit are left out.
void addRemovedChannels(const std::vector<std::uint32_t>& removed, std::map<std::string, double>& numbers);

/// Reads them back, sorted, from the "numbers" of a stored report. Nothing if the report does not say; numbers that
/// are no such words are passed over.
std::optional<std::vector<std::uint32_t>> removedChannels(const Json& numbers);

} // namespace lapidary
