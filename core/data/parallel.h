// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace lapidary {

/// Calls body(i) once for every i in [0, count), from up to `threads` threads of which the caller is one; returns when
/// all are done. Indices are handed out in rising order. `body` must not throw.
void parallelFor(std::size_t count, int threads, const std::function<void(std::size_t)>& body);

} // namespace lapidary
