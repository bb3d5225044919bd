// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8plan.h"

#include "analysis/cost.h"
#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr double isolatedShare = 0.05; ///< of the network's multiplications, at most

bool isFloat(const ShapeTable& shapes, ValueId id) {
    return shapes.type(id) == DataType::Float;
}

/// Computes on activations: one float that comes from data goes in, and floats come out.
bool worthReporting(const Graph& graph, const Node& node, const ShapeTable& shapes) {
    const auto floats = [&](ValueId id) { return id.valid() && isFloat(shapes, id) && !graph.constant(id); };
    return std::ranges::any_of(node.inputs, floats) && std::ranges::any_of(node.outputs, floats);
}

TensorPtr weightOf(const Graph& graph, const Node& node) {
    const int weight = traitsOf(node)->weightInput;
    const ValueId id = weight >= 0 ? node.input(std::size_t(weight)) : ValueId();
    return id.valid() ? graph.constant(id) : nullptr;
}

/// MatMul: its second side may be an activation like the first.
bool multipliesActivations(const OperatorTraits& traits) {
    return traits.floatResult && traits.biasInput < 0;
}

/// Only a range that starts at zero is reproduced exactly by a zero point, so only such activations vanish into the
/// QuantizeLinear behind them.
bool absorbable(const Graph& graph, const Node& node, float& upper) {
    const OperatorTraits* traits = traitsOf(node);
    upper = 0;
    if (!traits || !traits->absorbedByQuantize)
        return false;
    const auto bound = [&](std::size_t index, const char* name, float fallback) {
        if (node.attribute(name))
            return node.floatAttribute(name, fallback);
        const TensorPtr tensor = node.input(index).valid() ? graph.constant(node.input(index)) : nullptr;
        const auto values =
            tensor && tensor->count() == 1 ? toFloats(*tensor) : Result<std::vector<float>>(Diagnostic());
        return values ? values->front() : fallback;
    };
    if (!node.is("Clip"))
        return true;
    upper = bound(2, "max", 0);
    return bound(1, "min", -1) == 0 && upper > 0;
}

QuantizedKernel kernelIn(const OperatorTraits* traits, const Int8Options& options) {
    return !traits ? QuantizedKernel::None : options.earlierOperators ? traits->quantizedBefore : traits->quantized;
}

class Planner {
public:
    Planner(const Model& model, const PassInput& input, const Int8Options& options)
        : m_graph(*model.graph), m_input(input), m_options(options) {}

    Result<Int8Plan> plan() {
        for (const auto& node : m_graph.nodes())
            consider(*node);
        while (dropIsolated()) {
        }
        if (m_options.keepIsolated)
            keepIsolatedLayers();
        if (m_plan.layers.empty() && m_candidates.empty())
            return nothingToDo();
        chooseValues();
        noteBatchNorms();
        std::stable_sort(m_plan.fenced.begin(), m_plan.fenced.end(), [&](const FencedNode& a, const FencedNode& b) {
            return m_graph.position(a.node) < m_graph.position(b.node);
        });
        return std::move(m_plan);
    }

private:
    Diagnostic nothingToDo() const {
        std::string why = "it has no convolution or matrix product that could compute in 8 bits";
        if (!m_plan.fenced.empty()) {
            const Node* node = m_graph.node(m_plan.fenced.front().node);
            why = "for example " + displayName(*node) + ": " + m_plan.fenced.front().reason;
        }
        return errorDiagnostic("pass.nothing", "Nothing here can be quantized: " + why + ".");
    }

    void fence(const Node& node, std::string reason) { m_plan.fenced.push_back({node.id, std::move(reason)}); }

