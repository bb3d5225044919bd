// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8rewrite.h"

#include "graph/grapheditor.h"
#include "graph/operatortraits.h"
#include "quantizer.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

struct Range {
    float low = 0;
    float high = 0;
};

Range rangeOf(const ValueStatistics& statistics, const Int8Options& options) {
    if (!options.percentile || options.percent >= 100)
        return {statistics.minimum, statistics.maximum};
    const double cut = (1 - options.percent / 100) / 2;
    return {CalibrationData::percentile(statistics, cut), CalibrationData::percentile(statistics, 1 - cut)};
}

/// The initializers behind one QuantizeLinear or DequantizeLinear.
struct ParamIds {
    ValueId scale;
    ValueId zeroPoint;
};

class Int8Rewriter {
public:
    Int8Rewriter(const Model& model, const Int8Plan& plan, const PassInput& input, const Int8Options& options,
                 const CalibrationData& data)
        : m_model(model), m_graph(*model.graph), m_plan(plan), m_input(input), m_options(options), m_data(data),
          m_editor(model.graph) {}

    Result<PassOutcome> run(const Work& work) {
        findParams();
        if (auto status = quantizeLayers(work); !status)
            return status;
        for (const Int8Constant& constant : m_plan.constants)
            if (auto status = quantizeConstant(constant); !status)
                return status;
        for (const ValueId id : m_plan.values)
            passThrough8Bits(id);
        releaseWeights();
        m_editor.removeUnused();
        auto graph = m_editor.finish();
        if (!graph)
            return graph.error();
        PassOutcome outcome;
        outcome.model = withGraph(m_model, std::move(*graph));
        outcome.layers = reports();
        outcome.fenced = m_plan.fenced;
        outcome.notes = m_plan.notes;
        return outcome;
    }

private:
    void findParams() {
        for (const auto& [value, root] : m_plan.root) {
            const auto upper = m_plan.upperBound.find(root);
            const Range range = rangeOf(*m_data.find(nameOf(root)), m_options);
            m_ranges[root] = range;
            m_params[root] = activationParams(range.low, range.high, m_options.signedActivations,
                                              upper == m_plan.upperBound.end() ? 0 : upper->second);
        }
    }

    const std::string& nameOf(ValueId id) const { return m_graph.value(id)->name; }
    const QuantParams& paramsOf(ValueId id) const { return m_params.at(m_plan.root.at(id)); }

    ParamIds addParams(const std::string& name, const QuantParams& params) {
        ParamIds ids;
        ids.scale = m_editor.addInitializer(name + "_scale", makeScalar(params.scale));
        ids.zeroPoint =
            m_editor.addInitializer(name + "_zero_point", params.isSigned ? makeScalar(std::int8_t(params.zeroPoint))
                                                                          : makeScalar(std::uint8_t(params.zeroPoint)));
        return ids;
    }

    ParamIds rootParams(ValueId id) {
        const ValueId root = m_plan.root.at(id);
        auto at = m_paramIds.find(root);
        if (at == m_paramIds.end())
            at = m_paramIds.emplace(root, addParams(nameOf(root), m_params.at(root))).first;
        return at->second;
    }

    /// DequantizeLinear of a constant; returns its output.
    ValueId dequantized(const std::string& name, TensorPtr integers, const ParamIds& params, int axis) {
        const ValueId value = m_editor.addInitializer(name + "_quantized", std::move(integers));
        std::vector<Attribute> attributes;
        if (axis >= 0)
            attributes.push_back(makeAttribute("axis", std::int64_t(axis)));
        const ValueId back = m_editor.addValue(name + "_dequantized");
        return addNode("DequantizeLinear", {value, params.scale, params.zeroPoint}, back, std::move(attributes));
    }

