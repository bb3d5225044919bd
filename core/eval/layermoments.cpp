// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/layermoments.h"

#include "eval/crossingvalues.h"
#include "graph/operatortraits.h"

#include <algorithm>
#include <thread>

namespace lapidary {
namespace {

constexpr std::size_t mostPositions = 256; ///< of a sample
constexpr std::size_t fewestRows = 4096;   ///< of all samples

/// Sums for one weight while batches stream by.
class Accumulator {
public:
    Accumulator(const WeightMatrix& matrix, const Graph& original, const ShapeTable& shapes, GramOptions options)
        : m_matrix(matrix), m_shapes(shapes) {
        options.threads = int(std::max(1u, std::thread::hardware_concurrency()));
        for (const NodeId id : matrix.nodes) {
            auto rows = LayerRows::of(original, shapes, *original.node(id));
            m_users.push_back(rows ? std::optional<GramCollector>(std::in_place, std::move(*rows), options)
                                   : std::nullopt);
        }
        const TensorPtr weight = original.constant(matrix.weight);
        if (auto weights = toFloats(*weight); weights && !m_users.empty() && m_users.front())
            m_weights = m_users.front()->layer().matrices(*weights);
    }

    struct Batch {
        std::size_t user = 0, first = 0, samples = 0; ///< `user`: index of the layer among the weight's users
        TensorPtr input;
        TensorPtr originalInput;              ///< null: no target
        TensorPtr shortcut, originalShortcut; ///< null: none
    };

    Status add(const Batch& batch) {
        auto& user = m_users[batch.user];
        if (!user || !batch.input || batch.input->shape.empty())
            return {};
        const LayerRows& layer = user->layer();
        Shape out = *m_shapes.shape(layer.output);
        if (layer.isProduct()) {
            out = batch.input->shape;
            out.back() = std::int64_t(layer.outputs);
        } else {
            out.front() = batch.input->shape.front();
        }
        GramCollector::Targets targets;
        if (batch.originalInput)
            targets = [&](std::size_t sample, std::span<const std::uint32_t> positions, float* rows) {
                return writeTargets(batch, layer, out, sample, positions, rows);
            };
        return user->add(*batch.input, out, batch.first, batch.samples, targets);
    }

    std::optional<LayerMoments> finish() {
        LayerMoments moments;
        const auto d = Eigen::Index(m_matrix.columns()), outputs = Eigen::Index(m_matrix.outputs());
        double rows = 0;
        bool target = false;
        moments.gram.assign(m_matrix.groups, Eigen::MatrixXd::Zero(d, d));
        moments.mean.assign(m_matrix.groups, Eigen::VectorXd::Zero(d));
        LayerMoments::Target sums{RowMatrix::Zero(outputs, d), Eigen::VectorXd::Zero(outputs), 0};
        for (auto& user : m_users) {
            if (!user)
                return std::nullopt;
            const GramSums one = user->take();
            rows += double(one.rows);
            target = target || !one.cross.front().empty();
            for (std::size_t g = 0; g < m_matrix.groups; ++g)
                addGroup(one, g, moments, sums);
            for (std::size_t o = 0; o < one.targetSum.size(); ++o) {
                sums.mean(Eigen::Index(o)) += one.targetSum[o];
                sums.power += one.targetSquare[o];
            }
        }
        if (rows == 0)
            return std::nullopt;
        for (std::size_t g = 0; g < m_matrix.groups; ++g) {
            moments.gram[g] /= rows;
            moments.mean[g] /= rows;
        }
        if (target)
            moments.target = {sums.cross / rows, sums.mean / rows, sums.power / rows};
        return moments;
    }

private:
    /// Features go by channel first, columns by kernel position.
    std::size_t featureOf(Eigen::Index column) const {
        return std::size_t(column) % m_matrix.inputs * m_matrix.kernel + std::size_t(column) / m_matrix.inputs;
    }

    void addGroup(const GramSums& one, std::size_t g, LayerMoments& moments, LayerMoments::Target& sums) const {
        const auto d = Eigen::Index(m_matrix.columns());
        for (Eigen::Index j = 0; j < d; ++j) {
            const std::size_t fj = featureOf(j);
            for (Eigen::Index i = 0; i < d; ++i)
                moments.gram[g](i, j) += one.gram[g][fj * one.features + featureOf(i)];
            moments.mean[g](j) += one.inputSum[g * one.features + fj];
            for (std::size_t o = 0; o < one.outputs && !one.cross[g].empty(); ++o)
                sums.cross(Eigen::Index(g * one.outputs + o), j) += one.cross[g][fj * one.outputs + o];
        }
    }

