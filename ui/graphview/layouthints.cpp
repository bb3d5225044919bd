// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layouthints.h"

#include "ui/graphview/laidpicture.h"
#include "ui/graphview/nodesize.h"

#include <utility>

namespace lapidary {
namespace {

LayoutHint hintOf(const LaidPicture& previous, std::uint32_t id, const std::string& name, bool turn) {
    const LayoutResult& layout = previous.layout();
    LayoutHint hint;
    if (const auto node = previous.indexOf(id); node && previous.picture().nodes[*node].name == name)
        hint = {layout.boxes[*node], layout.layers[*node], layout.parts[*node], true};
    else if (const auto group = previous.groupIndexOf(id); group && previous.picture().groups[*group].name == name)
        hint = {layout.groupBoxes[*group], layout.groupLayers[*group], layout.groupParts[*group], true};
    if (turn) {
        std::swap(hint.box.x, hint.box.y);
        std::swap(hint.box.width, hint.box.height);
    }
    return hint;
}

} // namespace

LayoutGraph measurePicture(const GraphPicture& picture, const TextWidths& widths) {
    LayoutGraph graph;
    graph.direction = picture.direction;
    graph.nodes.reserve(picture.nodes.size());
    for (const PictureNode& node : picture.nodes) {
        graph.nodes.push_back(measureNode(node, widths));
        graph.nodes.back().group = node.group;
    }
    graph.groups.reserve(picture.groups.size());
    for (const PictureGroup& group : picture.groups)
        graph.groups.push_back(measureGroup(group, widths));
    graph.edges.reserve(picture.edges.size());
    for (const PictureEdge& edge : picture.edges)
        graph.edges.push_back({edge.from, edge.to, edge.fromPort, edge.toPort});
    return graph;
}

void addLayoutHints(const LaidPicture& previous, const GraphPicture& picture, LayoutGraph& graph) {
    const bool turn = previous.layout().direction != picture.direction;
    std::size_t known = 0;
    graph.nodeHints.reserve(picture.nodes.size());
    for (const PictureNode& node : picture.nodes) {
        graph.nodeHints.push_back(hintOf(previous, node.id, node.name, turn));
        known += graph.nodeHints.back().known ? 1 : 0;
    }
    graph.groupHints.reserve(picture.groups.size());
    for (const PictureGroup& group : picture.groups) {
        graph.groupHints.push_back(hintOf(previous, group.id, group.name, turn));
        known += graph.groupHints.back().known ? 1 : 0;
    }
    if (2 * known >= picture.nodes.size())
        return;
    graph.nodeHints.clear();
    graph.groupHints.clear();
}

} // namespace lapidary
