// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

namespace lapidary {

struct MissingWeight {
    std::string name; ///< of the initializer, or of the attribute that holds the tensor
    TensorPtr tensor;
};

/// Initializers and tensor attributes without data, those of subgraphs and local functions too; file order. Such a
/// model can be viewed and written back as it was found, no more. Any thread.
std::vector<MissingWeight> missingWeights(const Model& model);

/// For whatever computes with weights. Fails with "onnx.missing_data", naming the first tensor and how many there are.
Status requireWeights(const Model& model);

} // namespace lapidary
