// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/shapetable.h"

#include <string>
#include <vector>

namespace lapidary {

/// Index of a group in ChannelGroups::groups.
using GroupIndex = std::uint32_t;

/// One axis of one value, position by position, in terms of channels: entry p says which channel of which group stands at
/// position p of that axis. Channel sets meet in a group when the network forces them to live and die together.
struct ChannelRef {
    GroupIndex group = 0;
    std::uint32_t channel = 0;
    bool operator==(const ChannelRef&) const = default;
};

/// A constant tensor that gets narrower when channels go.
struct WeightSlice {
    NodeId node;        ///< user of the weight
    ValueId weight;
    int axis = 0;
    bool produces = false; ///< the axis makes the channels (importance is judged there); false: it consumes them
    std::vector<ChannelRef> channels; ///< per position of the axis
};

/// An attribute or a small constant that has to follow: Split sizes, Reshape targets, Slice bounds, Conv `group` …
struct ShapeFix {
    enum class Kind { ConvGroups, SplitSizes, ReshapeTarget, SliceBounds, GatherIndices, ExpandShape, PadAmounts, NormGroups };
    Kind kind = Kind::ConvGroups;
    NodeId node;
    std::vector<ChannelRef> channels; ///< the axis concerned, per position
    int axis = 0;
};

/// Channels that can only be removed together, everywhere.
struct ChannelGroup {
    std::uint32_t channels = 0;
    /// Channels are removed in blocks of this many neighbours with the same remainder (grouped Conv, pixel shuffle): 1 = freely.
    std::uint32_t block = 1;
    std::vector<WeightSlice> producers; ///< weights whose rows make the channels
    std::vector<WeightSlice> consumers; ///< weights whose columns read them, per-channel parameters included
    std::vector<ShapeFix> fixes;
    std::vector<NodeId> nodes;          ///< every node whose output carries the channels, for drawing
    bool prunable = false;
    std::string reason; ///< not prunable: why ("reaches the model's output 'logits'", "feeds 'TopK_3', which Lapidary does not know")
    NodeId fence;       ///< the node that stops it, if one does
};

/// A node at which nothing is assumed; everything coupled to it stays whole.
struct Fence {
    NodeId node;
    std::string reason;
};

struct ChannelGroups {
    std::vector<ChannelGroup> groups;
    std::vector<Fence> fences;
    /// Group whose channels the output axis of the node carries (first output, channel axis); by NodeId::number; -1: none.
    std::vector<std::int32_t> groupOfNode;
};

/// Finds which channels are coupled (the dependency-graph idea of Fang et al. 2023, "DepGraph", with exact index maps per
/// axis in place of layer-level links). Deterministic; linear in the graph for usual networks. What it does not know it
/// fences with a reason. Shapes must be known for the region to be prunable. Any thread.
ChannelGroups findChannelGroups(const Model& model, const ShapeTable& shapes);

/// Channels to remove: per group, a sorted list of channel numbers.
struct ChannelCut {
    std::vector<std::vector<std::uint32_t>> removed; ///< by GroupIndex
};

struct CutSummary {
    std::uint64_t parametersBefore = 0, parametersAfter = 0;
    std::uint64_t bytesBefore = 0, bytesAfter = 0; ///< of the parameters
    std::uint64_t macsBefore = 0, macsAfter = 0;
    std::vector<std::uint64_t> nodeMacsAfter; ///< by NodeId::number
};

/// Exact counts after a cut, without making the model: fast enough to follow a slider.
CutSummary summarizeCut(const Model& model, const ShapeTable& shapes, const ChannelGroups& groups, const ChannelCut& cut);

/// Removes the channels for real: every coupled tensor gets narrower, attributes follow, declared shapes that no longer hold
/// are dropped. Fails with "prune.empty_layer" (a group would lose all channels) and "prune.not_prunable".
Result<ModelPtr> applyCut(const Model& model, const ChannelGroups& groups, const ChannelCut& cut);

} // namespace lapidary
