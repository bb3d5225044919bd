// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

#include <QAbstractItemModel>

namespace lapidary {

/// The tree of variants with their numbers and the difference to the source in a tool tip. A dash is a number nobody measured.
class VariantTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Name, Accuracy, Agreement, Size, Macs, Latency, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1, SortRole };

    using QAbstractItemModel::QAbstractItemModel;

    /// Keeps rows that are still there where they are, so views keep their selection.
    void setVariants(const std::vector<VariantSummary>& variants);
    /// Shows a running estimate in place of the numbers measured before; null: no longer.
    void setRunning(VariantId id, const EvaluationResult* running);
    QModelIndex indexOf(VariantId id) const;
    VariantId idOf(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void renameRequested(qlonglong id, const QString& name);

private:
    struct Item {
        VariantSummary summary;
        VariantId parent = 0;
        std::vector<VariantId> children;
    };

    const Item* item(const QModelIndex& index) const;
    const std::vector<VariantId>& children(VariantId id) const;
    const VariantSummary& root(const Item& item) const;
    QString text(const Item& item, int column) const;
    QString toolTip(const Item& item, int column) const;
    const EvaluationResult* running(const Item& item, int column) const;
    QVariant runningData(const EvaluationResult& running, int column, int role) const;

    std::map<VariantId, Item> m_items;
    std::vector<VariantId> m_roots;
    std::map<VariantId, EvaluationResult> m_running;
};

} // namespace lapidary
