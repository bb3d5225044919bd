// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/diffsession.h"

#include <QAbstractTableModel>

namespace lapidary {

/// The nodes that differ, with every metric as B against A.
class DiffTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Kind, Name, Operator, Change, Macs, Parameters, Bytes, Time, Sparsity, Weights, Match, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole, ///< numbers where the column is of numbers
        BarRole,                 ///< -1..1: the difference against the largest of the column; invalid: none
        EntryRole,               ///< index of GraphDiff::nodes
        MarkRole                 ///< DiffMark as int
    };

    explicit DiffTableModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    void setData(ComparisonDataPtr data);
    QModelIndex indexOf(int entry) const; ///< invalid if that node does not differ

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(int entry, int column) const;
    QVariant sortKey(int entry, int column) const;
    QVariant tip(int entry, int column) const;

    ComparisonDataPtr m_data;
    std::vector<int> m_rows; ///< entries
    std::array<double, 6> m_largest{};
};

} // namespace lapidary
