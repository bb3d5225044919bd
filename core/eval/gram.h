// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/densealgebra.h"
#include "eval/layerrows.h"
#include "tensor/tensor.h"

#include <functional>

namespace lapidary {

/// Sums over rows of a layer's inputs X and of what its outputs should be, T, by group: all that linear least squares
/// needs. Memory does not depend on the number of rows.
struct GramSums {
    std::size_t groups = 0, features = 0, outputs = 0; ///< of one group
    std::uint64_t rows = 0;
    std::vector<std::vector<double>> gram;       ///< by group: XᵀX, features x features
    std::vector<std::vector<double>> cross;      ///< by group: XᵀT, features x outputs
    std::vector<double> inputSum;                ///< groups * features
    std::vector<double> targetSum, targetSquare; ///< groups * outputs

    /// Subtracts the means: covariances times the number of rows. Sums stay.
    void center();
    double inputMean(std::size_t group, std::size_t feature) const {
        return rows ? inputSum[group * features + feature] / double(rows) : 0;
    }
    double targetMean(std::size_t group, std::size_t output) const {
        return rows ? targetSum[group * outputs + output] / double(rows) : 0;
    }
};

struct GramOptions {
    std::size_t rowsPerSample = 64; ///< output positions taken of each sample, chosen by the seed
    std::uint64_t seed = 0;
    int threads = 2;
    bool crossMoments = true; ///< false: of the targets only sums and squares
};

/// Gathers GramSums from batches. The same for any number of threads; one thread at a time.
class GramCollector {
public:
    /// Writes the targets (groups * outputs numbers a row) of a sample's positions.
    using Targets = std::function<Status(std::size_t sample, std::span<const std::uint32_t> positions, float* rows)>;

    GramCollector(LayerRows layer, const GramOptions& options);
    const LayerRows& layer() const { return m_layer; }

    /// `input` is the layer's input for `samples` samples, the first of which is number `first`; `targets` may be
    /// empty: then there are no cross moments. NaN and infinities count as 0.
    Status add(const Tensor& input, const Shape& outputShape, std::size_t first, std::size_t samples,
               const Targets& targets);
    GramSums take();
    static std::uint64_t bytesFor(const LayerRows& layer);

private:
    struct Rows { ///< of one batch of inputs
        std::span<const float> values;
        const Shape& shape;
        const std::vector<std::vector<std::int32_t>>& sources; ///< by sample
        std::size_t each;                                      ///< rows of a sample
        bool cross;
    };
    Status addTargets(const Targets& targets, const std::vector<std::vector<std::uint32_t>>& positions,
                      std::size_t each);
    void unfold(const Rows& input, std::size_t group, std::vector<float>& rows, int threads) const; ///< appends
    void sum(const std::vector<float>& unfolded, std::size_t group, bool cross, int threads);
    void sumWaiting(bool cross);

    LayerRows m_layer;
    GramOptions m_options;
    GramSums m_sums;                          ///< but the Gram matrices
    std::vector<std::vector<double>> m_lower; ///< these, by group: their lower triangles, packed
    std::vector<float> m_targets;             ///< of the batch
    std::vector<float> m_waiting;             ///< rows of a single group that are not in the sums yet
};

/// A tensor's numbers as float without a copy where possible.
class FloatView {
public:
    static Result<FloatView> of(const Tensor& tensor);
    std::span<const float> span() const { return m_copy.empty() ? m_view : std::span<const float>(m_copy); }

private:
    std::span<const float> m_view;
    std::vector<float> m_copy;
};

} // namespace lapidary
