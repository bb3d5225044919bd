// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/varianttreemodel.h"

#include "ui/models/estimatetext.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

namespace lapidary {

const std::vector<VariantMetric>& VariantTreeModel::fixedMetrics() {
    static const std::vector<VariantMetric> metrics = {variantMetric("top1"), variantMetric("agreement"),
                                                       variantMetric("file_bytes"), variantMetric("macs"),
                                                       variantMetric("latency")};
    return metrics;
}

void VariantTreeModel::setVariants(std::vector<VariantSummary> variants) {
    setVariants(std::make_shared<const std::vector<VariantSummary>>(std::move(variants)));
}

void VariantTreeModel::setVariants(VariantListPtr variants) {
    auto metrics = fixedMetrics();
    for (const auto& metric : variantMetrics(*variants))
        if (std::find(metrics.begin(), metrics.end(), metric) == metrics.end())
            metrics.push_back(metric);
    const auto kept = std::move(m_variants); // the rows point into it until they are replaced
    m_variants = std::move(variants);
    m_byId.clear();
    for (const auto& variant : *m_variants)
        m_byId.emplace(variant.record.id, &variant);
    std::vector<VariantId> roots;
    auto items = arranged(roots);
    const bool sameRows = metrics == m_metrics && roots == m_roots && items.size() == m_items.size() &&
                          std::all_of(items.begin(), items.end(), [&](const auto& entry) {
                              const auto it = m_items.find(entry.first);
                              return it != m_items.end() && it->second.children == entry.second.children;
                          });
    if (!sameRows)
        beginResetModel();
    m_metrics = std::move(metrics);
    m_items = std::move(items);
    m_roots = std::move(roots);
    m_found = int(std::count_if(m_items.begin(), m_items.end(), [](const auto& entry) { return entry.second.fits; }));
    findLargest();
    if (sameRows)
        announce(m_roots, 0);
    else
        endResetModel();
}

void VariantTreeModel::setStale(std::map<VariantId, std::vector<StaleResult>> stale) {
    m_stale = std::move(stale);
    announce(m_roots, 0);
}

void VariantTreeModel::setLooks(VariantLooks looks) {
    m_looks = std::move(looks);
    if (m_filter.isEmpty())
        announce(m_roots, 0);
    else
        rebuild();
}

void VariantTreeModel::setFilter(const VariantFilter& filter) {
    m_filter = filter;
    rebuild();
}

void VariantTreeModel::setFlat(bool flat) {
    if (flat == m_flat)
        return;
    m_flat = flat;
    rebuild();
}

void VariantTreeModel::setReference(VariantId id) {
    m_reference = id;
    announce(m_roots, 0);
}

void VariantTreeModel::rebuild() {
    beginResetModel();
    m_items = arranged(m_roots);
    m_found = int(std::count_if(m_items.begin(), m_items.end(), [](const auto& entry) { return entry.second.fits; }));
    endResetModel();
}

void VariantTreeModel::markFitting(Items& items) const {
    for (const auto& variant : *m_variants) {
        auto& item = items[variant.record.id];
        item.summary = &variant;
        item.fits = m_filter.fits(variant, look(variant.record.id));
        // A parent is older than its child; anything else is a damaged record and would make a circle.
        const auto parent = variant.record.parent;
        item.parent = !m_flat && parent < variant.record.id && m_byId.count(parent) > 0 ? parent : 0;
    }
}

VariantTreeModel::Items VariantTreeModel::arranged(std::vector<VariantId>& roots) const {
    Items all;
    roots.clear();
    if (!m_variants)
        return all;
    markFitting(all);
    Items shown;
    for (const auto& variant : *m_variants) {
        if (!all[variant.record.id].fits)
            continue;
        for (VariantId id = variant.record.id; id > 0 && shown.count(id) == 0; id = all[id].parent)
            shown.emplace(id, all[id]);
    }
    for (const auto& variant : *m_variants) {
        const auto it = shown.find(variant.record.id);
        if (it != shown.end())
            (it->second.parent > 0 ? shown[it->second.parent].children : roots).push_back(it->first);
    }
    order(roots);
    for (auto& [id, item] : shown)
        order(item.children);
    const auto number = [&](const std::vector<VariantId>& siblings) {
        for (std::size_t i = 0; i < siblings.size(); ++i)
            shown[siblings[i]].row = int(i);
    };
    number(roots);
    for (const auto& variant : *m_variants)
        if (const auto it = shown.find(variant.record.id); it != shown.end())
            number(it->second.children);
    return shown;
}

void VariantTreeModel::order(std::vector<VariantId>& siblings) const {
    if (m_sortColumn < 0 || siblings.size() < 2)
        return;
    const bool rising = m_sortOrder == Qt::AscendingOrder;
    const auto* by = metric(m_sortColumn);
    if (!by) {
        std::vector<std::pair<QString, VariantId>> names;
        for (const auto id : siblings)
            names.emplace_back(QString::fromStdString(summary(id)->record.name), id);
        std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) {
            const int way = a.first.localeAwareCompare(b.first);
            return rising ? way < 0 : way > 0;
        });
        std::transform(names.begin(), names.end(), siblings.begin(), [](const auto& entry) { return entry.second; });
        return;
    }
    std::vector<std::pair<std::optional<double>, VariantId>> values;
    for (const auto id : siblings) {
        const auto reading = readMetric(*summary(id), *by);
        values.emplace_back(reading ? std::optional(reading->value) : std::nullopt, id);
    }
    std::stable_sort(values.begin(), values.end(), [&](const auto& a, const auto& b) {
        if (!a.first || !b.first) // what nobody measured is last, whichever way
            return a.first.has_value() && !b.first;
        const double left = *a.first, right = *b.first;
        return rising ? left < right : left > right;
    });
    std::transform(values.begin(), values.end(), siblings.begin(), [](const auto& entry) { return entry.second; });
}

