// SPDX-License-Identifier: GPL-3.0-or-later
#include "biascorrection.h"

#include "analysis/dequantizedconstant.h"
#include "eval/crossingvalues.h"
#include "eval/gram.h"
#include "graph/grapheditor.h"
#include "graph/operatortraits.h"
#include "int8rewrite.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

/// Mean of float minus quantized, per channel (axis 1), over batches.
class MeanDifference {
public:
    Status add(const Tensor& quantized, const Tensor& original, std::size_t samples) {
        if (quantized.shape != original.shape || original.shape.size() < 2)
            return errorDiagnostic("quantize.bias_correction", "The output of a layer has another shape in 8 bits.");
        const auto a = FloatView::of(original), b = FloatView::of(quantized);
        if (!a || !b)
            return a ? b.status() : a.status();
        const auto rows = std::min(samples, std::size_t(original.shape[0]));
        const auto channels = std::size_t(original.shape[1]);
        if (channels == 0 || original.shape[0] == 0)
            return {};
        const std::size_t inner = a->span().size() / std::size_t(original.shape[0]) / channels;
        m_sums.resize(channels, 0);
        std::size_t at = 0;
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t c = 0; c < channels; ++c)
                for (std::size_t i = 0; i < inner; ++i, ++at) {
                    const double difference = double(a->span()[at]) - double(b->span()[at]);
                    m_sums[c] += std::isfinite(difference) ? difference : 0;
                }
        m_count += rows * inner;
        return {};
    }

    std::vector<double> mean() const {
        std::vector<double> mean = m_sums;
        for (double& value : mean)
            value /= double(std::max<std::size_t>(m_count, 1));
        return mean;
    }

private:
    std::vector<double> m_sums;
    std::size_t m_count = 0;
};

/// The quantized model with the layers' weights and biases as the floats that the integers stand for: nothing in it is
/// computed from constants, and biases can be changed.
Result<ModelPtr> simulatedModel(const Model& quantized, const Int8Plan& plan) {
    GraphEditor editor(quantized.graph);
    const Graph& graph = *quantized.graph;
    for (const Int8Layer& layer : plan.layers) {
        const Node& node = *graph.node(layer.node);
        const OperatorTraits traits = *traitsOf(node);
        keepFloatWeights(editor, layer.node, std::size_t(traits.dataInput));
        for (const int index : {traits.weightInput, traits.biasInput}) {
            const ValueId id = index >= 0 ? node.input(std::size_t(index)) : ValueId();
            if (!id.valid() || !graph.producer(id))
                continue;
            auto tensor = dequantizedConstant(graph, id);
            if (!tensor)
                return tensor.status();
            if (!*tensor)
                continue;
            editor.setInput(layer.node, std::size_t(index),
                            editor.addInitializer(graph.value(id)->name + "_simulated", std::move(*tensor)));
        }
    }
    editor.removeUnused();
    auto finished = editor.finish();
    if (!finished)
        return finished.error();
    return withGraph(quantized, std::move(*finished));
}

class Correction {
public:
    Correction(ModelPtr original, ModelPtr simulated, Int8Plan& plan, CalibrationProvider& calibration)
        : m_original(std::move(original)), m_simulated(std::move(simulated)), m_plan(plan), m_calibration(calibration) {
    }

    Status correct(const Int8Layer& layer, const Work& work) {
        const Graph& simulated = *m_simulated->graph;
        const Graph& original = *m_original->graph;
        MeanDifference difference;
        const auto consume = [&](const StreamedBatch& batch) -> Status {
            if (auto status = work.check(); !status)
                return status;
            return difference.add(*batch.values[0][0], *batch.values[1][0], batch.samples);
        };
        auto streamed = m_calibration.stream({streamedModel(m_simulated, layer.node, m_recorded),
                                              streamedModel(m_original, layer.node, m_recordedOriginal)},
                                             consume, work);
        if (!streamed)
            return streamed.status();
        m_recorded = streamed->recorded.at(0);
        m_recordedOriginal = streamed->recorded.at(1);
        auto bias = toFloats(*original.constant(layer.bias));
        if (!bias)
            return bias.status();
        const auto mean = difference.mean();
        if (mean.size() != bias->size())
            return {};
        for (std::size_t i = 0; i < mean.size(); ++i)
            (*bias)[i] = float(double((*bias)[i]) + mean[i]);
        GraphEditor editor(m_simulated->graph);
        const Node& node = *simulated.node(layer.node);
        const ValueId own = node.input(std::size_t(traitsOf(node)->biasInput));
        editor.setInitializer(own, makeTensor(simulated.constant(own)->shape, *bias));
        m_plan.biases[layer.node] = std::move(*bias);
        auto graph = editor.finish();
        if (!graph)
            return graph.error();
        m_simulated = withGraph(*m_simulated, std::move(*graph));
        return {};
    }

private:
    static StreamedModel streamedModel(const ModelPtr& model, NodeId layer, const RecordedPtr& given) {
        const Graph& graph = *model->graph;
        return {model,
                {graph.value(graph.node(layer)->output())->name},
                crossingValues(graph, graph.position(layer)),
                given};
    }

    ModelPtr m_original, m_simulated;
    Int8Plan& m_plan;
    CalibrationProvider& m_calibration;
    RecordedPtr m_recorded, m_recordedOriginal;
};

} // namespace

Result<std::size_t> correctBiases(const ModelPtr& model, Int8Plan& plan, const PassInput& input,
                                  const Int8Options& options, const CalibrationData& data,
                                  CalibrationProvider& calibration, const Work& work) {
    Int8Options pairs = options;
    pairs.asIntegerOperators = false;
    auto quantized = rewriteInt8(*model, plan, input, pairs, data, Work{work.stop, {}});
    if (!quantized)
        return quantized.status();
    auto simulated = simulatedModel(*quantized->model, plan);
    if (!simulated)
        return simulated.status();
    std::vector<const Int8Layer*> layers;
    for (const Int8Layer& layer : plan.layers)
        if (layer.bias.valid())
            layers.push_back(&layer);
    Correction correction(model, std::move(*simulated), plan, calibration);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const Work part = work.step(i, layers.size(), displayName(*model->graph->node(layers[i]->node)));
        if (auto status = correction.correct(*layers[i], part); !status)
            return isCancelled(status.error())
                       ? status
                       : Status(Diagnostic(status.error()).atNode(displayName(*model->graph->node(layers[i]->node))));
    }
    return layers.size();
}

} // namespace lapidary
