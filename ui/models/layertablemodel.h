// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/profile.h"
#include "engine/engine.h"

#include <QAbstractTableModel>

namespace lapidary {

/// One row per node, in graph order: what it is, what it costs, what it takes on the device. Sort with a proxy on SortRole.
class LayerTableModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Name, Operator, OutputShape, Parameters, Bytes, Macs, Time, Share, Precision, Sparsity, ColumnCount };
    enum Role { NodeRole = Qt::UserRole + 1, SortRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setModel(AnalysedModelPtr model);
    void setMeasured(const std::optional<Profile>& profile, const std::vector<std::optional<double>>& sparsity);
    NodeId nodeAt(int row) const;
    int rowOf(NodeId id) const; ///< -1 if absent

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        NodeId node;
        QString name, op, shape, precision, kernel;
        quint64 parameters = 0, bytes = 0, macs = 0;
        double ms = -1, share = -1, sparsity = -1;
        bool fused = false;
    };

    QVariant display(const Row& row, int column) const;
    static QVariant sortValue(const Row& row, int column);

    AnalysedModelPtr m_model;
    std::vector<Row> m_rows;
};

} // namespace lapidary
