// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/guardmodel.h"

#include "ui/models/guardtexts.h"
#include "ui/models/numbertext.h"

#include <QFont>
#include <QLocale>

#include <algorithm>

namespace lapidary {

void GuardModel::setOutcome(GuardOutcomePtr outcome) {
    beginResetModel();
    m_outcome = std::move(outcome);
    endResetModel();
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
}

int GuardModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_outcome ? 0 : int(m_outcome->result.measurements.size());
}

int GuardModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString GuardModel::display(const GuardMeasurement& one, int column) const {
    switch (column) {
    case FloatLayers:
        return one.floatLayers.empty() ? tr("none") : QLocale().toString(qulonglong(one.floatLayers.size()));
    case WeightBits:
        return one.floatLayers.empty() ? QStringLiteral("–") : tr("%n bit(s)", nullptr, one.weightBits);
    case Quality:
        return one.top1 ? percentText(one.top1->percent) : energyText(one.lost);
    case Lost:
        return lostText(m_outcome->limit, one.lost);
    case Bytes:
        return bytesText(one.bytes);
    case Limit:
        return one.met ? tr("holds") : tr("fails");
    case Seconds:
        return millisecondsText(1000 * one.seconds);
    default:
        return {};
    }
}

QVariant GuardModel::sortValue(const GuardMeasurement& one, int column) const {
    switch (column) {
    case FloatLayers:
        return qulonglong(one.floatLayers.size());
    case WeightBits:
        return one.floatLayers.empty() ? 8 : one.weightBits;
    case Quality:
        return one.top1 ? one.top1->percent : -one.lost;
    case Lost:
        return one.lost;
    case Bytes:
        return qulonglong(one.bytes);
    case Limit:
        return one.met;
    case Seconds:
        return one.seconds;
    default:
        return {};
    }
}

QString GuardModel::tip(const GuardMeasurement& one, int column) const {
    constexpr std::size_t shown = 20;
    if (column == Quality && one.top1)
        return tr("%1 of %2 right; 95 % interval %3 to %4")
            .arg(one.top1->hits)
            .arg(one.top1->samples)
            .arg(percentText(one.top1->low), percentText(one.top1->high));
    if (column != FloatLayers || one.floatLayers.empty())
        return display(one, column);
    QStringList names;
    for (std::size_t i = 0; i < std::min(shown, one.floatLayers.size()); ++i)
        names.append(QString::fromStdString(one.floatLayers[i]));
    if (one.floatLayers.size() > shown)
        names.append(tr("and %n more", nullptr, int(one.floatLayers.size() - shown)));
    return names.join(u'\n');
}

QVariant GuardModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const auto& one = m_outcome->result.measurements[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return display(one, index.column());
    case Qt::ToolTipRole:
        return tip(one, index.column());
    case SortRole:
        return sortValue(one, index.column());
    case Qt::FontRole: {
        QFont font;
        font.setBold(std::size_t(index.row()) == m_outcome->result.chosen);
        return font.bold() ? QVariant(font) : QVariant();
    }
    case Qt::TextAlignmentRole:
        return int((index.column() == Limit ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QString GuardModel::header(int section) const {
    const bool accuracy = !m_outcome || m_outcome->limit.ofAccuracy();
    switch (section) {
    case FloatLayers:
        return tr("Layers in float");
    case WeightBits:
        return tr("Their weights");
    case Quality:
        return accuracy ? tr("Top-1") : tr("Output error");
    case Lost:
        return accuracy ? tr("Lost") : tr("Output");
    case Bytes:
        return tr("Size");
    case Limit:
        return tr("Limit");
    case Seconds:
        return tr("Took");
    default:
        return {};
    }
}

QString GuardModel::headerTip(int section) const {
    const bool accuracy = !m_outcome || m_outcome->limit.ofAccuracy();
    switch (section) {
    case FloatLayers:
        return tr("How many layers leave 8 bits in this choice; the others compute in 8 bits");
    case WeightBits:
        return tr("Bits of the weights of the layers in float");
    case Quality:
        return accuracy ? tr("Top-1 on the evaluation data")
                        : tr("Energy of the output's error over the energy of the output, on the calibration data");
    case Lost:
        return accuracy ? tr("Points of top-1 less than the model on the screen has")
                        : tr("Signal-to-noise ratio of the output; 20 dB is an error of 1 %");
    case Bytes:
        return tr("Bytes of the parameters");
    case Limit:
        return tr("Whether the limit holds with this choice");
    case Seconds:
        return tr("How long it took to make and measure this choice");
    default:
        return {};
    }
}

QVariant GuardModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole)
        return header(section);
    return role == Qt::ToolTipRole ? QVariant(headerTip(section)) : QVariant();
}

} // namespace lapidary