    void consider(const Node& node) {
        const OperatorTraits* traits = traitsOf(node);
        if (!m_input.inScope(node.id))
            return;
        const bool kernel = kernelOf(node, m_options) != QuantizedKernel::None;
        m_plan.candidates += kernel;
        if (!kernel) {
            float upper = 0;
            if (worthReporting(m_graph, node, m_input.shapes) && !absorbable(m_graph, node, upper))
                fence(node, noKernel(node));
            return;
        }
        if (const auto kept = m_options.keptFloat.find(node.id); kept != m_options.keptFloat.end())
            return fence(node, kept->second);
        if (m_options.excluded(node))
            return fence(node, "kept in float by its name");
        if (traits->weightInput >= 0 && (weightOf(m_graph, node) || !multipliesActivations(*traits)))
            return considerLayer(node);
        if (!m_options.nonlinear && traits->unitRange)
            return fence(node, node.opType + " stays in float unless asked for");
        if (!isFloatKernel(node))
            return;
        if (const std::string reason = fillProblem(node, *traits); !reason.empty())
            return fence(node, reason);
        m_candidates.insert(node.id);
    }

    /// What is written between the integers must be among them: zero always is.
    std::string fillProblem(const Node& node, const OperatorTraits& traits) const {
        const ValueId id = traits.fillInput >= 0 ? node.input(std::size_t(traits.fillInput)) : ValueId();
        if (!id.valid())
            return {};
        const TensorPtr tensor = m_graph.constant(id);
        if (!tensor)
            return "what it fills with is not constant";
        const auto values = toFloats(*tensor);
        const bool zero = values && std::ranges::all_of(*values, [](float value) { return value == 0; });
        return zero ? std::string() : "it fills with something else than 0";
    }

    std::string noKernel(const Node& node) const {
        const bool others = kernelIn(traitsOf(node.opType, node.domain), m_options) != QuantizedKernel::None;
        return (others ? "with these attributes there is no good 8-bit kernel for " : "there is no 8-bit kernel for ") +
               node.opType;
    }

    void considerLayer(const Node& node) {
        Int8Layer layer;
        const std::string reason = describeLayer(m_graph, node, m_input.shapes, m_options, layer);
        if (!reason.empty())
            return fence(node, reason);
        m_plan.layers.push_back(layer);
        m_plan.nodes.insert(node.id);
    }

    /// Integers (shapes, indices) also go through Concat, Gather and the like.
    bool isFloatKernel(const Node& node) const {
        const ValueId data = node.input(std::size_t(traitsOf(node)->dataInput));
        bool anyData = false;
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            anyData = anyData ||
                      (Int8Plan::isDataInput(m_graph, node, i, m_input.shapes) && !m_graph.constant(node.inputs[i]));
        bool outputs = true;
        for (std::size_t i = 0; i < node.outputs.size(); ++i)
            outputs = outputs &&
                      (!node.outputs[i].valid() || givesPositions(node, i) || isFloat(m_input.shapes, node.outputs[i]));
        return data.valid() && anyData && outputs && !node.hasSubgraphs();
    }

    static bool givesPositions(const Node& node, std::size_t output) {
        return traitsOf(node)->indexOutput == int(output);
    }

    /// Only looks at the data (ArgMax): 8 bits go in, and nothing that could be quantized comes out.
    static bool givesOnlyPositions(const Node& node) { return node.outputs.size() == 1 && givesPositions(node, 0); }

    bool quantized(NodeId id) const { return m_plan.nodes.count(id) > 0 || m_candidates.count(id) > 0; }

    /// Seen through the activations that a QuantizeLinear takes in.
    const Node* quantizedProducer(ValueId id) const {
        const Node* producer = m_graph.producer(id);
        float upper = 0;
        if (producer && absorbable(m_graph, *producer, upper) && m_graph.uses(producer->input(0)).size() == 1)
            producer = m_graph.producer(producer->input(0));
        return producer && quantized(producer->id) ? producer : nullptr;
    }

