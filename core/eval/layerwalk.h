// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/layermoments.h"

namespace lapidary {

/// How passes go through the layers of a model that they change: in batches whose moments fit into memory, or one after
/// the other as the model changes. One thread at a time.
class LayerWalk {
public:
    template <typename Layer>
    using Batch = std::vector<Layer*>;

    /// Moments of as many layers are held at once.
    static constexpr std::uint64_t memoryForStatistics = std::uint64_t(384) << 20;

    /// `shapes` are of the original model, batch 1. Null `provider`: no layer has moments. It must outlive the walk.
    LayerWalk(CalibrationProvider* provider, ModelPtr original, ShapeTable shapes, const MomentOptions& options);

    /// One layer each, or as many as memory for their statistics allows. `Layer` has a WeightMatrix `matrix`.
    template <typename Layer>
    std::vector<Batch<Layer>> batches(std::vector<Layer>& layers, bool single) const {
        std::vector<Batch<Layer>> batches;
        std::uint64_t bytes = 0;
        for (Layer& layer : layers) {
            const std::uint64_t more = m_gatherer ? momentsBytes(layer.matrix) : 0;
            if (batches.empty() || single || bytes + more > memoryForStatistics) {
                batches.emplace_back();
                bytes = 0;
            }
            batches.back().push_back(&layer);
            bytes += more;
        }
        return batches;
    }

    /// The moments of a batch: in the original model, or, one layer at a time, on what the changed model `follow` gives
    /// with the original's output as target (MomentGatherer::next). None for layers of a model that cannot run or be
    /// streamed. Fails only when cancelled or the data fails.
    template <typename Layer>
    Result<MomentsOfLayers> moments(const Batch<Layer>& batch, const ModelPtr& follow, const Work& work) {
        std::vector<const WeightMatrix*> matrices;
        for (const Layer* layer : batch)
            matrices.push_back(&layer->matrix);
        return momentsOf(matrices, follow, work);
    }

    /// Why the last layer without moments has none, where the model could not be run that far.
    const std::optional<Diagnostic>& problem() const;

private:
    Result<MomentsOfLayers> momentsOf(const std::vector<const WeightMatrix*>& matrices, const ModelPtr& follow,
                                      const Work& work);
    Result<MomentsOfLayers> measured(const std::vector<const WeightMatrix*>& matrices, const ModelPtr& follow,
                                     const Work& work);

    std::optional<MomentGatherer> m_gatherer;
};

/// A layer's weights as [output][column]. Fails with "tensor.*", naming the tensor.
Result<std::vector<float>> layerWeights(const Graph& graph, const WeightMatrix& matrix);

} // namespace lapidary
