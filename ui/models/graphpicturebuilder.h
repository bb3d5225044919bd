// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "ui/graphview/graphpicture.h"

namespace lapidary {

/// Picture ids of graph inputs and outputs stand above those of nodes: `ioIdBase + value number`.
inline constexpr std::uint32_t ioIdBase = 0x80000000u;

/// The graph as the view shows it: a node per operator, graph inputs and outputs as nodes of their own, weights as lines in
/// their node, tensor shapes on edges. Picture ids are NodeId numbers. Pure; any thread.
GraphPicture buildGraphPicture(const AnalysedModel& model, LayoutDirection direction = LayoutDirection::TopDown);

NodeCategory pictureCategory(const Node& node);
/// Output channels of a node as the width bar shows them; 0 if it has none to show.
std::uint32_t outputChannels(const Node& node, const Graph& graph, const ShapeTable& shapes);

} // namespace lapidary
