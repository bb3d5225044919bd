// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/allocation.h"
#include "engine/engine.h"

namespace lapidary {

struct SensitivityOptions {
    std::string pass;
    ParamSet params;                 ///< other parameters of the pass
    std::string parameter = "ratio"; ///< the one that is varied
    std::vector<double> levels{0.125, 0.25, 0.5, 0.75};
    std::vector<std::string> nodes; ///< only layers that match; empty: all
    std::uint64_t seed = 0;
    int threads = 2; ///< layers measured at a time
    /// Results are kept here, by model, data and everything above, as soon as each is known: a measurement that was
    /// stopped goes on where it was, one that is complete is not repeated. Empty: nothing is kept.
    std::filesystem::path folder;
};

/// One layer (with all that is coupled to it) at one setting, everything else untouched.
struct SensitivityPoint {
    std::string layer;
    double level = 0;
    double outputError = 0;                 ///< energy of the difference of the outputs over their energy
    std::optional<double> divergence;       ///< mean Kullback-Leibler divergence of the class probabilities, in nats
    std::optional<double> agreementPercent; ///< same top class
    ModelTotals after;
};

struct SensitivityResult {
    ModelTotals before;
    std::vector<SensitivityPoint> points; ///< by layer in graph order, level rising
    std::size_t reused = 0;               ///< taken from an earlier measurement
    std::uint64_t samples = 0;
    double seconds = 0;
    Json toJson() const;

    /// Parts and choices for an Allocation: layers in the order of `layers`, choice 0 the layer as it is, then its
    /// levels. The cost is what the layer adds to the total: `count` of the totals, MACs for example.
    struct Parts {
        std::vector<std::string> layers;
        std::vector<std::vector<double>> levels;
        std::vector<std::vector<AllocationChoice>> choices;
    };
    Parts parts(const std::function<double(const ModelTotals&)>& count) const;
};

/// Measures every layer at every level: runs the pass on that layer alone and compares the outputs on all calibration
/// samples. Layers side by side on `threads` threads; make the calibration with one thread then. Which layers: one for
/// each group of nodes that the pass says are coupled. Fails with "sensitivity.nothing" (no layer changes), unknown
/// passes and parameters, and what the pass and the calibration fail with.
Result<SensitivityResult> measureSensitivity(const Engine& engine, const AnalysedModel& model,
                                             CalibrationProvider& calibration, const SensitivityOptions& options,
                                             const Work& work = {});

} // namespace lapidary
