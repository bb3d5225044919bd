// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "runtime/session.h"

#include <functional>

namespace lapidary {

/// Opens the model that is measured, in whatever way it is at hand.
using SessionOpener = std::function<Result<std::unique_ptr<InferenceSession>>(const SessionOptions&)>;

struct RuntimeProfile {
    Profile profile;                 ///< without device and nodes
    std::vector<KernelTime> kernels; ///< with options.perNode: every kernel call of a second, profiled session
};

/// What ONNX Runtime in this process needs for a model: load, first run, memory, energy, and latency until its interval
/// is tight. One call at a time per process, or they measure each other. Fails with "device.input" (an input that
/// cannot be made up), "runtime.*", "base.cancelled".
Result<RuntimeProfile> profileInRuntime(const SessionOpener& open, const ProfileOptions& options, const Work& work);

} // namespace lapidary