    bool feedsQuantized(ValueId id) const {
        for (const Use& use : m_graph.uses(id)) {
            const Node* user = m_graph.node(use.node);
            float upper = 0;
            if (use.input < 0)
                continue;
            if (quantized(user->id) && Int8Plan::isDataInput(m_graph, *user, std::size_t(use.input), m_input.shapes))
                return true;
            if (absorbable(m_graph, *user, upper) && m_graph.uses(id).size() == 1 && feedsQuantized(user->output()))
                return true;
        }
        return false;
    }

    /// A kernel between two parts in float would only add rounding, so it joins only if 8 bits come in and go out.
    bool dropIsolated() {
        bool dropped = false;
        for (const auto& node : m_graph.nodes()) {
            if (m_candidates.count(node->id) == 0)
                continue;
            bool in = false;
            for (std::size_t i = 0; i < node->inputs.size(); ++i)
                in = in ||
                     (Int8Plan::isDataInput(m_graph, *node, i, m_input.shapes) && quantizedProducer(node->inputs[i]));
            bool out = false;
            bool isOutput = false;
            for (std::size_t i = 0; i < node->outputs.size(); ++i) {
                const ValueId id = node->outputs[i];
                if (!id.valid() || givesPositions(*node, i))
                    continue;
                out = out || feedsQuantized(id);
                isOutput = isOutput || m_graph.isOutput(id);
            }
            if (in && ((out && !isOutput) || givesOnlyPositions(*node)))
                continue;
            m_candidates.erase(node->id);
            fence(*node, isOutput ? "the model's outputs stay in float"
                         : in     ? "nothing after it computes in 8 bits"
                                  : "nothing before it computes in 8 bits");
            dropped = true;
        }
        return dropped;
    }

    /// Floats come in that nothing else quantizes, and only operators in float read what comes out: the layer would pay
    /// for both conversions alone, and all that follows would carry the rounding of its output.
    bool isIsolated(const Int8Layer& layer) const {
        const Node& node = *m_graph.node(layer.node);
        const ValueId output = node.output();
        if (traitsOf(node)->floatResult || quantizedProducer(layer.data) || feedsQuantized(output) ||
            m_graph.isOutput(output))
            return false;
        return std::ranges::none_of(m_graph.uses(layer.data), [&](const Use& use) {
            return use.input >= 0 && use.node != layer.node && quantized(use.node);
        });
    }

    void keepIsolatedLayers() {
        const CostReport cost = analyseCost(m_graph, m_input.shapes);
        std::vector<NodeId> kept;
        for (const Int8Layer& layer : m_plan.layers)
            if (isIsolated(layer) && double(cost.of(layer.node).macs) <= isolatedShare * double(cost.macs))
                kept.push_back(layer.node);
        if (kept.size() == m_plan.layers.size())
            return;
        for (const NodeId id : kept) {
            std::erase_if(m_plan.layers, [&](const Int8Layer& layer) { return layer.node == id; });
            m_plan.nodes.erase(id);
            fence(*m_graph.node(id), "alone among operators in float, it would round more than it saves");
        }
    }

    /// Which values pass through 8 bits: what quantized nodes read, and what they must write to run on integers.
    void chooseValues() {
        m_plan.nodes.insert(m_candidates.begin(), m_candidates.end());
        std::set<ValueId> wanted;
        for (const auto& node : m_graph.nodes()) {
            if (m_plan.nodes.count(node->id) == 0)
                continue;
            for (std::size_t i = 0; i < node->inputs.size(); ++i)
                if (Int8Plan::isDataInput(m_graph, *node, i, m_input.shapes))
                    chooseInput(*node, i, wanted);
            // Products of matrices have kernels that give floats; all others need a QuantizeLinear behind them.
            if (!traitsOf(*node)->floatResult)
                for (const ValueId id : node->outputs)
                    if (id.valid() && isFloat(m_input.shapes, id) &&
                        (m_graph.isOutput(id) || !m_graph.uses(id).empty()))
                        wanted.insert(outputOf(id));
            const bool stands = m_options.earlierOperators || !m_options.wideActivations();
            if (stands && kernelOf(*node, m_options) == QuantizedKernel::OnIntegers) {
                m_plan.standing.push_back(node->id);
                const int fill = traitsOf(*node)->fillInput;
                if (fill >= 0 && node->input(std::size_t(fill)).valid())
                    m_plan.fills.push_back(node->input(std::size_t(fill)));
            }
        }
        for (const ValueId id : wanted)
            absorbBefore(id);
        order(wanted);
        if (m_options.shieldFloat)
            for (const auto& node : m_graph.nodes())
                shield(*node);
    }

