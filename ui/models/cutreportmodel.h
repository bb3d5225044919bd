// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/cutreport.h"

#include <QAbstractTableModel>

namespace lapidary {

/// The layers of a cut report as a table. Sort with a proxy on SortRole.
class CutReportModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        Name,
        Operator,
        Channels,
        Share,
        Removed,
        Precision,
        Bytes,
        Parameters,
        Macs,
        WeightError,
        ErrorBefore,
        Error,
        What,
        ColumnCount
    };
    enum Role { SortRole = Qt::UserRole + 1 };

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(CutReportPtr report);
    const CutReportPtr& report() const { return m_report; }
    const CutLayer* layer(int row) const; ///< null if there is none
    int rowOf(NodeId after) const;        ///< by node of the variant; -1 if absent
    bool says(Column column) const;       ///< whether it tells something of any layer

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// "0-3, 7, 12"; "none" for an empty list.
    static QString rangesText(const std::vector<std::uint32_t>& sorted);

private:
    static QVariant display(const CutLayer& layer, int column);
    static QVariant sortValue(const CutLayer& layer, int column);
    static QString tip(const CutLayer& layer, int column);

    CutReportPtr m_report;
};

} // namespace lapidary
