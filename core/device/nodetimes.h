// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/runtimeprofiler.h"
#include "graph/graph.h"

namespace lapidary {

/// Fills profile.nodes from kernel calls. A kernel belongs to the node of its name; the runtime names a fused kernel after
/// one of its nodes, with additions. What matches no node goes to profile.unattributedMs. Times are per run: a kernel's calls
/// are averaged over the median run count, the first (cold) call left out. A node without a kernel is listed in `covers` of the node
/// whose kernel does it, as far as the graph tells: the runtime does not say what it fused. profile.environment gets each provider's share.
void mapKernelTimes(Profile& profile, const Graph& graph, const std::vector<KernelTime>& kernels);

/// The whole profile of a device that ran `graph` in this process: with the device's id, and times per node where kernels
/// were timed.
Profile profileOf(RuntimeProfile measured, const Graph& graph, std::string device);

} // namespace lapidary
