// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tableselection.h"

#include <QTableView>

namespace lapidary {

QModelIndex selectTableRows(QTableView& table, const QModelIndexList& rows) {
    QItemSelection selection;
    QModelIndex first;
    for (const auto& index : rows) {
        if (!index.isValid())
            continue;
        selection.select(index, index);
        if (!first.isValid())
            first = index;
    }
    table.selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (first.isValid())
        table.scrollTo(first);
    return first;
}

} // namespace lapidary
