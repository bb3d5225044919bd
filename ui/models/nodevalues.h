// SPDX-License-Identifier: GPL-3.0-or-later
// Values of nodes from anywhere: a sensitivity scan, a layer-by-layer error, a file someone brings.
#pragma once

#include "base/result.h"
#include "graph/graph.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

/// One number per node with what it means. Plain value; any thread.
struct NodeValues {
    std::string title;               ///< "Sensitivity"
    std::string unit;                ///< "dB"; may be empty
    std::map<NodeId, double> values; ///< finite
    bool predicted = false;          ///< estimates, which must look like ones
    bool higherIsWorse = true;
    std::vector<std::string> unknown; ///< names that the model does not have, as given, in order
};

/// Reads node values from text. JSON: `{"title": …, "unit": …, "predicted": …, "values": {"node": number}}`. Everything
/// else is CSV: `node,value[,unit]`, with or without that header, separated by comma, semicolon or tab, fields quoted
/// as in RFC 4180. A node is named by its name, by "Conv_12" for one without, or by one of its output tensors. Names
/// the model does not have are kept in `unknown`. `file` is for messages and, without its ending, for the title. Fails
/// with "values.syntax", "values.number", "values.twice", "values.unit" or "values.empty" and the line, or with
/// "values.unknown" when no name is known.
Result<NodeValues> parseNodeValues(std::string_view text, const std::string& file, const Graph& graph);

/// The same from a file of at most 64 MB; fails with "values.read" too.
Result<NodeValues> readNodeValues(const std::filesystem::path& file, const Graph& graph);

} // namespace lapidary
