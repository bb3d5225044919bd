// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/calibrator.h"

#include "data/batchreader.h"
#include "data/contentkey.h"
#include "data/parallel.h"
#include "eval/calibrationplan.h"
#include "eval/evaluator.h"
#include "eval/inputadapter.h"
#include "eval/streamer.h"
#include "eval/streamingstatistics.h"
#include "eval/usedkernels.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <numeric>

namespace lapidary {

namespace {

constexpr std::size_t rememberedResults = 8;

using DataPtr = std::shared_ptr<const CalibrationData>;

struct Wanted {
    const CalibrationRequest& request;
    const ValueWatcher* watcher; ///< null: none

    std::uint64_t watcherBytes() const { return watcher ? watcher->bytes : 0; }
};

/// One value while data streams through.
struct Gathered {
    std::string name;
    StreamingStatistics statistics;
    const ValueWatcher* watcher = nullptr; ///< null: nobody watches this value
    Diagnostic problem;                    ///< empty code: none
};

Status addTensor(Gathered& value, const Tensor& tensor, std::size_t samples = 1) {
    if (tensor.type == DataType::Float && tensor.aligned<float>()) {
        value.statistics.add(tensor.view<float>(), tensor.shape, samples);
        return {};
    }
    auto floats = toFloats(tensor);
    if (!floats)
        return Diagnostic(floats.error()).atTensor(value.name);
    value.statistics.add(*floats, tensor.shape, samples);
    return {};
}

class Calibrator final : public CalibrationProvider {
public:
    Calibrator(DatasetPtr data, const CalibratorOptions& options)
        : m_data(options.samples > 0 ? limitedDataset(std::move(data), options.samples) : std::move(data)),
          m_options(options), m_budget(std::make_shared<MemoryBudget>()) {
        m_budget->cap = options.memoryCapBytes;
    }

    std::string dataHash() const override { return m_data->hash(); }
    std::uint64_t sampleCount() const override { return m_data->size(); }

    Result<DataPtr> calibrate(const Model& model, const CalibrationRequest& request, const Work& work) override {
        return guarded(model, request, nullptr, work);
    }

    Result<DataPtr> calibrateWatched(const Model& model, const CalibrationRequest& request, const ValueWatcher& watcher,
                                     const Work& work) override {
        return guarded(model, request, &watcher, work);
    }

    Result<StreamResult> stream(const std::vector<StreamedModel>& models, const StreamConsumer& consume,
                                const Work& work) override {
        StreamOptions options;
        options.threads = std::max(m_options.threads, 1);
        options.batchCapBytes = std::max<std::uint64_t>(m_options.memoryCapBytes / 4, 1);
        try {
            return streamValues(*m_data, options, m_budget, models, consume, work);
        } catch (const std::bad_alloc&) {
            return errorDiagnostic("calibration.memory", "There is not enough memory for the calibration.");
        } catch (const std::exception& problem) {
            return errorDiagnostic("calibration.failed", problem.what());
        }
    }

    Result<std::map<NodeId, UsedKernel>> usedKernels(const Model& model, const Work& work) override {
        try {
            return findUsedKernels(model, *m_data, std::max(m_options.threads, 1), work);
        } catch (const std::exception& problem) {
            return errorDiagnostic("calibration.failed", problem.what());
        }
    }

private:
    Result<DataPtr> guarded(const Model& model, const CalibrationRequest& request, const ValueWatcher* watcher,
                            const Work& work) {
        try {
            return calibrateGuarded(model, request, watcher, work);
        } catch (const std::bad_alloc&) {
            return errorDiagnostic("calibration.memory", "There is not enough memory for the calibration.");
        } catch (const std::exception& problem) {
            return errorDiagnostic("calibration.failed", problem.what());
        }
    }

    Result<DataPtr> calibrateGuarded(const Model& model, const CalibrationRequest& request, const ValueWatcher* watcher,
                                     const Work& work) {
        if (request.empty())
            return DataPtr(std::make_shared<CalibrationData>());
        const std::string key = keyOf(model);
        if (auto known = watcher ? nullptr : recall(key, request))
            return known;
        auto shapes = inferOnnxShapes(model, {std::int64_t(std::max<std::size_t>(m_options.batch, 1))});
        if (!shapes)
            return shapes.error();
        const Wanted wanted{request, watcher};
        auto plan = planCalibration(model, request, *shapes, capFor(wanted));
        if (!plan)
            return plan.error();
        CalibrationData result;
        result.capBytes = m_options.memoryCapBytes;
        addConstants(model, request, *plan, result);
        const std::size_t runs = plan->groups.size() + (plan->groups.empty() && !plan->inputs.empty() ? 1 : 0);
        result.runs = runs;
        for (std::size_t i = 0; i < runs; ++i) {
            const auto part = work.step(i, runs, "Calibrating");
            auto status = i < plan->groups.size()
                              ? runGroup(plan->groups[i], i == 0 ? plan->inputs : noNames, wanted, result, part)
                              : readInputs(plan->inputs, wanted, result, part);
            if (!status)
                return status;
        }
        auto shared = std::make_shared<const CalibrationData>(std::move(result));
        remember(key, request, shared);
        return DataPtr(shared);
    }

