// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "device/link/agentinfo.h"
#include "runtime/session.h"

namespace lapidary {

/// What an agent measured: the profile without nodes, and a typical run of each kernel, which the workbench maps to
/// nodes of the graph (the agent knows no graph).
struct AgentProfile {
    Profile profile;
    std::vector<KernelTime> kernels;
};

struct AgentOutputs {
    std::vector<TensorPtr> tensors;
    double milliseconds = 0;
};

/// Runs models for an agent. One call at a time. `model` is a file of the agent's own cache.
class ModelRunner {
public:
    virtual ~ModelRunner() = default;
    virtual AgentInfo info() = 0;
    virtual Result<AgentProfile> profile(const std::string& model, const ProfileOptions& options, const Work& work) = 0;
    virtual Result<AgentOutputs> run(const std::string& model, int threads, const std::vector<TensorPtr>& inputs,
                                     const Work& work) = 0;
};

/// With ONNX Runtime on this computer.
std::unique_ptr<ModelRunner> makeRuntimeRunner();

} // namespace lapidary
