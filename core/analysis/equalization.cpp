// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/equalization.h"

#include "analysis/equalizedpairs.h"
#include "analysis/layerbias.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lapidary {
namespace {

constexpr int mostSweeps = 20;
constexpr double converged = 1e-3;  ///< largest change of a factor's logarithm
constexpr double mostFactor = 1000; ///< of one pair in one sweep
constexpr double boundSlack = 1e-5; ///< keeps what interval arithmetic rounds away from the bound

/// A layer's numbers while they are scaled; weights in the order of the matrix.
struct Scaled {
    WeightMatrix matrix;
    std::vector<float> weights, bias;
    ValueId biasValue;

    float* row(std::size_t channel) { return weights.data() + channel * matrix.columns(); }
    double rowRange(std::size_t channel) {
        double range = 0;
        for (std::size_t c = 0; c < matrix.columns(); ++c)
            range = std::max(range, std::fabs(double(row(channel)[c])));
        return range;
    }
    /// Calls f(weight) for all weights that meet an input channel.
    template <typename F>
    void forInput(std::size_t channel, F f) {
        const std::size_t group = channel / matrix.inputs, input = channel % matrix.inputs;
        for (std::size_t r = 0; r < matrix.rows; ++r)
            for (std::size_t k = 0; k < matrix.kernel; ++k)
                f(row(group * matrix.rows + r)[k * matrix.inputs + input]);
    }
    /// The most that an output channel can be, its inputs being between 0 and `high`.
    double highest(std::size_t channel, double high) {
        double sum = 0;
        for (std::size_t c = 0; c < matrix.columns(); ++c)
            sum += std::max(0.0, double(row(channel)[c]));
        return sum * high + (bias.empty() ? 0.0 : double(bias[channel]));
    }
};

class Equalizer {
public:
    explicit Equalizer(const ModelPtr& model) : m_model(model), m_graph(*model->graph) {}

    Result<Equalization> run(const std::set<NodeId>& keep) {
        Equalization result;
        auto pairs = findEqualizablePairs(m_graph, keep, result.skipped);
        for (const EqualizablePair& pair : pairs)
            if (auto status = load(pair); !status)
                return status;
        std::vector<double> largest(pairs.size(), 1);
        for (int sweep = 0; sweep < mostSweeps; ++sweep) {
            double change = 0;
            for (std::size_t p = 0; p < pairs.size(); ++p)
                change = std::max(change, equalize(pairs[p]));
            if (change < converged)
                break;
        }
        for (std::size_t p = 0; p < pairs.size(); ++p) {
            const double factor = largestFactor(pairs[p]);
            if (factor > 1 + converged)
                result.changed.push_back({pairs[p].writer, pairs[p].readers, factor});
            else if (std::isfinite(pairs[p].upperBound))
                result.skipped.push_back({pairs[p].writer, "its channels may reach the upper bound of the Clip"});
        }
        std::ranges::stable_sort(result.skipped, {}, [&](const auto& one) { return m_graph.position(one.layer); });
        return write(std::move(result));
    }

private:
    Status load(const EqualizablePair& pair) {
        std::vector<NodeId> layers = pair.readers;
        layers.push_back(pair.writer);
        for (const NodeId id : layers) {
            if (m_layers.count(id) > 0)
                continue;
            Scaled layer;
            describeWeight(m_graph, *m_graph.node(id), layer.matrix);
            auto weights = toFloats(*m_graph.constant(layer.matrix.weight));
            if (!weights)
                return Diagnostic(weights.error()).atTensor(m_graph.value(layer.matrix.weight)->name);
            layer.weights = matrixOrder(layer.matrix, *weights);
            if (auto status = loadBias(layer); !status)
                return status;
            m_layers.emplace(id, std::move(layer));
        }
        auto& factors = m_factors[pair.writer];
        factors.assign(m_layers.at(pair.writer).matrix.outputs(), 1.0);
        return {};
    }

