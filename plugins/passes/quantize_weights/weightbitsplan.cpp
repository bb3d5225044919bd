// SPDX-License-Identifier: GPL-3.0-or-later
#include "weightbitsplan.h"

#include "analysis/allocation.h"
#include "analysis/layerends.h"
#include "analysis/quantizedgraph.h"
#include "analysis/raiseopset.h"
#include "base/glob.h"
#include "graph/operatortraits.h"
#include "pass/weightplan.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr int fewestBits = 2, mostBits = 8;
/// What operators and names take in the file beside the numbers, roughly.
constexpr std::uint64_t overheadBytes = 300;

class Planner {
public:
    Planner(const PassInput& input, const WeightBitsOptions& options)
        : m_input(input), m_graph(*input.model->graph), m_options(options), m_ends(m_graph) {}

    Result<WeightBitsPlan> plan() {
        if (auto status = refuseQuantized(*m_input.model); !status)
            return status;
        if (auto status = findOpset(); !status)
            return status;
        considerWeights(m_input, m_plan.fenced, [this](WeightMatrix matrix) { consider(std::move(matrix)); });
        if (auto status = checkNames(); !status)
            return status;
        if (m_plan.layers.empty())
            return noWeightsLeft(m_input, m_plan.fenced, "No layer's weights can be quantized here");
        return std::move(m_plan);
    }

private:
    /// 4-bit integers need opset 21; what cannot be raised so far gets packed codes instead.
    Status findOpset() {
        const std::int64_t own = m_input.model->opset();
        m_plan.newestOpset = own;
        Diagnostic problem;
        for (const std::int64_t target : {21, 13, 11, 7}) {
            if (target <= own)
                break;
            auto raised = raiseOpset(m_input.model, m_input.shapes, target);
            if (raised) {
                m_plan.newestOpset = target;
                break;
            }
            if (target == 21)
                problem = raised.error();
        }
        if (m_plan.newestOpset < 7)
            return problem;
        if (m_plan.newestOpset < 21)
            m_plan.notes.push_back(noteDiagnostic("quantize_weights.opset",
                                                  "4-bit integers are not used: " + problem.message,
                                                  "Codes are packed in bytes instead, which older opsets can read."));
        return {};
    }

    bool standsForProduct(const WeightMatrix& matrix) const {
        return std::all_of(matrix.nodes.begin(), matrix.nodes.end(), [&](NodeId id) {
            const Node& node = *m_graph.node(id);
            const OperatorTraits* traits = traitsOf(node);
            if (!node.isOnnx() || matrix.kernel != 1 || matrix.groups != 1 || matrix.shape.size() != 2)
                return false;
            const bool plain = node.intAttribute("transA", 0) == 0 && node.floatAttribute("alpha", 1) == 1 &&
                               node.floatAttribute("beta", 1) == 1;
            return plain && m_input.shapes.rank(node.input(std::size_t(traits->dataInput))) >= 2;
        });
    }

    void consider(WeightMatrix matrix) {
        QuantizedLayer layer;
        layer.name = displayName(*m_graph.node(matrix.nodes.front()));
        int bits = -1;
        for (const NodeId id : matrix.nodes)
            bits = std::max(bits, m_options.bitsByName(displayName(*m_graph.node(id))));
        layer.fixed = bits >= 0;
        if (bits == 0) {
            m_plan.fenced.push_back({matrix.nodes.front(), "kept in floating point by its name"});
            return;
        }
        if (m_ends.isFirst(matrix.nodes.front()))
            layer.leastBits = std::max(layer.leastBits, m_options.firstBits);
        if (matrix.depthwise())
            layer.leastBits = std::max(layer.leastBits, m_options.depthwiseBits);
        if (!layer.fixed)
            bits = std::max(layer.leastBits, m_options.bits);
        layer.products = standsForProduct(matrix);
        layer.matrix = std::move(matrix);
        layer.storage = chooseStorage(layer.matrix, bits, m_options, m_plan.newestOpset, layer.products);
        if (layer.storage.neededOpset > m_plan.newestOpset) {
            m_plan.fenced.push_back({layer.matrix.nodes.front(), "its codes would need opset " +
                                                                     std::to_string(layer.storage.neededOpset) +
                                                                     ", which the model cannot be raised to"});
            return;
        }
        if (layer.storage.bytesAfter() + overheadBytes >= layer.storage.bytesBefore()) {
            m_plan.fenced.push_back(
                {layer.matrix.nodes.front(), "too small: scales and operators would take more bytes than codes save"});
            return;
        }
        if (m_options.biasCorrection)
            layer.bias = biasPlace(m_graph, layer.matrix);
        m_plan.layers.push_back(std::move(layer));
    }

