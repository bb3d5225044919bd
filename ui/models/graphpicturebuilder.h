// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "ui/graphview/graphpicture.h"
#include "ui/models/graphscene.h"

namespace lapidary {

/// The graph as the view shows it: a node per operator, graph inputs and outputs as nodes of their own, weights as
/// lines in their node, tensor shapes on edges. Picture ids are NodeId numbers. No groups. Pure; any thread.
GraphPicture buildGraphPicture(const AnalysedModel& model, LayoutDirection direction = LayoutDirection::TopDown);

/// Whether constants that only inputs of nodes read are nodes of their own, or no more than lines in their readers. A
/// DequantizeLinear of constants is one of them.
enum class ConstantNodes { Shown, Folded };

/// The same with groups: a closed one is one node with its edges merged, an open one a frame if the state says so. An
/// open control-flow node shows its bodies: their inputs and outputs as nodes, what they capture as dashed edges, and
/// the node's own inputs at a gate of its name. A function's body stands as if it were inlined. Pure; any thread.
GraphScene buildGraphScene(const AnalysedModel& model, PictureIdsPtr ids, const GroupState& state,
                           LayoutDirection direction = LayoutDirection::TopDown,
                           ConstantNodes constants = ConstantNodes::Shown);

NodeCategory pictureCategory(const Node& node);
/// Output channels of a node as the width bar shows them; 0 if it has none to show.
std::uint32_t outputChannels(const Node& node, const Graph& graph, const ShapeTable& shapes);
/// Channels such a node reads; 0 if that is not known, or the node has no output channels to show.
std::uint32_t inputChannels(const Node& node, const Graph& graph, const ShapeTable& shapes);
/// "3x3" of a layer or pool; empty for others.
std::string kernelText(const Node& node, const Graph& graph);

} // namespace lapidary
