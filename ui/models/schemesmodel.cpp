// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/schemesmodel.h"

#include "eval/outputreference.h"
#include "ui/models/barshare.h"
#include "ui/models/numbertext.h"
#include "ui/models/quantizationtexts.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr double nothingLostDb = 200;

double dbOf(double error) {
    return std::min(nothingLostDb, sqnrDbOf(error));
}

bool isNumber(int column) {
    return column == SchemesModel::Sqnr || column == SchemesModel::Bytes || column == SchemesModel::Accuracy;
}

} // namespace

void SchemesModel::setComparison(SchemeComparisonPtr comparison, AnalysedModelPtr model) {
    beginResetModel();
    m_comparison = std::move(comparison);
    m_model = std::move(model);
    m_mostDb = m_mostLayerDb = 0;
    const auto longer = [](double& most, double error) {
        if (const double db = error >= 0 ? dbOf(error) : 0; db < nothingLostDb)
            most = std::max(most, db);
    };
    if (m_comparison)
        for (const auto& scheme : m_comparison->schemes) {
            longer(m_mostDb, scheme.outputErrorPercent / 100);
            for (const auto& layer : scheme.layers)
                longer(m_mostLayerDb, layer.both);
        }
    endResetModel();
}

QVariant SchemesModel::layerShare(double error) const {
    return error < 0 ? QVariant() : barShare(dbOf(error), m_mostLayerDb);
}

QVariant SchemesModel::share(const MeasuredScheme& scheme, int column) const {
    switch (column) {
    case Sqnr:
        return barShare(dbOf(scheme.outputErrorPercent / 100), m_mostDb);
    case Bytes:
        return barShare(double(scheme.bytes), double(m_comparison->originalBytes));
    case Accuracy:
        return scheme.top1 ? barShare(scheme.top1->percent, 100) : QVariant();
    default:
        return {};
    }
}

const MeasuredScheme* SchemesModel::scheme(int row) const {
    const bool inside = m_comparison && row >= 0 && std::size_t(row) < m_comparison->schemes.size();
    return inside ? &m_comparison->schemes[std::size_t(row)] : nullptr;
}

QString SchemesModel::layerName(NodeId id) const {
    const auto* node = m_model ? m_model->model->graph->node(id) : nullptr;
    return node ? QString::fromStdString(displayName(*node)) : QString();
}

QString SchemesModel::longText(const QuantizationScheme& scheme) {
    return tr("%1; %2; %3", "range, weight scales, activations")
        .arg(methodText(scheme.method),
             scheme.perChannel ? tr("a weight scale per channel") : tr("one weight scale per layer"),
             scheme.symmetric ? tr("symmetric activations") : tr("asymmetric activations"));
}

QString SchemesModel::shortText(const QuantizationScheme& scheme) {
    auto text = methodText(scheme.method);
    text += u'\n' + (scheme.perChannel ? tr("per channel") : tr("per layer"));
    return text + (scheme.symmetric ? tr(", symmetric") : QString());
}

int SchemesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_comparison ? 0 : int(m_comparison->schemes.size());
}

int SchemesModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString SchemesModel::display(const MeasuredScheme& scheme, int column) const {
    switch (column) {
    case Range:
        return methodText(scheme.scheme.method);
    case WeightScales:
        return scheme.scheme.perChannel ? tr("per channel") : tr("per layer");
    case Activations:
        return scheme.scheme.symmetric ? tr("symmetric") : tr("asymmetric");
    case Sqnr:
        return decibelsText(dbOf(scheme.outputErrorPercent / 100));
    case WorstLayer: {
        const auto* worst = scheme.worst();
        return worst ? tr("%1 (%2)", "layer and its signal-to-noise ratio")
                           .arg(layerName(worst->node), decibelsText(dbOf(worst->both)))
                     : QString();
    }
    case Bytes:
        return bytesText(scheme.bytes);
    case Accuracy:
        return scheme.top1 ? percentText(scheme.top1->percent) : QStringLiteral("–");
    default:
        return {};
    }
}

QVariant SchemesModel::sortValue(const MeasuredScheme& scheme, int column) const {
    switch (column) {
    case Sqnr:
        return -scheme.outputErrorPercent;
    case WorstLayer:
        return scheme.worst() ? -scheme.worst()->both : 0;
    case Bytes:
        return quint64(scheme.bytes);
    case Accuracy:
        return scheme.top1 ? scheme.top1->percent : -1;
    default:
        return display(scheme, column);
    }
}

QVariant SchemesModel::data(const QModelIndex& index, int role) const {
    const auto* one = scheme(index.row());
    if (!one)
        return {};
    if (role == Qt::ToolTipRole && index.column() == Accuracy && one->top1)
        return tr("%1 of %2 right; 95 % interval %3 to %4")
            .arg(one->top1->hits)
            .arg(one->top1->samples)
            .arg(percentText(one->top1->low), percentText(one->top1->high));
    if (role == Qt::ToolTipRole && index.column() == Range)
        return methodHelp(one->scheme.method);
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return display(*one, index.column());
    if (role == SortRole)
        return sortValue(*one, index.column());
    if (role == BarShareRole)
        return share(*one, index.column());
    if (role == Qt::AccessibleDescriptionRole)
        return barShareText(share(*one, index.column()));
    if (role == Qt::TextAlignmentRole && isNumber(index.column()))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant SchemesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && isNumber(section))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const bool tip = role == Qt::ToolTipRole;
    switch (section) {
    case Range:
        return tip ? tr("How the range of every activation is taken from the data") : tr("Range by");
    case WeightScales:
        return tip ? tr("How many scales a weight has: one for each output channel, or one in all")
                   : tr("Weight scales");
    case Activations:
        return tip ? tr("Whether zero stands in the middle of the integers") : tr("Activations");
    case Sqnr:
        return tip ? tr("Signal-to-noise ratio of the model's output on the calibration data; 20 dB is an error of 1 "
                        "%. Bar: share of the best")
                   : tr("Output");
    case WorstLayer:
        return tip ? tr("The layer whose own output loses most, on the inputs it has in float") : tr("Worst layer");
    case Bytes:
        return tip ? tr("Bytes of the parameters. Bar: share of the model's now") : tr("Size");
    case Accuracy:
        return tip ? tr("Top-1 on the evaluation data; a dash where it was not evaluated. Bar: of 100 %")
                   : tr("Accuracy");
    default:
        return {};
    }
}

} // namespace lapidary