    Status checkNames() const {
        for (const auto& [pattern, bits] : m_options.layerBits)
            if (auto status = needNodeNamed(m_graph, pattern,
                                            [&asked = pattern](const Node& node) {
                                                return displayName(node) == asked ||
                                                       globMatch(asked, displayName(node));
                                            });
                !status)
                return status;
        return {};
    }

    const PassInput& m_input;
    const Graph& m_graph;
    const WeightBitsOptions& m_options;
    LayerEnds m_ends;
    WeightBitsPlan m_plan;
};

} // namespace

Result<WeightBitsPlan> planWeightBits(const PassInput& input, const WeightBitsOptions& options) {
    return Planner(input, options).plan();
}

void shareBits(WeightBitsPlan& plan, const WeightBitsOptions& options, const std::vector<std::vector<double>>& losses) {
    std::vector<std::vector<AllocationChoice>> parts;
    std::vector<std::vector<WeightStorage>> ways;
    double budget = 0;
    for (std::size_t l = 0; l < plan.layers.size(); ++l) {
        const QuantizedLayer& layer = plan.layers[l];
        budget += options.target * double(layer.storage.bytesBefore());
        ways.emplace_back();
        parts.emplace_back();
        for (int bits = fewestBits; bits <= mostBits; ++bits) {
            if (layer.fixed ? bits != layer.storage.bits : bits < layer.leastBits)
                continue;
            ways.back().push_back(chooseStorage(layer.matrix, bits, options, plan.newestOpset, layer.products));
            parts.back().push_back(
                {double(ways.back().back().bytesAfter()), losses[l][std::size_t(bits - fewestBits)]});
        }
    }
    const Allocation allocation(std::move(parts));
    const auto chosen = allocation.choicesFor(budget);
    for (std::size_t l = 0; l < chosen.size(); ++l)
        plan.layers[l].storage = std::move(ways[l][chosen[l]]);
    if (allocation.cheapest() > budget)
        plan.notes.push_back(warningDiagnostic(
            "quantize_weights.target",
            "Even with the fewest bits the weights take more than asked for: " +
                std::to_string(std::int64_t(allocation.cheapest())) + " bytes.",
            "Lower the bits that first and depthwise layers get at least, or free layers that have bits by name."));
}

std::vector<std::vector<double>> guessedLosses(const WeightBitsPlan& plan) {
    std::vector<double> losses;
    for (int bits = fewestBits; bits <= mostBits; ++bits)
        losses.push_back(std::pow(0.25, bits));
    return std::vector<std::vector<double>>(plan.layers.size(), losses);
}

Result<ModelPtr> writeCodes(const ModelPtr& model, const ShapeTable& shapes, const WeightBitsPlan& plan,
                            const std::vector<LayerCodes>* codes, Diagnostics& notes) {
    std::int64_t opset = model->opset();
    bool ownOperators = false;
    for (const QuantizedLayer& layer : plan.layers) {
        opset = std::max(opset, layer.storage.neededOpset);
        ownOperators = ownOperators || layer.storage.form == StorageForm::MatMulNBits;
    }
    auto raised = raiseOpset(model, shapes, opset);
    if (!raised)
        return raised.status();
    notes.insert(notes.end(), raised->notes.begin(), raised->notes.end());
    GraphEditor editor(raised->model->graph);
    StorageWriter writer(editor);
    for (std::size_t l = 0; l < plan.layers.size(); ++l)
        if (auto status = writer.store(plan.layers[l].matrix, plan.layers[l].storage, codes ? &(*codes)[l] : nullptr);
            !status)
            return status;
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    auto written = std::make_shared<Model>(*withGraph(*raised->model, std::move(*graph)));
    if (ownOperators && written->opset("com.microsoft") == 0)
        written->opsets.push_back({"com.microsoft", 1, {}});
    return ModelPtr(written);
}

} // namespace lapidary
