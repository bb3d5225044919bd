// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphhierarchy.h"
#include "ui/graphview/graphpicture.h"

#include <QCoreApplication>

namespace lapidary {

/// What a group is called on the screen; translated. Any thread.
class GroupTexts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::GroupTexts)

public:
    /// Of the closed group's node: "layer1.0", "Block 2 of 6", "If".
    static QString title(const HierarchyGroup& group);
    /// Of the open group's frame: says a little more.
    static QString frameTitle(const HierarchyGroup& group);
    /// What is in it: the first kinds of operators, and how many nodes.
    static QStringList lines(const HierarchyGroup& group);
    /// For menus and messages: title with the operators of a block.
    static QString mention(const HierarchyGroup& group);
    /// In words, as HTML: what kind of group it is, what it is called in full, and what is in it.
    static QString description(const GraphHierarchy& hierarchy, std::int32_t group);
    static QString nodes(std::size_t count);
    /// Of an edge that stands for several.
    static QString tensors(std::size_t count);
    /// Badge of a group with members that lose channels.
    static QString narrowed(std::size_t count);
};

/// What most of the group is for; layers count most, what only moves data least.
NodeCategory groupCategory(const GraphHierarchy& hierarchy, std::int32_t group);

} // namespace lapidary
