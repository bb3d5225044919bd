// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/streamer.h"

#include "data/batchreader.h"
#include "eval/evaluator.h"
#include "eval/inputadapter.h"
#include "onnx/onnxshapes.h"

#include <algorithm>
#include <optional>

namespace lapidary {
namespace {

using RecordPtr = std::shared_ptr<const RecordedBatches>;

/// Where a value of a batch comes from.
struct Source {
    enum class Kind { Output, Data, Given, Constant };
    Kind kind = Kind::Output;
    std::size_t index = 0; // of the output or of the recorded name
    TensorPtr constant;
};

/// One model of the stream, ready to run.
class Lane {
public:
    static Result<Lane> open(const StreamedModel& wanted, const Dataset& data, const StreamOptions& options,
                             const std::shared_ptr<MemoryBudget>& budget) {
        Lane lane;
        lane.m_given = std::dynamic_pointer_cast<const RecordedBatches>(wanted.given);
        if (wanted.given && (!lane.m_given || lane.m_given->batches().empty()))
            return errorDiagnostic("calibration.stream", "What was given to the stream was recorded elsewhere.");
        std::vector<std::string> computed;
        for (const auto* names : {&wanted.values, &wanted.record})
            for (const std::string& name : *names) {
                auto source = lane.sourceOf(*wanted.model, name, computed);
                if (!source)
                    return source.status();
                (names == &wanted.values ? lane.m_values : lane.m_record).push_back(std::move(*source));
            }
        if (!wanted.record.empty())
            lane.m_recorded = std::make_shared<RecordedBatches>(wanted.record, budget);
        if (!computed.empty())
            if (auto status = lane.openModel(*wanted.model, computed, data, options); !status)
                return status;
        return lane;
    }

    bool readsData() const { return m_readsData; }
    const RecordPtr& given() const { return m_given; }
    std::size_t fixedRows() const { return m_adapter ? m_adapter->fixedRows() : 0; }
    std::shared_ptr<RecordedBatches> recorded() const { return m_recorded; }

    /// Values of one batch. `rows` of the data where it is read; `index` is the batch's number in the recordings.
    Result<std::vector<TensorPtr>> run(std::size_t index, RecordedBatches::Span span, const TensorPtr& rows,
                                       std::uint64_t& bytes, const Work& work) {
        std::vector<TensorPtr> outputs;
        if (m_session) {
            std::vector<TensorPtr> inputs;
            for (const std::size_t given : m_feeds) {
                auto tensor =
                    given == fromData ? m_adapter->rows(*rows, 0, span.samples) : m_given->tensor(index, given);
                if (!tensor)
                    return tensor.error();
                inputs.push_back(*tensor);
            }
            auto made = m_session->run(inputs, work);
            if (!made)
                return made.error();
            outputs = std::move(*made);
        }
        for (const TensorPtr& output : outputs)
            bytes += output->bytes();
        auto values = collect(m_values, outputs, index, rows);
        if (!values || !m_recorded)
            return values;
        const auto kept = collect(m_record, outputs, index, rows);
        if (!kept)
            return kept.status();
        if (auto status = m_recorded->add(span, *kept); !status)
            return status;
        return values;
    }

private:
    static constexpr std::size_t fromData = std::size_t(-1);

    Result<Source> sourceOf(const Model& model, const std::string& name, std::vector<std::string>& computed) {
        if (m_given) {
            const auto& names = m_given->names();
            if (const auto at = std::ranges::find(names, name); at != names.end())
                return Source{Source::Kind::Given, std::size_t(at - names.begin()), nullptr};
        }
        const Value* value = model.graph->findValue(name);
        if (!value)
            return errorDiagnostic("calibration.value", "The model has no value of this name.").atTensor(name);
        if (TensorPtr constant = model.graph->constant(value->id))
            return Source{Source::Kind::Constant, 0, std::move(constant)};
        if (!model.graph->producer(value->id)) {
            m_readsData = true;
            return Source{Source::Kind::Data, 0, nullptr};
        }
        const auto at = std::ranges::find(computed, name);
        const auto index = std::size_t(at - computed.begin());
        if (at == computed.end())
            computed.push_back(name);
        return Source{Source::Kind::Output, index, nullptr};
    }

