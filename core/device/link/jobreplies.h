// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/modelrunner.h"
#include "device/link/sessionjobs.h"
#include "device/link/wiretypes.h"

#include <filesystem>

namespace lapidary {

/// What an agent sends at the end of a request, cut into messages that fit frames.
Replies profileReplies(std::uint64_t request, const AgentProfile& profile);
/// Fails with "agent.output" for outputs that have no bytes (strings, sequences).
Result<Replies> outputReplies(std::uint64_t request, const AgentOutputs& outputs);
/// The tensor whose bytes are in `file`, mapped. Fails with "link.protocol" if type, shape and size do not fit.
Result<TensorPtr> inputTensor(const wire::TensorRef& reference, const std::filesystem::path& file);

} // namespace lapidary
