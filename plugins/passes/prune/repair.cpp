// SPDX-License-Identifier: GPL-3.0-or-later
#include "repair.h"

#include "analysis/cutcounter.h"
#include "weightwriter.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

/// Values that stand between what comes before `position` in the graph and what comes from there on.
std::vector<std::string> frontier(const Graph& graph, std::size_t position) {
    std::vector<std::string> names;
    for (const NodePtr& node : graph.nodes()) {
        if (graph.position(node->id) >= position)
            break;
        for (const ValueId output : node->outputs) {
            if (!output.valid() || graph.constant(output))
                continue;
            const auto later = [&](const Use& use) { return graph.position(use.node) >= position; };
            if (std::ranges::any_of(graph.uses(output), later))
                names.push_back(graph.value(output)->name);
        }
    }
    return names;
}

struct Layer {
    LayerRows rows;
    LayerTarget target;
    std::vector<std::int64_t> kept; ///< output channels of the original that are left
    std::size_t position = 0;
};

class Repairer {
public:
    Repairer(const PruneAnalysis& analysis, const ShapeTable& shapes, const ChannelCut& cut, ModelPtr pruned,
             const ShapeTable& prunedShapes, CalibrationProvider& calibration, const RepairOptions& options)
        : m_analysis(analysis), m_shapes(shapes), m_counter(analysis.groups(), cut), m_prunedShapes(prunedShapes),
          m_calibration(calibration), m_options(options) {
        m_outcome.model = std::move(pruned);
        for (std::size_t i = 0; i < analysis.groups().values.size(); ++i)
            m_axes[analysis.groups().values[i].value].push_back(i);
    }

    Result<RepairOutcome> run(const Work& work) {
        std::vector<NodeId> nodes = layersToRepair();
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            auto layer = describe(nodes[i]);
            if (!layer)
                continue;
            const auto part = work.step(i, nodes.size(), "Repairing layers");
            if (auto status = repair(*layer, part); !status)
                return status;
        }
        return std::move(m_outcome);
    }

