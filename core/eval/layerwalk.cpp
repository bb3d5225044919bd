// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/layerwalk.h"

namespace lapidary {

LayerWalk::LayerWalk(CalibrationProvider* provider, ModelPtr original, ShapeTable shapes,
                     const MomentOptions& options) {
    if (provider)
        m_gatherer.emplace(*provider, std::move(original), std::move(shapes), options);
}

const std::optional<Diagnostic>& LayerWalk::problem() const {
    static const std::optional<Diagnostic> none;
    return m_gatherer ? m_gatherer->problem() : none;
}

Result<MomentsOfLayers> LayerWalk::momentsOf(const std::vector<const WeightMatrix*>& matrices, const ModelPtr& follow,
                                             const Work& work) {
    if (!m_gatherer)
        return MomentsOfLayers(matrices.size());
    auto moments = measured(matrices, follow, work);
    if (!moments && (moments.error().code.starts_with("runtime.") || moments.error().code == "calibration.stream"))
        return MomentsOfLayers(matrices.size());
    return moments;
}

Result<MomentsOfLayers> LayerWalk::measured(const std::vector<const WeightMatrix*>& matrices, const ModelPtr& follow,
                                            const Work& work) {
    if (!follow)
        return m_gatherer->gather(matrices, work);
    auto moments = m_gatherer->next(follow, *matrices.front(), work);
    if (!moments)
        return moments.status();
    return MomentsOfLayers{std::move(*moments)};
}

Result<std::vector<float>> layerWeights(const Graph& graph, const WeightMatrix& matrix) {
    auto elements = toFloats(*graph.constant(matrix.weight));
    if (!elements) {
        Diagnostic error = elements.error();
        return std::move(error).atTensor(graph.value(matrix.weight)->name);
    }
    return matrixOrder(matrix, *elements);
}

} // namespace lapidary
