// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"
#include "repair.h"
#include "selection.h"

namespace lapidary {

/// What the cut does at every node that changes, in graph order.
std::vector<NodePlan> nodePlans(const PruneAnalysis& analysis, const ChannelSelection& selection,
                                const CutSummary& summary);
/// Layers in scope that keep all channels because something stops them, in graph order.
std::vector<FencedNode> fencedLayers(const PruneAnalysis& analysis, const std::set<NodeId>& scope);
/// "64 → 48 channels" for every layer that got narrower.
std::vector<LayerReport> layerReports(const PruneAnalysis& analysis, const ChannelSelection& selection);

/// Adds each repaired layer's relative output error before and after ("error_before_percent", "error_percent"); layers
/// that kept all channels get a report of their own.
void addErrors(const Graph& graph, const std::map<NodeId, LayerError>& errors, std::vector<LayerReport>& reports);

/// Compares the shapes of the cut model with what the plan says: outputs as before, coupled axes as counted. Fails with
/// "prune.shape".
Status checkShapes(const PruneAnalysis& analysis, const ChannelSelection& selection, const ShapeTable& before,
                   const Model& after, const ShapeTable& shapes);

} // namespace lapidary
