// SPDX-License-Identifier: GPL-3.0-or-later
#include "layertarget.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

class Follower {
public:
    Follower(const Graph& graph, const ShapeTable& shapes, const LayerRows& layer)
        : m_graph(graph), m_shapes(shapes), m_layer(layer), m_channels(layer.groups * layer.outputs),
          m_start(graph.position(graph.producer(layer.output)->id)) {
        m_scale.assign(m_channels, 1);
        m_shift.assign(m_channels, 0);
    }

    LayerTarget follow() {
        ValueId current = m_layer.output;
        for (int steps = 0; steps < 4; ++steps) {
            const auto uses = m_graph.uses(current);
            if (uses.size() != 1 || m_graph.isOutput(current) || uses.front().input < 0)
                break;
            const Node& next = *m_graph.node(uses.front().node);
            if (const ValueId other = otherSummand(next, uses.front()); other.valid()) {
                m_target.judged = next.output();
                m_target.stream = other;
                m_target.scale = std::move(m_scale);
                m_target.shift = std::move(m_shift);
                return m_target;
            }
            if (!(uses.front().input == 0 && normalize(next, steps == 0)) && !shiftBy(next, uses.front(), steps == 0))
                break;
            current = next.output();
        }
        m_target.judged = m_layer.output;
        return m_target;
    }

private:
    std::vector<float> perChannel(ValueId id) const {
        const TensorPtr tensor = id.valid() ? m_graph.constant(id) : nullptr;
        auto numbers = tensor ? toFloats(*tensor) : Result<std::vector<float>>(std::vector<float>());
        return numbers && numbers->size() == m_channels ? *numbers : std::vector<float>();
    }

    bool normalize(const Node& node, bool isFirst) {
        if (!node.is("BatchNormalization") || node.intAttribute("training_mode", 0) != 0)
            return false;
        const auto gamma = perChannel(node.input(1)), beta = perChannel(node.input(2));
        const auto mean = perChannel(node.input(normalizationMean)),
                   variance = perChannel(node.input(normalizationVariance));
        if (gamma.empty() || beta.empty() || mean.empty() || variance.empty())
            return false;
        const double epsilon = node.floatAttribute("epsilon", 1e-5f);
        for (std::size_t c = 0; c < m_channels; ++c) {
            const double factor = gamma[c] / std::sqrt(std::max(double(variance[c]) + epsilon, 1e-30));
            m_scale[c] *= factor;
            m_shift[c] = (m_shift[c] - mean[c]) * factor + beta[c];
        }
        if (isFirst)
            m_target.normalization = node.id;
        return true;
    }

    /// Add of a constant per channel.
    bool shiftBy(const Node& node, const Use& use, bool isFirst) {
        if (!node.is("Add") || node.inputs.size() != 2)
            return false;
        const ValueId other = node.inputs[std::size_t(1 - use.input)];
        const TensorPtr constant = m_graph.constant(other);
        const auto numbers = perChannel(other);
        const int rank = m_shapes.rank(m_layer.output);
        const int axis = m_graph.producer(m_layer.output)->is("MatMul") ? rank - 1 : 1;
        if (numbers.empty() || rank < 0)
            return false;
        const auto own = std::int64_t(constant->shape.size());
        for (std::int64_t a = 0; a < own; ++a)
            if (constant->shape[std::size_t(a)] != 1 && a + rank - own != axis)
                return false;
        for (std::size_t c = 0; c < m_channels; ++c)
            m_shift[c] += numbers[c];
        if (isFirst)
            m_target.adder = node.id;
        return true;
    }

    /// The other operand of a sum of two activations of one shape, if the layer has no part in it.
    ValueId otherSummand(const Node& node, const Use& use) const {
        if (!node.is("Add") || node.inputs.size() != 2)
            return {};
        const ValueId other = node.inputs[std::size_t(1 - use.input)];
        const auto shape = m_shapes.shape(other);
        if (m_graph.constant(other) || !shape || shape != m_shapes.shape(m_layer.output) || dependsOnLayer(other))
            return {};
        return other;
    }

    bool dependsOnLayer(ValueId value) const {
        std::vector<ValueId> open{value};
        std::vector<bool> seen(m_graph.valueIdLimit(), false);
        while (!open.empty()) {
            const ValueId id = open.back();
            open.pop_back();
            if (!id.valid() || seen[id.number])
                continue;
            seen[id.number] = true;
            if (id == m_layer.output)
                return true;
            const Node* maker = m_graph.producer(id);
            if (!maker || m_graph.position(maker->id) < m_start)
                continue;
            if (maker->hasSubgraphs())
                return true; // what it captures is not looked at
            open.insert(open.end(), maker->inputs.begin(), maker->inputs.end());
        }
        return false;
    }

    const Graph& m_graph;
    const ShapeTable& m_shapes;
    const LayerRows& m_layer;
    std::size_t m_channels;
    std::size_t m_start;
    std::vector<double> m_scale, m_shift;
    LayerTarget m_target;
};

} // namespace

LayerTarget layerTarget(const Graph& graph, const ShapeTable& shapes, const LayerRows& layer) {
    return Follower(graph, shapes, layer).follow();
}

} // namespace lapidary
