// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/hostsensors.h"

#include "device/timingstatistics.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>

namespace lapidary {

namespace {

namespace fs = std::filesystem;

constexpr double toleratedClockChange = 0.05;

std::int64_t numberIn(const fs::path& path, std::int64_t fallback = -1) {
    std::ifstream file(path);
    std::int64_t number = 0;
    return file >> number ? number : fallback;
}

/// Folders and files below `folder` whose name starts with `prefix` and ends with `suffix`, sorted.
std::vector<fs::path> entries(const fs::path& folder, const std::string& prefix, const std::string& suffix = {}) {
    std::vector<fs::path> found;
    std::error_code problem;
    for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
        const auto name = it->path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(suffix))
            found.push_back(it->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

void keepReadable(std::vector<fs::path>& list, const fs::path& path) {
    if (numberIn(path) >= 0)
        list.push_back(path);
}

/// Mean of "cpu MHz" over the cores; -1 where the kernel does not tell (arm64).
double cpuinfoMhz(const fs::path& root) {
    std::ifstream file(root / "proc/cpuinfo");
    double sum = 0;
    int cores = 0;
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("cpu MHz"))
            if (const auto colon = line.find(':'); colon != std::string::npos) {
                sum += std::strtod(line.c_str() + colon + 1, nullptr);
                ++cores;
            }
    return cores > 0 ? sum / cores : -1;
}

} // namespace

HostSensors::HostSensors(fs::path root) : m_root(std::move(root)) {
    for (const auto& cpu : entries(m_root / "sys/devices/system/cpu", "cpu")) {
        keepReadable(m_clocks, cpu / "cpufreq/scaling_cur_freq");
        keepReadable(m_throttles, cpu / "thermal_throttle/core_throttle_count");
        keepReadable(m_throttles, cpu / "thermal_throttle/package_throttle_count");
    }
    for (const auto& zone : entries(m_root / "sys/class/thermal", "thermal_zone"))
        keepReadable(m_temperatures, zone / "temp");
    for (const auto& package : entries(m_root / "sys/class/powercap", "intel-rapl:")) {
        const auto name = package.filename().string();
        if (std::count(name.begin(), name.end(), ':') != 1) // parts of a package are in the package's counter
            continue;
        keepReadable(m_energies, package / "energy_uj");
        m_ranges[(package / "energy_uj").string()] = numberIn(package / "max_energy_range_uj", 0);
    }
    for (const auto& chip : entries(m_root / "sys/class/hwmon", "hwmon")) {
        for (const auto& counter : entries(chip, "energy", "_input"))
            keepReadable(m_energies, counter);
        for (const auto& power : entries(chip, "power", "_input"))
            keepReadable(m_powers, power);
    }
}

SensorSample HostSensors::sample() const {
    SensorSample sample;
    sample.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    double kilohertz = 0;
    for (const auto& clock : m_clocks)
        kilohertz += double(std::max<std::int64_t>(0, numberIn(clock)));
    sample.clockMhz = m_clocks.empty() ? cpuinfoMhz(m_root) : kilohertz / 1000 / double(m_clocks.size());
    for (const auto& zone : m_temperatures)
        sample.celsius = std::max(sample.celsius, double(numberIn(zone)) / 1000);
    if (!m_throttles.empty()) {
        sample.throttles = 0;
        for (const auto& counter : m_throttles)
            sample.throttles += std::max<std::int64_t>(0, numberIn(counter));
    }
    if (!m_powers.empty()) {
        sample.watts = 0;
        for (const auto& power : m_powers)
            sample.watts += double(std::max<std::int64_t>(0, numberIn(power))) / 1e6;
    }
    for (const auto& counter : m_energies)
        if (const auto value = numberIn(counter); value >= 0)
            sample.microjoules[counter.string()] = value;
    return sample;
}

double HostSensors::millijoules(const SensorSample& from, const SensorSample& to,
                                const std::vector<SensorSample>& all) const {
    double sum = 0;
    bool counted = false;
    for (const auto& [counter, end] : to.microjoules) {
        const auto begin = from.microjoules.find(counter);
        if (begin == from.microjoules.end())
            continue;
        const auto range = m_ranges.find(counter);
        const std::int64_t wrap = end < begin->second && range != m_ranges.end() ? range->second : 0;
        sum += double(end - begin->second + wrap) / 1000;
        counted = true;
    }
    if (counted)
        return sum;
    double watts = 0;
    std::size_t readings = 0;
    for (const auto& sample : all)
        if (sample.watts >= 0 && sample.seconds >= from.seconds && sample.seconds <= to.seconds) {
            watts += sample.watts;
            ++readings;
        }
    return readings > 0 ? watts / double(readings) * (to.seconds - from.seconds) * 1000 : -1;
}

ClockVerdict judgeClock(const std::vector<SensorSample>& samples) {
    ClockVerdict verdict;
    std::vector<double> clocks;
    std::int64_t first = -1, last = -1;
    for (const auto& sample : samples) {
        if (sample.clockMhz > 0)
            clocks.push_back(sample.clockMhz);
        verdict.hottest = std::max(verdict.hottest, sample.celsius);
        if (sample.throttles >= 0) {
            first = first < 0 ? sample.throttles : first;
            last = sample.throttles;
        }
    }
    verdict.throttles = last - first;
    if (!clocks.empty()) {
        const auto [low, high] = std::minmax_element(clocks.begin(), clocks.end());
        verdict.lowestMhz = *low;
        verdict.highestMhz = *high;
        const auto half = std::ptrdiff_t(clocks.size() / 2);
        const double before = half > 0 ? medianOf({clocks.begin(), clocks.begin() + half}) : clocks.front();
        const double after = medianOf({clocks.begin() + half, clocks.end()});
        verdict.change = (after - before) / before;
    }
    if (verdict.throttles > 0) {
        verdict.cause = "throttling";
        verdict.sentence = "the processor slowed down for heat " + std::to_string(verdict.throttles) + " times";
    } else if (clocks.size() >= 4 && std::abs(verdict.change) > toleratedClockChange) {
        verdict.cause = "clock";
        verdict.sentence =
            "the clock went from " +
            std::to_string(std::lround(verdict.change < 0 ? verdict.highestMhz : verdict.lowestMhz)) + " to " +
            std::to_string(std::lround(verdict.change < 0 ? verdict.lowestMhz : verdict.highestMhz)) + " MHz";
    }
    return verdict;
}

} // namespace lapidary
