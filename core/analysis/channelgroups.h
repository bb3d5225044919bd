// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/shapetable.h"

#include <memory>
#include <string>
#include <vector>

namespace lapidary {

/// Index of a group in ChannelGroups::groups.
using GroupIndex = std::uint32_t;

/// A channel of a group: what stands at one position of an axis. Channel sets meet in a group when the network forces
/// them to live and die together.
struct ChannelRef {
    GroupIndex group = 0;
    std::uint32_t channel = 0;
    bool operator==(const ChannelRef&) const = default;
};

/// One axis position by position: entry p says which channel stands at position p. One channel may stand at several
/// positions (Flatten, grouped Conv, shuffles); one axis may carry channels of several groups (Concat). Axes with the
/// same channels share one vector.
using ChannelRefs = std::shared_ptr<const std::vector<ChannelRef>>;

/// A constant tensor that gets narrower when channels go.
struct WeightSlice {
    NodeId node; ///< user of the weight
    ValueId weight;
    int axis = 0;
    bool produces = false; ///< the axis makes the channels (importance is judged there); false: it consumes them
    ChannelRefs channels;  ///< per position of the axis
};

/// An attribute or a small constant that has to follow: Split sizes, Reshape targets, Slice bounds, Conv `group` …
struct ShapeFix {
    enum class Kind {
        ConvGroups,    ///< `group`; channels: the first input channel of every group
        NormGroups,    ///< `num_groups`; channels: the first channel of every group
        SplitSizes,    ///< sizes along `axis` of the input
        SliceBounds,   ///< start and end along `axis` of the input
        GatherIndices, ///< indices into `axis` of the data
        PadAmounts,    ///< amounts along `axis`; channels: of the output, added ones included
        ReshapeTarget, ///< element `axis` of the target of Reshape
        ExpandShape    ///< element `axis` of the shape input of Expand, Resize (sizes) or ConstantOfShape
    };
    Kind kind = Kind::ConvGroups;
    NodeId node;
    int axis = 0;
    ChannelRefs channels;
};

/// An axis of an activation that carries channels.
struct ValueAxis {
    ValueId value;
    int axis = 0;
    ChannelRefs channels;
};

/// Channels that can only be removed together, everywhere: removing one frees its rows and columns in every slice.
struct ChannelGroup {
    std::uint32_t channels = 0;
    std::vector<WeightSlice> producers; ///< weights whose rows make the channels (depthwise kernels included)
    std::vector<WeightSlice> consumers; ///< weights whose columns read them, per-channel parameters included
    std::vector<ShapeFix> fixes;
    std::vector<NodeId> nodes; ///< every node whose output carries the channels, in graph order, for drawing
    bool prunable = false;
    std::string reason; ///< not prunable: why ("reaches the model's output 'logits'", "feeds 'TopK_3', which …")
    NodeId fence;       ///< the node that stops it, if one does
};

/// A node at which nothing is assumed; everything coupled to it stays whole.
struct Fence {
    NodeId node;
    std::string reason;
};

struct ChannelGroups {
    std::vector<ChannelGroup> groups;
    std::vector<Fence> fences; ///< in graph order
    /// Group whose channels the output axis of the node carries (first output, channel axis); by NodeId::number; -1:
    /// none.
    std::vector<std::int32_t> groupOfNode;
    std::vector<ValueAxis> values;            ///< every activation axis with channels, in graph order
    std::shared_ptr<const ShapeTable> shapes; ///< those the analysis was made with
};

/// Finds which channels are coupled (the dependency-graph idea of Fang et al. 2023, "DepGraph", with exact index maps
/// per axis in place of layer-level links). Deterministic; linear in the graph for usual networks. What it does not
/// know it fences with a reason. Shapes must be known for the region to be prunable. Any thread.
ChannelGroups findChannelGroups(const Model& model, const ShapeTable& shapes);

/// Channels to remove: per group, a sorted list of channel numbers.
struct ChannelCut {
    std::vector<std::vector<std::uint32_t>> removed; ///< by GroupIndex; missing entries remove nothing
};

struct CutSummary {
    std::uint64_t parametersBefore = 0, parametersAfter = 0;
    std::uint64_t bytesBefore = 0, bytesAfter = 0; ///< of the parameters
    std::uint64_t macsBefore = 0, macsAfter = 0;
    std::vector<std::uint64_t> nodeMacsBefore, nodeMacsAfter;   ///< by NodeId::number
    std::vector<std::uint64_t> nodeBytesBefore, nodeBytesAfter; ///< of the parameters, by NodeId::number
};

/// Exact counts after a cut, without making the model: fast enough to follow a slider.
CutSummary summarizeCut(const Model& model, const ShapeTable& shapes, const ChannelGroups& groups,
                        const ChannelCut& cut);

/// Removes the channels for real: every coupled tensor gets narrower, attributes follow, declared shapes follow.
/// Everything else stays shared with `model`. Fails with "prune.empty_layer" (a group or an axis would lose all
/// channels), "prune.not_prunable", "prune.cut" (a channel that does not exist) and "tensor.*".
Result<ModelPtr> applyCut(const Model& model, const ChannelGroups& groups, const ChannelCut& cut);

} // namespace lapidary
