// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeWidget>

namespace lapidary {

/// A row whose columns sort as numbers where they were given as numbers, as text elsewhere.
class SortedItem : public QTreeWidgetItem {
public:
    using QTreeWidgetItem::QTreeWidgetItem;

    /// Right-aligned.
    void setNumber(int column, double value, const QString& text);
    bool operator<(const QTreeWidgetItem& other) const override;
};

/// Flat, sortable by a click on a header, rows of one height, in the order of the items at first.
void makeSortedTree(QTreeWidget& tree, const QString& name, const QStringList& headers);

} // namespace lapidary
