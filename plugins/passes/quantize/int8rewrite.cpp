// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8rewrite.h"

#include "biasmeans.h"
#include "graph/grapheditor.h"
#include "graph/operatortraits.h"
#include "integerform.h"
#include "quantizer.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

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

    Result<Int8Result> run(const Work& work) {
        findParams();
        if (auto status = quantizeLayers(work); !status)
            return status;
        for (const Int8Constant& constant : m_plan.constants)
            if (auto status = quantizeConstant(constant); !status)
                return status;
        for (const ValueId id : m_plan.values)
            passThrough8Bits(id);
        for (const Int8Shield& shield : m_plan.shields)
            readWithScalesPerChannel(shield);
        for (const Int8Spread& each : m_plan.spreads)
            if (auto status = spread(each); !status)
                return status;
        for (const NodeId id : m_plan.standing)
            standOnIntegers(m_editor, id);
        if (m_options.asIntegerOperators)
            useIntegerOperators(m_editor, m_graph, m_plan.nodes, m_model.opset());
        releaseWeights();
        m_editor.removeUnused();
        auto graph = m_editor.finish();
        if (!graph)
            return graph.error();
        auto model = std::make_shared<Model>(*withGraph(m_model, std::move(*graph)));
        importMicrosoftOperators(*model);
        return Int8Result{std::move(model), numbers(), m_biases.size(), m_uncorrected};
    }

