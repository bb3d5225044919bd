// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "modelbuilder.h"

#include <functional>
#include <string>
#include <vector>

namespace lapidary::test::int8 {

/// One operator between two convolutions.
struct OperatorModel {
    std::string op;
    std::string what; ///< of several models of one operator; "" if there is one
    /// From "a" and "a2" [1, 8, 6, 6] to "b" of rank 4 with `channels` on axis 1. The node is called "probe".
    std::function<void(ModelBuilder&)> build;
    int channels = 8;
    std::int64_t opset = 13;
    /// The node is gone once ONNX Runtime has optimized the graph: what it does is done by a view or by its neighbours.
    bool vanishes = false;
    double sqnrDb = 24; ///< of the whole network against float, at least
};

/// Operators whose 8-bit kernel the operator table claims. Several may be of one operator.
std::vector<OperatorModel> integerOperatorModels();
/// Operators that ONNX Runtime's CPU provider has in float only.
std::vector<OperatorModel> floatOperatorModels();

/// x [1, 3, 6, 6] → two convolutions → the operator → convolutions "three" and "four" → y, z.
ModelPtr modelWith(const OperatorModel& between);

} // namespace lapidary::test::int8
