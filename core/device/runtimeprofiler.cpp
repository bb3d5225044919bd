// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/runtimeprofiler.h"

#include "device/benchmark.h"
#include "device/hostenvironment.h"
#include "device/threadpinning.h"
#include "runtime/syntheticinputs.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace lapidary {

namespace {

SessionOptions sessionOptions(const RuntimeSubject& subject, const ProfileOptions& options) {
    SessionOptions session = subject.session;
    session.threads = options.threads > 0 ? options.threads : hostCores();
    for (const auto& [key, value] : options.providerOptions)
        session.providerOptions[key] = value;
    if (const auto affinities = poolAffinities(options.cores, session.threads); !affinities.empty())
        session.configEntries["session.intra_op_thread_affinities"] = affinities;
    return session;
}

/// An open session that has run once.
struct Opened {
    std::unique_ptr<InferenceSession> session;
    std::vector<TensorPtr> inputs;
    double firstRunMs = 0;
};

Result<Opened> openAndRun(const RuntimeSubject& subject, const SessionOptions& settings, int batch, const Work& work) {
    Opened opened;
    auto session = subject.open(settings);
    if (!session)
        return session.status();
    opened.session = std::move(*session);
    auto inputs = syntheticInputs(opened.session->inputs(), batch);
    if (!inputs)
        return inputs.status();
    opened.inputs = std::move(*inputs);
    const auto began = std::chrono::steady_clock::now();
    if (auto first = opened.session->run(opened.inputs, work); !first)
        return first.status();
    opened.firstRunMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    return opened;
}

Result<std::vector<KernelTime>> timeKernels(const RuntimeSubject& subject, SessionOptions settings,
                                            const Profile& profile, const Work& work) {
    settings.profiling = true;
    const auto opened = openAndRun(subject, settings, profile.batch, work);
    if (!opened)
        return opened.status();
    const auto runs = std::clamp<std::size_t>(std::size_t(500 / std::max(profile.timing.median, 0.1)), 5, 50);
    for (std::size_t i = 0; i < runs; ++i) {
        if (const auto ms = opened->session->timedRun(work); !ms)
            return ms.status();
        work.progress.set(double(i + 1) / double(runs));
    }
    return opened->session->takeKernelTimes();
}

void recordClock(Profile& profile, const std::vector<SensorSample>& samples) {
    const auto clock = judgeClock(samples);
    if (clock.highestMhz > 0)
        profile.environment["clock_mhz"] =
            std::to_string(std::lround(clock.lowestMhz)) + " to " + std::to_string(std::lround(clock.highestMhz));
    if (clock.hottest > 0)
        profile.environment["hottest_celsius"] = std::to_string(std::lround(clock.hottest));
    if (!samples.empty() && samples.front().throttles >= 0)
        profile.environment["throttles"] = std::to_string(clock.throttles);
}

class RuntimePrepared final : public PreparedModel {
public:
    RuntimePrepared(Opened opened, std::vector<int> cores) : m_opened(std::move(opened)), m_cores(std::move(cores)) {}
    double loadMs() const override { return m_opened.session->loadMs(); }
    double firstRunMs() const override { return m_opened.firstRunMs; }
    Result<double> run(const Work& work) override {
        const ThreadPinning pinned(m_cores);
        return m_opened.session->timedRun(work);
    }

private:
    Opened m_opened;
    std::vector<int> m_cores;
};

std::string coresText(const std::vector<int>& cores) {
    std::string text;
    for (const int core : cores)
        text += (text.empty() ? "" : ",") + std::to_string(core);
    return text;
}

} // namespace

Result<std::unique_ptr<PreparedModel>> prepareInRuntime(const RuntimeSubject& subject, const ProfileOptions& options,
                                                        const Work& work) {
    if (auto status = checkCores(options.cores); !status)
        return status;
    const ThreadPinning pinned(options.cores);
    auto settings = sessionOptions(subject, options);
    settings.configEntries["session.force_spinning_stop"] = "1"; // or its threads would spin during the other's turn
    auto opened = openAndRun(subject, settings, options.batch, work);
    if (!opened)
        return opened.status();
    return std::unique_ptr<PreparedModel>(std::make_unique<RuntimePrepared>(std::move(*opened), options.cores));
}

Result<RuntimeProfile> profileInRuntime(const RuntimeSubject& subject, const ProfileOptions& options,
                                        const Work& work) {
    if (auto status = checkCores(options.cores); !status)
        return status;
    const ThreadPinning pinned(options.cores);
    const auto settings = sessionOptions(subject, options);
    RuntimeProfile result;
    auto& profile = result.profile;
    profile.threads = settings.threads;
    profile.batch = options.batch;
    profile.environment = hostEnvironment();
    profile.environment["runtime"] = "onnxruntime " + runtimeVersion();
    if (!options.cores.empty())
        profile.environment["pinned_to_cores"] = coresText(options.cores);
    const auto before = residentBytes();
    const bool fresh = resetPeakMemory();
    work.progress.label("Loading the model");
    {
        const auto opened = openAndRun(subject, settings, options.batch, work);
        if (!opened)
            return opened.status();
        profile.loadMs = opened->session->loadMs();
        profile.firstRunMs = opened->firstRunMs;
        work.progress.label("Timing");
        auto runs = benchmark([&] { return opened->session->timedRun(work); }, options,
                              work.part(0.1, options.perNode ? 0.7 : 1.0), &subject.sensors);
        if (!runs)
            return runs.status();
        profile.energyMillijoules = runs->millijoules;
        profile.runsMs = std::move(runs->runsMs);
        profile.settlingMs = std::move(runs->settlingMs);
        profile.timing = std::move(runs->summary);
        recordClock(profile, runs->samples);
        const auto peak = peakMemoryBytes();
        profile.peakMemoryBytes = fresh && peak > before ? peak - before : peak;
        profile.environment["memory_measure"] = fresh ? "growth over the process before loading" : "whole process";
    }
    if (options.perNode) {
        work.progress.label("Timing each node");
        auto kernels = timeKernels(subject, settings, profile, work.part(0.7, 1));
        if (!kernels)
            return kernels.status();
        result.kernels = std::move(*kernels);
    }
    work.progress.set(1);
    return result;
}

} // namespace lapidary
