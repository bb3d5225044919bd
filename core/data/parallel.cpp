// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace lapidary {

void parallelFor(std::size_t count, int threads, const std::function<void(std::size_t)>& body) {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < count; i = next++)
            body(i);
    };
    const std::size_t extra = count == 0 ? 0 : std::min<std::size_t>(std::max(threads, 1), count) - 1;
    std::vector<std::jthread> helpers;
    helpers.reserve(extra);
    try {
        for (std::size_t i = 0; i < extra; ++i)
            helpers.emplace_back(work);
    } catch (const std::system_error&) {
        // No more threads to be had: the ones there are do the work.
    }
    work();
}

} // namespace lapidary