    /// What the layer gives in the original model, plus what the shortcut beside it lacks by now.
    Status writeTargets(const Batch& batch, const LayerRows& layer, const Shape& out, std::size_t sample,
                        std::span<const std::uint32_t> positions, float* rows) {
        const auto values = FloatView::of(*batch.originalInput);
        if (!values)
            return values.status();
        const auto count = Eigen::Index(positions.size()), width = Eigen::Index(layer.features()),
                   outputs = Eigen::Index(layer.outputs);
        m_rows.resize(count, width);
        Eigen::Map<FloatRows> all(rows, count, outputs * Eigen::Index(layer.groups));
        const auto sources = layer.sources(batch.originalInput->shape, out, positions);
        for (std::size_t g = 0; g < layer.groups; ++g) {
            layer.unfold(values->span(), batch.originalInput->shape, batch.samples, sample, g, sources, m_rows.data());
            const Eigen::Map<const FloatRows> weights(m_weights.data() + g * layer.outputs * layer.features(), outputs,
                                                      width);
            all.middleCols(Eigen::Index(g) * outputs, outputs).noalias() = m_rows * weights.transpose();
        }
        if (!batch.shortcut || batch.shortcut->shape != out || batch.originalShortcut->shape != out)
            return {};
        m_beside.resize(count, all.cols());
        for (const TensorPtr& tensor : {batch.originalShortcut, batch.shortcut}) {
            const auto beside = FloatView::of(*tensor);
            if (!beside)
                return beside.status();
            layer.gather(beside->span(), out, batch.samples, sample, positions, m_beside.data());
            all += tensor == batch.shortcut ? FloatRows(-m_beside) : m_beside;
        }
        return {};
    }

    using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const WeightMatrix& m_matrix;
    const ShapeTable& m_shapes;
    std::vector<std::optional<GramCollector>> m_users;
    std::vector<float> m_weights; ///< [group][output][feature]
    FloatRows m_rows, m_beside;
};

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

} // namespace

std::uint64_t momentsBytes(const WeightMatrix& matrix) {
    const std::uint64_t columns = matrix.columns();
    return matrix.groups * columns * columns * sizeof(double);
}

std::size_t MomentGatherer::positionsOf(const WeightMatrix& matrix) const {
    const std::uint64_t samples = std::max<std::uint64_t>(m_provider.sampleCount(), 1);
    const std::size_t rows = std::max(m_options.rowsPerColumn * matrix.columns(), fewestRows);
    return m_options.rowsPerColumn == 0 ? mostPositions
                                        : std::min(mostPositions, std::size_t((rows + samples - 1) / samples));
}

Result<MomentsOfLayers> MomentGatherer::gather(const std::vector<const WeightMatrix*>& matrices, const Work& work) {
    const Graph& graph = *m_original->graph;
    std::vector<Accumulator> sums;
    Names names;
    std::vector<std::vector<std::size_t>> places(matrices.size());
    for (std::size_t m = 0; m < matrices.size(); ++m) {
        sums.emplace_back(*matrices[m], graph, m_shapes, GramOptions{positionsOf(*matrices[m]), m_options.seed});
        for (const NodeId id : matrices[m]->nodes)
            places[m].push_back(names.add(nameOf(graph, inputOf(graph, id))));
    }
    const auto consume = [&](const StreamedBatch& batch) -> Status {
        for (std::size_t m = 0; m < matrices.size(); ++m) {
            if (auto status = work.check(); !status)
                return status;
            for (std::size_t user = 0; user < places[m].size(); ++user)
                if (auto status = sums[m].add({user, batch.first, batch.samples, batch.values[0][places[m][user]],
                                               nullptr, nullptr, nullptr});
                    !status)
                    return status;
        }
        return {};
    };
    auto streamed = m_provider.stream({{m_original, names.list(), {}, nullptr}}, consume, work);
    if (!streamed && !isCancelled(streamed.error()) && matrices.size() > 1)
        return gatherSingly(matrices, work); // one layer that cannot be reached must not stop the others
    if (!streamed)
        return isCancelled(streamed.error()) ? Result<MomentsOfLayers>(streamed.status()) : unreached(streamed.error());
    MomentsOfLayers all;
    for (Accumulator& sum : sums)
        all.push_back(sum.finish());
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
    Accumulator sum(matrix, graph, m_shapes, GramOptions{positionsOf(matrix), m_options.seed});
    const auto consume = [&](const StreamedBatch& batch) -> Status {
        if (auto status = work.check(); !status)
            return status;
        for (std::size_t user = 0; user < places.size(); ++user) {
            Accumulator::Batch one{
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
