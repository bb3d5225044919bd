// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "graph/model.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace lapidary {

/// What a pass wants to know about a value over the calibration data; combine with |.
enum class Statistic : unsigned {
    Range = 1,        ///< min and max
    Histogram = 2,    ///< for percentiles, entropy, MSE
    ChannelRange = 4, ///< min and max per channel (axis 1)
    ChannelMean = 8,  ///< mean and mean square per channel (axis 1)
};

struct CalibrationRequest {
    /// Value name → ORed Statistic bits. Empty: the pass needs no data.
    std::map<std::string, unsigned> values;
    bool empty() const { return values.empty(); }
    /// Whether statistics gathered for this request serve `other` too.
    bool covers(const CalibrationRequest& other) const;
};

/// Statistics of one value, gathered while streaming: memory does not grow with the number of samples.
struct ValueStatistics {
    std::uint64_t count = 0; ///< elements seen (NaN excluded)
    std::uint64_t notFinite = 0;
    float minimum = 0;
    float maximum = 0;
    /// The smallest and the largest value of one sample, averaged over the samples: what a moving average of the range
    /// settles at, without its dependence on the order.
    double meanMinimum = 0;
    double meanMaximum = 0;
    /// Histogram with equal bins over [histogramLow, histogramHigh], which always covers everything seen.
    std::vector<std::uint64_t> histogram;
    float histogramLow = 0;
    float histogramHigh = 0;
    std::vector<float> channelMinimum, channelMaximum;
    std::vector<double> channelMean, channelMeanSquare;
};

struct CalibrationData {
    std::map<std::string, ValueStatistics> values; ///< by value name
    std::uint64_t samples = 0;
    std::uint64_t peakBytes = 0; ///< what the gathering held at most
    std::uint64_t capBytes = 0;  ///< what it was allowed to hold; 0: not known
    std::size_t runs = 0;        ///< over the data: more than one where the cap made it go in parts

    const ValueStatistics* find(const std::string& name) const;
    /// Value below which the share `fraction` (0..1) of the elements lies, from the histogram.
    static float percentile(const ValueStatistics& statistics, double fraction);
};

/// The kernel in which a runtime really ran a node.
struct UsedKernel {
    std::string opType;     ///< as the runtime calls it: "QLinearConv", "Conv" …
    std::string outputType; ///< element type of its first output: "uint8", "float" …; "" if not reported
    std::string inputType;  ///< of its first input
};

/// Values of every sample, kept by the provider between two streams (in memory up to its cap, then in a file without a
/// name). Only the provider that made it can read it. Immutable; any thread.
class RecordedValues {
public:
    virtual ~RecordedValues();
    virtual std::uint64_t bytes() const = 0;
};
using RecordedPtr = std::shared_ptr<const RecordedValues>;

/// One of the models that a stream runs side by side.
struct StreamedModel {
    ModelPtr model;
    std::vector<std::string> values; ///< wanted in every batch, in this order; inputs and constants may be among them
    std::vector<std::string> record; ///< kept for a later stream
    /// From an earlier stream: values that need not be computed again. What leads to them does not run, so that walking
    /// through a network layer by layer costs one run in all.
    RecordedPtr given;
};

struct StreamedBatch {
    std::size_t first = 0;                      ///< samples that came before this batch
    std::size_t samples = 0;                    ///< in this batch
    std::vector<std::vector<TensorPtr>> values; ///< by model, value; first axis is the sample where the value has one
};

struct StreamResult {
    std::uint64_t samples = 0;
    std::uint64_t peakBytes = 0;       ///< largest batch, all models
    std::vector<RecordedPtr> recorded; ///< by model; null where nothing was to be kept
};

/// Sees values themselves while their statistics are gathered, for what statistics do not tell.
struct ValueWatcher {
    std::set<std::string> values; ///< among those of the request; constants are not shown
    std::uint64_t bytes = 0;      ///< that it holds in the end; they count against the provider's cap
    /// `tensor` holds `samples` samples, of which the first is number `first`. A value's samples come in order; several
    /// values may come at once, from several threads. A failure ends the calibration.
    std::function<Status(const std::string& value, const TensorPtr& tensor, std::size_t first, std::size_t samples)>
        see;
};

/// Called with one batch after the other, in order, on the calling thread. A failure ends the stream.
using StreamConsumer = std::function<Status(const StreamedBatch&)>;

/// Runs calibration data through a model. Implemented in `eval`, injected into the pass runner, so that passes need
/// neither data nor a runtime. Results are cached by model, data and request.
class CalibrationProvider {
public:
    virtual ~CalibrationProvider();
    virtual Result<std::shared_ptr<const CalibrationData>>
    calibrate(const Model& model, const CalibrationRequest& request, const Work& work) = 0;
    /// The same, run even where the result is known, with a watcher. Fails with "calibration.watch" (a provider that
    /// has no values to show).
    virtual Result<std::shared_ptr<const CalibrationData>> calibrateWatched(const Model& model,
                                                                            const CalibrationRequest& request,
                                                                            const ValueWatcher& watcher,
                                                                            const Work& work);
    /// Runs all samples through several models side by side and hands over the values asked for, batch by batch: memory
    /// does not grow with their number. The same batches whatever the number of threads. Fails with
    /// "calibration.value" (no such value), "calibration.stream" (a provider that cannot stream; models that take
    /// different batches) and what the models fail with.
    virtual Result<StreamResult> stream(const std::vector<StreamedModel>& models, const StreamConsumer& consume,
                                        const Work& work);
    /// Runs one sample and says for every node in which kernel; a node that the runtime fused into another or did
    /// without is absent. Fails with "calibration.kernels" (a provider that has no runtime) and what the model fails
    /// with.
    virtual Result<std::map<NodeId, UsedKernel>> usedKernels(const Model& model, const Work& work);
    /// Samples that a stream goes through, unreadable ones included; 0: not known.
    virtual std::uint64_t sampleCount() const { return 0; }
    /// Identifies the data (for recipes and caches); empty if there is none.
    virtual std::string dataHash() const = 0;
};

} // namespace lapidary
