// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/difftablemodel.h"

#include "ui/models/numbertext.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

DiffMetric metricOf(int column) {
    switch (column) {
    case DiffTableModel::Macs:
        return DiffMetric::Macs;
    case DiffTableModel::Parameters:
        return DiffMetric::Parameters;
    case DiffTableModel::Bytes:
        return DiffMetric::Bytes;
    case DiffTableModel::Time:
        return DiffMetric::Time;
    case DiffTableModel::Sparsity:
        return DiffMetric::Sparsity;
    default:
        return DiffMetric::None;
    }
}

} // namespace

void DiffTableModel::setData(ComparisonDataPtr data) {
    beginResetModel();
    m_data = std::move(data);
    m_rows.clear();
    m_largest = {};
    if (m_data) {
        const auto& nodes = m_data->models->comparison.diff.nodes;
        for (std::size_t i = 0; i < nodes.size(); ++i)
            if (nodes[i].kind != DiffKind::Same)
                m_rows.push_back(int(i));
        for (std::size_t metric = 0; metric < m_largest.size(); ++metric)
            for (const int entry : m_rows)
                m_largest[metric] = std::max(
                    m_largest[metric], std::abs(m_data->values[metric].difference(std::size_t(entry)).value_or(0)));
    }
    endResetModel();
}

QModelIndex DiffTableModel::indexOf(int entry) const {
    const auto it = std::lower_bound(m_rows.begin(), m_rows.end(), entry);
    return it != m_rows.end() && *it == entry ? index(int(it - m_rows.begin()), 0) : QModelIndex();
}

int DiffTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_rows.size());
}

int DiffTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString DiffTableModel::text(int entry, int column) const {
    const auto& node = m_data->models->comparison.diff.nodes[std::size_t(entry)];
    switch (column) {
    case Kind:
        return DiffTexts::signOf(node.kind) + QLatin1Char(' ') + DiffTexts::kindText(node);
    case Name:
        return QString::fromStdString(node.name);
    case Operator:
        return QString::fromStdString(node.opType);
    case Change:
        return DiffTexts::changeText(node, *m_data->models);
    case Weights:
        return std::isfinite(node.weightSqnrDb) ? tr("%1 dB").arg(node.weightSqnrDb, 0, 'f', 1) : QString();
    case Match:
        return DiffTexts::matchText(node);
    default:
        break;
    }
    const auto metric = metricOf(column);
    const auto& values = m_data->values[std::size_t(metric)];
    const auto difference = values.difference(std::size_t(entry));
    if (!difference)
        return {};
    const double before = values.a[std::size_t(entry)].value_or(0);
    const auto share = before > 0 && *difference != 0 ? changeText(before, before + *difference) : QString();
    const auto delta = DiffTexts::deltaText(metric, *difference);
    return share.isEmpty() ? delta : tr("%1 (%2)").arg(delta, share);
}

QVariant DiffTableModel::sortKey(int entry, int column) const {
    if (const auto metric = metricOf(column); metric != DiffMetric::None)
        return m_data->values[std::size_t(metric)].difference(std::size_t(entry)).value_or(0);
    if (column == Weights) {
        const double sqnr = m_data->models->comparison.diff.nodes[std::size_t(entry)].weightSqnrDb;
        return std::isfinite(sqnr) ? sqnr : 1e9;
    }
    return text(entry, column);
}

QVariant DiffTableModel::tip(int entry, int column) const {
    const auto metric = metricOf(column);
    if (metric == DiffMetric::None)
        return text(entry, column);
    const auto& values = m_data->values[std::size_t(metric)];
    const auto side = [&](const std::optional<double>& value) {
        return value ? DiffTexts::valueText(metric, *value) : tr("none");
    };
    return tr("%1: A %2, B %3")
        .arg(DiffTexts::metricName(metric), side(values.a[std::size_t(entry)]), side(values.b[std::size_t(entry)]));
}

QVariant DiffTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !m_data)
        return {};
    const int entry = m_rows[std::size_t(index.row())];
    const auto metric = metricOf(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(entry, index.column());
    case Qt::ToolTipRole:
        return tip(entry, index.column());
    case Qt::TextAlignmentRole:
        return int((metric != DiffMetric::None || index.column() == Weights ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    case SortRole:
        return sortKey(entry, index.column());
    case EntryRole:
        return entry;
    case MarkRole: {
        const auto kind = m_data->models->comparison.diff.nodes[std::size_t(entry)].kind;
        return int(kind == DiffKind::Added     ? DiffMark::Added
                   : kind == DiffKind::Removed ? DiffMark::Removed
                                               : DiffMark::Changed);
    }
    case BarRole: {
        const auto difference = m_data->values[std::size_t(metric)].difference(std::size_t(entry));
        const double largest = m_largest[std::size_t(metric)];
        return metric == DiffMetric::None || !difference || largest <= 0 ? QVariant() : QVariant(*difference / largest);
    }
    default:
        return {};
    }
}

QVariant DiffTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return QAbstractTableModel::headerData(section, orientation, role);
    if (const auto metric = metricOf(section); metric != DiffMetric::None) {
        if (role == Qt::DisplayRole)
            return tr("Δ %1").arg(DiffTexts::metricName(metric));
        if (metric == DiffMetric::Time && m_data) {
            const auto why = whyNoTimes(m_data->profileA ? &*m_data->profileA : nullptr,
                                        m_data->profileB ? &*m_data->profileB : nullptr);
            if (!why.isEmpty())
                return why;
        }
        return tr("B minus A");
    }
    switch (section) {
    case Kind:
        return tr("Difference");
    case Name:
        return tr("Layer");
    case Operator:
        return tr("Operator");
    case Change:
        return tr("What changed");
    case Weights:
        return role == Qt::DisplayRole ? tr("Weights SQNR") : tr("Signal to difference of the weights; more is closer");
    default:
        return tr("Match");
    }
}

} // namespace lapidary