    /// A constant's statistics are those of its tensor.
    static void addConstants(const Model& model, const CalibrationRequest& request, const CalibrationPlan& plan,
                             CalibrationData& result) {
        for (const std::string& name : plan.constants) {
            Gathered value{name, StreamingStatistics(request.values.at(name)), nullptr, {}};
            if (addTensor(value, *model.graph->constant(model.graph->findValue(name)->id)))
                result.values[name] = value.statistics.finish();
        }
    }

    Status runGroup(const CalibrationGroup& group, const std::vector<std::string>& inputNames, const Wanted& wanted,
                    CalibrationData& result, const Work& work) const {
        const std::size_t lanes = lanesFor(group, capFor(wanted));
        SessionOptions options;
        options.threads = std::max(m_options.threads / int(lanes), 1);
        options.memoryPattern = false;
        // Threads that wait for work in a loop would take time from decoding and counting.
        options.configEntries["session.intra_op.allow_spinning"] = "0";
        auto session = openSession(*group.model, options);
        if (!session)
            return session.status();
        auto adapter = InputAdapter::make(**session, *m_data);
        if (!adapter)
            return adapter.status();
        auto gathered = gatherers(group.values, wanted);
        auto inputs = gatherers(inputNames, wanted);
        std::size_t samples = 0;
        BatchReader reader(*m_data, batchSize(*adapter), m_options.threads, work);
        for (;;) {
            auto batches = nextBatches(reader, lanes);
            if (!batches)
                return batches.status();
            if (batches->empty())
                break;
            auto bytes = runBatches(**session, *adapter, *batches, gathered, work);
            if (!bytes)
                return bytes.status();
            for (const Batch& batch : *batches) {
                if (auto status = addInputs(batch, inputs); !status)
                    return status;
                samples += batch.size();
            }
            result.peakBytes =
                std::max(result.peakBytes, *bytes + bytesOf(gathered) + bytesOf(inputs) + wanted.watcherBytes());
            work.progress.set(double(batches->back().indices.back() + 1) / double(m_data->size()));
        }
        return finishRun(gathered, inputs, samples, result);
    }

    /// What is left for values and statistics beside a watcher: half of the cap at least.
    std::uint64_t capFor(const Wanted& wanted) const {
        return m_options.memoryCapBytes - std::min(wanted.watcherBytes(), m_options.memoryCapBytes / 2);
    }

    /// How many batches go through the network side by side, each on a thread of its own, which spares the threads of
    /// one waiting for each other: as many as there are threads and as fit under the cap with their values.
    std::size_t lanesFor(const CalibrationGroup& group, std::uint64_t capBytes) const {
        const auto fitting = capBytes / std::max<std::uint64_t>(group.bytes, 1);
        return std::size_t(std::clamp<std::uint64_t>(fitting, 1, std::uint64_t(std::max(m_options.threads, 1))));
    }

    /// Up to `count`; fewer at the end of the data.
    static Result<std::vector<Batch>> nextBatches(BatchReader& reader, std::size_t count) {
        std::vector<Batch> batches;
        while (batches.size() < count) {
            auto batch = reader.next();
            if (!batch)
                return batch.status();
            if (batch->size() == 0)
                break;
            batches.push_back(std::move(*batch));
        }
        return batches;
    }

    /// A model whose only requested values are its inputs need not run at all.
    Status readInputs(const std::vector<std::string>& names, const Wanted& wanted, CalibrationData& result,
                      const Work& work) const {
        auto inputs = gatherers(names, wanted);
        std::vector<Gathered> none;
        std::size_t samples = 0;
        BatchReader reader(*m_data, std::max<std::size_t>(m_options.batch, 1), m_options.threads, work);
        for (;;) {
            auto batch = reader.next();
            if (!batch)
                return batch.status();
            if (batch->size() == 0)
                return finishRun(none, inputs, samples, result);
            if (auto status = addInputs(*batch, inputs); !status)
                return status;
            result.peakBytes =
                std::max(result.peakBytes, batch->input->bytes() + bytesOf(inputs) + wanted.watcherBytes());
            samples += batch->size();
        }
    }

    static Status addInputs(const Batch& batch, std::vector<Gathered>& inputs) {
        for (Gathered& value : inputs) {
            addValue(value, batch.input, batch.first, batch.size());
            if (!value.problem.code.empty())
                return value.problem;
        }
        return {};
    }

    static std::uint64_t bytesOf(const std::vector<Gathered>& list) {
        std::uint64_t bytes = 0;
        for (const Gathered& value : list)
            bytes += value.statistics.bytes();
        return bytes;
    }

    Status finishRun(const std::vector<Gathered>& gathered, const std::vector<Gathered>& inputs, std::size_t samples,
                     CalibrationData& result) const {
        if (samples == 0)
            return errorDiagnostic("calibration.data", "The dataset \"" + m_data->name() + "\" gave no samples.");
        result.samples = samples;
        for (const auto* list : {&gathered, &inputs})
            for (const Gathered& value : *list)
                result.values[value.name] = value.statistics.finish();
        return {};
    }