    Status quantizeLayers(const Work& work) {
        std::map<std::pair<ValueId, int>, std::vector<const Int8Layer*>> byWeight;
        for (const Int8Layer& layer : m_plan.layers)
            byWeight[{layer.weight, layer.axis}].push_back(&layer);
        std::size_t done = 0;
        for (const auto& [key, layers] : byWeight) {
            if (auto status = work.check(); !status)
                return status;
            if (auto status = quantizeWeight(layers); !status)
                return status;
            work.progress.set(double(++done) / double(byWeight.size()));
        }
        return {};
    }

    /// One weight and the layers that share it.
    Status quantizeWeight(const std::vector<const Int8Layer*>& layers) {
        const Int8Layer& first = *layers.front();
        const TensorPtr weight = m_graph.constant(first.weight);
        auto floats = toFloats(*weight);
        if (!floats)
            return Diagnostic(floats.error()).atTensor(nameOf(first.weight));
        const WeightLayout layout = weightLayout(weight->shape, first.axis);
        std::vector<float> scales = weightScales(*floats, layout, m_options.weightLimit);
        for (const Int8Layer* layer : layers)
            if (auto status = makeRoomForBias(*layer, scales); !status)
                return status;
        auto quantized = quantizeWeights(*floats, layout, scales, m_options.weightLimit);
        const std::string& name = nameOf(first.weight);
        const Shape shape = first.axis >= 0 ? Shape{first.channels} : Shape{};
        ParamIds params;
        params.scale = m_editor.addInitializer(name + "_scale", makeTensor(shape, scales));
        params.zeroPoint = m_editor.addInitializer(name + "_zero_point",
                                                   makeTensor(shape, std::vector<std::int8_t>(scales.size(), 0)));
        const ValueId value =
            dequantized(name, makeTensor(weight->shape, std::move(quantized.values)), params, first.axis);
        for (const Int8Layer* layer : layers) {
            const Node* node = m_graph.node(layer->node);
            m_editor.setInput(layer->node, std::size_t(traitsOf(*node)->weightInput), value);
            m_weightSqnr[layer->node] = quantized.sqnrDb;
            if (auto status = quantizeBias(*layer, scales); !status)
                return status;
        }
        return {};
    }

    /// A bias is stored with the scale of the products it is added to; a channel of tiny weights must not push it out
    /// of the range of 32 bits.
    Status makeRoomForBias(const Int8Layer& layer, std::vector<float>& scales) const {
        if (!layer.bias.valid())
            return {};
        auto bias = toFloats(*m_graph.constant(layer.bias));
        if (!bias)
            return Diagnostic(bias.error()).atTensor(nameOf(layer.bias));
        const float inputScale = paramsOf(layer.data).scale;
        for (std::size_t i = 0; i < bias->size(); ++i) {
            float& scale = scales[scales.size() == 1 ? 0 : i];
            scale = std::max(scale, smallestScaleForBias((*bias)[i], inputScale));
        }
        return {};
    }

    Status quantizeBias(const Int8Layer& layer, const std::vector<float>& weightScale) {
        if (!layer.bias.valid())
            return {};
        auto bias = toFloats(*m_graph.constant(layer.bias));
        if (!bias)
            return Diagnostic(bias.error()).atTensor(nameOf(layer.bias));
        const float inputScale = paramsOf(layer.data).scale;
        std::vector<float> scales;
        for (const float scale : weightScale)
            scales.push_back(inputScale * scale);
        std::vector<std::int32_t> integers;
        for (std::size_t i = 0; i < bias->size(); ++i)
            integers.push_back(lapidary::quantizeBias((*bias)[i], scales[scales.size() == 1 ? 0 : i]));
        const std::string& name = nameOf(layer.bias);
        const bool perChannel = layer.axis >= 0;
        const Shape shape = perChannel ? Shape{std::int64_t(scales.size())} : Shape{};
        ParamIds params;
        params.zeroPoint = m_editor.addInitializer(name + "_zero_point",
                                                   makeTensor(shape, std::vector<std::int32_t>(scales.size(), 0)));
        params.scale = m_editor.addInitializer(name + "_scale", makeTensor(shape, std::move(scales)));
        const Shape integerShape = {std::int64_t(integers.size())};
        const ValueId value =
            dequantized(name, makeTensor(integerShape, std::move(integers)), params, perChannel ? 0 : -1);
        m_editor.setInput(layer.node, std::size_t(traitsOf(*m_graph.node(layer.node))->biasInput), value);
        return {};
    }

