// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/rowmatrix.h"
#include "analysis/weightmatrix.h"
#include "eval/gram.h"
#include "pass/calibration.h"

#include <optional>

namespace lapidary {

/// What calibration tells about one layer: means over samples and output positions of its unfolded inputs x, in the
/// column order of its WeightMatrix.
struct LayerMoments {
    std::vector<Eigen::MatrixXd> gram; ///< per group: mean of x x', columns x columns
    std::vector<Eigen::VectorXd> mean; ///< per group: mean of x
    /// What the output (without bias) should be, where that is not simply the layer's own output on these inputs.
    struct Target {
        RowMatrix cross;      ///< mean of y x', outputs x columns
        Eigen::VectorXd mean; ///< mean of y
        double power = 0;     ///< mean of y'y
    };
    std::optional<Target> target;
};

/// One entry per matrix asked for; empty where the inputs cannot be unfolded (see LayerRows), or the model cannot run
/// that far because of an operator that no runtime knows.
using MomentsOfLayers = std::vector<std::optional<LayerMoments>>;

/// Bytes that the moments of a layer take.
std::uint64_t momentsBytes(const WeightMatrix& matrix);

struct MomentOptions {
    std::uint64_t seed = 0;
    /// Output positions looked at, over all samples, for every column of a layer (256 of a sample at most). 0: 256 of
    /// every sample.
    std::size_t rowsPerColumn = 0;
    std::size_t fewestRows = 4096; ///< however few columns a layer has
};

/// Gathers moments over the calibration data with GramCollector. One thread at a time; the number of those inside
/// changes nothing. Output positions are chosen by the seed. A weight that several layers share gets the mean over all
/// of them.
class MomentGatherer {
public:
    /// `shapes` are of the original model, batch 1. `provider` must outlive the gatherer.
    MomentGatherer(CalibrationProvider& provider, ModelPtr original, ShapeTable shapes, const MomentOptions& options)
        : m_provider(provider), m_original(std::move(original)), m_shapes(std::move(shapes)), m_options(options) {}

    /// All at once, in the original model; no targets.
    Result<MomentsOfLayers> gather(const std::vector<const WeightMatrix*>& matrices, const Work& work);

    /// Walks through the network in graph order while layers change: `model` is the original with other weights in the
    /// layers before. Inputs are those of `model`; the target is what the layer gives in the original model on the same
    /// samples. Where the layer's output is added to a shortcut, the target also makes up for what went wrong with the
    /// shortcut. Values between two calls are kept by the provider, so that the walk costs about one run of each model.
    Result<std::optional<LayerMoments>> next(ModelPtr model, const WeightMatrix& matrix, const Work& work);

    /// Why the last layer without moments has none, where the data could not be run through the model that far.
    const std::optional<Diagnostic>& problem() const { return m_problem; }

private:
    Result<MomentsOfLayers> gatherSingly(const std::vector<const WeightMatrix*>& matrices, const Work& work);
    MomentsOfLayers unreached(const Diagnostic& problem);

    CalibrationProvider& m_provider;
    ModelPtr m_original;
    ShapeTable m_shapes;
    MomentOptions m_options;
    RecordedPtr m_recorded, m_recordedOriginal;
    std::optional<Diagnostic> m_problem;
    std::size_t m_position = 0; ///< in the graph, of the last layer walked to
};

} // namespace lapidary
