// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/layermoments.h"

#include "eval/crossingvalues.h"
#include "eval/momentcollector.h"
#include "eval/momentsums.h"
#include "graph/operatortraits.h"

#include <algorithm>
#include <thread>

namespace lapidary {
namespace {

ValueId inputOf(const Graph& graph, NodeId id) {
    const Node& node = *graph.node(id);
    return node.input(std::size_t(traitsOf(node)->dataInput));
}

std::string nameOf(const Graph& graph, ValueId id) {
    return graph.value(id)->name;
}

/// Names without repetition, and where each stands.
class Names {
public:
    std::size_t add(const std::string& name) {
        const auto at = std::ranges::find(m_list, name);
        if (at != m_list.end())
            return std::size_t(at - m_list.begin());
        m_list.push_back(name);
        return m_list.size() - 1;
    }
    const std::vector<std::string>& list() const { return m_list; }

private:
    std::vector<std::string> m_list;
};

/// The other operand of the addition that alone uses this layer's output; invalid if there is none.
ValueId shortcutOf(const Graph& graph, const WeightMatrix& matrix) {
    if (matrix.nodes.size() != 1)
        return {};
    const ValueId output = graph.node(matrix.nodes.front())->output();
    const auto uses = graph.uses(output);
    if (uses.size() != 1 || graph.isOutput(output) || uses.front().input < 0)
        return {};
    const Node& sum = *graph.node(uses.front().node);
    if (!sum.is("Add"))
        return {};
    const ValueId other = sum.input(uses.front().input == 0 ? 1 : 0);
    return other.valid() && other != output && !graph.constant(other) ? other : ValueId();
}

MomentCollectorOptions optionsFor(const MomentOptions& options, const CalibrationProvider& provider) {
    return {options, provider.sampleCount(), int(std::max(1u, std::thread::hardware_concurrency()))};
}

} // namespace

std::uint64_t momentsBytes(const WeightMatrix& matrix) {
    const std::uint64_t columns = matrix.columns();
    return matrix.groups * columns * columns * sizeof(double);
}

Result<MomentsOfLayers> MomentGatherer::gather(const std::vector<const WeightMatrix*>& matrices, const Work& work) {
    MomentCollector collector(matrices, *m_original->graph, m_shapes, optionsFor(m_options, m_provider));
    const auto& values = collector.values();
    const auto consume = [&](const StreamedBatch& batch) -> Status {
        for (std::size_t v = 0; v < values.size(); ++v) {
            if (auto status = work.check(); !status)
                return status;
            if (auto status = collector.add(values[v], batch.values[0][v], batch.first, batch.samples); !status)
                return status;
        }
        return {};
    };
    auto streamed = m_provider.stream({{m_original, values, {}, nullptr}}, consume, work);
    if (!streamed && !isCancelled(streamed.error()) && matrices.size() > 1)
        return gatherSingly(matrices, work); // one layer that cannot be reached must not stop the others
    if (!streamed)
        return isCancelled(streamed.error()) ? Result<MomentsOfLayers>(streamed.status()) : unreached(streamed.error());
    MomentsOfLayers all;
    for (std::size_t m = 0; m < matrices.size(); ++m)
        all.push_back(collector.take(m));
    return all;
}

Result<MomentsOfLayers> MomentGatherer::gatherSingly(const std::vector<const WeightMatrix*>& matrices,
                                                     const Work& work) {
    MomentsOfLayers all;
    for (std::size_t m = 0; m < matrices.size(); ++m) {
        auto one = gather({matrices[m]}, work.step(m, matrices.size()));
        if (!one)
            return one;
        all.push_back(std::move(one->front()));
    }
    return all;
}

MomentsOfLayers MomentGatherer::unreached(const Diagnostic& problem) {
    m_problem = problem;
    return MomentsOfLayers(1);
}

Result<std::optional<LayerMoments>> MomentGatherer::next(ModelPtr model, const WeightMatrix& matrix, const Work& work) {
    const Graph& graph = *m_original->graph;
    const std::size_t position = graph.position(matrix.nodes.front());
    Names names;
    std::vector<std::size_t> places;
    for (const NodeId id : matrix.nodes)
        places.push_back(names.add(nameOf(graph, inputOf(graph, id))));
    const ValueId shortcut = shortcutOf(graph, matrix);
    const std::size_t beside = shortcut.valid() ? names.add(nameOf(graph, shortcut)) : 0;
    MomentSums sum(matrix, graph, m_shapes, gramOptions(matrix, optionsFor(m_options, m_provider)));
    const auto consume = [&](const StreamedBatch& batch) -> Status {
        if (auto status = work.check(); !status)
            return status;
        for (std::size_t user = 0; user < places.size(); ++user) {
            MomentSums::Batch one{
                user,    batch.first, batch.samples, batch.values[0][places[user]], batch.values[1][places[user]],
                nullptr, nullptr};
            if (shortcut.valid()) {
                one.shortcut = batch.values[0][beside];
                one.originalShortcut = batch.values[1][beside];
            }
            if (auto status = sum.add(one); !status)
                return status;
        }
        return {};
    };
    if (position < m_position) // not a walk: start anew
        m_recorded = m_recordedOriginal = nullptr;
    const auto record = crossingValues(graph, position);
    auto streamed = m_provider.stream(
        {{std::move(model), names.list(), record, m_recorded}, {m_original, names.list(), record, m_recordedOriginal}},
        consume, work);
    if (!streamed && isCancelled(streamed.error()))
        return streamed.status();
    if (!streamed)
        return std::move(unreached(streamed.error()).front());
    m_recorded = streamed->recorded.at(0);
    m_recordedOriginal = streamed->recorded.at(1);
    m_position = position;
    return sum.finish();
}

} // namespace lapidary