    Status openModel(const Model& model, const std::vector<std::string>& wanted, const Dataset& data,
                     const StreamOptions& options) {
        auto cut = cutModelBetween(model, m_given.get(), wanted);
        if (!cut)
            return cut.status();
        SessionOptions session;
        session.threads = options.threads;
        session.memoryPattern = false;
        // Between two batches the cores belong to those who use the values.
        session.configEntries["session.intra_op.allow_spinning"] = "0";
        auto opened = openSession(*cut->model, session);
        if (!opened)
            return opened.status();
        m_session = std::move(*opened);
        std::vector<PortInfo> fromOutside;
        for (const PortInfo& port : m_session->inputs()) {
            const bool given = std::ranges::find(cut->given, port.name) != cut->given.end();
            const auto& names = m_given ? m_given->names() : cut->given;
            m_feeds.push_back(given ? std::size_t(std::ranges::find(names, port.name) - names.begin()) : fromData);
            if (!given)
                fromOutside.push_back(port);
        }
        if (fromOutside.empty())
            return {};
        auto adapter = InputAdapter::make(fromOutside, data);
        if (!adapter)
            return adapter.status();
        m_adapter = std::move(*adapter);
        m_readsData = true;
        return {};
    }

    Result<std::vector<TensorPtr>> collect(const std::vector<Source>& sources, const std::vector<TensorPtr>& outputs,
                                           std::size_t index, const TensorPtr& rows) const {
        std::vector<TensorPtr> values;
        for (const Source& source : sources) {
            if (source.kind == Source::Kind::Given) {
                auto tensor = m_given->tensor(index, source.index);
                if (!tensor)
                    return tensor.status();
                values.push_back(std::move(*tensor));
            } else {
                values.push_back(source.kind == Source::Kind::Output ? outputs[source.index]
                                 : source.kind == Source::Kind::Data ? rows
                                                                     : source.constant);
            }
        }
        return values;
    }

    std::unique_ptr<InferenceSession> m_session; // null: nothing has to be computed
    std::optional<InputAdapter> m_adapter;
    std::vector<std::size_t> m_feeds; // by input of the session: recorded name, or fromData
    std::vector<Source> m_values, m_record;
    RecordPtr m_given;
    std::shared_ptr<RecordedBatches> m_recorded;
    bool m_readsData = false;
};

/// Samples per batch such that the values of one, and what the runtime needs to make them, stay under the cap.
std::size_t rowsUnderCap(const std::vector<StreamedModel>& models, const StreamOptions& options) {
    std::uint64_t largest = 0, sum = 0;
    for (const StreamedModel& streamed : models) {
        const auto shapes = inferOnnxShapes(*streamed.model, {1});
        if (!shapes)
            continue;
        const auto bytes = [&](ValueId id) {
            const auto shape = shapes->shape(id);
            return shape ? std::uint64_t(elementCount(*shape).value_or(0)) * sizeof(float) : 0;
        };
        for (const NodePtr& node : streamed.model->graph->nodes())
            for (const ValueId output : node->outputs)
                largest = std::max(largest, output.valid() ? bytes(output) : 0);
        for (const auto* names : {&streamed.values, &streamed.record})
            for (const std::string& name : *names)
                if (const Value* value = streamed.model->graph->findValue(name); value && !value->initializer)
                    sum += bytes(value->id);
    }
    const std::uint64_t each = std::max<std::uint64_t>(std::max(sum, 4 * largest), 1);
    return std::size_t(
        std::clamp<std::uint64_t>(options.batchCapBytes / each, 1, std::max<std::size_t>(options.batch, 1)));
}

class Stream {
public:
    Stream(const Dataset& data, const StreamOptions& options, const StreamConsumer& consume, const Work& work)
        : m_data(data), m_options(options), m_consume(consume), m_work(work) {}

