// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace lapidary {

/// Facts about this computer that belong to every measurement: cpu, cores, memory, governor, frequency, kernel, flags that
/// matter for low precision (avx2, avx512, vnni, …).
std::map<std::string, std::string> hostEnvironment();
int hostCores();
/// High-water mark of this process's resident memory since resetPeakMemory(), in bytes; 0 if unknown.
std::uint64_t peakMemoryBytes();
/// Starts a new high-water mark (Linux: /proc/self/clear_refs). False if the system does not allow it.
bool resetPeakMemory();
std::uint64_t residentBytes();

} // namespace lapidary
