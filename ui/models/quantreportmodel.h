// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/culprits.h"

#include <QAbstractTableModel>

namespace lapidary {

using CulpritReportPtr = std::shared_ptr<const CulpritReport>;

/// The layers of a culprit report, worst first. UI thread.
class QuantReportModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Layer, Error, Weights, Activations, Cause, WithoutIt, Bytes, Advice, ColumnCount };
    static constexpr int SortRole = Qt::UserRole;
    static constexpr int NodeRole = Qt::UserRole + 1; ///< number of the layer in the analysed model

    using QAbstractTableModel::QAbstractTableModel;

    void setReport(CulpritReportPtr report); ///< null: none
    const CulpritReportPtr& report() const { return m_report; }
    const CulpritLayer* layer(int row) const; ///< null outside

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static QString causeText(ErrorCause cause);
    static QString errorText(double percent);   ///< "0.12 % (29 dB)"; a dash if not known
    static QString percentOnly(double percent); ///< "0.12 %"; a dash if not known
    /// What to do, as a sentence.
    static QString adviceText(QuantizationFix fix);
    static QString shortAdviceText(QuantizationFix fix); ///< for a column
    /// A remedy that was tried, in a few words.
    static QString fixText(const TriedFix& fix);
    static QString bytesChange(std::int64_t bytes); ///< "+12 kB"

private:
    QVariant sortValue(const CulpritLayer& layer, int column) const;
    QVariant share(const CulpritLayer& layer, int column) const; ///< BarShareRole
    QString display(const CulpritLayer& layer, int column) const;
    QString tip(const CulpritLayer& layer, int column) const;

    CulpritReportPtr m_report;
    double m_mostError = 0, m_mostWithout = 0, m_mostBytes = 0; ///< ends of the bars
};

} // namespace lapidary
