// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/runtimeprofiler.h"

#include "device/benchmark.h"
#include "device/hostenvironment.h"
#include "runtime/syntheticinputs.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

namespace {

/// First run, timed runs and the energy of both warm-up and timed runs, shared out.
Status timeRuns(Profile& profile, InferenceSession& session, const std::vector<TensorPtr>& inputs,
                const ProfileOptions& options, const Work& work) {
    const auto began = std::chrono::steady_clock::now();
    if (auto first = session.run(inputs, work); !first)
        return first.status();
    profile.firstRunMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    std::int64_t range = 0;
    const auto energyBefore = packageEnergyMicrojoules(&range);
    auto runs = benchmark([&] { return session.timedRun(work); }, options, work);
    if (!runs)
        return runs.status();
    const auto energyAfter = packageEnergyMicrojoules();
    if (energyBefore >= 0 && energyAfter >= 0 && !runs->runsMs.empty()) {
        const auto used = energyAfter - energyBefore + (energyAfter < energyBefore ? range : 0);
        profile.energyMillijoules = double(used) / 1000.0 / double(runs->runsMs.size() + options.warmupRuns);
    }
    profile.runsMs = std::move(runs->runsMs);
    profile.timing = std::move(runs->summary);
    return {};
}

Result<std::vector<KernelTime>> timeKernels(const SessionOpener& open, SessionOptions settings, double medianMs,
                                            const std::vector<TensorPtr>& inputs, const Work& work) {
    settings.profiling = true;
    const auto session = open(settings);
    if (!session)
        return session.status();
    if (auto first = (*session)->run(inputs, work); !first)
        return first.status();
    const auto runs = std::clamp<std::size_t>(std::size_t(500 / std::max(medianMs, 0.1)), 5, 50);
    for (std::size_t i = 0; i < runs; ++i) {
        if (const auto ms = (*session)->timedRun(work); !ms)
            return ms.status();
        work.progress.set(double(i + 1) / double(runs));
    }
    return (*session)->takeKernelTimes();
}

} // namespace

Result<RuntimeProfile> profileInRuntime(const SessionOpener& open, const ProfileOptions& options, const Work& work) {
    RuntimeProfile result;
    auto& profile = result.profile;
    profile.threads = options.threads > 0 ? options.threads : hostCores();
    profile.batch = options.batch;
    profile.environment = hostEnvironment();
    profile.environment["runtime"] = "onnxruntime " + runtimeVersion();
    SessionOptions settings;
    settings.threads = profile.threads;
    const auto before = residentBytes();
    const bool fresh = resetPeakMemory();
    work.progress.label("Loading the model");
    std::vector<TensorPtr> inputs;
    {
        const auto session = open(settings);
        if (!session)
            return session.status();
        profile.loadMs = (*session)->loadMs();
        auto made = syntheticInputs((*session)->inputs(), options.batch);
        if (!made)
            return made.status();
        inputs = std::move(*made);
        work.progress.label("Timing");
        if (auto status = timeRuns(profile, **session, inputs, options, work.part(0.1, options.perNode ? 0.7 : 1.0));
            !status)
            return status;
        const auto peak = peakMemoryBytes();
        profile.peakMemoryBytes = fresh && peak > before ? peak - before : peak;
        profile.environment["memory_measure"] = fresh ? "growth over the process before loading" : "whole process";
    }
    if (options.perNode) {
        work.progress.label("Timing each node");
        auto kernels = timeKernels(open, settings, profile.timing.median, inputs, work.part(0.7, 1));
        if (!kernels)
            return kernels.status();
        result.kernels = std::move(*kernels);
    }
    work.progress.set(1);
    return result;
}

} // namespace lapidary