    Status quantizeConstant(const Int8Constant& constant) {
        const TensorPtr tensor = m_graph.constant(constant.value);
        auto floats = toFloats(*tensor);
        if (!floats)
            return Diagnostic(floats.error()).atTensor(nameOf(constant.value));
        Range range;
        for (const float value : *floats)
            if (std::isfinite(value)) {
                range.low = std::min(range.low, value);
                range.high = std::max(range.high, value);
            }
        const QuantParams params = activationParams(range.low, range.high, m_options.signedActivations);
        auto integers = quantizeActivation(*floats, params);
        TensorPtr stored = params.isSigned
                               ? makeTensor(tensor->shape, std::vector<std::int8_t>(integers.begin(), integers.end()))
                               : makeTensor(tensor->shape, std::move(integers));
        const std::string& name = nameOf(constant.value);
        m_editor.setInput(constant.node, std::size_t(constant.input),
                          dequantized(name, stored, addParams(name, params), -1));
        return {};
    }

    /// Puts QuantizeLinear and DequantizeLinear behind a value. What a quantized node makes is read back from 8 bits by
    /// everyone, or its kernel could not write integers; what comes from float is only rounded for quantized readers.
    void passThrough8Bits(ValueId id) {
        const Node* producer = m_editor.producer(id);
        const bool from8Bits = producer && m_plan.nodes.count(producer->id) > 0;
        const ParamIds params = rootParams(id);
        const std::string& name = nameOf(id);
        if (from8Bits && m_editor.isOutput(id)) {
            const ValueId exact = m_editor.addValue(name + "_float");
            Node changed = *producer;
            std::replace(changed.outputs.begin(), changed.outputs.end(), id, exact);
            m_editor.replaceNode(std::move(changed));
            addPair(name, exact, params, id);
            return;
        }
        const auto uses = m_editor.uses(id);
        const ValueId back = addPair(name, id, params, {});
        for (const Use& use : uses) {
            if (use.input < 0)
                continue;
            const Node* user = m_graph.node(use.node);
            const bool reads8Bits = m_plan.nodes.count(use.node) > 0 &&
                                    traitsOf(*user)->quantized != QuantizedKernel::None &&
                                    Int8Plan::isDataInput(*user, std::size_t(use.input), m_input.shapes);
            if (from8Bits || reads8Bits)
                m_editor.setInput(use.node, std::size_t(use.input), back);
        }
    }

    ValueId addPair(const std::string& name, ValueId from, const ParamIds& params, ValueId to) {
        const ValueId integers = m_editor.addValue(name + "_quantized");
        addNode("QuantizeLinear", {from, params.scale, params.zeroPoint}, integers);
        return addNode("DequantizeLinear", {integers, params.scale, params.zeroPoint},
                       to.valid() ? to : m_editor.addValue(name + "_dequantized"));
    }

    /// The node is called after what it makes, which has a name of its own already; runtimes refuse equal node names.
    ValueId addNode(std::string opType, std::vector<ValueId> inputs, ValueId output,
                    std::vector<Attribute> attributes = {}) {
        Node node;
        node.name = m_editor.value(output)->name + "_" + opType;
        node.opType = std::move(opType);
        node.inputs = std::move(inputs);
        node.outputs = {output};
        node.attributes = std::move(attributes);
        m_editor.addNode(std::move(node));
        return output;
    }

