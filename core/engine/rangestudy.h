// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "pass/activationrange.h"

#include <optional>

namespace lapidary {

/// A way to choose the range of an activation, and what it does to the values seen.
struct RangeChoice {
    RangeMethod method = RangeMethod::MinMax;
    ActivationRange range;
    double clippedShare = 0; ///< of the values, those outside of the range, 0..1, by whole bins
    double sqnrDb = 0;       ///< of rounding and clipping together; 200 if nothing is lost
};
/// "minmax", "percentile" …: the parameter "calibration" of quantize.int8.
std::string_view methodKey(RangeMethod method);

/// What a layer with weights reads, its weights, and what 8 bits would keep of both.
struct LayerRanges {
    NodeId id;
    std::string node, value;            ///< the layer; the activation it reads
    ValueStatistics activations;        ///< of `value` over the data
    std::vector<RangeChoice> choices;   ///< every method, in the order of RangeMethod
    ValueStatistics weights;            ///< every weight once
    double weightLimit = 0;             ///< one symmetric scale for the tensor keeps [-limit, limit]: all of it
    double perTensorDb = 0;             ///< signal to noise of the weights with that scale
    std::optional<double> perChannelDb; ///< with a scale per output channel; nothing without such an axis
};

struct RangeStudy {
    std::vector<LayerRanges> layers; ///< in graph order; those that read constants are left out
    std::uint64_t samples = 0;
    std::uint64_t peakBytes = 0; ///< what the calibration held at most
    std::uint64_t capBytes = 0;  ///< what it was allowed to hold; 0: not known
    double percent = 99.99;
    bool symmetric = false;
    const LayerRanges* find(NodeId id) const; ///< null if it is not among them
};

struct RangeStudyOptions {
    double percent = 99.99; ///< of RangeMethod::Percentile
    bool symmetric = false; ///< activations: zero in the middle of the 256 integers
    int weightLimit = 127;  ///< largest integer of a weight
};

/// Statistics of every layer in one run over the data, from which all methods choose. Weights are rounded to nearest
/// with the largest magnitude as the largest integer, as quantize.int8 does. Deterministic. Fails with
/// "ranges.no_layers" and as the calibration does.
Result<RangeStudy> studyRanges(const AnalysedModel& model, CalibrationProvider& calibration,
                               const RangeStudyOptions& options = {}, const Work& work = {});

} // namespace lapidary
