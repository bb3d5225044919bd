// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"

namespace lapidary::test {

/// A model with the shapes it declares and its costs, without running inference: for made-up graphs no engine could
/// run.
inline AnalysedModelPtr analysedAsDeclared(ModelPtr model) {
    auto result = std::make_shared<AnalysedModel>();
    result->shapes = ShapeTable(*model->graph);
    result->cost = analyseCost(*model->graph, result->shapes);
    result->model = std::move(model);
    return result;
}

} // namespace lapidary::test
