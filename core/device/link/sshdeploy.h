// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/address.h"
#include "device/link/agentlink.h"

#include <filesystem>

namespace lapidary {

/// The files that make an agent on a device: the program and ONNX Runtime's library.
struct AgentFiles {
    std::filesystem::path program, runtime;
};
/// Finds them for an architecture as `uname -m` says it ("aarch64"). Fails with "deploy.files" and how to make them.
using AgentFilesFinder = std::function<Result<AgentFiles>(const std::string& architecture)>;

struct DeployStep {
    std::string name;   ///< "Copy the agent"
    std::string detail; ///< what was found or done: "lapidary-agent, 4.1 MiB", "already there"
};

/// Puts the agent on a host that ssh reaches, and starts it: asks for the architecture, makes the folder, copies what
/// is not there yet (compared by SHA-256), greets the agent. Nothing is replaced before the new file is whole. `step`
/// is called when a step begins to be done, with its detail empty, and again when it is done. Fails with "deploy.*" or
/// "link.*", the step in the message, and a hint.
Result<AgentInfo> deployAgent(const AgentAddress& address, const AgentFilesFinder& files,
                              const std::function<void(const DeployStep&)>& step, const Work& work);

} // namespace lapidary
