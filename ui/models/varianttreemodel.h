// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/staleness.h"
#include "engine/variantlook.h"
#include "ui/models/variantfilter.h"
#include "ui/models/variantmetric.h"

#include <QAbstractItemModel>
#include <QHash>

#include <map>
#include <unordered_map>

namespace lapidary {

/// The variants with their numbers, as a tree or as a list, sorted by any column, filtered, each number with its
/// difference to a reference. A dash is a number nobody measured. Reads nothing but what it was given: thousands of
/// rows scroll.
///
/// Columns after the fixed ones are the other metrics that some variant has; they may change with setVariants().
class VariantTreeModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { Name, Accuracy, Agreement, Size, Macs, Latency, FixedColumns };
    enum Role {
        IdRole = Qt::UserRole + 1,
        SortRole,
        DeltaRole,     ///< the difference to the reference as text; empty: none
        JudgementRole, ///< of the difference: 1 better, -1 worse
        BarRole,       ///< the number's share of the largest in its column, 0..1; invalid without a number
        EstimateRole,  ///< the number is an estimate
        TagsRole,
        NoteRole,
        ColorRole, ///< QColor that the user chose; invalid: none
        FoundRole, ///< false: only here because a variant below it fits the filter
        ReferenceRole,
        StaleRole ///< the number, or the variant itself, would not come out of the same work today
    };

    using QAbstractItemModel::QAbstractItemModel;

    /// Keeps rows that are still there where they are, so views keep their selection.
    void setVariants(VariantListPtr variants);
    void setVariants(std::vector<VariantSummary> variants);
    /// Shows a running estimate in place of the numbers measured before; null: no longer.
    void setRunning(VariantId id, const EvaluationResult* running);
    void setLooks(VariantLooks looks);
    /// Marks what is stale, by variant.
    void setStale(std::map<VariantId, std::vector<StaleResult>> stale);
    void setFilter(const VariantFilter& filter);
    /// Without the tree: one list, in which sorting ranks all variants.
    void setFlat(bool flat);
    bool isFlat() const { return m_flat; }
    /// Differences are against this variant; 0: each against its own source.
    void setReference(VariantId id);
    VariantId reference() const { return m_reference; }

    QModelIndex indexOf(VariantId id) const; ///< invalid if the filter hides it
    VariantId idOf(const QModelIndex& index) const;
    /// How many variants fit the filter.
    int foundCount() const { return m_found; }
    int variantCount() const { return m_variants ? int(m_variants->size()) : 0; }
    /// The metric of a column; null for the name.
    const VariantMetric* metric(int column) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// -1: the order in which they were made.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void renameRequested(qlonglong id, const QString& name);

private:
    struct Item {
        const VariantSummary* summary = nullptr;
        VariantId parent = 0; ///< in the view
        int row = 0;
        bool fits = true;
        std::vector<VariantId> children;
    };
    using Items = std::unordered_map<VariantId, Item>;

    const Item* item(const QModelIndex& index) const;
    const std::vector<VariantId>& children(VariantId id) const;
    const VariantSummary* summary(VariantId id) const;
    const VariantSummary* reference(const VariantSummary& of) const;
    const VariantLook* look(VariantId id) const;
    void rebuild();
    Items arranged(std::vector<VariantId>& roots) const;
    void markFitting(Items& items) const;
    void order(std::vector<VariantId>& siblings) const;
    static const std::vector<VariantMetric>& fixedMetrics();
    void findLargest();
    void announce(const std::vector<VariantId>& siblings, VariantId parent);
    QVariant number(const Item& item, int column, int role) const;
    QString toolTip(const Item& item, int column) const;
    const EvaluationResult* running(const Item& item, int column) const;
    QVariant runningData(const EvaluationResult& running, int column, int role) const;
    /// What of a cell is stale and why; empty: nothing.
    QStringList staleReasons(const VariantSummary& summary, int column) const;
    QString nameTip(const VariantSummary& summary) const;

    VariantListPtr m_variants;
    std::unordered_map<VariantId, const VariantSummary*> m_byId;
    std::vector<VariantMetric> m_metrics = fixedMetrics(); ///< of column 1 on
    std::vector<double> m_largest;                         ///< of column 1 on
    Items m_items;
    std::vector<VariantId> m_roots;
    std::map<VariantId, EvaluationResult> m_running;
    std::map<VariantId, std::vector<StaleResult>> m_stale;
    VariantLooks m_looks;
    VariantFilter m_filter;
    int m_found = 0;
    bool m_flat = false;
    VariantId m_reference = 0;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace lapidary
