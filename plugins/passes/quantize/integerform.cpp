// SPDX-License-Identifier: GPL-3.0-or-later
#include "integerform.h"

#include "graph/operatortraits.h"
#include "int8plan.h"

#include <algorithm>
#include <array>
#include <optional>

namespace lapidary {

namespace {

/// Integers with their scale and zero point.
using Triple = std::array<ValueId, 3>;

std::optional<Triple> dequantizedFrom(const GraphEditor& editor, ValueId id) {
    const Node* node = id.valid() ? editor.producer(id) : nullptr;
    if (!node || node->opType != "DequantizeLinear" || node->inputs.size() < 3)
        return std::nullopt;
    return Triple{node->inputs[0], node->inputs[1], node->inputs[2]};
}

/// The one reader of a value; null if there are more or the model gives the value away.
const Node* onlyReader(const GraphEditor& editor, ValueId id) {
    const auto uses = editor.uses(id);
    return uses.size() == 1 && uses.front().input == 0 && !editor.isOutput(id) ? editor.node(uses.front().node)
                                                                               : nullptr;
}

/// The QuantizeLinear that reads a value, past an activation that its range cuts off.
const Node* quantizeBehind(const GraphEditor& editor, ValueId id, const std::set<NodeId>& quantized) {
    const Node* reader = id.valid() ? onlyReader(editor, id) : nullptr;
    const OperatorTraits* traits = reader ? traitsOf(*reader) : nullptr;
    if (traits && traits->absorbedByQuantize && quantized.count(reader->id) > 0)
        reader = onlyReader(editor, reader->output());
    return reader && reader->opType == "QuantizeLinear" && reader->inputs.size() >= 3 ? reader : nullptr;
}

/// One node in its integer form.
class Converter {
public:
    Converter(GraphEditor& editor, const Node& node, const std::set<NodeId>& quantized, std::int64_t opset)
        : m_editor(editor), m_node(node), m_traits(*traitsOf(node)), m_quantize(nullptr), m_opset(opset) {
        m_quantize = quantizeBehind(editor, node.output(), quantized);
    }

    /// False if something is not in 8 bits; then nothing changed.
    bool convert() {
        const bool mayGiveFloat = m_traits.floatResult && m_traits.biasInput >= 0;
        if (!m_quantize && !mayGiveFloat)
            return false;
        if (!collectInputs())
            return false;
        placeOutput();
        Node made = m_node;
        made.opType = std::string(m_traits.integerOp);
        made.domain = std::string(m_traits.integerDomain);
        made.inputs = std::move(m_inputs);
        if (m_quantize)
            made.outputs = {m_quantize->output()};
        // beta scales the bias, which has the scale of the products already.
        std::erase_if(made.attributes, [](const Attribute& attribute) { return attribute.name == "beta"; });
        if (m_traits.integerArguments == IntegerArguments::OutputLastOpset)
            made.attributes.push_back(makeAttribute("opset", m_opset));
        if (m_quantize)
            m_editor.removeNode(m_quantize->id);
        m_editor.replaceNode(std::move(made));
        return true;
    }

private:
    bool collectInputs() {
        for (std::size_t i = 0; i < m_node.inputs.size(); ++i) {
            const auto triple = dequantizedFrom(m_editor, m_node.inputs[i]);
            const bool bias = int(i) == m_traits.biasInput;
            if (!m_node.inputs[i].valid())
                continue;
            if (bias && triple)
                m_bias = (*triple)[0];
            else if (!bias && triple)
                m_inputs.insert(m_inputs.end(), triple->begin(), triple->end());
            else if (bias || m_traits.weightInput >= 0)
                return false;
            else
                m_inputs.push_back(m_node.inputs[i]);
        }
        return true;
    }

    void placeOutput() {
        std::vector<ValueId> output;
        if (m_quantize)
            output = {m_quantize->inputs[1], m_quantize->inputs[2]};
        switch (m_traits.integerArguments) {
        case IntegerArguments::OutputFirst:
            m_inputs.insert(m_inputs.begin(), output.begin(), output.end());
            return;
        case IntegerArguments::BiasLast:
            m_inputs.insert(m_inputs.end(), output.begin(), output.end());
            if (m_bias.valid())
                m_inputs.push_back(m_bias);
            return;
        case IntegerArguments::OutputLast:
        case IntegerArguments::OutputLastOpset:
            if (m_traits.biasInput >= 0)
                m_inputs.push_back(m_bias);
            m_inputs.insert(m_inputs.end(), output.begin(), output.end());
            return;
        }
    }

    GraphEditor& m_editor;
    const Node m_node; ///< a copy: the editor's own changes
    const OperatorTraits m_traits;
    const Node* m_quantize; ///< null: the result is read in float
    std::int64_t m_opset;
    std::vector<ValueId> m_inputs;
    ValueId m_bias;
};

/// The zero point of the data, as what is written between it.
void fillWithZeroPoint(Node& node, int input, ValueId zeroPoint) {
    node.inputs.resize(std::max(node.inputs.size(), std::size_t(input) + 1));
    node.inputs[std::size_t(input)] = zeroPoint;
}

} // namespace

void standOnIntegers(GraphEditor& editor, NodeId id) {
    const Node* found = editor.node(id);
    const OperatorTraits* traits = found ? traitsOf(*found) : nullptr;
    if (!traits)
        return;
    Node node = *found;
    const auto data = std::size_t(traits->dataInput);
    const auto from = dequantizedFrom(editor, node.input(data));
    if (!from)
        return;
    std::vector<const Node*> behind;
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
        const ValueId output = int(i) == traits->indexOutput ? ValueId() : node.outputs[i];
        const Node* reader = output.valid() ? onlyReader(editor, output) : nullptr;
        const bool unread = output.valid() && editor.uses(output).empty() && !editor.isOutput(output);
        if (output.valid() && !unread && (!reader || reader->opType != "QuantizeLinear"))
            return;
        behind.push_back(reader);
    }
    node.inputs[data] = (*from)[0];
    for (std::size_t i = 0; i < behind.size(); ++i)
        if (behind[i]) {
            node.outputs[i] = behind[i]->output();
            editor.removeNode(behind[i]->id);
        }
    if (traits->fillInput >= 0)
        fillWithZeroPoint(node, traits->fillInput, (*from)[2]);
    editor.replaceNode(std::move(node));
}

void useIntegerOperators(GraphEditor& editor, const Graph& original, const std::set<NodeId>& quantized,
                         std::int64_t opset) {
    for (const auto& node : original.nodes()) {
        if (quantized.count(node->id) == 0)
            continue;
        const Node* now = editor.node(node->id);
        const OperatorTraits* traits = now ? traitsOf(*now) : nullptr;
        if (!traits)
            continue;
        if (movesBytes(*traits))
            standOnIntegers(editor, now->id);
        else if (!traits->integerOp.empty())
            Converter(editor, *now, quantized, opset).convert();
    }
}

void importMicrosoftOperators(Model& model) {
    const auto nodes = model.graph->nodes();
    const bool used =
        std::any_of(nodes.begin(), nodes.end(), [](const NodePtr& node) { return node->domain == microsoftDomain; });
    if (used && model.opset(microsoftDomain) == 0)
        model.opsets.push_back({std::string(microsoftDomain), 1, {}});
}

} // namespace lapidary
