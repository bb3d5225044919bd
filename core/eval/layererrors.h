// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/shapetable.h"
#include "pass/calibration.h"

namespace lapidary {

/// What 8 bits do to the output of one layer, on the inputs it has in float: energy of the error over the energy of the
/// output. Negative: not known.
struct LayerError {
    NodeId node;
    double weights = -1;     ///< integer weights alone
    double activations = -1; ///< its input through 8 bits alone
    double both = -1;        ///< both, with its bias as stored
};

/// The same at the model's first output, for the whole network.
struct OutputErrors {
    double weights = -1, activations = -1, both = -1;
};

/// Measures every layer of `quantized` whose weight is stored as integers behind a DequantizeLinear, in one run over
/// the data: `original` runs with three shadows of every layer, which are added up inside the runtime, so that memory
/// does not grow with the layers. `quantized` is made from `original`: same node ids and value names, Q/DQ pairs,
/// channels not scaled (no equalization). `shapes` are of `original`. In graph order. Fails as the provider does.
Result<std::vector<LayerError>> measureLayerErrors(const ModelPtr& original, const ShapeTable& shapes,
                                                   const Model& quantized, CalibrationProvider& calibration,
                                                   const Work& work);

/// Runs the original, the original with the integers' weights, the quantized model with the original's weights, and the
/// quantized model side by side. Preconditions as above.
Result<OutputErrors> measureOutputErrors(const ModelPtr& original, const ModelPtr& quantized,
                                         CalibrationProvider& calibration, const Work& work);

} // namespace lapidary
