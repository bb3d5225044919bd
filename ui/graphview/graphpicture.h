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
    std::uint32_t channels = 0; ///< output channels for the width bar; 0: no bar
};

/// Between indices of GraphPicture::nodes. Edges with one `from` and `fromPort` carry the same value.
struct PictureEdge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t fromPort = 0;
    std::uint32_t toPort = 0;
    std::string label;   ///< such as the tensor's shape; the first of a value's edges gives the text shown
    bool dashed = false; ///< control edge or the like
};

struct GraphPicture {
    std::vector<PictureNode> nodes;
    std::vector<PictureEdge> edges;
    LayoutDirection direction = LayoutDirection::TopDown;
};

} // namespace lapidary
