// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "tensor/blob.h"

namespace lapidary {

bool isGzip(const Blob& bytes);
/// The first `count` bytes of the unpacked data; fewer if there are not so many.
Result<std::vector<std::byte>> gunzipStart(const Blob& packed, std::size_t count);
/// Unpacks data that must be exactly `size` bytes long (a size the packed data could not reach is refused before
/// anything is allocated). Fails with "dataset.gzip" (corrupt, truncated) or "dataset.size".
Result<Blob> gunzip(const Blob& packed, std::uint64_t size);

} // namespace lapidary
