// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lapidary {

inline constexpr std::uint32_t linkProtocol = 1; ///< the newest this code speaks
inline constexpr std::uint32_t oldestLinkProtocol = 1;

/// A precision an agent can compute in.
struct AgentPrecision {
    std::string name;    ///< "int8"
    bool native = false; ///< the processor has instructions for it
    std::string how;     ///< "AVX-512 VNNI"
};

/// What an agent says about itself in the handshake.
struct AgentInfo {
    std::uint32_t protocol = 0;
    std::string software; ///< "lapidary-agent 0.1.0"
    std::string architecture, cpu;
    std::vector<std::string> cpuFeatures, providers, sensors;
    int cores = 0;
    std::uint64_t memoryBytes = 0;
    std::vector<AgentPrecision> precisions;
    std::string runtime; ///< "onnxruntime 1.30.0"
    std::map<std::string, std::string> facts;
    std::size_t window = 1;
    std::uint64_t maxObjectBytes = 0;

    /// The same as DeviceInfo keeps it: "architecture", "cpu", "cpu_features", "cores", "memory", "precisions", …
    std::map<std::string, std::string> capabilities() const;
};

/// Of this computer, with its ONNX Runtime.
AgentInfo ownAgentInfo();

} // namespace lapidary
