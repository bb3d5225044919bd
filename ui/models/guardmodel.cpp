// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/guardmodel.h"

#include "eval/outputreference.h"
#include "ui/models/barshare.h"
#include "ui/models/guardtexts.h"
#include "ui/models/numbertext.h"

#include <QFont>
#include <QLocale>

#include <algorithm>

namespace lapidary {

namespace {

constexpr double nothingLostDb = 200;

int alignmentOf(int column) {
    return int((column == GuardModel::Limit ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
}

} // namespace

void GuardModel::setOutcome(GuardOutcomePtr outcome) {
    beginResetModel();
    m_outcome = std::move(outcome);
    m_mostError = m_mostLost = m_mostLayers = m_mostBytes = m_mostSeconds = 0;
    if (m_outcome) {
        const auto& limit = m_outcome->limit;
        m_mostError = limit.largestLost();
        m_mostLost = lostLength(limit.largestLost());
        m_mostBytes = double(m_outcome->result.before.bytes);
        for (const auto& one : m_outcome->result.measurements) {
            m_mostError = std::max(m_mostError, one.lost);
            if (const double length = lostLength(one.lost); length < nothingLostDb)
                m_mostLost = std::max(m_mostLost, length);
            m_mostLayers = std::max(m_mostLayers, double(one.floatLayers.size()));
            m_mostSeconds = std::max(m_mostSeconds, one.seconds);
        }
    }
    endResetModel();
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, ColumnCount - 1);
}

double GuardModel::lostLength(double lost) const {
    return m_outcome->limit.ofAccuracy() ? lost : std::min(nothingLostDb, sqnrDbOf(lost / 100));
}

QVariant GuardModel::share(const GuardMeasurement& one, int column) const {
    switch (column) {
    case FloatLayers:
        return barShare(double(one.floatLayers.size()), m_mostLayers);
    case Quality:
        return one.top1 ? barShare(one.top1->percent, 100) : barShare(one.lost, m_mostError);
    case Lost:
        return barShare(lostLength(one.lost), m_mostLost);
    case Bytes:
        return barShare(double(one.bytes), m_mostBytes);
    case Seconds:
        return barShare(one.seconds, m_mostSeconds);
    default:
        return {};
    }
}

QVariant GuardModel::mark(int column) const {
    const double limit = m_outcome->limit.largestLost();
    if (column == Lost)
        return barShare(lostLength(limit), m_mostLost);
    return column == Quality && !m_outcome->limit.ofAccuracy() ? barShare(limit, m_mostError) : QVariant();
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
    case BarShareRole:
        return share(one, index.column());
    case BarMarkRole:
        return mark(index.column());
    case Qt::AccessibleDescriptionRole:
        return barShareText(share(one, index.column()));
    case Qt::FontRole: {
        QFont font;
        font.setBold(std::size_t(index.row()) == m_outcome->result.chosen);
        return font.bold() ? QVariant(font) : QVariant();
    }
    case Qt::TextAlignmentRole:
        return alignmentOf(index.column());
    default:
        return {};
    }
}

QString GuardModel::header(int section) const {
    const bool accuracy = !m_outcome || m_outcome->limit.ofAccuracy();
    switch (section) {
    case FloatLayers:
        return tr("In float");
    case WeightBits:
        return tr("Weights");
    case Quality:
        return accuracy ? tr("Top-1") : tr("Error");
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
                        : tr("Energy of the output's error over the energy of the output, on the calibration data. "
                             "Tick: the limit");
    case Lost:
        return accuracy ? tr("Points of top-1 less than the model on the screen has. Tick: the limit")
                        : tr("Signal-to-noise ratio of the output; 20 dB is an error of 1 %. Tick: the limit");
    case Bytes:
        return tr("Bytes of the parameters. Bar: share of the model's now");
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
    if (role == Qt::TextAlignmentRole)
        return alignmentOf(section);
    return role == Qt::ToolTipRole ? QVariant(headerTip(section)) : QVariant();
}

} // namespace lapidary
