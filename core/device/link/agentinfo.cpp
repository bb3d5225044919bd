// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/agentinfo.h"

#include "device/hostenvironment.h"
#include "device/hostsensors.h"
#include "runtime/session.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lapidary {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> found;
    for (std::string word; stream >> word;)
        found.push_back(word);
    return found;
}

std::string firstLine(const fs::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line, '\0');
    return line.substr(0, line.find('\n'));
}

struct Instructions {
    const char* feature;
    const char* precision;
    const char* how;
};
/// Which of a processor's features make a precision native. The better ones first.
constexpr std::array instructions = {
    Instructions{"amx_int8", "int8", "AMX tiles"},
    Instructions{"avx512_vnni", "int8", "AVX-512 VNNI dot product"},
    Instructions{"avx_vnni", "int8", "AVX VNNI dot product"},
    Instructions{"i8mm", "int8", "matrix multiplication instructions"},
    Instructions{"asimddp", "int8", "dot product instructions"},
    Instructions{"fphp", "float16", "half precision arithmetic"},
};

std::vector<AgentPrecision> precisionsOf(const std::vector<std::string>& features) {
    std::vector<AgentPrecision> found = {{"float32", true, {}},
                                         {"int8", false, "without dot product instructions"},
                                         {"float16", false, "converted to float32"}};
    for (auto& precision : found)
        for (const auto& entry : instructions)
            if (!precision.native && precision.name == entry.precision &&
                std::find(features.begin(), features.end(), entry.feature) != features.end())
                precision = {entry.precision, true, entry.how};
    return found;
}

std::vector<std::string> sensors() {
    std::vector<std::string> found;
    if (!HostSensors().sample().microjoules.empty())
        found.emplace_back("energy:rapl");
    std::error_code error;
    for (const auto& zone : fs::directory_iterator("/sys/class/thermal", error))
        if (const auto type = firstLine(zone.path() / "type");
            zone.path().filename().string().starts_with("thermal_zone") && !type.empty())
            found.push_back("temperature:" + type);
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

AgentInfo ownAgentInfo() {
    auto facts = hostEnvironment();
    AgentInfo info;
    info.architecture = facts["architecture"];
    info.cpu = facts["cpu"];
    if (info.cpu.empty())
        info.cpu = firstLine("/proc/device-tree/model");
    info.cpuFeatures = words(facts["cpu_features"]);
    info.cores = hostCores();
    info.memoryBytes = std::strtoull(facts["memory"].c_str(), nullptr, 10) * 1024;
    info.providers = availableProviders();
    info.precisions = precisionsOf(info.cpuFeatures);
    info.sensors = sensors();
    info.runtime = "onnxruntime " + runtimeVersion();
    for (const char* key : {"governor", "cpu_mhz", "os"})
        if (!facts[key].empty())
            info.facts[key] = facts[key];
    return info;
}

} // namespace lapidary
