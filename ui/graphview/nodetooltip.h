// SPDX-License-Identifier: GPL-3.0-or-later
// Words for a node.
#pragma once

#include "ui/graphview/graphdecor.h"
#include "ui/graphview/graphpicture.h"

#include <QString>

namespace lapidary {

/// What a category is called, translated.
QString categoryName(NodeCategory category);

/// Rich text: what the node is, its name and shapes, what would be removed, why it is fenced, its value.
QString nodeTooltip(const PictureNode& node, const NodeDecor* decor, const QString& overlayTitle);

} // namespace lapidary
