// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/layermoments.h"

namespace lapidary {

/// The sums behind the LayerMoments of one weight while batches stream by. One thread at a time.
class MomentSums {
public:
    /// `matrix`, `original` and `shapes` must outlive the sums.
    MomentSums(const WeightMatrix& matrix, const Graph& original, const ShapeTable& shapes, const GramOptions& options);

    struct Batch {
        std::size_t user = 0, first = 0, samples = 0; ///< `user`: index of the layer among the weight's users
        TensorPtr input;
        TensorPtr originalInput;              ///< null: no target
        TensorPtr shortcut, originalShortcut; ///< null: none
    };
    Status add(const Batch& batch);
    /// None where a user's inputs cannot be unfolded, or nothing came.
    std::optional<LayerMoments> finish();

private:
    using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

    std::size_t featureOf(Eigen::Index column) const;
    void addGroup(const GramSums& one, std::size_t group, LayerMoments& moments, LayerMoments::Target& sums) const;
    Status writeTargets(const Batch& batch, const LayerRows& layer, const Shape& out, std::size_t sample,
                        std::span<const std::uint32_t> positions, float* rows);

    const WeightMatrix& m_matrix;
    const ShapeTable& m_shapes;
    std::vector<std::optional<GramCollector>> m_users;
    std::vector<float> m_weights; ///< [group][output][feature]
    FloatRows m_rows, m_beside;
};

} // namespace lapidary
