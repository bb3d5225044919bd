// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/latency.h"
#include "engine/projectsession.h"
#include "engine/sensitivity.h"
#include "ui/models/nodevalues.h"
#include "ui/models/passratios.h"

#include <memory>

namespace lapidary {

/// What to measure: a pass as it stands in its form, for some layers.
struct SensitivityRequest {
    std::string pass;
    ParamSet params;                ///< of the form; those that say how much goes where are left out
    std::vector<std::string> nodes; ///< layers by name; empty: all that the pass can treat
    std::size_t samples = 128;
};

/// How a curve's loss is counted.
enum class LossMeasure { Divergence, ChangedAnswers, OutputError };

/// Sensitivity of the layers of one model, ready for curves, colours and budgets. Immutable; any thread.
struct MeasuredSensitivity {
    /// One curve: a layer with everything that is coupled to it.
    struct Layer {
        std::string name;
        NodeId node;
        std::vector<NodeId> members;      ///< layers that change along, `node` included, in graph order
        std::size_t first = 0, count = 0; ///< its part of result.points
    };

    SensitivityRequest request;
    PassRatios ratios;
    AnalysedModelPtr model;
    SensitivityResult result;
    std::vector<Layer> layers; ///< in graph order

    bool hasClasses() const; ///< the output looks like classes, so that divergence and changed answers are known
    /// Nothing if it was not measured. Divergence in nats, the others in percent.
    static std::optional<double> loss(const SensitivityPoint& point, LossMeasure measure);
    /// For colouring: every member's loss at the level nearest to one half.
    NodeValues nodeValues(LossMeasure measure, const std::string& title, const std::string& unit) const;
    /// The same for another reading of the model: nodes are found again by name.
    std::shared_ptr<const MeasuredSensitivity> withModel(AnalysedModelPtr other) const;
    /// Index of the curve a node belongs to.
    std::optional<std::size_t> layerOf(NodeId node) const;
};
using MeasuredSensitivityPtr = std::shared_ptr<const MeasuredSensitivity>;

/// Measures for a job, on the calibration data of the project or, without any, on the evaluation data. Points known
/// from before are not measured again. Fails with "sensitivity.no_data", "sensitivity.no_ratio" and what
/// measureSensitivity fails with.
Result<MeasuredSensitivityPtr> measureForWindow(const ProjectSession& session, AnalysedModelPtr model,
                                                SensitivityRequest request, const Work& work);

/// What the network is predicted to take, in milliseconds, at every point of the result, in its order. Estimates. For a
/// job: a preview for each.
Result<std::vector<double>> predictedMsOfPoints(const Engine& engine, const MeasuredSensitivity& measured,
                                                const LatencyModel& latency, const Work& work);

} // namespace lapidary
