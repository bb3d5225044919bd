// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/weightmatrix.h"

#include "graph/operatortraits.h"

#include <algorithm>
#include <map>

namespace lapidary {
namespace {

bool isLayer(const Node& node, const OperatorTraits* traits) {
    return traits && traits->category == OperatorCategory::Layer && traits->weightInput >= 0 &&
           node.input(std::size_t(traits->weightInput)).valid();
}

std::string tensorProblem(const Tensor* tensor, bool otherSideConstant) {
    if (!tensor)
        return otherSideConstant ? "its constant stands on the side of the data" : "its weight is not constant";
    if (tensor->missing())
        return "its weight's data is missing";
    if (!isFloatingPoint(tensor->type) || bitsPerElement(tensor->type) < 16)
        return "its weight is " + dataTypeName(tensor->type) + ", not floating point";
    if (tensor->count() == 0)
        return "its weight is empty";
    return {};
}

bool sameView(const WeightMatrix& a, const WeightMatrix& b) {
    return a.groups == b.groups && a.rows == b.rows && a.inputs == b.inputs && a.kernel == b.kernel &&
           a.rowStride == b.rowStride && a.inputStride == b.inputStride && a.transposed == b.transposed;
}

/// Not empty: the weight also serves something that is no such layer.
std::string otherUse(const Graph& graph, const WeightMatrix& matrix) {
    for (const Use& use : graph.uses(matrix.weight)) {
        const Node* user = graph.node(use.node);
        const OperatorTraits* traits = traitsOf(*user);
        WeightMatrix other;
        const bool asWeight = traits && use.input >= 0 && use.input == traits->weightInput;
        if (!asWeight || !describeWeight(graph, *user, other).empty() || !sameView(matrix, other))
            return "its weight also serves '" + displayName(*user) + "' in another way";
    }
    return graph.isOutput(matrix.weight) ? "its weight is an output of the model" : std::string();
}

} // namespace

std::string describeWeight(const Graph& graph, const Node& node, WeightMatrix& matrix) {
    const OperatorTraits* traits = traitsOf(node);
    if (!isLayer(node, traits) || traits->flow != ChannelFlow::Produces || traits->weightOutputAxis < 0)
        return node.opType + " does not multiply with a weight that can be seen as a matrix";
    matrix.weight = node.input(std::size_t(traits->weightInput));
    const TensorPtr tensor = graph.constant(matrix.weight);
    const ValueId data = node.input(std::size_t(traits->dataInput));
    if (auto problem = tensorProblem(tensor.get(), data.valid() && graph.constant(data)); !problem.empty())
        return problem;
    const auto out = std::size_t(traits->weightOutputAxis), in = std::size_t(traits->weightInputAxis);
    const Shape& shape = tensor->shape;
    // Convolutions have kernel axes and a bias; a product of matrices with more axes is a stack without one matrix.
    if (shape.size() < 2 || (shape.size() > 2 && traits->biasInput < 0))
        return "its weight is " + shapeText(shape) + ", not one matrix";
    const auto groups = node.intAttribute("group", 1);
    if (groups < 1 || shape[0] % groups != 0)
        return "its groups do not divide its channels";
    const auto strides = rowMajorStrides(shape);
    matrix.nodes = {node.id};
    matrix.type = tensor->type;
    matrix.shape = shape;
    matrix.groups = std::size_t(groups);
    matrix.rows = std::size_t(out == 0 ? shape[0] / groups : shape[out]);
    matrix.inputs = std::size_t(in == 0 ? shape[0] / groups : shape[in]);
    matrix.kernel = 1;
    for (std::size_t axis = 2; axis < shape.size(); ++axis)
        matrix.kernel *= std::size_t(shape[axis]);
    matrix.groupStride = std::size_t(shape[0] / groups) * std::size_t(strides[0]);
    matrix.rowStride = std::size_t(strides[out]);
    matrix.inputStride = std::size_t(strides[in]);
    matrix.transposed = shape.size() > 2 && out == 1;
    return {};
}

WeightMatrices findWeightMatrices(const Graph& graph, const std::set<NodeId>& scope) {
    WeightMatrices found;
    std::map<ValueId, std::size_t> known;
    for (const NodePtr& node : graph.nodes()) {
        if ((!scope.empty() && scope.count(node->id) == 0) || !isLayer(*node, traitsOf(*node)))
            continue;
        WeightMatrix matrix;
        std::string reason = describeWeight(graph, *node, matrix);
        if (reason.empty())
            reason = otherUse(graph, matrix);
        if (!reason.empty()) {
            found.fenced.push_back({node->id, std::move(reason)});
            continue;
        }
        const auto [at, isNew] = known.emplace(matrix.weight, found.matrices.size());
        if (isNew)
            found.matrices.push_back(std::move(matrix));
    }
    for (WeightMatrix& matrix : found.matrices) {
        matrix.nodes.clear(); // all users, whatever the scope: they change together
        for (const Use& use : graph.uses(matrix.weight))
            if (matrix.nodes.empty() || matrix.nodes.back() != use.node)
                matrix.nodes.push_back(use.node);
    }
    return found;
}

std::vector<float> matrixOrder(const WeightMatrix& matrix, std::span<const float> elements) {
    std::vector<float> ordered(matrix.count());
    auto* out = ordered.data();
    for (std::size_t g = 0; g < matrix.groups; ++g)
        for (std::size_t r = 0; r < matrix.rows; ++r)
            for (std::size_t k = 0; k < matrix.kernel; ++k)
                for (std::size_t i = 0; i < matrix.inputs; ++i)
                    *out++ = elements[matrix.element(g, r, k * matrix.inputs + i)];
    return ordered;
}

std::vector<float> tensorOrder(const WeightMatrix& matrix, std::span<const float> ordered) {
    std::vector<float> elements(matrix.count());
    const auto* in = ordered.data();
    for (std::size_t g = 0; g < matrix.groups; ++g)
        for (std::size_t r = 0; r < matrix.rows; ++r)
            for (std::size_t k = 0; k < matrix.kernel; ++k)
                for (std::size_t i = 0; i < matrix.inputs; ++i)
                    elements[matrix.element(g, r, k * matrix.inputs + i)] = *in++;
    return elements;
}

} // namespace lapidary
