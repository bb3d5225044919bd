// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/node.h"

namespace lapidary::match {

/// Mixes a number into a hash (the finalizer of D. Lea and G. Steele's SplitMix64).
std::uint64_t mixed(std::uint64_t hash, std::uint64_t value);
std::uint64_t hashOf(std::string_view text);

/// Of type, shape and content. Large tensors are sampled, which is enough to tell layers apart and touches little of a
/// mapped file; equal tensors have equal fingerprints.
std::uint64_t fingerprint(const Tensor& tensor);

/// Of the attributes that say something: what exporters write or leave out at will (0, 1, lists of only 0 or only 1)
/// does not count.
std::uint64_t fingerprint(const std::vector<Attribute>& attributes);

} // namespace lapidary::match
