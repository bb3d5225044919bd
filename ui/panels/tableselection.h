// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QModelIndexList>

class QTableView;

namespace lapidary {

/// Selects the rows of these indices and no others; invalid ones are passed over. The first is scrolled into view.
/// Returns it; invalid if there is none.
QModelIndex selectTableRows(QTableView& table, const QModelIndexList& rows);

} // namespace lapidary
