// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/varianttreemodel.h"

#include "ui/models/estimatetext.h"
#include "ui/models/numbertext.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

namespace lapidary {

void VariantTreeModel::setVariants(const std::vector<VariantSummary>& variants) {
    std::map<VariantId, Item> items;
    std::vector<VariantId> roots;
    for (const auto& summary : variants)
        items[summary.record.id].summary = summary;
    for (const auto& summary : variants) {
        const auto id = summary.record.id;
        const auto parent = items.find(summary.record.parent);
        items[id].parent = parent == items.end() ? 0 : summary.record.parent;
        (parent == items.end() ? roots : parent->second.children).push_back(id);
    }
    const bool sameRows = roots == m_roots && items.size() == m_items.size() &&
                          std::all_of(items.begin(), items.end(), [&](const auto& entry) {
                              const auto it = m_items.find(entry.first);
                              return it != m_items.end() && it->second.children == entry.second.children;
                          });
    if (!sameRows)
        beginResetModel();
    m_items = std::move(items);
    m_roots = std::move(roots);
    if (!sameRows) {
        endResetModel();
        return;
    }
    for (const auto& [id, item] : m_items) {
        const auto first = indexOf(id);
        Q_EMIT dataChanged(first, first.siblingAtColumn(ColumnCount - 1));
    }
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

QModelIndex VariantTreeModel::indexOf(VariantId id) const {
    const auto it = m_items.find(id);
    if (it == m_items.end())
        return {};
    const auto& siblings = children(it->second.parent);
    const auto row = std::find(siblings.begin(), siblings.end(), id) - siblings.begin();
    return createIndex(int(row), 0, quintptr(id));
}

VariantId VariantTreeModel::idOf(const QModelIndex& index) const {
    return index.isValid() ? VariantId(index.internalId()) : 0;
}

QModelIndex VariantTreeModel::index(int row, int column, const QModelIndex& parent) const {
    const auto& list = children(parent.isValid() ? VariantId(parent.internalId()) : 0);
    if (row < 0 || row >= int(list.size()) || column < 0 || column >= ColumnCount)
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

int VariantTreeModel::columnCount(const QModelIndex&) const { return ColumnCount; }

const VariantSummary& VariantTreeModel::root(const Item& given) const {
    const Item* at = &given;
    while (at->parent > 0)
        at = &m_items.at(at->parent);
    return at->summary;
}

QString VariantTreeModel::text(const Item& item, int column) const {
    const auto& summary = item.summary;
    switch (column) {
    case Name:
        return QString::fromStdString(summary.record.name);
    case Accuracy:
        return summary.top1 ? percentText(summary.top1->percent) : tr("–");
    case Agreement:
        return summary.agreement ? percentText(summary.agreement->percent) : tr("–");
    case Size:
        return bytesText(summary.record.fileBytes);
    case Macs:
        return countText(summary.record.macs);
    case Latency:
        return summary.latency ? millisecondsText(summary.latency->median) : tr("–");
    default:
        return {};
    }
}

QString VariantTreeModel::toolTip(const Item& item, int column) const {
    const auto& summary = item.summary;
    const auto& base = root(item);
    const auto change = [&](double before, double after) {
        const auto text = changeText(before, after);
        return before == after || text.isEmpty() ? tr("As the source") : tr("%1 against the source").arg(text);
    };
    switch (column) {
    case Name: {
        if (summary.record.recipe.isNull())
            return tr("Source model\n%1").arg(QString::fromStdString(summary.record.sourcePath));
        const auto recipe = Recipe::fromJson(summary.record.recipe);
        return recipe ? QString::fromStdString(recipe->toText()) : QString();
    }
    case Accuracy:
        if (!summary.top1)
            return tr("Not measured. Evaluate the variant to see its accuracy.");
        return tr("Top-1 on %1 samples, 95 % interval %2 to %3")
                   .arg(summary.samples)
                   .arg(percentText(summary.top1->low), percentText(summary.top1->high)) +
               (summary.agreement ? QLatin1Char('\n') + tr("Same answer as the source on %1").arg(percentText(summary.agreement->percent))
                                  : QString());
    case Agreement:
        return summary.agreement ? tr("Share of samples with the same answer as the source")
                                 : tr("Not measured. Agreement with the source is measured when a variant is evaluated.");
    case Size:
        return tr("File size. %1").arg(change(double(base.record.fileBytes), double(summary.record.fileBytes)));
    case Macs:
        return tr("Multiply-accumulates a sample. %1").arg(change(double(base.record.macs), double(summary.record.macs)));
    case Latency:
        if (!summary.latency)
            return tr("Not measured. Profile the variant to see its latency.");
        return tr("Median of %1 runs on %2, 95 % interval %3 to %4 (%5)")
            .arg(summary.latency->runs)
            .arg(QString::fromStdString(summary.device), millisecondsText(summary.latency->ciLow),
                 millisecondsText(summary.latency->ciHigh), QString::fromStdString(summary.latency->verdict));
    default:
        return {};
    }
}

void VariantTreeModel::setRunning(VariantId id, const EvaluationResult* running) {
    if (running)
        m_running[id] = *running;
    else
        m_running.erase(id);
    if (const auto first = indexOf(id); first.isValid())
        Q_EMIT dataChanged(first, first.siblingAtColumn(ColumnCount - 1));
}

const EvaluationResult* VariantTreeModel::running(const Item& item, int column) const {
    const auto it = m_running.find(item.summary.record.id);
    return it != m_running.end() && (column == Accuracy || column == Agreement) ? &it->second : nullptr;
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

QVariant VariantTreeModel::data(const QModelIndex& index, int role) const {
    const auto* found = item(index);
    if (!found)
        return {};
    if (const auto* unfinished = running(*found, index.column()))
        if (auto shown = runningData(*unfinished, index.column(), role); shown.isValid())
            return shown;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return text(*found, index.column());
    case Qt::ToolTipRole:
        return toolTip(*found, index.column());
    case Qt::TextAlignmentRole:
        return index.column() == Name ? QVariant() : QVariant(int(Qt::AlignRight | Qt::AlignVCenter));
    case IdRole:
        return qlonglong(found->summary.record.id);
    default:
        return {};
    }
}

bool VariantTreeModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const auto* found = item(index);
    if (!found || role != Qt::EditRole || index.column() != Name)
        return false;
    Q_EMIT renameRequested(qlonglong(found->summary.record.id), value.toString());
    return true;
}

QVariant VariantTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Variant");
    case Accuracy:
        return tr("Top-1");
    case Agreement:
        return tr("Agreement");
    case Size:
        return tr("File");
    case Macs:
        return tr("MACs");
    case Latency:
        return tr("Latency");
    default:
        return {};
    }
}

Qt::ItemFlags VariantTreeModel::flags(const QModelIndex& index) const {
    auto flags = QAbstractItemModel::flags(index);
    return index.column() == Name ? flags | Qt::ItemIsEditable : flags;
}

} // namespace lapidary