    std::size_t batchSize(const InputAdapter& adapter) const {
        return adapter.fixedRows() ? adapter.fixedRows() : std::max<std::size_t>(m_options.batch, 1);
    }

    static std::vector<Gathered> gatherers(const std::vector<std::string>& names, const Wanted& wanted) {
        std::vector<Gathered> list;
        list.reserve(names.size());
        for (const std::string& name : names) {
            const bool watched = wanted.watcher && wanted.watcher->values.contains(name);
            list.push_back(
                {name, StreamingStatistics(wanted.request.values.at(name)), watched ? wanted.watcher : nullptr, {}});
        }
        return list;
    }

    using Outputs = std::vector<TensorPtr>;

    /// None of an incomplete last batch of a model that takes whole ones: it would count its padding.
    static Result<Outputs> runBatch(InferenceSession& session, const InputAdapter& adapter, const Batch& batch,
                                    const Work& work) {
        if (adapter.fixedRows() > batch.size() && batch.first > 0)
            return Outputs();
        try {
            auto input = adapter.rows(*batch.input, 0, batch.size());
            return input ? session.run({*input}, work) : Result<Outputs>(input.error());
        } catch (const std::bad_alloc&) {
            return errorDiagnostic("calibration.memory", "There is not enough memory for the calibration.");
        }
    }

    /// Runs batches side by side and adds every output to its statistics; returns the bytes of the values. Each value
    /// belongs to one thread at a time and sees its batches in order, so the result does not depend on the number of
    /// threads.
    Result<std::uint64_t> runBatches(InferenceSession& session, const InputAdapter& adapter,
                                     const std::vector<Batch>& batches, std::vector<Gathered>& gathered,
                                     const Work& work) const {
        std::vector<Result<Outputs>> outputs(batches.size(), Outputs());
        parallelFor(batches.size(), int(batches.size()),
                    [&](std::size_t i) { outputs[i] = runBatch(session, adapter, batches[i], work); });
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < batches.size(); ++i) {
            if (!outputs[i])
                return outputs[i].error();
            bytes += batches[i].input->bytes();
            for (const TensorPtr& tensor : *outputs[i])
                bytes += tensor->bytes();
        }
        const auto order = largestFirst(*outputs.front());
        parallelFor(order.size(), m_options.threads, [&](std::size_t i) {
            for (std::size_t k = 0; k < batches.size(); ++k)
                if (!outputs[k]->empty())
                    addValue(gathered[order[i]], (*outputs[k])[order[i]], batches[k].first,
                             adapter.fixedRows() ? adapter.fixedRows() : batches[k].size());
        });
        for (const Gathered& value : gathered)
            if (!value.problem.code.empty())
                return value.problem;
        return bytes;
    }

    static void addValue(Gathered& value, const TensorPtr& tensor, std::size_t first, std::size_t samples) {
        if (!value.problem.code.empty())
            return;
        auto status = addTensor(value, *tensor, samples);
        if (status && value.watcher)
            status = value.watcher->see(value.name, tensor, first, samples);
        if (!status)
            value.problem = status.error();
    }

    static std::vector<std::size_t> largestFirst(const Outputs& outputs) {
        std::vector<std::size_t> order(outputs.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return outputs[a]->bytes() > outputs[b]->bytes(); });
        return order;
    }

    /// What the result depends on, besides the request. The number of threads is not among it.
    std::string keyOf(const Model& model) const {
        const std::string data = m_data->hash() + " " + std::to_string(m_options.batch);
        if (auto bytes = serializeOnnx(model))
            return contentKey(std::as_bytes(std::span(*bytes))).hex() + data;
        auto hash = modelHash(model);
        return hash ? *hash + data : std::string();
    }

    struct Known {
        std::string key;
        CalibrationRequest request;
        DataPtr data;
    };

    DataPtr recall(const std::string& key, const CalibrationRequest& request) {
        std::lock_guard lock(m_mutex);
        const auto at = std::find_if(m_known.begin(), m_known.end(), [&](const Known& known) {
            return known.key == key && known.request.covers(request);
        });
        if (at == m_known.end())
            return nullptr;
        m_known.splice(m_known.begin(), m_known, at);
        return at->data;
    }

    void remember(const std::string& key, const CalibrationRequest& request, DataPtr data) {
        if (key.empty())
            return;
        std::lock_guard lock(m_mutex);
        m_known.push_front({key, request, std::move(data)});
        if (m_known.size() > rememberedResults)
            m_known.pop_back();
    }

    static inline const std::vector<std::string> noNames;
    DatasetPtr m_data;
    CalibratorOptions m_options;
    std::shared_ptr<MemoryBudget> m_budget; ///< of what streams record
    std::mutex m_mutex;
    std::list<Known> m_known; ///< most recently used first
};

} // namespace

std::unique_ptr<CalibrationProvider> makeCalibrator(DatasetPtr data, const CalibratorOptions& options) {
    return std::make_unique<Calibrator>(std::move(data), options);
}

} // namespace lapidary
