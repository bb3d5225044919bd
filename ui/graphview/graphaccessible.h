// SPDX-License-Identifier: GPL-3.0-or-later
// The graph for screen readers: the node one stands on is its one child, and takes the focus when one walks.
#pragma once

#include <QString>

namespace lapidary {

class GraphView;
class LaidPicture;

/// "Conv /layer1/conv1, 64 channels, 3 consumers".
QString spokenNode(const LaidPicture& picture, quint32 index);

/// Makes Qt ask here for the accessible form of graph views. Call as often as you like.
void installGraphAccessibility();
/// Tells screen readers that the view stands on another node.
void announceCurrentNode(GraphView& view);

} // namespace lapidary
