// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tablelook.h"

#include <QHeaderView>
#include <QTableView>

namespace lapidary {

void lookLikeTable(QTableView& table) {
    constexpr int rowHeight = 24;
    table.setSortingEnabled(true);
    table.sortByColumn(-1, Qt::AscendingOrder);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setAlternatingRowColors(true);
    table.setShowGrid(false);
    table.setWordWrap(false); // or names are cut at a slash, far from their end
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(rowHeight);
    table.horizontalHeader()->setStretchLastSection(true);
}

} // namespace lapidary
