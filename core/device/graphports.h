// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"
#include "runtime/session.h"

namespace lapidary {

/// Inputs and outputs as a graph declares them, for devices that open models elsewhere: names, element types (Undefined
/// where nothing is declared) and shapes with -1 for free axes.
std::vector<PortInfo> inputPorts(const Graph& graph);
std::vector<PortInfo> outputPorts(const Graph& graph);

} // namespace lapidary
