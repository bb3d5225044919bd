// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/modelrunner.h"

#include "device/hostenvironment.h"
#include "device/runtimeprofiler.h"

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
    struct Kept {
        std::string model;
        int threads = 0;
        std::unique_ptr<InferenceSession> session;
    };
    Result<InferenceSession*> session(const std::string& model, int threads);

    const AgentInfo m_info = ownAgentInfo();
    /// The last two, newest first: an evaluation runs one model many times, a comparison two in turns.
    std::vector<Kept> m_kept;
};

Result<AgentProfile> RuntimeRunner::profile(const std::string& model, const ProfileOptions& options, const Work& work) {
    m_kept.clear();
    RuntimeSubject subject;
    subject.open = [&model](const SessionOptions& settings) { return openSessionFile(model, settings); };
    auto measured = profileInRuntime(subject, options, work);
    if (!measured)
        return measured.status();
    return AgentProfile{std::move(measured->profile), typicalRuns(measured->kernels)};
}

Result<InferenceSession*> RuntimeRunner::session(const std::string& model, int threads) {
    const auto kept = std::find_if(m_kept.begin(), m_kept.end(), [&](const Kept& one) {
        return one.model == model && one.threads == threads;
    });
    if (kept != m_kept.end()) {
        std::rotate(m_kept.begin(), kept, kept + 1);
        return m_kept.front().session.get();
    }
    if (m_kept.size() > 1)
        m_kept.pop_back();
    SessionOptions settings;
    settings.threads = threads;
    auto opened = openSessionFile(model, settings);
    if (!opened)
        return opened.status();
    m_kept.insert(m_kept.begin(), Kept{model, threads, std::move(*opened)});
    return m_kept.front().session.get();
}

Result<AgentOutputs> RuntimeRunner::run(const std::string& model, int threads, const std::vector<TensorPtr>& inputs,
                                        const Work& work) {
    const auto open = session(model, threads > 0 ? threads : hostCores());
    if (!open)
        return open.status();
    const auto began = std::chrono::steady_clock::now();
    auto outputs = (*open)->run(inputs, work);
    if (!outputs)
        return outputs.status();
    return AgentOutputs{std::move(*outputs), millisecondsSince(began)};
}

} // namespace

std::unique_ptr<ModelRunner> makeRuntimeRunner() {
    return std::make_unique<RuntimeRunner>();
}

} // namespace lapidary