void VariantTreeModel::sort(int column, Qt::SortOrder order) {
    m_sortColumn = column < columnCount() ? column : -1;
    m_sortOrder = order;
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const auto before = persistentIndexList();
    m_items = arranged(m_roots);
    QModelIndexList after;
    for (const auto& index : before) {
        const auto moved = indexOf(idOf(index));
        after.append(moved.isValid() ? createIndex(moved.row(), index.column(), moved.internalId()) : QModelIndex());
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void VariantTreeModel::findLargest() {
    m_largest.assign(m_metrics.size(), 0);
    for (const auto& variant : *m_variants)
        for (std::size_t i = 0; i < m_metrics.size(); ++i)
            if (const auto reading = readMetric(variant, m_metrics[i]))
                m_largest[i] = std::max(m_largest[i], reading->value);
}

void VariantTreeModel::announce(const std::vector<VariantId>& siblings, VariantId parent) {
    if (siblings.empty())
        return;
    const auto above = indexOf(parent);
    Q_EMIT dataChanged(index(0, 0, above), index(int(siblings.size()) - 1, columnCount() - 1, above));
    for (const auto id : siblings)
        announce(children(id), id);
}

const std::vector<VariantId>& VariantTreeModel::children(VariantId id) const {
    static const std::vector<VariantId> none;
    if (id == 0)
        return m_roots;
    const auto it = m_items.find(id);
    return it == m_items.end() ? none : it->second.children;
}

const VariantTreeModel::Item* VariantTreeModel::item(const QModelIndex& index) const {
    const auto it = m_items.find(VariantId(index.internalId()));
    return index.isValid() && it != m_items.end() ? &it->second : nullptr;
}

const VariantSummary* VariantTreeModel::summary(VariantId id) const {
    const auto it = m_byId.find(id);
    return it == m_byId.end() ? nullptr : it->second;
}

const VariantSummary* VariantTreeModel::reference(const VariantSummary& of) const {
    if (const auto* chosen = summary(m_reference))
        return chosen;
    const auto* at = &of;
    while (at->record.parent > 0 && at->record.parent < at->record.id) {
        const auto* above = summary(at->record.parent);
        if (!above)
            break;
        at = above;
    }
    return at;
}

const VariantLook* VariantTreeModel::look(VariantId id) const {
    const auto it = m_looks.find(id);
    return it == m_looks.end() ? nullptr : &it->second;
}

const VariantMetric* VariantTreeModel::metric(int column) const {
    return column > Name && column <= int(m_metrics.size()) ? &m_metrics[std::size_t(column - 1)] : nullptr;
}

QModelIndex VariantTreeModel::indexOf(VariantId id) const {
    const auto it = m_items.find(id);
    return it == m_items.end() ? QModelIndex() : createIndex(it->second.row, 0, quintptr(id));
}

VariantId VariantTreeModel::idOf(const QModelIndex& index) const {
    return index.isValid() ? VariantId(index.internalId()) : 0;
}

QModelIndex VariantTreeModel::index(int row, int column, const QModelIndex& parent) const {
    const auto& list = children(parent.isValid() ? VariantId(parent.internalId()) : 0);
    if (row < 0 || row >= int(list.size()) || column < 0 || column >= columnCount() || parent.column() > 0)
        return {};
    return createIndex(row, column, quintptr(list[std::size_t(row)]));
}

QModelIndex VariantTreeModel::parent(const QModelIndex& index) const {
    const auto* found = item(index);
    return found && found->parent > 0 ? indexOf(found->parent) : QModelIndex();
}

int VariantTreeModel::rowCount(const QModelIndex& parent) const {
    if (parent.column() > 0)
        return 0;
    return int(children(parent.isValid() ? VariantId(parent.internalId()) : 0).size());
}

void VariantTreeModel::setRunning(VariantId id, const EvaluationResult* running) {
    if (running)
        m_running[id] = *running;
    else
        m_running.erase(id);
    if (const auto first = indexOf(id); first.isValid())
        Q_EMIT dataChanged(first, first.siblingAtColumn(columnCount() - 1));
}

const EvaluationResult* VariantTreeModel::running(const Item& item, int column) const {
    if (column != Accuracy && column != Agreement)
        return nullptr;
    if (const auto it = m_running.find(item.summary->record.id); it != m_running.end())
        return &it->second;
    return item.summary->early ? &*item.summary->early : nullptr;
}

QVariant VariantTreeModel::runningData(const EvaluationResult& running, int column, int role) const {
    const auto& share = column == Accuracy ? running.top1 : running.agreement;
    const auto& ofAll = column == Accuracy ? running.top1OfAll : running.agreementOfAll;
    switch (role) {
    case Qt::DisplayRole:
        return EstimateText::share(share, ofAll);
    case Qt::ToolTipRole:
        return EstimateText::explained(running, ofAll);
    case Qt::FontRole: {
        QFont font;
        font.setItalic(true);
        return font;
    }
    case Qt::ForegroundRole:
        return Theme::of(QGuiApplication::palette()).estimate;
    default:
        return {};
    }
}

int VariantTreeModel::columnCount(const QModelIndex&) const {
    return int(m_metrics.size()) + 1;
}

bool VariantTreeModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const auto* found = item(index);
    if (!found || role != Qt::EditRole || index.column() != Name)
        return false;
    Q_EMIT renameRequested(qlonglong(found->summary->record.id), value.toString());
    return true;
}

Qt::ItemFlags VariantTreeModel::flags(const QModelIndex& index) const {
    auto flags = QAbstractItemModel::flags(index);
    return index.column() == Name ? flags | Qt::ItemIsEditable : flags;
}

} // namespace lapidary
