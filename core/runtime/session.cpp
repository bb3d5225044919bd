// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/session.h"

#include "runtime/kerneltimes.h"
#include "runtime/ortcommon.h"
#include "runtime/providers_p.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <stop_token>

namespace lapidary {

InferenceSession::~InferenceSession() = default;

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

GraphOptimizationLevel level(GraphOptimization optimization) {
    switch (optimization) {
    case GraphOptimization::None:
        return ORT_DISABLE_ALL;
    case GraphOptimization::Basic:
        return ORT_ENABLE_BASIC;
    case GraphOptimization::Extended:
        return ORT_ENABLE_EXTENDED;
    case GraphOptimization::All:
        break;
    }
    return ORT_ENABLE_ALL;
}

class OrtSession final : public InferenceSession {
public:
    OrtSession(const SessionOptions& options, std::span<const std::byte> model, const std::string& folder,
               const std::string& path) {
        const auto start = Clock::now();
        auto settings = settingsFor(options);
        if (!folder.empty())
            settings.AddConfigEntry("session.model_external_initializers_file_folder_path", folder.c_str());
        m_session = path.empty() ? Ort::Session(ortEnvironment(), model.data(), model.size(), settings)
                                 : Ort::Session(ortEnvironment(), path.c_str(), settings);
        m_loadMs = millisecondsSince(start);
        readPorts();
    }

    ~OrtSession() override {
        if (!m_profileFolder.empty()) {
            std::error_code ignored;
            if (m_profiling)
                (void)takeKernelTimes();
            std::filesystem::remove_all(m_profileFolder, ignored);
        }
    }

    const std::vector<PortInfo>& inputs() const override { return m_inputs; }
    const std::vector<PortInfo>& outputs() const override { return m_outputs; }
    double loadMs() const override { return m_loadMs; }

    Result<std::vector<TensorPtr>> run(const std::vector<TensorPtr>& inputs, const Work& work) override {
        auto bound = bind(inputs);
        if (!bound)
            return bound.status();
        if (auto status = work.check(); !status)
            return status;
        keep(inputs);
        try {
            Ort::RunOptions runOptions;
            const std::stop_callback terminate(work.stop, [&runOptions] { runOptions.SetTerminate(); });
            auto values = m_session.Run(runOptions, m_inputNames.data(), bound->data(), bound->size(),
                                        m_outputNames.data(), m_outputNames.size());
            std::vector<TensorPtr> outputs;
            outputs.reserve(values.size());
            for (auto& value : values)
                outputs.push_back(tensorOf(std::move(value)));
            return outputs;
        } catch (const std::exception& problem) {
            if (work.stopRequested())
                return cancelledDiagnostic();
            return runtimeFailure("runtime.run", problem.what());
        }
    }

    Result<double> timedRun(const Work& work) override {
        const auto bound = bind(m_fed);
        if (!bound)
            return bound.status();
        if (auto status = work.check(); !status)
            return status;
        try {
            Ort::RunOptions runOptions;
            const std::stop_callback terminate(work.stop, [&runOptions] { runOptions.SetTerminate(); });
            const auto start = Clock::now();
            auto values = m_session.Run(runOptions, m_inputNames.data(), bound->data(), bound->size(),
                                        m_outputNames.data(), m_outputNames.size());
            return millisecondsSince(start);
        } catch (const std::exception& problem) {
            if (work.stopRequested())
                return cancelledDiagnostic();
            return runtimeFailure("runtime.run", problem.what());
        }
    }

    Result<std::vector<KernelTime>> takeKernelTimes() override {
        if (!m_profiling)
            return errorDiagnostic("runtime.profiling", "This session was not opened for profiling");
        m_profiling = false;
        try {
            Ort::AllocatorWithDefaultOptions allocator;
            const auto file = m_session.EndProfilingAllocated(allocator);
            return readKernelTimes(file.get());
        } catch (const std::exception& problem) {
            return runtimeFailure("runtime.profiling", problem.what());
        }
    }

private:
    Ort::SessionOptions settingsFor(const SessionOptions& options) {
        Ort::SessionOptions settings;
        settings.SetIntraOpNumThreads(options.threads);
        settings.SetInterOpNumThreads(1);
        settings.SetExecutionMode(ORT_SEQUENTIAL);
        settings.SetGraphOptimizationLevel(level(options.optimization));
        settings.SetLogSeverityLevel(ORT_LOGGING_LEVEL_FATAL);
        if (!options.memoryPattern)
            settings.DisableMemPattern();
        for (const auto& [key, value] : options.configEntries)
            settings.AddConfigEntry(key.c_str(), value.c_str());
        if (options.profiling)
            startProfiling(settings);
        if (!options.providerLibrary.empty() || !options.providerDevice.empty())
            appendProviders(settings, options);
        return settings;
    }

