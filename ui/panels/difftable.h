// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/difftablemodel.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QLabel;
class QLineEdit;
class QTableView;

namespace lapidary {

/// The differences as a table with filter and bars; follows and moves the session's current difference.
class DiffTable : public QWidget {
    Q_OBJECT

public:
    /// `name` begins the object names of the table and its filter.
    DiffTable(DiffSession& session, const QString& name, QWidget* parent = nullptr);

private:
    void showData();
    void showCurrent(int entry);
    void count();

    DiffSession& m_session;
    DiffTableModel m_model;
    QSortFilterProxyModel m_sorted;
    QLineEdit* m_filter;
    QLabel* m_count;
    QTableView* m_table;
    bool m_following = false;
};

} // namespace lapidary
