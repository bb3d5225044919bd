// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/cutreportmodel.h"

#include "ui/models/numbertext.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

QString dash() {
    return QStringLiteral("–");
}

double shareGone(const CutLayer& layer) {
    return layer.channelsBefore > 0 && layer.channelsAfter >= 0
               ? 1 - double(layer.channelsAfter) / double(layer.channelsBefore)
               : 0;
}

/// Energy of what changed in the weight over its energy.
std::optional<double> weightErrorPercent(const CutLayer& layer) {
    return layer.weightSqnrDb ? std::optional(100 * std::pow(10.0, -*layer.weightSqnrDb / 10)) : std::nullopt;
}

/// Kept channels are told by those that went: what remains of `total`.
std::vector<std::uint32_t> keptOf(const CutLayer& layer) {
    std::vector<std::uint32_t> kept;
    for (std::uint32_t c = 0; std::int64_t(c) < layer.channelsBefore; ++c)
        if (!std::ranges::binary_search(*layer.removed, c))
            kept.push_back(c);
    return kept;
}

} // namespace

QString CutReportModel::rangesText(const std::vector<std::uint32_t>& sorted) {
    QStringList parts;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t end = i + 1;
        while (end < sorted.size() && sorted[end] == sorted[end - 1] + 1)
            ++end;
        parts << (end - i > 1 ? QStringLiteral("%1–%2").arg(sorted[i]).arg(sorted[end - 1])
                              : QString::number(sorted[i]));
        i = end;
    }
    return parts.isEmpty() ? tr("none") : parts.join(QStringLiteral(", "));
}

void CutReportModel::setReport(CutReportPtr report) {
    beginResetModel();
    m_report = std::move(report);
    endResetModel();
}

const CutLayer* CutReportModel::layer(int row) const {
    return m_report && row >= 0 && std::size_t(row) < m_report->layers.size() ? &m_report->layers[std::size_t(row)]
                                                                              : nullptr;
}

int CutReportModel::rowOf(NodeId after) const {
    for (int row = 0; row < rowCount(); ++row)
        if (layer(row)->after == after)
            return row;
    return -1;
}

bool CutReportModel::says(Column column) const {
    return m_report && std::ranges::any_of(m_report->layers, [column](const CutLayer& layer) {
               switch (column) {
               case Channels:
                   return layer.channelsBefore >= 0;
               case Share:
                   return shareGone(layer) > 0;
               case Removed:
                   return layer.removed.has_value();
               case Precision:
                   return layer.precisionBefore != layer.precisionAfter;
               case Bytes:
                   return layer.bytesBefore != layer.bytesAfter;
               case Parameters:
                   return layer.parametersBefore != layer.parametersAfter;
               case Macs:
                   return layer.macsBefore != layer.macsAfter;
               case WeightError:
                   return layer.weightSqnrDb.has_value();
               case ErrorBefore:
                   return layer.errorBefore.has_value();
               case Error:
                   return layer.error.has_value();
               default:
                   return true;
               }
           });
}

int CutReportModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_report ? 0 : int(m_report->layers.size());
}

int CutReportModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CutReportModel::display(const CutLayer& layer, int column) {
    const auto percentOf = [](const std::optional<double>& value) {
        return value ? QStringLiteral("%1 %").arg(QLocale().toString(*value, 'g', 3)) : dash();
    };
    switch (column) {
    case Name:
        return QString::fromStdString(layer.name);
    case Operator:
        return QString::fromStdString(layer.opType);
    case Channels:
        return layer.channelsBefore < 0  ? dash()
               : layer.channelsAfter < 0 ? QString::number(layer.channelsBefore)
                                         : QStringLiteral("%1 → %2").arg(layer.channelsBefore).arg(layer.channelsAfter);
    case Share:
        return shareGone(layer) > 0 ? percentText(100 * shareGone(layer)) : dash();
    case Removed:
        return layer.removed ? rangesText(*layer.removed) : dash();
    case Precision: {
        const auto before = QString::fromStdString(layer.precisionBefore);
        const auto after = QString::fromStdString(layer.precisionAfter);
        return before.isEmpty() && after.isEmpty()                      ? dash()
               : before == after || after.isEmpty() || before.isEmpty() ? (before.isEmpty() ? after : before)
                                                                        : QStringLiteral("%1 → %2").arg(before, after);
    }
    case Bytes:
        return layer.bytesBefore && layer.bytesAfter
                   ? QStringLiteral("%1 → %2").arg(bytesText(*layer.bytesBefore), bytesText(*layer.bytesAfter))
               : layer.bytesBefore ? bytesText(*layer.bytesBefore)
                                   : dash();
    case Parameters:
        return QStringLiteral("%1 → %2").arg(countText(layer.parametersBefore), countText(layer.parametersAfter));
    case Macs:
        return QStringLiteral("%1 → %2").arg(countText(layer.macsBefore), countText(layer.macsAfter));
    case WeightError:
        return percentOf(weightErrorPercent(layer));
    case ErrorBefore:
        return percentOf(layer.errorBefore);
    case Error:
        return percentOf(layer.error);
    default:
        return QString::fromStdString(layer.what);
    }
}