private:
    void findParams() {
        for (const auto& [value, root] : m_plan.root) {
            const auto upper = m_plan.upperBound.find(root);
            const ValueStatistics& statistics = *m_data.find(nameOf(root));
            const bool unit = m_plan.unitRoots.count(root) > 0;
            const ActivationRange range = unit ? ActivationRange{0, 1} : chooseRange(statistics, m_options.range);
            m_ranges[root] = range;
            m_params[root] = activationParams(range.low, range.high, m_options.activations, m_options.range.symmetric,
                                              upper == m_plan.upperBound.end() ? 0 : upper->second);
        }
    }

    const std::string& nameOf(ValueId id) const { return m_graph.value(id)->name; }
    const QuantParams& paramsOf(ValueId id) const { return m_params.at(m_plan.root.at(id)); }

    ParamIds addParams(const std::string& name, const QuantParams& params) {
        ParamIds ids;
        ids.scale = m_editor.addInitializer(name + "_scale", makeScalar(params.scale));
        ids.zeroPoint = m_editor.addInitializer(name + "_zero_point", zeroPointTensor(params));
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
    ValueId dequantized(const std::string& name, TensorPtr integers, const ParamIds& params, int axis,
                        std::string domain = {}) {
        const ValueId value = m_editor.addInitializer(name + "_quantized", std::move(integers));
        std::vector<Attribute> attributes;
        if (axis >= 0)
            attributes.push_back(makeAttribute("axis", std::int64_t(axis)));
        const ValueId back = m_editor.addValue(name + "_dequantized");
        return addNode("DequantizeLinear", {value, params.scale, params.zeroPoint}, back, std::move(attributes),
                       std::move(domain));
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
        const auto rounding = m_plan.rounded.find(first.weight);
        const Int8Rounding* rounded = rounding == m_plan.rounded.end() ? nullptr : &rounding->second;
        std::vector<float> scales = rounded ? rounded->scales : weightScales(*floats, layout, m_options.weightLimit);
        for (const Int8Layer* layer : layers)
            if (auto status = makeRoomForBias(*layer, scales); !status)
                return status;
        auto quantized = quantizeWeights(rounded ? rounded->values : *floats, layout, scales, m_options.weightLimit);
        if (rounded)
            quantized.sqnrDb = weightSqnrDb(*floats, rounded->values);
        if (m_options.correctBias && !m_options.layerByLayer)
            correctBiases(layers, *floats, dequantize(quantized.values, layout, scales));
        const std::string& name = nameOf(first.weight);
        const Shape shape = first.axis >= 0 ? Shape{first.channels} : Shape{};
        ParamIds params;
        params.scale = m_editor.addInitializer(name + "_scale", makeTensor(shape, scales));
        const bool asUnsigned = m_options.unsignedWeights;
        params.zeroPoint =
            m_editor.addInitializer(name + "_zero_point", weightZeroPoints(shape, scales.size(), asUnsigned));
        const ValueId value =
            dequantized(name, weightTensor(weight->shape, std::move(quantized.values), asUnsigned), params, first.axis);
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
        auto bias = biasOf(layer);
        if (!bias)
            return bias.status();
        const float inputScale = paramsOf(layer.data).scale;
        for (std::size_t i = 0; i < bias->size(); ++i) {
            float& scale = scales[scales.size() == 1 ? 0 : i];
            scale = std::max(scale, smallestScaleForBias((*bias)[i], inputScale));
        }
        return {};
    }

    /// From the means of the inputs, where nothing better is known.
    void correctBiases(const std::vector<const Int8Layer*>& layers, std::span<const float> weights,
                       std::span<const float> rounded) {
        for (const Int8Layer* layer : layers) {
            if (!layer->bias.valid() || m_plan.biases.count(layer->node) > 0)
                continue;
            const auto loss = expectedLoss(m_graph, *layer, m_input.shapes, weights, rounded, m_data);
            auto bias = loss ? biasOf(*layer) : loss.status();
            if (!loss || !bias || bias->size() != loss->size()) {
                ++m_uncorrected;
                continue;
            }
            for (std::size_t i = 0; i < bias->size(); ++i)
                (*bias)[i] = float(double((*bias)[i]) + (*loss)[i]);
            m_biases[layer->node] = std::move(*bias);
        }
    }

    Result<std::vector<float>> biasOf(const Int8Layer& layer) const {
        if (const auto own = m_biases.find(layer.node); own != m_biases.end())
            return own->second;
        if (const auto changed = m_plan.biases.find(layer.node); changed != m_plan.biases.end())
            return changed->second;
        auto bias = toFloats(*m_graph.constant(layer.bias));
        return bias ? std::move(bias)
                    : Result<std::vector<float>>(Diagnostic(bias.error()).atTensor(nameOf(layer.bias)));
    }

    Status quantizeBias(const Int8Layer& layer, const std::vector<float>& weightScale) {
        if (!layer.bias.valid())
            return {};
        auto bias = biasOf(layer);
        if (!bias)
            return bias.status();
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
        ActivationRange range;
        for (const float value : *floats)
            if (std::isfinite(value)) {
                range.low = std::min(range.low, value);
                range.high = std::max(range.high, value);
            }
        const QuantParams params =
            activationParams(range.low, range.high, m_options.activations, m_options.range.symmetric);
        const std::string& name = nameOf(constant.value);
        m_editor.setInput(constant.node, std::size_t(constant.input),
                          dequantized(name, quantizeActivation(tensor->shape, *floats, params), addParams(name, params),
                                      -1, activationDomain()));
        return {};
    }

    /// The standard's QuantizeLinear knows 16 bits since opset 21; ONNX Runtime's own knew them before.
    std::string activationDomain() const {
        return m_options.wideActivations() && m_model.opset() < 21 ? std::string(microsoftDomain) : std::string();
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
                                    kernelOf(*user, m_options) != QuantizedKernel::None &&
                                    Int8Plan::isDataInput(m_graph, *user, std::size_t(use.input), m_input.shapes);
            if (from8Bits || reads8Bits)
                m_editor.setInput(use.node, std::size_t(use.input), back);
        }
    }

    /// The same numbers through a DequantizeLinear of its own, with equal scales along an axis. See Int8Shield.
    void readWithScalesPerChannel(const Int8Shield& shield) {
        const auto input = std::size_t(traitsOf(*m_graph.node(shield.node))->dataInput);
        const Node* back = m_editor.producer(m_editor.node(shield.node)->input(input));
        if (!back || back->opType != "DequantizeLinear")
            return;
        auto at = m_shields.find(shield.data);
        if (at == m_shields.end())
            at = m_shields.emplace(shield.data, perChannelCopy(shield, back->inputs[0])).first;
        m_editor.setInput(shield.node, input, at->second);
    }

    /// See Int8Spread.
    Status spread(const Int8Spread& spread) {
        const auto key = std::pair(spread.value, spread.axes);
        auto at = m_spreads.find(key);
        if (at == m_spreads.end()) {
            const TensorPtr tensor = m_graph.constant(spread.value);
            auto floats = toFloats(*tensor);
            if (!floats)
                return Diagnostic(floats.error()).atTensor(nameOf(spread.value));
            Shape shape(spread.axes, 1);
            shape.back() = tensor->shape.front();
            const std::string name = nameOf(spread.value) + "_row" + std::to_string(spread.axes);
            at = m_spreads.emplace(key, m_editor.addInitializer(name, makeTensor(shape, std::move(*floats)))).first;
        }
        m_editor.setInput(spread.node, std::size_t(spread.input), at->second);
        return {};
    }

    ValueId perChannelCopy(const Int8Shield& shield, ValueId integers) {
        const QuantParams& params = paramsOf(shield.data);
        const std::string name = nameOf(shield.data) + "_shielded";
        const auto count = std::size_t(shield.extent);
        const ValueId scales = m_editor.addInitializer(
            name + "_scale", makeTensor({shield.extent}, std::vector<float>(count, params.scale)));
        const std::vector<float> zeros(count, 0.0f); // what 0 becomes is the zero point
        const ValueId zeroPoints =
            m_editor.addInitializer(name + "_zero_point", quantizeActivation({shield.extent}, zeros, params));
        const ValueId made = m_editor.addValue(name);
        addNode("DequantizeLinear", {integers, scales, zeroPoints}, made,
                {makeAttribute("axis", std::int64_t(shield.axis))}, activationDomain());
        declare(made, shield.data, DataType::Float);
        return made;
    }

    ValueId addPair(const std::string& name, ValueId from, const ParamIds& params, ValueId to) {
        const ValueId integers = m_editor.addValue(name + "_quantized");
        const ValueId back = to.valid() ? to : m_editor.addValue(name + "_dequantized");
        addNode("QuantizeLinear", {from, params.scale, params.zeroPoint}, integers, {}, activationDomain());
        addNode("DequantizeLinear", {integers, params.scale, params.zeroPoint}, back, {}, activationDomain());
        declare(integers, from, m_options.activations);
        if (!to.valid())
            declare(back, from, DataType::Float);
        return back;
    }

    /// Shape inference may not know ONNX Runtime's operators, and what follows needs the shapes.
    void declare(ValueId made, ValueId like, DataType type) {
        if (activationDomain().empty() && !m_options.asIntegerOperators)
            return;
        const auto shape = m_input.shapes.shape(like);
        if (!shape)
            return;
        m_editor.setType(made, TypeInfo::tensor(type, *shape));
        m_editor.addValueInfo(made);
    }

    /// The node is called after what it makes, which has a name of its own already; runtimes refuse equal node names.
    ValueId addNode(std::string opType, std::vector<ValueId> inputs, ValueId output,
                    std::vector<Attribute> attributes = {}, std::string domain = {}) {
        Node node;
        node.name = m_editor.value(output)->name + "_" + opType;
        node.opType = std::move(opType);
        node.domain = std::move(domain);
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

    std::map<NodeId, std::map<std::string, double>> numbers() const {
        std::map<NodeId, std::map<std::string, double>> all;
        for (const NodeId id : m_plan.nodes)
            addNumbers(*m_graph.node(id), m_plan.layerOf(id), all[id]);
        return all;
    }

    void addNumbers(const Node& node, const Int8Layer* layer, std::map<std::string, double>& numbers) const {
        if (layer && std::isfinite(m_weightSqnr.at(node.id)))
            numbers["weight_sqnr_db"] = m_weightSqnr.at(node.id);
        const ValueId data = layer ? layer->data : node.input(0);
        if (const auto root = m_plan.root.find(data); root != m_plan.root.end()) {
            const ActivationRange range = m_ranges.at(root->second);
            numbers["activation_min"] = double(range.low);
            numbers["activation_max"] = double(range.high);
            numbers["activation_scale"] = double(m_params.at(root->second).scale);
            numbers["activation_zero_point"] = m_params.at(root->second).zeroPoint;
            const ValueStatistics& statistics = *m_data.find(nameOf(root->second));
            if (!statistics.histogram.empty()) {
                const RangeError error =
                    rangeError(statistics, range, m_options.range.levels, m_options.range.symmetric);
                numbers["activation_sqnr_db"] = error.sqnrDb();
                numbers["activation_clipped_percent"] = 100 * error.clippedShare;
            }
        }
        if (const auto root = m_plan.root.find(node.output()); root != m_plan.root.end())
            numbers["output_scale"] = double(m_params.at(root->second).scale);
    }

    const Model& m_model;
    const Graph& m_graph;
    const Int8Plan& m_plan;
    const PassInput& m_input;
    const Int8Options& m_options;
    const CalibrationData& m_data;
    GraphEditor m_editor;
    std::map<ValueId, ActivationRange> m_ranges; ///< by root
    std::map<ValueId, QuantParams> m_params;     ///< by root
    std::map<ValueId, ParamIds> m_paramIds;      ///< by root
    std::map<ValueId, ValueId> m_shields;        ///< by what layers in float read: the value with scales per channel
    std::map<std::pair<ValueId, std::size_t>, ValueId> m_spreads; ///< by constant and number of axes
    std::map<NodeId, double> m_weightSqnr;
    std::map<NodeId, std::vector<float>> m_biases; ///< corrected here
    std::size_t m_uncorrected = 0;
};

} // namespace

CalibrationRequest calibrationRequest(const Graph& graph, const Int8Plan& plan, const Int8Options& options) {
    CalibrationRequest request;
    const unsigned wanted = statisticsFor(options.range);
    for (const auto& [value, root] : plan.root)
        request.values[graph.value(root)->name] = wanted;
    if (options.correctBias && !options.layerByLayer)
        for (const Int8Layer& layer : plan.layers)
            if (layer.bias.valid())
                request.values[graph.value(layer.data)->name] |= unsigned(Statistic::ChannelMean);
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

Result<Int8Result> rewriteInt8(const Model& model, const Int8Plan& plan, const PassInput& input,
                               const Int8Options& options, const CalibrationData& data, const Work& work) {
    return Int8Rewriter(model, plan, input, options, data).run(work);
}

} // namespace lapidary
