// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "engine/engine.h"

namespace lapidary::cli {

/// What a query finds in a model: {"query", "count", "nodes": [{"name", "op", "category", "input_shapes",
/// "output_shapes", "channels", "macs", "parameters", "bytes"}], "tensors": [{"name", "type", "shape"}]}. Tensors are
/// listed if the query can be asked of them. Fails with "query.*".
Result<Json> findNodes(const AnalysedModel& model, const std::string& query, const Work& work);

/// The same as tables.
void printFound(const Json& found);

} // namespace lapidary::cli