    void startProfiling(Ort::SessionOptions& settings) {
        std::string pattern = (std::filesystem::temp_directory_path() / "lapidary-profile-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error("cannot make a temporary folder for the profile");
        m_profileFolder = pattern;
        settings.EnableProfiling((pattern + "/kernels").c_str());
        m_profiling = true;
    }

    void readPorts() {
        Ort::AllocatorWithDefaultOptions allocator;
        for (std::size_t i = 0; i < m_session.GetInputCount(); ++i)
            m_inputs.push_back(portInfo(m_session.GetInputNameAllocated(i, allocator).get(), m_session.GetInputTypeInfo(i)));
        for (std::size_t i = 0; i < m_session.GetOutputCount(); ++i)
            m_outputs.push_back(
                portInfo(m_session.GetOutputNameAllocated(i, allocator).get(), m_session.GetOutputTypeInfo(i)));
        for (const auto& port : m_inputs)
            m_inputNames.push_back(port.name.c_str());
        for (const auto& port : m_outputs)
            m_outputNames.push_back(port.name.c_str());
    }

    /// The values refer to the tensors' memory.
    Result<std::vector<Ort::Value>> bind(const std::vector<TensorPtr>& inputs) const {
        if (inputs.size() != m_inputs.size())
            return errorDiagnostic("runtime.input", "The model takes " + std::to_string(m_inputs.size()) +
                                                        " inputs, " + std::to_string(inputs.size()) + " were given");
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (auto status = fits(*inputs[i], m_inputs[i]); !status)
                return status;
        try {
            std::vector<Ort::Value> bound;
            bound.reserve(inputs.size());
            for (const auto& tensor : inputs)
                bound.push_back(ortValueOf(*tensor));
            return bound;
        } catch (const std::exception& problem) {
            return runtimeFailure("runtime.input", problem.what());
        }
    }

    void keep(const std::vector<TensorPtr>& inputs) {
        const std::lock_guard lock(m_mutex);
        m_fed = inputs;
    }

    static Status fits(const Tensor& tensor, const PortInfo& port) {
        bool same = tensor.type == port.type && (!port.ranked || tensor.shape.size() == port.shape.size());
        for (std::size_t i = 0; same && i < port.shape.size(); ++i)
            same = port.shape[i] < 0 || port.shape[i] == tensor.shape[i];
        if (same)
            return {};
        return errorDiagnostic("runtime.input", "Input wants " + dataTypeName(port.type) + " " + shapeText(port.shape) +
                                                    ", got " + dataTypeName(tensor.type) + " " + shapeText(tensor.shape))
            .atTensor(port.name);
    }

    Ort::Session m_session{nullptr};
    std::vector<PortInfo> m_inputs, m_outputs;
    std::vector<const char*> m_inputNames, m_outputNames;
    std::mutex m_mutex;
    std::vector<TensorPtr> m_fed; ///< of the last run
    std::string m_profileFolder;
    bool m_profiling = false;
    double m_loadMs = 0;
};

Result<std::unique_ptr<InferenceSession>> open(const SessionOptions& options, std::span<const std::byte> model,
                                               const std::string& folder, const std::string& path) {
    try {
        return std::unique_ptr<InferenceSession>(std::make_unique<OrtSession>(options, model, folder, path));
    } catch (const std::exception& problem) {
        return runtimeFailure("runtime.load", problem.what());
    }
}

} // namespace

Result<std::unique_ptr<InferenceSession>> openSession(std::span<const std::byte> modelBytes,
                                                      const SessionOptions& options, const std::string& folder) {
    return open(options, modelBytes, folder, {});
}

Result<std::unique_ptr<InferenceSession>> openSessionFile(const std::string& path, const SessionOptions& options) {
    return open(options, {}, {}, path);
}

std::string runtimeVersion() { return Ort::GetVersionString(); }

std::vector<std::string> availableProviders() { return Ort::GetAvailableProviders(); }

} // namespace lapidary
