// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/layererrors.h"

#include "analysis/dequantizedconstant.h"
#include "analysis/raiseopset.h"
#include "eval/gram.h"
#include "graph/grapheditor.h"
#include "graph/operatortraits.h"

#include <array>
#include <cmath>

namespace lapidary {
namespace {

/// QuantizeLinear with scales per channel.
constexpr std::int64_t neededOpset = 13;

struct QuantizedParts {
    TensorPtr weight, bias;          ///< as the integers stand for; null: not stored as integers
    TensorPtr inputScale, inputZero; ///< null: the input does not go through integers
    std::string domain;              ///< of the operators around the input
};

Result<QuantizedParts> partsOf(const Graph& graph, const Node& layer, const OperatorTraits& traits) {
    QuantizedParts parts;
    auto weight = dequantizedConstant(graph, layer.input(std::size_t(traits.weightInput)));
    if (!weight)
        return weight.status();
    parts.weight = std::move(*weight);
    if (traits.biasInput >= 0) {
        auto bias = dequantizedConstant(graph, layer.input(std::size_t(traits.biasInput)));
        if (!bias)
            return bias.status();
        parts.bias = std::move(*bias);
    }
    const Node* back = graph.producer(layer.input(std::size_t(traits.dataInput)));
    if (back && back->opType == "DequantizeLinear") {
        parts.inputScale = graph.constant(back->input(1));
        parts.inputZero = back->input(2).valid() ? graph.constant(back->input(2)) : nullptr;
        parts.domain = back->domain;
    }
    return parts;
}

/// The original with shadows of its layers.
class ShadowedModel {
public:
    explicit ShadowedModel(const ModelPtr& original) : m_original(original), m_editor(original->graph) {}

    void add(const Node& layer, const OperatorTraits& traits, const QuantizedParts& parts) {
        const auto data = std::size_t(traits.dataInput), weight = std::size_t(traits.weightInput);
        const std::string name = displayName(layer);
        const ValueId integers = m_editor.addInitializer(name + "_shadow_weight", parts.weight);
        const ValueId input = parts.inputScale && parts.inputZero ? rounded(layer.input(data), name, parts) : ValueId();
        Node weights = layer, activations = layer, both = layer;
        weights.inputs[weight] = integers;
        both.inputs[weight] = integers;
        if (input.valid()) {
            activations.inputs[data] = input;
            both.inputs[data] = input;
        }
        if (parts.bias) {
            const auto bias = std::size_t(traits.biasInput);
            both.inputs.resize(std::max(both.inputs.size(), bias + 1));
            both.inputs[bias] = m_editor.addInitializer(name + "_shadow_bias", parts.bias);
        }
        Sums sums{layer.id, {}};
        sums.names[0] = energy(layer.output(), name);
        std::size_t i = 1;
        for (Node* shadow : {&weights, &activations, &both})
            sums.names[i++] = energy(difference(layer.output(), copy(*shadow, name), name), name);
        m_sums.push_back(std::move(sums));
    }

    struct Sums {
        NodeId layer;
        std::array<std::string, 4> names; ///< energy of the output, of the three errors
    };
    const std::vector<Sums>& sums() const { return m_sums; }

    Result<ModelPtr> finish() {
        auto graph = m_editor.finish();
        if (!graph)
            return graph.error();
        auto model = std::make_shared<Model>(*withGraph(*m_original, std::move(*graph)));
        if (m_ownDomain && model->opset("com.microsoft") == 0)
            model->opsets.push_back({"com.microsoft", 1, {}});
        return ModelPtr(std::move(model));
    }

private:
    ValueId make(std::string opType, std::vector<ValueId> inputs, const std::string& name, std::string domain = {}) {
        Node node;
        const ValueId output = m_editor.addValue(name + "_shadow_" + opType);
        node.name = m_editor.value(output)->name;
        node.opType = std::move(opType);
        node.domain = std::move(domain);
        node.inputs = std::move(inputs);
        node.outputs = {output};
        m_editor.addNode(std::move(node));
        return output;
    }

    ValueId rounded(ValueId value, const std::string& name, const QuantizedParts& parts) {
        m_ownDomain = m_ownDomain || !parts.domain.empty();
        const ValueId scale = m_editor.addInitializer(name + "_shadow_scale", parts.inputScale);
        const ValueId zero = m_editor.addInitializer(name + "_shadow_zero", parts.inputZero);
        const ValueId integers = make("QuantizeLinear", {value, scale, zero}, name, parts.domain);
        return make("DequantizeLinear", {integers, scale, zero}, name, parts.domain);
    }

    ValueId copy(Node node, const std::string& name) {
        const ValueId output = m_editor.addValue(name + "_shadow");
        node.name = m_editor.value(output)->name;
        node.outputs = {output};
        m_editor.addNode(std::move(node));
        return output;
    }

    ValueId difference(ValueId a, ValueId b, const std::string& name) { return make("Sub", {a, b}, name); }

    std::string energy(ValueId value, const std::string& name) {
        Node node;
        const ValueId output = m_editor.addValue(name + "_shadow_energy");
        node.name = m_editor.value(output)->name;
        node.opType = "ReduceSumSquare";
        node.inputs = {value};
        node.outputs = {output};
        node.attributes = {makeAttribute("keepdims", std::int64_t(0))};
        m_editor.addNode(std::move(node));
        return m_editor.value(output)->name;
    }

