// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/sshdeploy.h"

namespace lapidary {

/// Where the agent's files for an architecture ("aarch64") are: LAPIDARY_AGENTS/ARCH, beside the installed programs, or
/// in the build; for this computer's own architecture also the agent beside this program. Fails with "deploy.files".
Result<AgentFiles> findAgentFiles(const std::string& architecture);

/// Deploys the agent to an ssh address and remembers the device (saveDevice). Blocks; run it in a job.
Result<AgentInfo> addDeviceOverSsh(const std::string& address, const std::function<void(const DeployStep&)>& step,
                                   const Work& work);

} // namespace lapidary
