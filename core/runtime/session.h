// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "tensor/tensor.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lapidary {

enum class GraphOptimization { None, Basic, Extended, All };

struct SessionOptions {
    int threads = 1; ///< intra-op threads; results are reproducible for a given number
    GraphOptimization optimization = GraphOptimization::All;
    bool profiling = false;             ///< per-node times; slows the runs
    /// Keeps a block of memory with a place for every value between the runs. Where many values are outputs, the block
    /// holds room for them that they do not use.
    bool memoryPattern = true;
    std::string providerLibrary;        ///< plug-in execution provider; empty: CPU
    std::string providerDevice;         ///< id of one of its devices (runtime/providers.h); empty: all of them
    std::map<std::string, std::string> providerOptions;
    std::map<std::string, std::string> configEntries; ///< ONNX Runtime session config keys
};

struct PortInfo {
    std::string name;
    DataType type = DataType::Undefined;
    Shape shape;                      ///< -1: symbolic
    bool ranked = true;               ///< false: not even the number of axes is known, `shape` says nothing
    std::vector<std::string> symbols; ///< per axis; "" where there is none
};

/// One kernel call as the runtime reports it.
struct KernelTime {
    std::string node;     ///< the runtime's node name; fused kernels carry the name of one of their nodes or a new one
    std::string opType;
    std::string provider;
    double microseconds = 0;
    std::string outputType; ///< element type of the first output, "" if not reported
    std::string inputType;  ///< of the first input
};

/// A model ready to run in ONNX Runtime. One thread at a time per session; several sessions may run side by side, and
/// run() of a session of openSession() may be called by several threads at once.
class InferenceSession {
public:
    virtual ~InferenceSession();
    virtual const std::vector<PortInfo>& inputs() const = 0;
    virtual const std::vector<PortInfo>& outputs() const = 0;
    virtual double loadMs() const = 0;
    /// Of the last run(), where it ran; -1: that is the time of the call itself. A remote device's has no way in it.
    virtual double lastRunMs() const { return -1; }
    /// Feeds tensors in the order of inputs(); returns outputs() in order. Fails with "runtime.run", "runtime.input"
    /// (wrong number, type or shape: says which), "base.cancelled" (a stop request ends a run within 200 ms).
    virtual Result<std::vector<TensorPtr>> run(const std::vector<TensorPtr>& inputs, const Work& work = {}) = 0;
    /// Runs again on the inputs of the last run() without copying outputs; returns the milliseconds of the call alone.
    /// A stop request ends it as it ends run().
    virtual Result<double> timedRun(const Work& work = {}) = 0;
    /// With profiling: every kernel call since the session was made. Ends profiling.
    virtual Result<std::vector<KernelTime>> takeKernelTimes() = 0;
};

/// `modelBytes` is a serialized ModelProto; `folder` is where external data is, if the model has any. Fails with
/// "runtime.load" (the runtime's own message, with a hint when an operator or opset is unknown to it).
Result<std::unique_ptr<InferenceSession>> openSession(std::span<const std::byte> modelBytes, const SessionOptions& options,
                                                      const std::string& folder = {});
/// From a file (needed for models over 2 GiB).
Result<std::unique_ptr<InferenceSession>> openSessionFile(const std::string& path, const SessionOptions& options);

std::string runtimeVersion();                  ///< "1.30.0"
std::vector<std::string> availableProviders(); ///< "CPUExecutionProvider", …

} // namespace lapidary
