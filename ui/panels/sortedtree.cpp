// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/sortedtree.h"

#include <QHeaderView>

namespace lapidary {

void SortedItem::setNumber(int column, double value, const QString& text) {
    setText(column, text);
    setData(column, Qt::UserRole, value);
    setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
}

bool SortedItem::operator<(const QTreeWidgetItem& other) const {
    const int column = treeWidget() ? std::max(0, treeWidget()->sortColumn()) : 0;
    const auto mine = data(column, Qt::UserRole), theirs = other.data(column, Qt::UserRole);
    if (mine.isValid() && theirs.isValid())
        return mine.toDouble() < theirs.toDouble();
    if (mine.isValid() != theirs.isValid())
        return theirs.isValid();
    return text(column).localeAwareCompare(other.text(column)) < 0;
}

void makeSortedTree(QTreeWidget& tree, const QString& name, const QStringList& headers) {
    tree.setObjectName(name);
    tree.setHeaderLabels(headers);
    tree.setRootIsDecorated(false);
    tree.setUniformRowHeights(true);
    tree.setAlternatingRowColors(true);
    tree.setSortingEnabled(true);
    tree.header()->setSortIndicator(-1, Qt::AscendingOrder);
    tree.header()->setStretchLastSection(true);
}

} // namespace lapidary
