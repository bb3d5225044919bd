// SPDX-License-Identifier: GPL-3.0-or-later
#include "hostdevice.h"

#include "nodetimes.h"

#include "device/benchmark.h"
#include "device/hostenvironment.h"
#include "eval/evaluator.h"
#include "runtime/session.h"
#include "runtime/syntheticinputs.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

namespace {

double millisecondsSince(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

Status perNodeTimes(Profile& profile, const Model& model, SessionOptions options, const std::vector<TensorPtr>& inputs,
                    const Work& work) {
    options.profiling = true;
    const auto session = openSession(model, options);
    if (!session)
        return session.status();
    if (auto first = (*session)->run(inputs, work); !first)
        return first.status();
    const std::size_t runs = std::clamp<std::size_t>(std::size_t(500 / std::max(profile.timing.median, 0.1)), 5, 50);
    for (std::size_t i = 0; i < runs; ++i) {
        if (auto status = work.check(); !status)
            return status;
        if (const auto ms = (*session)->timedRun(work); !ms)
            return ms.status();
        work.progress.set(double(i) / double(runs));
    }
    const auto kernels = (*session)->takeKernelTimes();
    if (!kernels)
        return kernels.status();
    mapKernelTimes(profile, *model.graph, *kernels);
    return {};
}

} // namespace

DeviceInfo HostDevice::info() const {
    const auto facts = hostEnvironment();
    DeviceInfo info;
    info.id = "host";
    info.name = "This computer";
    info.kind = "host";
    info.capabilities = facts;
    info.capabilities["runtime"] = "ONNX Runtime " + runtimeVersion();
    std::string providers;
    for (const auto& provider : availableProviders())
        providers += (providers.empty() ? "" : ", ") + provider;
    info.capabilities["providers"] = providers;
    const bool vnni = info.capabilities["cpu_features"].find("vnni") != std::string::npos ||
                      info.capabilities["cpu_features"].find("asimddp") != std::string::npos;
    info.capabilities["precisions"] = vnni ? "float32, int8 (dot-product instructions)" : "float32, int8";
    return info;
}

Result<Profile> HostDevice::profile(const Model& model, const ProfileOptions& options, const Work& work) {
    const std::lock_guard lock(m_mutex);
    Profile profile;
    profile.device = "host";
    profile.threads = options.threads > 0 ? options.threads : hostCores();
    profile.batch = options.batch;
    profile.environment = hostEnvironment();
    profile.environment["runtime"] = "onnxruntime " + runtimeVersion();
    SessionOptions sessionOptions;
    sessionOptions.threads = profile.threads;
    const auto before = residentBytes();
    const bool fresh = resetPeakMemory();
    work.progress.label("Loading the model");
    std::vector<TensorPtr> inputs;
    {
        const auto session = openSession(model, sessionOptions);
        if (!session)
            return session.status();
        profile.loadMs = (*session)->loadMs();
        auto made = syntheticInputs((*session)->inputs(), options.batch);
        if (!made)
            return made.status();
        inputs = std::move(*made);
        const auto began = std::chrono::steady_clock::now();
        if (auto first = (*session)->run(inputs, work); !first)
            return first.status();
        profile.firstRunMs = millisecondsSince(began);
        work.progress.label("Timing");
        std::int64_t range = 0;
        const auto energyBefore = packageEnergyMicrojoules(&range);
        auto runs = benchmark([&] { return (*session)->timedRun(work); }, options,
                              work.part(0.1, options.perNode ? 0.7 : 1.0));
        if (!runs)
            return runs.status();
        const auto energyAfter = packageEnergyMicrojoules();
        if (energyBefore >= 0 && energyAfter >= 0 && !runs->runsMs.empty()) {
            const auto used = energyAfter >= energyBefore ? energyAfter - energyBefore : energyAfter + range - energyBefore;
            profile.energyMillijoules = double(used) / 1000.0 / double(runs->runsMs.size() + options.warmupRuns);
        }
        profile.runsMs = std::move(runs->runsMs);
        profile.timing = std::move(runs->summary);
        const auto peak = peakMemoryBytes();
        profile.peakMemoryBytes = fresh && peak > before ? peak - before : peak;
        profile.environment["memory_measure"] = fresh ? "growth over the process before loading" : "whole process";
    }
    if (options.perNode) {
        work.progress.label("Timing each node");
        if (auto status = perNodeTimes(profile, model, sessionOptions, inputs, work.part(0.7, 1)); !status)
            return status;
    }
    work.progress.set(1);
    return profile;
}

} // namespace lapidary
