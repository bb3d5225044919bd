// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/schemes.h"

#include <QAbstractTableModel>

namespace lapidary {

using SchemeComparisonPtr = std::shared_ptr<const SchemeComparison>;

/// Ways to quantize to 8 bits that were measured, one per row. UI thread.
class SchemesModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Range, WeightScales, Activations, Sqnr, Accuracy, Bytes, WorstLayer, ColumnCount };
    static constexpr int SortRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;

    /// Null: none. `model` is what was measured, for names of layers.
    void setComparison(SchemeComparisonPtr comparison, AnalysedModelPtr model);
    const SchemeComparisonPtr& comparison() const { return m_comparison; }
    const MeasuredScheme* scheme(int row) const; ///< null outside
    QString layerName(NodeId node) const;
    static QString shortText(const QuantizationScheme& scheme); ///< for a narrow column
    static QString longText(const QuantizationScheme& scheme);
    /// BarShareRole of a layer's error (LayerError::both; negative: unknown) in dB, on one scale for all layers and
    /// schemes.
    QVariant layerShare(double error) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString display(const MeasuredScheme& scheme, int column) const;
    QVariant sortValue(const MeasuredScheme& scheme, int column) const;
    QVariant share(const MeasuredScheme& scheme, int column) const; ///< BarShareRole

    SchemeComparisonPtr m_comparison;
    AnalysedModelPtr m_model;
    double m_mostDb = 0, m_mostLayerDb = 0; ///< where something is lost: the ends of the bars
};

} // namespace lapidary
