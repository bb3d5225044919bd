// SPDX-License-Identifier: GPL-3.0-or-later
#include "passbench.h"

#include "graph/grapheditor.h"
#include "modelbuilder.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary::test {

namespace {

constexpr std::uint64_t samples = 4;
constexpr std::size_t bins = 2048;

void addHistogram(ValueStatistics& s, const std::vector<float>& values) {
    s.histogramLow = s.minimum;
    s.histogramHigh = s.maximum > s.minimum ? s.maximum : s.minimum + 1;
    s.histogram.assign(bins, 0);
    for (const float value : values) {
        const double place = (double(value) - s.histogramLow) / (double(s.histogramHigh) - s.histogramLow);
        ++s.histogram[std::min(bins - 1, std::size_t(place * bins))];
    }
}

void addChannels(ValueStatistics& s, const std::vector<float>& values, const Shape& shape, std::size_t runs) {
    if (shape.size() < 2)
        return;
    const auto channels = std::size_t(shape[1]);
    const std::size_t inner = values.size() / runs / std::size_t(shape[0]) / std::max<std::size_t>(channels, 1);
    s.channelMinimum.assign(channels, std::numeric_limits<float>::infinity());
    s.channelMaximum.assign(channels, -std::numeric_limits<float>::infinity());
    s.channelMean.assign(channels, 0);
    s.channelMeanSquare.assign(channels, 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t c = i / inner % channels;
        s.channelMinimum[c] = std::min(s.channelMinimum[c], values[i]);
        s.channelMaximum[c] = std::max(s.channelMaximum[c], values[i]);
        s.channelMean[c] += values[i] * double(channels) / double(values.size());
        s.channelMeanSquare[c] += double(values[i]) * values[i] * double(channels) / double(values.size());
    }
}

class RandomCalibration : public CalibrationProvider {
public:
    Result<std::shared_ptr<const CalibrationData>> calibrate(const Model& model, const CalibrationRequest& request,
                                                             const Work& work) override {
        if (const auto status = work.check(); !status)
            return status;
        std::map<std::string, std::vector<float>> seen;
        std::map<std::string, Shape> shapes;
        GraphEditor editor(model.graph);
        std::vector<ValueId> wanted;
        for (const auto& [name, statistics] : request.values)
            wanted.push_back(editor.findValue(name));
        std::vector<ValueId> outputs;
        for (const auto id : wanted)
            if (!editor.isInput(id))
                outputs.push_back(id);
        editor.setOutputs(outputs);
        const auto graph = editor.finish();
        if (!graph)
            return graph.error();
        for (std::uint64_t sample = 0; sample < samples; ++sample) {
            const auto inputs = randomInputs(model, 100 * sample);
            const auto results = runModel(*withGraph(model, *graph), inputs);
            if (!results) {
                // An operator no runtime knows: a pass still has to cope with the statistics somebody brings.
                for (const auto& entry : request.values)
                    seen[entry.first] = randomFloats(256, 7);
                break;
            }
            const auto keep = [&](ValueId id, const TensorPtr& tensor) {
                const auto values = toFloats(*tensor);
                const auto& name = model.graph->value(id)->name;
                if (values && request.values.count(name) > 0) {
                    seen[name].insert(seen[name].end(), values->begin(), values->end());
                    shapes[name] = tensor->shape;
                }
            };
            for (std::size_t i = 0; i < outputs.size(); ++i)
                keep(outputs[i], results->at(i));
            for (std::size_t i = 0; i < inputs.size(); ++i)
                keep(model.graph->requiredInputs()[i], inputs[i]);
        }
        auto data = std::make_shared<CalibrationData>();
        data->samples = samples;
        for (const auto& [name, values] : seen) {
            ValueStatistics& s = data->values[name];
            s.count = values.size();
            s.minimum = *std::min_element(values.begin(), values.end());
            s.maximum = *std::max_element(values.begin(), values.end());
            addHistogram(s, values);
            addChannels(s, values, shapes[name], samples);
        }
        return std::shared_ptr<const CalibrationData>(std::move(data));
    }
    /// Everything at once and from the start: nothing is kept, what was "kept" is computed again.
    Result<StreamResult> stream(const std::vector<StreamedModel>& models, const StreamConsumer& consume,
                                const Work& work) override {
        StreamResult result;
        result.recorded.resize(models.size());
        for (std::uint64_t sample = 0; sample < samples; ++sample) {
            if (const auto status = work.check(); !status)
                return status;
            StreamedBatch batch{std::size_t(sample), 1, {}};
            for (const StreamedModel& streamed : models) {
                const auto inputs = randomInputs(*streamed.model, 100 * sample);
                auto values = valuesOf(streamed, inputs);
                if (!values)
                    return values.status();
                batch.values.push_back(std::move(*values));
            }
            if (auto status = consume(batch); !status)
                return status;
            ++result.samples;
        }
        return result;
    }
    std::uint64_t sampleCount() const override { return samples; }
    std::string dataHash() const override { return "random"; }

private:
    static Result<std::vector<TensorPtr>> valuesOf(const StreamedModel& streamed,
                                                   const std::vector<TensorPtr>& inputs) {
        const Graph& graph = *streamed.model->graph;
        GraphEditor editor(streamed.model->graph);
        std::vector<ValueId> outputs;
        for (const std::string& name : streamed.values)
            if (const auto id = editor.findValue(name); graph.producer(id) && !std::ranges::count(outputs, id))
                outputs.push_back(id);
        std::vector<TensorPtr> computed;
        if (!outputs.empty()) {
            editor.setOutputs(outputs);
            editor.removeUnused(); // an operator that no runtime knows may stand behind what is asked for
            const auto finished = editor.finish();
            if (!finished)
                return finished.status();
            auto results = runModel(*withGraph(*streamed.model, *finished), inputs);
            if (!results)
                return results;
            computed = std::move(*results);
        }
        std::vector<TensorPtr> values;
        for (const std::string& name : streamed.values) {
            const ValueId id = graph.findValue(name)->id;
            const auto at = std::ranges::find(outputs, id);
            const auto required = graph.requiredInputs();
            values.push_back(at != outputs.end() ? computed[std::size_t(at - outputs.begin())]
                             : graph.constant(id)
                                 ? graph.constant(id)
                                 : inputs[std::size_t(std::ranges::find(required, id) - required.begin())]);
        }
        return values;
    }
};

} // namespace

CalibrationProvider& randomCalibration() {
    static RandomCalibration calibration;
    return calibration;
}

} // namespace lapidary::test
