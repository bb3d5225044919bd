// SPDX-License-Identifier: GPL-3.0-or-later
#include "weightwriter.h"

#include <algorithm>

namespace lapidary {
namespace {

class Writer {
public:
    explicit Writer(GraphEditor& editor) : m_editor(editor) {}

    Result<std::vector<float>> numbers(ValueId id) const {
        const TensorPtr tensor = m_editor.constant(id);
        return tensor ? toFloats(*tensor)
                      : Result<std::vector<float>>(errorDiagnostic("tensor.missing", "A parameter is not constant."));
    }

    /// Replaces a constant input; a copy of its own for this node if others use it too.
    Status replace(NodeId node, std::size_t input, std::vector<float> values) {
        const ValueId id = m_editor.node(node)->input(input);
        const TensorPtr old = m_editor.constant(id);
        auto tensor = old->type == DataType::Float ? Result<TensorPtr>(makeTensor<float>(old->shape, std::move(values)))
                                                   : fromFloats(old->type, old->shape, values);
        if (!tensor)
            return tensor.status();
        const bool alone = m_editor.uses(id).size() == 1 && !m_editor.isOutput(id) && !m_editor.isInput(id);
        const Node* maker = m_editor.producer(id);
        if (alone && !maker)
            m_editor.setInitializer(id, *tensor);
        else
            m_editor.setInput(node, input, m_editor.addInitializer(m_editor.value(id)->name + "_refit", *tensor));
        return {};
    }

    GraphEditor& editor() { return m_editor; }

private:
    GraphEditor& m_editor;
};

Status writeBias(Writer& writer, const LayerRows& layer, const LayerTarget& target, const Refit& refit) {
    GraphEditor& editor = writer.editor();
    const NodeId node = editor.producer(layer.output)->id;
    std::vector<float> bias(refit.bias.begin(), refit.bias.end());
    if (layer.bias.valid())
        return writer.replace(node, std::size_t(layer.biasInput), std::move(bias));
    const NodeId behind = target.normalization.valid() ? target.normalization : target.adder;
    if (behind.valid()) {
        // The shift goes where there is a number for it already.
        const Node& next = *editor.node(behind);
        const std::size_t input = target.normalization.valid()    ? normalizationMean
                                  : next.input(0) == layer.output ? 1
                                                                  : 0;
        auto numbers = writer.numbers(next.input(input));
        if (!numbers)
            return numbers.status();
        for (std::size_t c = 0; c < numbers->size(); ++c)
            (*numbers)[c] += target.normalization.valid() ? -bias[c] : bias[c];
        return writer.replace(behind, input, std::move(*numbers));
    }
    if (layer.biasInput < 0 || std::ranges::all_of(bias, [](float b) { return b == 0; }))
        return {};
    const TensorPtr weight = editor.constant(layer.weight);
    const auto count = std::int64_t(bias.size());
    auto tensor = weight->type == DataType::Float ? Result<TensorPtr>(makeTensor<float>({count}, bias))
                                                  : fromFloats(weight->type, {count}, bias);
    if (!tensor)
        return tensor.status();
    Node changed = *editor.node(node);
    changed.inputs.resize(std::size_t(layer.biasInput) + 1);
    changed.inputs[std::size_t(layer.biasInput)] =
        editor.addInitializer(editor.value(layer.weight)->name + "_bias", *tensor);
    editor.replaceNode(std::move(changed));
    return {};
}

} // namespace

bool canShift(const Graph& graph, const LayerRows& layer, const LayerTarget& target) {
    if (layer.bias.valid())
        return graph.constant(layer.bias) &&
               graph.constant(layer.bias)->count() == std::int64_t(layer.groups * layer.outputs);
    return target.normalization.valid() || target.adder.valid() || layer.biasInput >= 0;
}

std::vector<double> biasOf(const Graph& graph, const LayerRows& layer) {
    std::vector<double> bias(layer.groups * layer.outputs, 0);
    const TensorPtr tensor = layer.bias.valid() ? graph.constant(layer.bias) : nullptr;
    const auto numbers = tensor ? toFloats(*tensor) : Result<std::vector<float>>(std::vector<float>());
    if (numbers && numbers->size() == bias.size())
        bias.assign(numbers->begin(), numbers->end());
    else if (numbers && numbers->size() == 1)
        bias.assign(bias.size(), double(numbers->front()));
    return bias;
}

Status writeRefit(GraphEditor& editor, const LayerRows& layer, const LayerTarget& target, const Refit& refit,
                  Repair method) {
    Writer writer(editor);
    const NodeId node = editor.producer(layer.output)->id;
    if (method == Repair::LeastSquares)
        if (auto status = writer.replace(node, 1, layer.weightOf(refit.matrices)); !status)
            return status;
    if (method != Repair::NormStatistics || !target.normalization.valid())
        return writeBias(writer, layer, target, refit);
    std::vector<float> mean(refit.mean.begin(), refit.mean.end());
    const auto own = layer.bias.valid() ? writer.numbers(layer.bias) : Result<std::vector<float>>(std::vector<float>());
    for (std::size_t c = 0; own && own->size() == mean.size() && c < mean.size(); ++c)
        mean[c] += (*own)[c];
    if (auto status = writer.replace(target.normalization, normalizationMean, std::move(mean)); !status)
        return status;
    return writer.replace(target.normalization, normalizationVariance,
                          std::vector<float>(refit.variance.begin(), refit.variance.end()));
}

} // namespace lapidary
