// SPDX-License-Identifier: GPL-3.0-or-later
// What the graph view shows, in plain values without Qt: nodes, edges, texts. It knows nothing of any model format.
// Decorations that change often (preview, overlay, groups) are apart, in GraphDecor, and need no new layout.
#pragma once

#include "ui/graphview/layout/layoutgraph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lapidary {

/// What a node is for; decides its colour.
enum class NodeCategory : std::uint8_t {
    Layer,
    Activation,
    Pool,
    Normalization,
    Dropout,
    Shape,
    Tensor,
    Data,
    Quantization,
    Attention,
    Control,
    Input,
    Output,
    Constant,
    Other,
    Unknown,
};

/// Texts are UTF-8.
struct PictureNode {
    std::uint32_t id = 0;           ///< stable over edits; unique in the picture
    std::string title;              ///< operator type, or the name of an input or output
    std::string name;               ///< full name, for tooltips
    std::vector<std::string> lines; ///< below the header, such as weight shapes
    NodeCategory category = NodeCategory::Other;
    std::uint32_t channels = 0;      ///< output channels for the width bar; 0: no bar
    std::uint32_t members = 0;       ///< > 0: a closed group that stands for so many nodes
    std::int32_t group = -1;         ///< the open group it stands in, an index of GraphPicture::groups; -1: none
    std::uint32_t inputChannels = 0; ///< where `channels` is known; 0: unknown
    std::string kernel;              ///< "3x3" of a layer or pool, for those who listen
};

/// An open group: a subgraph, a local function, a repeated block or a name scope, drawn as a frame around its nodes.
/// A closed group is a PictureNode with `members`.
struct PictureGroup {
    std::uint32_t id = 0; ///< of the same space as PictureNode::id: the closed group's node has it too
    std::string title;    ///< "layer3.2", "then_branch"
    std::string name;     ///< in full, for tooltips
    NodeCategory category = NodeCategory::Other;
    std::int32_t parent = -1; ///< the group around it, an index of GraphPicture::groups; -1: none
};

/// Between indices of GraphPicture::nodes. Edges with one `from` and `fromPort` carry the same value.
struct PictureEdge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t fromPort = 0;
    std::uint32_t toPort = 0;
    std::string label;        ///< such as the tensor's shape; the first of a value's edges gives the text shown
    bool dashed = false;      ///< control edge or the like
    std::uint32_t values = 1; ///< how many it stands for, at a closed group; `fromPort` is that of one of them
};

struct GraphPicture {
    std::vector<PictureNode> nodes;
    std::vector<PictureEdge> edges;
    std::vector<PictureGroup> groups; ///< parents stand before their children
    LayoutDirection direction = LayoutDirection::TopDown;
};

} // namespace lapidary
