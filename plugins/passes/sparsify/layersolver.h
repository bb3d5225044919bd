// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "blockedsurgeon.h"
#include "sparsifyplan.h"

#include <optional>

namespace lapidary {

/// A layer ready to be cut: its error as a function of its weights.
class LayerCut {
public:
    /// `weights`: [output][column]. Null moments: only magnitude is known. Fails with "math.singular".
    static Result<LayerCut> make(const SparseLayer& layer, const std::vector<float>& weights,
                                 const LayerMoments* moments, const SparsifyOptions& options, const Work& work);

    /// The costs per weight at which units go, rising; for sharing zeros among layers. Sensitivity: relative to the
    /// power of the layer's output.
    Result<std::vector<float>> costs(int threads, const Work& work);

    struct Outcome {
        Mask mask;
        RowMatrix weights;         ///< zero where masked
        bool adjusted = false;     ///< false: what stays has its old value
        Eigen::VectorXd biasShift; ///< empty: the bias stays
        /// Squared error of the output, relative to its (with bias correction: centred) power; before and after the
        /// remaining weights were adjusted. Negative: not known.
        double errorMasked = -1, error = -1;
    };
    Result<Outcome> cut(double sparsity, int threads, const Work& work);

private:
    LayerCut(const SparseLayer& layer, const SparsifyOptions& options) : m_layer(&layer), m_options(&options) {}
    bool exact() const;
    std::vector<double> simpleScores() const;
    std::vector<double> layerAdaptive() const;
    Result<Mask> chooseMask(double sparsity, int threads, const Work& work);
    Result<RowMatrix> adjust(const Mask& mask, double sparsity, int threads, const Work& work);
    Status trace(int threads, const Work& work);

    const SparseLayer* m_layer;
    const SparsifyOptions* m_options;
    LayerProblem m_problem;
    std::optional<std::vector<RemovalTrace>> m_traces;
    std::optional<BlockedResult> m_blocked;
};

} // namespace lapidary