    /// Through what only moves values: a runtime pushes the DequantizeLinear behind it.
    bool comesFrom8Bits(ValueId id) const {
        const Node* producer = id.valid() ? m_graph.producer(id) : nullptr;
        while (producer && m_plan.nodes.count(producer->id) == 0) {
            const OperatorTraits* traits = traitsOf(*producer);
            if (!traits || !sharesScale(traits->quantized))
                return false;
            producer = m_graph.producer(producer->input(std::size_t(traits->dataInput)));
        }
        return producer != nullptr;
    }

    void shield(const Node& node) {
        const OperatorTraits* traits = traitsOf(node);
        const bool layer =
            traits && traits->category == OperatorCategory::Layer && traits->flow == ChannelFlow::Produces;
        if (!layer || m_plan.nodes.count(node.id) > 0 || !weightOf(m_graph, node))
            return;
        if (weightOf(m_graph, node)->shape.size() == 2 && comesFrom8Bits(node.input(std::size_t(traits->dataInput))))
            spreadBias(node, *traits);
        const ValueId data = node.input(std::size_t(traits->dataInput));
        const Node* producer = data.valid() ? m_graph.producer(data) : nullptr;
        const auto shape = data.valid() ? m_input.shapes.shape(data) : std::nullopt;
        // What comes from float is rounded for quantized readers only.
        if (!producer || m_plan.root.count(data) == 0 || m_plan.nodes.count(producer->id) == 0 || !shape)
            return;
        for (std::size_t axis = 1; axis < shape->size(); ++axis)
            if ((*shape)[axis] > 1) {
                m_plan.shields.push_back({node.id, data, int(axis), (*shape)[axis]});
                return;
            }
    }

    /// The product's own bias, or the constant that its only reader adds: ONNX Runtime makes that one the bias.
    void spreadBias(const Node& product, const OperatorTraits& traits) {
        if (traits.biasInput >= 0)
            return spread(product, std::size_t(traits.biasInput), 2);
        const auto uses = m_graph.uses(product.output());
        const auto shape = m_input.shapes.shape(product.output());
        if (uses.size() != 1 || uses.front().input < 0 || !shape || m_plan.nodes.count(uses.front().node) > 0)
            return;
        const Node& reader = *m_graph.node(uses.front().node);
        const OperatorTraits* its = traitsOf(reader);
        if (its && its->elementwise && its->quantized == QuantizedKernel::Integer && reader.inputs.size() == 2)
            spread(reader, uses.front().input == 0 ? 1 : 0, shape->size());
    }

    void spread(const Node& node, std::size_t input, std::size_t axes) {
        const ValueId id = node.input(input);
        const TensorPtr tensor = id.valid() ? m_graph.constant(id) : nullptr;
        if (tensor && tensor->type == DataType::Float && tensor->shape.size() == 1 && axes > 1)
            m_plan.spreads.push_back({node.id, int(input), id, axes});
    }

    void chooseInput(const Node& node, std::size_t index, std::set<ValueId>& wanted) {
        const ValueId id = node.inputs[index];
        if (m_graph.constant(id))
            m_plan.constants.push_back({node.id, int(index), id});
        else
            wanted.insert(id);
    }

