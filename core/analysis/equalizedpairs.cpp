// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/equalizedpairs.h"

#include "graph/operatortraits.h"
#include "graph/scalinglaw.h"

#include <algorithm>
#include <map>

namespace lapidary {
namespace {

class PairFinder {
public:
    PairFinder(const Graph& graph, const std::set<NodeId>& keep) : m_graph(graph), m_keep(keep) {
        for (WeightMatrix& matrix : findWeightMatrices(graph).matrices)
            if (matrix.nodes.size() == 1)
                m_layers.emplace(matrix.nodes.front(), std::move(matrix));
    }

    std::vector<EqualizablePair> find(std::vector<UnequalizedLayer>& skipped) {
        std::vector<EqualizablePair> pairs;
        for (const NodePtr& node : m_graph.nodes()) {
            const auto at = m_layers.find(node->id);
            if (at == m_layers.end())
                continue;
            EqualizablePair pair;
            pair.writer = node->id;
            m_reachesLayer = false;
            std::string reason = ownProblem(at->second);
            if (std::string behind = follow(at->second, node->output(), pair); reason.empty())
                reason = behind;
            if (reason.empty() && pair.readers.empty())
                continue;
            if (!reason.empty()) {
                if (m_reachesLayer)
                    skipped.push_back({node->id, std::move(reason)});
                continue;
            }
            std::ranges::sort(pair.readers, {}, [&](NodeId id) { return m_graph.position(id); });
            pair.inputBound = boundBefore(*node);
            pairs.push_back(std::move(pair));
        }
        return pairs;
    }

private:
    std::string ownProblem(const WeightMatrix& matrix) const {
        if (m_keep.count(matrix.nodes.front()) > 0)
            return "it was asked to stay as it is";
        if (matrix.type != DataType::Float)
            return "its weight is not float32";
        const Node& node = *m_graph.node(matrix.nodes.front());
        if (node.floatAttribute("alpha", 1) != 1 || node.floatAttribute("beta", 1) != 1)
            return "its alpha and beta are not 1";
        const OperatorTraits* traits = traitsOf(node);
        const ValueId bias = traits->biasInput >= 0 ? node.input(std::size_t(traits->biasInput)) : ValueId();
        if (!bias.valid())
            return {};
        const TensorPtr tensor = m_graph.constant(bias);
        if (!tensor || tensor->type != DataType::Float || tensor->count() != std::int64_t(matrix.outputs()))
            return "its bias is not one float32 number per channel";
        return m_graph.uses(bias).size() == 1 ? std::string() : "its bias serves other layers too";
    }

    /// Looks at everyone who reads a value; says what stands in the way.
    std::string follow(const WeightMatrix& writer, ValueId value, EqualizablePair& pair) {
        std::string reason;
        if (m_graph.isOutput(value))
            reason = "its output is an output of the model";
        for (const Use& use : m_graph.uses(value)) {
            if (use.input < 0) {
                reason = "a subgraph reads its output";
                continue;
            }
            if (std::string problem = reader(writer, use, pair); reason.empty())
                reason = problem;
        }
        return reason;
    }

    std::string reader(const WeightMatrix& writer, const Use& use, EqualizablePair& pair) {
        const Node& node = *m_graph.node(use.node);
        const OperatorTraits* traits = traitsOf(node);
        if (const auto at = m_layers.find(node.id); at != m_layers.end() && use.input == traits->dataInput) {
            m_reachesLayer = true;
            pair.readers.push_back(node.id);
            return readerProblem(writer, at->second);
        }
        const auto law = use.input == 0 ? scalingLawOf(m_graph, node) : std::nullopt;
        if (!law) {
            m_reachesLayer = m_reachesLayer || (traits && traits->category != OperatorCategory::Shape);
            return "'" + displayName(node) + "' (" + node.opType + ") behind it does not hand factors on";
        }
        pair.upperBound = std::min(pair.upperBound, law->upperBound);
        return follow(writer, node.output(), pair);
    }

    std::string readerProblem(const WeightMatrix& writer, const WeightMatrix& reader) const {
        if (m_keep.count(reader.nodes.front()) > 0)
            return "a layer behind it was asked to stay as it is";
        if (reader.type != DataType::Float)
            return "a layer behind it has a weight that is not float32";
        const bool sameAxes = (writer.shape.size() > 2) == (reader.shape.size() > 2);
        if (!sameAxes || reader.groups * reader.inputs != writer.outputs())
            return "a layer behind it reads its channels in another way";
        return {};
    }

    /// What the data of a layer is bounded by: the last Clip on the way to it.
    float boundBefore(const Node& layer) const {
        const Node* node = m_graph.producer(layer.input(std::size_t(traitsOf(layer)->dataInput)));
        while (node) {
            const auto law = scalingLawOf(m_graph, *node);
            if (!law)
                break;
            const auto low = node->is("Clip") ? constantNumber(m_graph, *node, "min", 1, -1) : std::nullopt;
            if (low && *low == 0)
                return law->upperBound;
            node = m_graph.producer(node->input(0));
        }
        return std::numeric_limits<float>::infinity();
    }

    const Graph& m_graph;
    const std::set<NodeId>& m_keep;
    std::map<NodeId, WeightMatrix> m_layers;
    bool m_reachesLayer = false; ///< of the layer looked at: something behind it might have been a reader
};

} // namespace

std::vector<EqualizablePair> findEqualizablePairs(const Graph& graph, const std::set<NodeId>& keep,
                                                  std::vector<UnequalizedLayer>& skipped) {
    return PairFinder(graph, keep).find(skipped);
}

ValueId biasOf(const Graph& graph, const WeightMatrix& matrix) {
    const Node& node = *graph.node(matrix.nodes.front());
    const OperatorTraits* traits = traitsOf(node);
    return traits->biasInput >= 0 ? node.input(std::size_t(traits->biasInput)) : ValueId();
}

} // namespace lapidary
