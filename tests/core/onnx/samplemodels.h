// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

#include <string>
#include <vector>

namespace lapidary::test {

/// Small models that together use everything an ONNX file may say.
ModelPtr convolutionModel();    ///< Conv, BatchNormalization, Relu, pool, Gemm; symbolic batch
ModelPtr subgraphModel();       ///< If whose branches capture values; an If within a branch
ModelPtr functionModel();       ///< a local function with attribute reference and default, called twice
ModelPtr everyDataTypeModel();  ///< initializers and Constant attributes of every type, raw and in typed fields
ModelPtr everyAttributeModel(); ///< attributes of every kind, texts, metadata, a custom domain, omitted inputs
ModelPtr unknownFieldsModel();  ///< fields of a newer ONNX at every level
/// `count` nodes in residual blocks: Conv, Relu, Conv, Add.
ModelPtr chainModel(std::size_t count);

std::vector<std::pair<std::string, ModelPtr>> sampleModels();

} // namespace lapidary::test