/// What is not known sorts below everything.
QVariant CutReportModel::sortValue(const CutLayer& layer, int column) {
    switch (column) {
    case Channels:
        return qlonglong(layer.channelsBefore);
    case Share:
        return shareGone(layer);
    case Removed:
        return layer.removed ? qlonglong(layer.removed->size()) : qlonglong(-1);
    case Bytes:
        return layer.bytesBefore && layer.bytesAfter ? double(*layer.bytesBefore) - double(*layer.bytesAfter) : -1e300;
    case WeightError:
        return weightErrorPercent(layer).value_or(-1);
    case Parameters:
        return double(layer.parametersBefore) - double(layer.parametersAfter);
    case Macs:
        return double(layer.macsBefore) - double(layer.macsAfter);
    case ErrorBefore:
        return layer.errorBefore.value_or(-1);
    case Error:
        return layer.error.value_or(-1);
    default:
        return display(layer, column);
    }
}

QString CutReportModel::tip(const CutLayer& layer, int column) {
    switch (column) {
    case Removed:
        return layer.removed && layer.channelsBefore >= 0
                   ? tr("Removed: %1\nKept: %2").arg(rangesText(*layer.removed), rangesText(keptOf(layer)))
                   : tr("The report does not say which channels went");
    case Precision:
        return layer.precisionBefore.empty() && layer.precisionAfter.empty()
                   ? tr("This layer has no weights")
                   : tr("Element type of the layer's weight as it is stored");
    case Bytes:
        return layer.bytesBefore && layer.bytesAfter
                   ? tr("Weights and biases as they are stored, with their scales and zero points: %1")
                         .arg(changeText(double(*layer.bytesBefore), double(*layer.bytesAfter)))
                   : tr("This layer stores no numbers");
    case WeightError:
        return tr("Energy of what storing it with fewer bits changed in the weight, over the weight's energy");
    case Parameters:
        return changeText(double(layer.parametersBefore), double(layer.parametersAfter));
    case Macs:
        return changeText(double(layer.macsBefore), double(layer.macsAfter));
    case ErrorBefore:
        return tr("Energy of the difference of the layer's output over its energy, before repair");
    case Error:
        return tr("Energy of the difference of the layer's output over its energy, in this variant");
    default:
        return QString::fromStdString(layer.what);
    }
}

QVariant CutReportModel::data(const QModelIndex& index, int role) const {
    const auto* row = layer(index.row());
    if (!row)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return display(*row, index.column());
    case SortRole:
        return sortValue(*row, index.column());
    case Qt::ToolTipRole:
        return tip(*row, index.column());
    case Qt::TextAlignmentRole:
        return index.column() >= Channels && index.column() <= Error && index.column() != Removed &&
                       index.column() != Precision
                   ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
                   : QVariant();
    default:
        return {};
    }
}

QVariant CutReportModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    switch (section) {
    case Name:
        return tr("Layer");
    case Operator:
        return tr("Operator");
    case Channels:
        return tr("Channels");
    case Share:
        return tr("Gone");
    case Removed:
        return tr("Removed channels");
    case Precision:
        return tr("Precision");
    case Bytes:
        return tr("Size");
    case Parameters:
        return tr("Parameters");
    case Macs:
        return tr("MACs");
    case WeightError:
        return tr("Weight error");
    case ErrorBefore:
        return tr("Error unrepaired");
    case Error:
        return tr("Error");
    default:
        return tr("What was done");
    }
}

} // namespace lapidary