    Status open(const std::vector<StreamedModel>& models, const std::shared_ptr<MemoryBudget>& budget) {
        for (const StreamedModel& model : models) {
            auto lane = Lane::open(model, m_data, m_options, budget);
            if (!lane)
                return lane.status();
            m_readsData = m_readsData || lane->readsData();
            if (lane->given() && !m_given)
                m_given = lane->given();
            if (lane->fixedRows() > 0 && m_fixedRows > 0 && lane->fixedRows() != m_fixedRows)
                return errorDiagnostic("calibration.stream", "The models take different batches.");
            m_fixedRows = std::max(m_fixedRows, lane->fixedRows());
            m_lanes.push_back(std::move(*lane));
        }
        m_rows = m_fixedRows ? m_fixedRows
                 : m_given   ? m_given->batches().front().samples
                             : rowsUnderCap(models, m_options);
        return {};
    }

    Result<StreamResult> run() {
        auto status = m_readsData ? runOverData() : runOverRecord();
        if (!status)
            return status;
        if (m_result.samples == 0)
            return errorDiagnostic("calibration.data", "The dataset \"" + m_data.name() + "\" gave no samples.");
        for (const Lane& lane : m_lanes)
            m_result.recorded.push_back(lane.recorded());
        return m_result;
    }

private:
    Status runOverData() {
        BatchReader reader(m_data, m_rows, m_options.threads, m_work);
        for (;;) {
            auto batch = reader.next();
            if (!batch)
                return batch.status();
            if (batch->size() == 0)
                return {};
            if (m_fixedRows > batch->size() && batch->first > 0)
                continue; // an incomplete last batch would count its padding
            if (m_given &&
                (m_batch >= m_given->batches().size() || m_given->batches()[m_batch].samples != batch->size()))
                return errorDiagnostic("calibration.stream", "The recording has other batches than the data.");
            if (auto status = runBatch(batch->size(), batch->input); !status)
                return status;
        }
    }

    Status runOverRecord() {
        if (!m_given)
            return {};
        for (const auto& span : m_given->batches())
            if (auto status = runBatch(span.samples, nullptr); !status)
                return status;
        return {};
    }

    Status runBatch(std::size_t samples, const TensorPtr& rows) {
        if (auto status = m_work.check(); !status)
            return status;
        StreamedBatch batch{std::size_t(m_result.samples), samples, {}};
        std::uint64_t bytes = rows ? rows->bytes() : 0;
        for (Lane& lane : m_lanes) {
            auto values = lane.run(m_batch, {batch.first, samples}, rows, bytes, m_work);
            if (!values)
                return values.status();
            batch.values.push_back(std::move(*values));
        }
        m_result.peakBytes = std::max(m_result.peakBytes, bytes);
        m_result.samples += samples;
        ++m_batch;
        if (auto status = m_consume(batch); !status)
            return status;
        m_work.progress.set(double(m_result.samples) / double(std::max<std::size_t>(m_data.size(), 1)));
        return {};
    }

    const Dataset& m_data;
    const StreamOptions& m_options;
    const StreamConsumer& m_consume;
    const Work& m_work;
    std::vector<Lane> m_lanes;
    RecordPtr m_given;
    bool m_readsData = false;
    std::size_t m_fixedRows = 0, m_rows = 1, m_batch = 0;
    StreamResult m_result;
};

} // namespace

Result<StreamResult> streamValues(const Dataset& data, const StreamOptions& options,
                                  const std::shared_ptr<MemoryBudget>& budget, const std::vector<StreamedModel>& models,
                                  const StreamConsumer& consume, const Work& work) {
    Stream stream(data, options, consume, work);
    if (auto status = stream.open(models, budget); !status)
        return status;
    return stream.run();
}

} // namespace lapidary