private:
    const Graph& original() const { return *m_analysis.model().graph; }
    const Graph& graph() const { return *m_outcome.model->graph; }

    /// Layers that lost inputs and, if asked for, all layers behind the first of them or of those that lost outputs.
    std::vector<NodeId> layersToRepair() {
        std::vector<NodeId> nodes;
        std::vector<bool> disturbed(graph().valueIdLimit(), false);
        for (const NodePtr& node : graph().nodes()) {
            bool touched = false;
            for (const ValueId input : node->inputs)
                touched = touched || (input.valid() && (disturbed[input.number] || narrowed(input)));
            if (!touched)
                continue;
            const TensorPtr weight = graph().constant(node->input(1));
            const TensorPtr before = original().constant(node->input(1));
            const bool lost = !graph().constant(node->input(0)) && narrowed(node->input(0));
            if (weight && before && (lost || m_options.everything) && !graph().constant(node->input(0)))
                nodes.push_back(node->id);
            for (const ValueId output : node->outputs)
                if (output.valid())
                    disturbed[output.number] = true;
        }
        return nodes;
    }

    bool narrowed(ValueId value) {
        const auto axes = m_axes.find(value);
        return axes != m_axes.end() && std::ranges::any_of(axes->second, [&](std::size_t i) {
                   const auto& refs = m_analysis.groups().values[i].channels;
                   return m_counter.kept(refs) != std::int64_t(refs->size());
               });
    }

    /// Positions along `axis` that are left; nothing if another axis got narrower.
    std::optional<std::vector<std::int64_t>> keptAlong(ValueId value, int axis) {
        std::vector<std::int64_t> kept;
        for (std::int64_t p = 0; p < m_shapes.extent(value, axis); ++p)
            kept.push_back(p);
        const auto axes = m_axes.find(value);
        if (axes == m_axes.end())
            return kept;
        for (const std::size_t i : axes->second) {
            const ValueAxis& known = m_analysis.groups().values[i];
            if (known.axis == axis)
                kept = m_counter.keptPositions(known.channels);
            else if (m_counter.kept(known.channels) != std::int64_t(known.channels->size()))
                return std::nullopt;
        }
        return kept;
    }

    std::optional<Layer> describe(NodeId id) {
        const Node* node = graph().node(id);
        auto rows = LayerRows::of(graph(), m_prunedShapes, *node);
        if (!rows)
            return std::nullopt;
        if (graph().uses(rows->weight).size() > 1)
            return std::nullopt; // a weight of its own would make the model larger
        Layer layer{std::move(*rows), {}, {}, graph().position(id)};
        layer.target = layerTarget(graph(), m_prunedShapes, layer.rows);
        auto kept = keptAlong(layer.rows.output, layer.rows.isProduct() ? m_shapes.rank(layer.rows.output) - 1 : 1);
        const int rank = m_shapes.rank(layer.rows.input);
        for (int a = 0; a < rank; ++a) {
            const bool isChannel = a == (layer.rows.isProduct() ? rank - 1 : 1);
            if (!isChannel && m_shapes.extent(layer.rows.input, a) != m_prunedShapes.extent(layer.rows.input, a))
                return std::nullopt;
        }
        if (!kept || kept->size() != layer.rows.groups * layer.rows.outputs)
            return std::nullopt;
        layer.kept = std::move(*kept);
        return layer;
    }

    Status repair(const Layer& layer, const Work& work) {
        const NodeId node = graph().producer(layer.rows.output)->id;
        const std::string judged = graph().value(layer.target.judged)->name;
        StreamedModel before{m_analysis.modelPtr(), {judged}, {}, m_originalGiven};
        StreamedModel now{m_outcome.model, {graph().value(layer.rows.input)->name}, {}, m_prunedGiven};
        if (layer.target.stream.valid()) {
            now.values.push_back(graph().value(layer.target.stream)->name);
            before.values.push_back(original().value(layer.rows.output)->name);
        }
        before.record = frontier(original(), original().position(node));
        now.record = frontier(graph(), layer.position);
        GramCollector sums(layer.rows, gramOptions(layer));
        const auto consume = [&](const StreamedBatch& batch) { return add(sums, layer, batch); };
        auto streamed = m_calibration.stream({before, now}, consume, work.part(0, 0.8));
        if (!streamed)
            return streamed.status();
        m_outcome.samples = streamed->samples;
        m_originalGiven = streamed->recorded[0];
        m_prunedGiven = streamed->recorded[1];
        return solve(layer, node, sums.take(), work.part(0.8, 1));
    }

    GramOptions gramOptions(const Layer& layer) {
        GramOptions options;
        // Ten rows per unknown, unless that is more than there are.
        const std::size_t wanted = std::max(m_options.rows, 10 * layer.rows.features());
        const std::uint64_t samples = std::max<std::uint64_t>(m_calibration.sampleCount(), 1);
        options.rowsPerSample = std::max<std::size_t>((wanted + samples - 1) / samples, 4);
        options.seed = m_options.seed * 0x9e3779b97f4a7c15ull + layer.position;
        options.threads = m_options.threads;
        return options;
    }

    Status add(GramCollector& sums, const Layer& layer, const StreamedBatch& batch) {
        const auto judged = FloatView::of(*batch.values[0][0]);
        if (!judged)
            return judged.status();
        const bool summed = layer.target.stream.valid();
        const auto own = FloatView::of(*batch.values[0][summed ? 1 : 0]);
        const auto stream = FloatView::of(*batch.values[1][summed ? 1 : 0]);
        if (!own || !stream)
            return own ? stream.status() : own.status();
        const Shape& wide = batch.values[0][0]->shape;
        const std::size_t channels = layer.kept.size();
        Shape narrow = summed ? batch.values[1][1]->shape : narrowShape(wide, layer);
        std::vector<float> target, plain, added;
        const double strongest =
            layer.target.scale.empty()
                ? 1
                : std::abs(*std::ranges::max_element(layer.target.scale, {}, [](double s) { return std::abs(s); }));
        const auto targets = [&](std::size_t sample, std::span<const std::uint32_t> positions, float* rows) -> Status {
            const std::size_t width = judged->span().size() / std::max<std::size_t>(batch.samples, 1) /
                                      std::max<std::size_t>(layer.rows.positions(narrow, batch.samples), 1);
            target.resize(positions.size() * width);
            layer.rows.gather(judged->span(), wide, batch.samples, sample, positions, target.data());
            if (summed) {
                plain.resize(target.size());
                added.resize(positions.size() * channels);
                layer.rows.gather(own->span(), wide, batch.samples, sample, positions, plain.data());
                layer.rows.gather(stream->span(), narrow, batch.samples, sample, positions, added.data());
            }
            for (std::size_t r = 0; r < positions.size(); ++r)
                for (std::size_t c = 0; c < channels; ++c) {
                    const std::size_t from = r * width + std::size_t(layer.kept[c]), to = r * channels + c;
                    if (!summed)
                        rows[to] = target[from];
                    else if (std::abs(layer.target.scale[c]) > 1e-3 * strongest)
                        rows[to] = float((double(target[from]) - double(added[to]) - layer.target.shift[c]) /
                                         layer.target.scale[c]);
                    else // the sum hardly sees this channel
                        rows[to] = plain[from];
                }
            return {};
        };
        return sums.add(*batch.values[1][0], narrow, batch.first, batch.samples, targets);
    }

    Shape narrowShape(Shape shape, const Layer& layer) const {
        const std::size_t axis = layer.rows.isProduct() ? shape.size() - 1 : 1;
        shape[axis] = std::int64_t(layer.kept.size());
        return shape;
    }

    Status solve(const Layer& layer, NodeId node, GramSums sums, const Work& work) {
        const auto weight = toFloats(*graph().constant(layer.rows.weight));
        if (!weight)
            return weight.status();
        auto fit = refit(std::move(sums), layer.rows.matrices(*weight), biasOf(graph(), layer.rows),
                         canShift(graph(), layer.rows, layer.target), m_options, work);
        if (!fit)
            return fit.status();
        m_outcome.errors[node] = fit->error;
        GraphEditor editor(m_outcome.model->graph);
        if (auto status = writeRefit(editor, layer.rows, layer.target, *fit, m_options.method); !status)
            return status;
        auto finished = editor.finish();
        if (!finished)
            return finished.status();
        m_outcome.model = withGraph(*m_outcome.model, std::move(*finished));
        return {};
    }

    const PruneAnalysis& m_analysis;
    const ShapeTable& m_shapes;
    CutCounter m_counter;
    const ShapeTable& m_prunedShapes;
    CalibrationProvider& m_calibration;
    const RepairOptions& m_options;
    std::map<ValueId, std::vector<std::size_t>> m_axes;
    RecordedPtr m_originalGiven, m_prunedGiven;
    RepairOutcome m_outcome;
};

} // namespace

Result<RepairOutcome> repairPruned(const PruneAnalysis& analysis, const ShapeTable& shapes, const ChannelCut& cut,
                                   ModelPtr pruned, const ShapeTable& prunedShapes, CalibrationProvider& calibration,
                                   const RepairOptions& options, const Work& work) {
    return Repairer(analysis, shapes, cut, std::move(pruned), prunedShapes, calibration, options).run(work);
}

} // namespace lapidary
