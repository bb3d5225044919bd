// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace lapidary {

/// The most bytes that BlobStore::get() puts together, of all stores of this process; more fail with "blob.large". Half
/// of this computer's memory at first: a list of a few kilobytes can name one chunk a million times. Any thread.
std::uint64_t largestBlob();
/// 0: half of the memory again.
void setLargestBlob(std::uint64_t bytes);

} // namespace lapidary
