// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lapidary {

/// What this computer's sensors say at one moment. -1: not readable here.
struct SensorSample {
    double seconds = 0;                              ///< of a steady clock
    double clockMhz = -1;                            ///< mean over the cores that are online
    double celsius = -1;                             ///< hottest thermal zone
    std::int64_t throttles = -1;                     ///< times that cores or packages were slowed down for heat, so far
    double watts = -1;                               ///< sum of the power sensors that are no counters (hwmon)
    std::map<std::string, std::int64_t> microjoules; ///< energy counters by file (RAPL packages, hwmon)
};

/// Reads clocks, heat and energy from /proc and /sys. Reading takes well under a millisecond on small machines; it is
/// done between runs, never during one. Const members may be called from any thread. `root` stands for "/" in tests.
class HostSensors {
public:
    explicit HostSensors(std::filesystem::path root = "/");
    SensorSample sample() const;
    /// Millijoules used between two samples: counters first (wrapping), else the mean of the watts of `all` over the
    /// time between; -1 without a sensor.
    double millijoules(const SensorSample& from, const SensorSample& to, const std::vector<SensorSample>& all) const;

private:
    std::filesystem::path m_root;
    std::vector<std::filesystem::path> m_clocks, m_throttles, m_temperatures, m_powers, m_energies;
    std::map<std::string, std::int64_t> m_ranges; ///< at which a counter begins anew
};

/// What the samples of one measurement say about the computer while it was measured.
struct ClockVerdict {
    double lowestMhz = -1, highestMhz = -1;
    double change = 0;          ///< of the clock, second half against first, as a share
    std::int64_t throttles = 0; ///< during the measurement
    double hottest = -1;        ///< degrees Celsius
    std::string cause;          ///< "throttling", "clock", or "" if neither can have touched the times
    std::string sentence;       ///< for people
};
ClockVerdict judgeClock(const std::vector<SensorSample>& samples);

} // namespace lapidary
