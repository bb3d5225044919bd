// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "device/hostsensors.h"
#include "runtime/session.h"

#include <functional>

namespace lapidary {

/// A model that ONNX Runtime in this process is to run, in whatever way it is opened.
struct RuntimeSubject {
    std::function<Result<std::unique_ptr<InferenceSession>>(const SessionOptions&)> open;
    SessionOptions session; ///< provider and its device; threads and pinning come from the profile options
    HostSensors sensors;
};

struct RuntimeProfile {
    Profile profile;                 ///< without device and nodes
    std::vector<KernelTime> kernels; ///< with options.perNode: every kernel call of a second, profiled session
};

/// Measures load, first run, memory, energy, latency until the interval is tight, and with options.perNode the kernels.
/// Fails with "device.batch" (the model's batch is fixed), "device.input" (an input that cannot be made up),
/// "device.cores" (a core that is not there), "runtime.*", "base.cancelled". One call at a time per process, or they
/// measure each other.
Result<RuntimeProfile> profileInRuntime(const RuntimeSubject& subject, const ProfileOptions& options, const Work& work);
/// The session stays open in what is returned.
Result<std::unique_ptr<PreparedModel>> prepareInRuntime(const RuntimeSubject& subject, const ProfileOptions& options,
                                                        const Work& work);

} // namespace lapidary
