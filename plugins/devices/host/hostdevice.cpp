// SPDX-License-Identifier: GPL-3.0-or-later
#include "hostdevice.h"

#include "nodetimes.h"

#include "device/benchmark.h"
#include "device/hostenvironment.h"
#include "eval/evaluator.h"
#include "runtime/session.h"

#include <algorithm>
#include <chrono>
#include <random>

namespace lapidary {

namespace {

/// Uniform numbers of the declared shapes: timing of dense kernels does not depend on the values, but zeros can trigger
/// denormal or early-out paths.
Result<std::vector<TensorPtr>> makeInputs(const std::vector<PortInfo>& ports, int batch) {
    std::vector<TensorPtr> inputs;
    std::mt19937 random(7);
    for (const auto& port : ports) {
        Shape shape = port.shape;
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            if (shape[axis] < 0)
                shape[axis] = axis == 0 ? batch : 1;
        const auto count = elementCount(shape);
        if (!count || bitsPerElement(port.type) < 8)
            return errorDiagnostic("device.input", "Inputs of type " + dataTypeName(port.type) + " and shape " +
                                                       shapeText(shape) + " cannot be made up")
                .atTensor(port.name);
        if (isFloatingPoint(port.type) && port.type != DataType::Float8E4M3FN) {
            std::vector<float> values(std::size_t(*count), 0.0f);
            for (auto& value : values)
                value = float(random() >> 8) / float(1 << 24);
            auto tensor = fromFloats(port.type, shape, values);
            if (!tensor)
                return tensor.status();
            inputs.push_back(std::move(*tensor));
        } else {
            const auto bytes = packedBytes(port.type, std::uint64_t(*count));
            inputs.push_back(makeTensor(port.type, shape, Blob(std::vector<std::byte>(bytes, std::byte(0)))));
        }
    }
    return inputs;
}

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
        auto made = makeInputs((*session)->inputs(), options.batch);
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
