// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/guardjob.h"

#include <QAbstractTableModel>

namespace lapidary {

/// What a guard measured, one choice of layers per row, in the order it was measured; the chosen one is bold. UI
/// thread.
class GuardModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { FloatLayers, WeightBits, Quality, Lost, Bytes, Limit, Seconds, ColumnCount };
    static constexpr int SortRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;

    void setOutcome(GuardOutcomePtr outcome); ///< null: none
    const GuardOutcomePtr& outcome() const { return m_outcome; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString display(const GuardMeasurement& one, int column) const;
    QVariant sortValue(const GuardMeasurement& one, int column) const;
    QVariant share(const GuardMeasurement& one, int column) const; ///< BarShareRole
    QVariant mark(int column) const;                               ///< BarMarkRole: the limit
    double lostLength(double lost) const;                          ///< of the column Lost: points, or dB
    QString tip(const GuardMeasurement& one, int column) const;
    QString header(int section) const;
    QString headerTip(int section) const;

    GuardOutcomePtr m_outcome;
    double m_mostError = 0, m_mostLost = 0, m_mostLayers = 0, m_mostBytes = 0, m_mostSeconds = 0; ///< ends of the bars
};

} // namespace lapidary