    Status loadBias(Scaled& layer) {
        const ValueId id = biasOf(m_graph, layer.matrix);
        const TensorPtr tensor = id.valid() ? m_graph.constant(id) : nullptr;
        if (!tensor || tensor->type != DataType::Float || tensor->count() != std::int64_t(layer.matrix.outputs()))
            return {}; // of a layer that only reads
        auto bias = toFloats(*tensor);
        if (!bias)
            return Diagnostic(bias.error()).atTensor(m_graph.value(id)->name);
        layer.biasValue = id;
        layer.bias = std::move(*bias);
        return {};
    }

    /// Returns the largest |ln s|.
    double equalize(const EqualizablePair& pair) {
        Scaled& writer = m_layers.at(pair.writer);
        double change = 0;
        for (std::size_t c = 0; c < writer.matrix.outputs(); ++c) {
            double behind = 0;
            for (const NodeId id : pair.readers)
                m_layers.at(id).forInput(c, [&](float w) { behind = std::max(behind, std::fabs(double(w))); });
            const double before = writer.rowRange(c);
            if (!(before > 0) || !(behind > 0) || !std::isfinite(before) || !std::isfinite(behind))
                continue;
            double s = std::clamp(std::sqrt(before / behind), 1 / mostFactor, mostFactor);
            if (std::isfinite(pair.upperBound))
                s = allowedUnderClip(writer, c, pair, s);
            change = std::max(change, std::fabs(std::log(s)));
            apply(pair, c, s);
        }
        return change;
    }

    static double allowedUnderClip(Scaled& writer, std::size_t channel, const EqualizablePair& pair, double s) {
        const double highest = writer.highest(channel, pair.inputBound) * (1 + boundSlack);
        if (!(highest <= pair.upperBound)) // also where the input has no bound
            return 1;
        return std::max(s, highest / pair.upperBound);
    }

    void apply(const EqualizablePair& pair, std::size_t channel, double s) {
        Scaled& writer = m_layers.at(pair.writer);
        for (std::size_t k = 0; k < writer.matrix.columns(); ++k)
            writer.row(channel)[k] = float(double(writer.row(channel)[k]) / s);
        if (!writer.bias.empty())
            writer.bias[channel] = float(double(writer.bias[channel]) / s);
        for (const NodeId id : pair.readers)
            m_layers.at(id).forInput(channel, [&](float& w) { w = float(double(w) * s); });
        m_factors[pair.writer][channel] *= s;
    }

    double largestFactor(const EqualizablePair& pair) {
        double largest = 1;
        for (const double s : m_factors[pair.writer])
            largest = std::max({largest, s, 1 / s});
        return largest;
    }

    Result<Equalization> write(Equalization result) {
        GraphEditor editor(m_model->graph);
        std::set<NodeId> touched;
        for (const EqualizedLayers& one : result.changed) {
            touched.insert(one.writer);
            touched.insert(one.readers.begin(), one.readers.end());
        }
        for (const NodeId id : touched) {
            const Scaled& layer = m_layers.at(id);
            replaceConstant(editor, layer.matrix.weight,
                            makeTensor(layer.matrix.shape, tensorOrder(layer.matrix, layer.weights)));
            if (layer.biasValue.valid() && m_factors.count(id) > 0)
                replaceConstant(editor, layer.biasValue,
                                makeTensor(m_graph.constant(layer.biasValue)->shape, layer.bias));
        }
        auto graph = editor.finish();
        if (!graph)
            return graph.error();
        result.model = withGraph(*m_model, std::move(*graph));
        return result;
    }

    ModelPtr m_model;
    const Graph& m_graph;
    std::map<NodeId, Scaled> m_layers;
    std::map<NodeId, std::vector<double>> m_factors; ///< by writer, channel
};

} // namespace

Result<Equalization> equalizeLayers(const ModelPtr& model, const std::set<NodeId>& keep) {
    return Equalizer(model).run(keep);
}

} // namespace lapidary