    ModelPtr m_original;
    GraphEditor m_editor;
    std::vector<Sums> m_sums;
    bool m_ownDomain = false;
};

bool isLayer(const Node& node) {
    const OperatorTraits* traits = traitsOf(node);
    return traits && traits->category == OperatorCategory::Layer && traits->weightInput >= 0 &&
           node.outputs.size() == 1;
}

double ratio(double error, double energy) {
    return energy > 0 ? error / energy : 0;
}

/// The constant at an input, or what integers there stand for; null: neither.
Result<TensorPtr> parameterOf(const Graph& graph, const Node& node, int index) {
    const ValueId id = index >= 0 ? node.input(std::size_t(index)) : ValueId();
    if (!id.valid())
        return TensorPtr();
    if (TensorPtr constant = graph.constant(id))
        return constant;
    return dequantizedConstant(graph, id);
}

/// Zeros in place of a bias.
Result<TensorPtr> noBias(Result<TensorPtr> bias) {
    if (!bias || !*bias)
        return bias;
    return makeTensor((*bias)->shape, std::vector<float>(std::size_t((*bias)->count()), 0));
}

/// Puts every layer's weight and bias of one model into the other: integers' numbers into the original, or back.
Result<ModelPtr> withWeightsOf(const Model& taker, const Model& giver) {
    GraphEditor editor(taker.graph);
    for (const NodePtr& node : taker.graph->nodes()) {
        const Node* other = giver.graph->node(node->id);
        if (!isLayer(*node) || !other || other->opType != node->opType)
            continue;
        const OperatorTraits traits = *traitsOf(*node);
        keepFloatWeights(editor, node->id, std::size_t(traits.dataInput));
        for (const int index : {traits.weightInput, traits.biasInput}) {
            auto tensor = parameterOf(*giver.graph, *other, index);
            if (tensor && !*tensor && index == traits.biasInput) // one has a bias that quantization gave it
                tensor = noBias(parameterOf(*taker.graph, *node, index));
            if (!tensor)
                return tensor.status();
            if (!*tensor)
                continue;
            editor.setInput(node->id, std::size_t(index),
                            editor.addInitializer(displayName(*node) + "_other", std::move(*tensor)));
        }
    }
    editor.removeUnused();
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    return withGraph(taker, std::move(*graph));
}

} // namespace

Result<std::vector<LayerError>> measureLayerErrors(const ModelPtr& original, const ShapeTable& shapes,
                                                   const Model& quantized, CalibrationProvider& calibration,
                                                   const Work& work) {
    auto raised = raiseOpset(original, shapes, neededOpset);
    if (!raised)
        return raised.error();
    ShadowedModel shadowed(raised->model);
    for (const NodePtr& node : raised->model->graph->nodes()) {
        const Node* integer = quantized.graph->node(node->id);
        if (!isLayer(*node) || !integer || integer->opType != node->opType)
            continue;
        auto parts = partsOf(*quantized.graph, *integer, *traitsOf(*node));
        if (!parts)
            return parts.status();
        if (parts->weight)
            shadowed.add(*node, *traitsOf(*node), *parts);
    }
    const auto sums = shadowed.sums();
    auto model = shadowed.finish();
    if (!model)
        return model.status();
    std::vector<std::string> names;
    for (const auto& layer : sums)
        names.insert(names.end(), layer.names.begin(), layer.names.end());
    std::vector<double> totals(names.size(), 0);
    const auto consume = [&](const StreamedBatch& batch) -> Status {
        for (std::size_t i = 0; i < totals.size(); ++i) {
            const auto value = toFloats(*batch.values[0][i]);
            if (!value)
                return value.status();
            totals[i] += value->empty() ? 0 : double(value->front());
        }
        return {};
    };
    if (names.empty())
        return std::vector<LayerError>();
    auto streamed = calibration.stream({{*model, names, {}, nullptr}}, consume, work);
    if (!streamed)
        return streamed.status();
    std::vector<LayerError> errors;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const double* total = totals.data() + 4 * i;
        errors.push_back(
            {sums[i].layer, ratio(total[1], total[0]), ratio(total[2], total[0]), ratio(total[3], total[0])});
    }
    return errors;
}

Result<OutputErrors> measureOutputErrors(const ModelPtr& original, const ModelPtr& quantized,
                                         CalibrationProvider& calibration, const Work& work) {
    auto weights = withWeightsOf(*original, *quantized);
    auto activations = withWeightsOf(*quantized, *original);
    if (!weights || !activations)
        return weights ? activations.status() : weights.status();
    const std::string output = original->graph->value(original->graph->outputs().front())->name;
    double energy = 0;
    std::array<double, 3> sums{};
    const auto consume = [&](const StreamedBatch& batch) -> Status {
        const auto reference = FloatView::of(*batch.values[0][0]);
        if (!reference)
            return reference.status();
        for (const float value : reference->span())
            energy += double(value) * double(value);
        for (std::size_t m = 0; m < sums.size(); ++m) {
            const auto other = FloatView::of(*batch.values[m + 1][0]);
            if (!other)
                return other.status();
            for (std::size_t i = 0; i < std::min(other->span().size(), reference->span().size()); ++i)
                sums[m] += std::pow(double(reference->span()[i]) - double(other->span()[i]), 2);
        }
        return {};
    };
    auto streamed = calibration.stream({{original, {output}, {}, nullptr},
                                        {*weights, {output}, {}, nullptr},
                                        {*activations, {output}, {}, nullptr},
                                        {quantized, {output}, {}, nullptr}},
                                       consume, work);
    if (!streamed)
        return streamed.status();
    return OutputErrors{ratio(sums[0], energy), ratio(sums[1], energy), ratio(sums[2], energy)};
}

} // namespace lapidary
