// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/quantreportmodel.h"

#include "eval/outputreference.h"
#include "ui/models/barshare.h"
#include "ui/models/numbertext.h"
#include "ui/models/quantizationtexts.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

bool isNumber(int column) {
    return column != QuantReportModel::Layer && column != QuantReportModel::Cause && column != QuantReportModel::Advice;
}

} // namespace

void QuantReportModel::setReport(CulpritReportPtr report) {
    beginResetModel();
    m_report = std::move(report);
    m_mostError = m_mostBytes = 0;
    m_mostWithout = m_report ? 100 * m_report->output.both : 0;
    if (m_report)
        for (const auto& layer : m_report->layers) {
            m_mostError = std::max({m_mostError, layer.errorPercent, layer.weightsPercent, layer.activationsPercent});
            m_mostWithout = std::max(m_mostWithout, layer.outputErrorWithoutPercent.value_or(0));
            m_mostBytes = std::max(m_mostBytes, double(layer.floatBytes));
        }
    endResetModel();
}

QVariant QuantReportModel::share(const CulpritLayer& layer, int column) const {
    const auto known = [](double value, double largest) { return value < 0 ? QVariant() : barShare(value, largest); };
    switch (column) {
    case Error:
        return known(layer.errorPercent, m_mostError);
    case Weights:
        return known(layer.weightsPercent, m_mostError);
    case Activations:
        return known(layer.activationsPercent, m_mostError);
    case WithoutIt:
        return known(layer.outputErrorWithoutPercent.value_or(-1), m_mostWithout);
    case Bytes:
        return barShare(double(layer.floatBytes), m_mostBytes);
    default:
        return {};
    }
}

const CulpritLayer* QuantReportModel::layer(int row) const {
    return m_report && row >= 0 && std::size_t(row) < m_report->layers.size() ? &m_report->layers[std::size_t(row)]
                                                                              : nullptr;
}

int QuantReportModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_report ? 0 : int(m_report->layers.size());
}

int QuantReportModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString QuantReportModel::causeText(ErrorCause cause) {
    switch (cause) {
    case ErrorCause::Weights:
        return tr("Weights");
    case ErrorCause::Activations:
        return tr("Activations");
    case ErrorCause::Both:
        return tr("Both");
    case ErrorCause::None:
        break;
    }
    return tr("No error");
}

QString QuantReportModel::percentOnly(double percent) {
    return percent < 0 ? QStringLiteral("–") : tr("%1 %").arg(QLocale().toString(percent, 'g', 3));
}

QString QuantReportModel::tip(const CulpritLayer& layer, int column) const {
    if (column == Error)
        return errorText(layer.errorPercent);
    if (column == Cause)
        return tr("%1 by weights, %2 by activations")
            .arg(errorText(layer.weightsPercent), errorText(layer.activationsPercent));
    if (column == Advice)
        return adviceText(layer.advice);
    if (column == Weights)
        return errorText(layer.weightsPercent);
    if (column == Activations)
        return errorText(layer.activationsPercent);
    if (column == WithoutIt && !layer.outputErrorWithoutPercent)
        return tr("Measured for the worst layers only");
    if (column == WithoutIt)
        return errorText(*layer.outputErrorWithoutPercent);
    return display(layer, column);
}

QString QuantReportModel::errorText(double percent) {
    const auto number = percentOnly(percent);
    if (percent < 0)
        return number;
    const double db = sqnrDbOf(percent / 100);
    return std::isfinite(db) ? tr("%1 (%2 dB)", "error and signal-to-noise ratio").arg(number).arg(db, 0, 'f', 1)
                             : number;
}

QString QuantReportModel::adviceText(QuantizationFix fix) {
    switch (fix) {
    case QuantizationFix::PerChannel:
        return tr("Give each output channel a weight scale of its own");
    case QuantizationFix::OptimalRounding:
        return tr("Round the weights to the data");
    case QuantizationFix::CorrectBias:
        return tr("Correct the biases");
    case QuantizationFix::RoundAndCorrect:
        return tr("Round the weights to the data and correct the biases");
    case QuantizationFix::Equalize:
        return tr("Equalize the layers");
    case QuantizationFix::OtherRange:
        return tr("Choose the range of the activations in another way");
    case QuantizationFix::WideActivations:
        return tr("Use 16-bit activations where the device has them");
    case QuantizationFix::LeaveFloat:
        break;
    }
    return tr("Leave it in float");
}

