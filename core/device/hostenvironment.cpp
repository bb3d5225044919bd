// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/hostenvironment.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <sys/utsname.h>
#include <thread>
#include <vector>

namespace lapidary {

namespace {

std::string firstLine(const char* path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// Value after the colon of the first line that starts with `key`.
std::string field(const char* path, const std::string& key) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
        if (line.compare(0, key.size(), key) == 0) {
            const auto colon = line.find(':');
            const auto begin = line.find_first_not_of(" \t", colon + 1);
            return colon == std::string::npos || begin == std::string::npos ? std::string() : line.substr(begin);
        }
    return {};
}

std::uint64_t statusBytes(const char* key) {
    std::istringstream text(field("/proc/self/status", key));
    std::uint64_t kib = 0;
    text >> kib;
    return kib * 1024;
}

std::string usefulFlags(const std::string& flags) {
    std::string found;
    for (const char* wanted : {"avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "f16c", "asimddp", "i8mm", "fphp"}) {
        if ((" " + flags + " ").find(" " + std::string(wanted) + " ") != std::string::npos)
            found += (found.empty() ? "" : " ") + std::string(wanted);
    }
    return found;
}

} // namespace

int hostCores() { return std::max(1, int(std::thread::hardware_concurrency())); }

std::map<std::string, std::string> hostEnvironment() {
    std::map<std::string, std::string> facts;
    facts["cpu"] = field("/proc/cpuinfo", "model name");
    facts["cores"] = std::to_string(hostCores());
    auto flags = field("/proc/cpuinfo", "flags");
    if (flags.empty())
        flags = field("/proc/cpuinfo", "Features");
    facts["cpu_features"] = usefulFlags(flags);
    facts["memory"] = field("/proc/meminfo", "MemTotal");
    const auto governor = firstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    facts["governor"] = governor.empty() ? "unknown" : governor;
    const auto mhz = field("/proc/cpuinfo", "cpu MHz");
    if (!mhz.empty())
        facts["cpu_mhz"] = mhz;
    utsname names{};
    if (::uname(&names) == 0) {
        facts["os"] = std::string(names.sysname) + " " + names.release;
        facts["architecture"] = names.machine;
    }
    return facts;
}

std::uint64_t peakMemoryBytes() { return statusBytes("VmHWM"); }

std::uint64_t residentBytes() { return statusBytes("VmRSS"); }

bool resetPeakMemory() {
    std::ofstream file("/proc/self/clear_refs");
    file << "5";
    file.flush();
    return bool(file);
}

} // namespace lapidary
