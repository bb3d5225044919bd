// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/modelrunner.h"

#include "device/benchmark.h"
#include "device/hostenvironment.h"
#include "runtime/syntheticinputs.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

namespace {

double millisecondsSince(std::chrono::steady_clock::time_point began) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

/// One entry for each kernel: the median of its calls but the first, in the order of the kernels' first calls.
std::vector<KernelTime> typicalRuns(const std::vector<KernelTime>& calls) {
    std::map<std::string, std::size_t> places;
    std::vector<KernelTime> kernels;
    std::vector<std::vector<double>> times;
    for (const auto& call : calls) {
        const auto [place, added] = places.emplace(call.node, kernels.size());
        if (added) {
            kernels.push_back(call);
            times.emplace_back();
        }
        times[place->second].push_back(call.microseconds);
    }
    for (std::size_t i = 0; i < kernels.size(); ++i) {
        auto& all = times[i];
        if (all.size() > 1)
            all.erase(all.begin());
        const auto middle = all.begin() + std::ptrdiff_t(all.size() / 2);
        std::nth_element(all.begin(), middle, all.end());
        kernels[i].microseconds = *middle;
    }
    return kernels;
}

class RuntimeRunner final : public ModelRunner {
public:
    AgentInfo info() override { return m_info; }
    Result<AgentProfile> profile(const std::string& model, const ProfileOptions& options, const Work& work) override;
    Result<AgentOutputs> run(const std::string& model, int threads, const std::vector<TensorPtr>& inputs,
                             const Work& work) override;

private:
    /// Keeps the last session: an evaluation runs one model many times.
    struct Kept {
        std::string model;
        int threads = 0;
        std::unique_ptr<InferenceSession> session;
    };

    const AgentInfo m_info = ownAgentInfo();
    Kept m_kept;
};

Status timeRuns(Profile& profile, InferenceSession& session, const std::vector<TensorPtr>& inputs,
                const ProfileOptions& options, const Work& work) {
    const auto began = std::chrono::steady_clock::now();
    if (auto first = session.run(inputs, work); !first)
        return first.status();
    profile.firstRunMs = millisecondsSince(began);
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

Result<std::vector<KernelTime>> timeKernels(const std::string& model, SessionOptions settings, double medianMs,
                                            const std::vector<TensorPtr>& inputs, const Work& work) {
    settings.profiling = true;
    const auto session = openSessionFile(model, settings);
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
    const auto calls = (*session)->takeKernelTimes();
    return calls ? Result<std::vector<KernelTime>>(typicalRuns(*calls)) : calls.status();
}

Result<AgentProfile> RuntimeRunner::profile(const std::string& model, const ProfileOptions& options, const Work& work) {
    m_kept = {};
    AgentProfile result;
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
        const auto session = openSessionFile(model, settings);
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
        auto kernels = timeKernels(model, settings, profile.timing.median, inputs, work.part(0.7, 1));
        if (!kernels)
            return kernels.status();
        result.kernels = std::move(*kernels);
    }
    return result;
}

Result<AgentOutputs> RuntimeRunner::run(const std::string& model, int threads, const std::vector<TensorPtr>& inputs,
                                        const Work& work) {
    const int used = threads > 0 ? threads : hostCores();
    if (m_kept.model != model || m_kept.threads != used) {
        m_kept = {};
        SessionOptions settings;
        settings.threads = used;
        auto session = openSessionFile(model, settings);
        if (!session)
            return session.status();
        m_kept = {model, used, std::move(*session)};
    }
    const auto began = std::chrono::steady_clock::now();
    auto outputs = m_kept.session->run(inputs, work);
    if (!outputs)
        return outputs.status();
    return AgentOutputs{std::move(*outputs), millisecondsSince(began)};
}

} // namespace

std::unique_ptr<ModelRunner> makeRuntimeRunner() {
    return std::make_unique<RuntimeRunner>();
}

} // namespace lapidary