    /// The value behind the activation that follows, if it is absorbed.
    ValueId outputOf(ValueId id) const {
        const auto uses = m_graph.uses(id);
        float upper = 0;
        if (uses.size() != 1 || uses.front().input != 0 || m_graph.isOutput(id))
            return id;
        const Node* user = m_graph.node(uses.front().node);
        return absorbable(m_graph, *user, upper) ? user->output() : id;
    }

    void absorbBefore(ValueId id) {
        const Node* activation = m_graph.producer(id);
        float upper = 0;
        if (!activation || !absorbable(m_graph, *activation, upper))
            return;
        if (upper > 0)
            m_plan.upperBound[id] = upper;
        const Node* layer = m_graph.producer(activation->input(0));
        if (layer && m_plan.nodes.count(layer->id) > 0 && outputOf(activation->input(0)) == id)
            m_plan.nodes.insert(activation->id);
    }

    void order(const std::set<ValueId>& wanted) {
        m_plan.values.assign(wanted.begin(), wanted.end());
        const auto place = [&](ValueId id) {
            const Node* producer = m_graph.producer(id);
            return producer ? std::int64_t(m_graph.position(producer->id)) : -1;
        };
        std::sort(m_plan.values.begin(), m_plan.values.end(),
                  [&](ValueId a, ValueId b) { return std::pair(place(a), a) < std::pair(place(b), b); });
        for (const ValueId id : m_plan.values) {
            const Node* producer = m_graph.producer(id);
            m_plan.root[id] = id;
            if (!producer || m_plan.nodes.count(producer->id) == 0)
                continue;
            const OperatorTraits* traits = traitsOf(*producer);
            if (traits->unitRange)
                m_plan.unitRoots.insert(id);
            if (!movesBytes(*traits))
                continue;
            const auto known = m_plan.root.find(producer->input(std::size_t(traits->dataInput)));
            if (known != m_plan.root.end())
                m_plan.root[id] = known->second;
        }
    }

    void noteBatchNorms() {
        std::size_t count = 0;
        for (const auto& node : m_graph.nodes()) {
            const Node* producer = node->is("BatchNormalization") ? m_graph.producer(node->input(0)) : nullptr;
            count += producer && m_plan.layerOf(producer->id) != nullptr;
        }
        if (count > 0)
            m_plan.notes.push_back(warningDiagnostic(
                "quantize.unfused_batch_norm",
                std::to_string(count) + " batch normalizations follow a layer directly and stay in float; the layers "
                                        "before them run slower and lose accuracy.",
                "Run simplify.graph first: it folds them into the weights."));
    }

    const Graph& m_graph;
    const PassInput& m_input;
    const Int8Options& m_options;
    std::set<NodeId> m_candidates; ///< kernels without weights
    Int8Plan m_plan;
};

} // namespace

QuantizedKernel kernelOf(const Node& node, const Int8Options& options) {
    return kernelIn(traitsOf(node), options);
}

bool movesBytes(const OperatorTraits& traits) {
    return sharesScale(traits.quantized) || sharesScale(traits.quantizedBefore);
}

const Int8Layer* Int8Plan::layerOf(NodeId node) const {
    const auto at =
        std::find_if(layers.begin(), layers.end(), [&](const Int8Layer& layer) { return layer.node == node; });
    return at == layers.end() ? nullptr : &*at;
}

bool Int8Plan::isDataInput(const Graph& graph, const Node& node, std::size_t index, const ShapeTable& shapes) {
    const OperatorTraits* traits = traitsOf(node);
    const bool single = weightOf(graph, node) || movesBytes(*traits);
    if (!node.input(index).valid() || (single && int(index) != traits->dataInput))
        return false;
    return isFloat(shapes, node.input(index));
}

Result<Int8Plan> planInt8(const Model& model, const PassInput& input, const Int8Options& options) {
    return Planner(model, input, options).plan();
}

} // namespace lapidary
