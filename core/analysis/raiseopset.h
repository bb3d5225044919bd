// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diagnostic.h"
#include "graph/grapheditor.h"
#include "graph/model.h"
#include "graph/shapetable.h"

namespace lapidary {

struct RaisedModel {
    ModelPtr model;    ///< the same object if nothing had to change
    Diagnostics notes; ///< what was converted
};

/// The model at opset `target` (at most 21) of the default domain or above, every operator meaning what it meant. Fails
/// with "pass.opset" when an operator's meaning changed in between and cannot be written in the newer form; names the
/// node.
Result<RaisedModel> raiseOpset(const ModelPtr& model, const ShapeTable& shapes, std::int64_t target);

/// Rewrites one node from opset `from` to `target` (at most 21) where its form changed. Returns whether it did; fails
/// as raiseOpset() does.
Result<bool> convertNode(GraphEditor& editor, const Node& node, std::int64_t from, std::int64_t target,
                         const ShapeTable& shapes);

} // namespace lapidary