QString QuantReportModel::shortAdviceText(QuantizationFix fix) {
    switch (fix) {
    case QuantizationFix::PerChannel:
        return tr("Scale per channel");
    case QuantizationFix::OptimalRounding:
        return tr("Round to the data");
    case QuantizationFix::CorrectBias:
        return tr("Correct biases");
    case QuantizationFix::RoundAndCorrect:
        return tr("Round, correct biases");
    case QuantizationFix::Equalize:
        return tr("Equalize layers");
    case QuantizationFix::OtherRange:
        return tr("Another range");
    case QuantizationFix::WideActivations:
        return tr("16-bit activations");
    case QuantizationFix::LeaveFloat:
        break;
    }
    return tr("Leave in float");
}

QString QuantReportModel::fixText(const TriedFix& fix) {
    if (fix.fix == QuantizationFix::OtherRange)
        return tr("Range of the activations: %1").arg(methodKeyText(fix.value));
    if (fix.fix != QuantizationFix::LeaveFloat)
        return adviceText(fix.fix);
    return fix.layers.size() == 1 ? tr("Leave %1 in float").arg(QString::fromStdString(fix.layers.front()))
                                  : tr("Leave the %n worst layer(s) in float", nullptr, int(fix.layers.size()));
}

QString QuantReportModel::bytesChange(std::int64_t bytes) {
    if (bytes == 0)
        return tr("same size");
    const auto size = bytesText(std::uint64_t(std::abs(bytes)));
    return (bytes > 0 ? QStringLiteral("+") : QStringLiteral("−")) + size;
}

QString QuantReportModel::display(const CulpritLayer& layer, int column) const {
    switch (column) {
    case Layer:
        return QString::fromStdString(layer.node);
    case Error:
        return percentOnly(layer.errorPercent);
    case Weights:
        return percentOnly(layer.weightsPercent);
    case Activations:
        return percentOnly(layer.activationsPercent);
    case Cause:
        return causeText(layer.cause);
    case WithoutIt:
        return percentOnly(layer.outputErrorWithoutPercent.value_or(-1));
    case Bytes:
        return bytesChange(std::int64_t(layer.floatBytes));
    case Advice:
        return shortAdviceText(layer.advice);
    default:
        return {};
    }
}

QVariant QuantReportModel::sortValue(const CulpritLayer& layer, int column) const {
    switch (column) {
    case Error:
        return layer.errorPercent;
    case Weights:
        return layer.weightsPercent;
    case Activations:
        return layer.activationsPercent;
    case WithoutIt:
        return layer.outputErrorWithoutPercent.value_or(-1);
    case Bytes:
        return quint64(layer.floatBytes);
    default:
        return display(layer, column);
    }
}

QVariant QuantReportModel::data(const QModelIndex& index, int role) const {
    const auto* one = layer(index.row());
    if (!one)
        return {};
    if (role == Qt::DisplayRole)
        return display(*one, index.column());
    if (role == Qt::ToolTipRole)
        return tip(*one, index.column());
    if (role == SortRole)
        return sortValue(*one, index.column());
    if (role == NodeRole)
        return one->id.number;
    if (role == BarShareRole)
        return share(*one, index.column());
    if (role == Qt::AccessibleDescriptionRole)
        return barShareText(share(*one, index.column()));
    if (role == Qt::TextAlignmentRole && isNumber(index.column()))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant QuantReportModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole && isNumber(section))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole))
        return {};
    const bool tip = role == Qt::ToolTipRole;
    switch (section) {
    case Layer:
        return tr("Layer");
    case Error:
        return tip ? tr("What 8 bits change in the layer's own output, on the inputs it has in float: energy of the "
                        "error over the energy of the output. Bars of this column and the next two share one scale")
                   : tr("Error");
    case Weights:
        return tip ? tr("The same with only its weights in 8 bits") : tr("By weights");
    case Activations:
        return tip ? tr("The same with only its input in 8 bits") : tr("By activations");
    case Cause:
        return tip ? tr("What causes most of the error") : tr("Cause");
    case WithoutIt:
        return tip ? tr("Measured: the error of the model's output with this layer in float and all others in 8 bits. "
                        "Bar: share of the error with all in 8 bits")
                   : tr("Without it");
    case Bytes:
        return tip ? tr("How much larger the model is with this layer in float. Bar: share of the largest")
                   : tr("In float");
    case Advice:
        return tip ? tr("The cheapest remedy that goes to the cause") : tr("What helps");
    default:
        return {};
    }
}

} // namespace lapidary
