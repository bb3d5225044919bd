// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace lapidary {

/// Width and height that a JPEG, PNG, BMP or portable anymap says it has, without decoding it; nullopt for other
/// formats and damaged headers. Lets a hostile size be refused before a decoder allocates for it.
std::optional<std::pair<std::uint64_t, std::uint64_t>> imageExtent(std::span<const std::byte> bytes);

} // namespace lapidary
