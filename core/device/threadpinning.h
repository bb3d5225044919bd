// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <memory>
#include <vector>

namespace lapidary {

/// Keeps the calling thread on cores.front() while it lives; does nothing for an empty list. Threads made meanwhile
/// inherit the pinning unless they pin themselves.
class ThreadPinning {
public:
    explicit ThreadPinning(const std::vector<int>& cores);
    ~ThreadPinning();
    ThreadPinning(const ThreadPinning&) = delete;
    ThreadPinning& operator=(const ThreadPinning&) = delete;

private:
    struct Saved;
    std::unique_ptr<Saved> m_saved;
};

/// Fails with "device.cores" when a core is not one that this process may use.
Status checkCores(const std::vector<int>& cores);
/// ONNX Runtime's affinity of the `threads` - 1 threads of its pool: core i + 1 for thread i, from the start again
/// where there are more threads than cores; empty if nothing is pinned. Processors count from 1 there.
std::string poolAffinities(const std::vector<int>& cores, int threads);

} // namespace lapidary