    /// Weights that old files also list as inputs would otherwise stay.
    void releaseWeights() {
        for (const Int8Layer& layer : m_plan.layers)
            for (const ValueId id : {layer.weight, layer.bias})
                if (id.valid() && m_editor.isInput(id) && m_editor.uses(id).empty())
                    m_editor.removeInput(id);
    }

    std::vector<LayerReport> reports() const {
        std::vector<LayerReport> list;
        for (const auto& node : m_graph.nodes()) {
            if (m_plan.nodes.count(node->id) == 0)
                continue;
            const Int8Layer* layer = m_plan.layerOf(node->id);
            LayerReport report;
            report.node = displayName(*node);
            report.opType = node->opType;
            report.what = !layer             ? "int8"
                          : layer->axis >= 0 ? "int8, one weight scale per channel"
                                             : "int8, one weight scale";
            addNumbers(*node, layer, report.numbers);
            list.push_back(std::move(report));
        }
        return list;
    }

    void addNumbers(const Node& node, const Int8Layer* layer, std::map<std::string, double>& numbers) const {
        if (layer && std::isfinite(m_weightSqnr.at(node.id)))
            numbers["weight_sqnr_db"] = m_weightSqnr.at(node.id);
        const ValueId data = layer ? layer->data : node.input(0);
        if (const auto root = m_plan.root.find(data); root != m_plan.root.end()) {
            numbers["activation_min"] = m_ranges.at(root->second).low;
            numbers["activation_max"] = m_ranges.at(root->second).high;
            numbers["activation_scale"] = m_params.at(root->second).scale;
            numbers["activation_zero_point"] = m_params.at(root->second).zeroPoint;
        }
        if (const auto root = m_plan.root.find(node.output()); root != m_plan.root.end())
            numbers["output_scale"] = m_params.at(root->second).scale;
    }

    const Model& m_model;
    const Graph& m_graph;
    const Int8Plan& m_plan;
    const PassInput& m_input;
    const Int8Options& m_options;
    const CalibrationData& m_data;
    GraphEditor m_editor;
    std::map<ValueId, Range> m_ranges;       ///< by root
    std::map<ValueId, QuantParams> m_params; ///< by root
    std::map<ValueId, ParamIds> m_paramIds;  ///< by root
    std::map<NodeId, double> m_weightSqnr;
};

} // namespace

CalibrationRequest calibrationRequest(const Graph& graph, const Int8Plan& plan, const Int8Options& options) {
    CalibrationRequest request;
    const unsigned wanted = unsigned(Statistic::Range) |
                            (options.percentile && options.percent < 100 ? unsigned(Statistic::Histogram) : 0u);
    for (const auto& [value, root] : plan.root)
        request.values[graph.value(root)->name] = wanted;
    return request;
}

std::map<NodeId, std::string> nodesWithoutRange(const Graph& graph, const Int8Plan& plan, const CalibrationData& data) {
    std::map<NodeId, std::string> bad;
    for (const auto& [value, root] : plan.root) {
        const std::string& name = graph.value(root)->name;
        const ValueStatistics* statistics = data.find(name);
        if (statistics && statistics->count > 0)
            continue;
        const std::string reason = "\"" + name + "\" was never a finite number on the calibration data";
        for (const Use& use : graph.uses(value))
            if (plan.nodes.count(use.node) > 0 && use.input >= 0)
                bad.emplace(use.node, reason);
        const Node* producer = graph.producer(value);
        for (int steps = 0; producer && steps < 2; ++steps) {
            if (plan.nodes.count(producer->id) > 0)
                bad.emplace(producer->id, reason);
            const OperatorTraits* traits = traitsOf(*producer);
            producer = traits && traits->absorbedByQuantize ? graph.producer(producer->input(0)) : nullptr;
        }
    }
    return bad;
}

Result<PassOutcome> rewriteInt8(const Model& model, const Int8Plan& plan, const PassInput& input,
                                const Int8Options& options, const CalibrationData& data, const Work& work) {
    return Int8Rewriter(model, plan, input, options, data).run(work);
}

} // namespace lapidary
