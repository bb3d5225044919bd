// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/diffpicturedecor.h"
#include "ui/models/numbertext.h"

#include <cmath>

namespace lapidary {

QString DiffTexts::metricName(DiffMetric metric) {
    switch (metric) {
    case DiffMetric::Macs:
        return tr("MACs");
    case DiffMetric::Parameters:
        return tr("Parameters");
    case DiffMetric::Bytes:
        return tr("Weight bytes");
    case DiffMetric::Time:
        return tr("Time");
    case DiffMetric::Sparsity:
        return tr("Sparsity");
    case DiffMetric::None:
        break;
    }
    return tr("Difference");
}

QString DiffTexts::valueText(DiffMetric metric, double value) {
    switch (metric) {
    case DiffMetric::Bytes:
        return bytesText(quint64(value));
    case DiffMetric::Time:
        return millisecondsText(value);
    case DiffMetric::Sparsity:
        return percentText(value * 100);
    default:
        return countText(quint64(value));
    }
}

QString DiffTexts::deltaText(DiffMetric metric, double delta) {
    if (delta == 0)
        return QStringLiteral("±0");
    return (delta < 0 ? QStringLiteral("−") : QStringLiteral("+")) + valueText(metric, std::abs(delta));
}

QString DiffTexts::signOf(DiffKind kind) {
    return kind == DiffKind::Added     ? QStringLiteral("+")
           : kind == DiffKind::Removed ? QStringLiteral("−")
           : kind == DiffKind::Changed ? QStringLiteral("±")
                                       : QString();
}

QString DiffTexts::kindText(const NodeDiff& node) {
    if (node.kind == DiffKind::Added)
        return node.attachment == Attachment::None ? tr("Added") : tr("Inserted");
    if (node.kind == DiffKind::Removed)
        return node.attachment == Attachment::Folded ? tr("Folded")
               : node.attachment == Attachment::None ? tr("Removed")
                                                     : tr("Taken out");
    if (node.kind == DiffKind::Same)
        return tr("Unchanged");
    QStringList parts;
    const auto part = [&](DiffFlag flag, const QString& text) {
        if ((node.flags & flag) != 0)
            parts.append(text);
    };
    part(DiffOperator, tr("other operator"));
    part(DiffNarrowed, tr("narrowed"));
    part(DiffWidened, tr("widened"));
    part(DiffRetyped, tr("retyped"));
    part(DiffAttributes, tr("attributes"));
    part(DiffWeights, tr("weights"));
    part(DiffRewired, tr("rewired"));
    return parts.join(QStringLiteral(", "));
}

QString DiffTexts::changeText(const NodeDiff& node, const ComparedModels& models) {
    if (node.attachment != Attachment::None) {
        const auto& graph = *(node.b.valid() ? models.b : models.a)->model->graph;
        const auto* host = graph.node(node.host);
        const auto name = QString::fromStdString(host ? displayName(*host) : std::string());
        if (node.attachment == Attachment::Folded)
            return node.b.valid() ? tr("came out of %1").arg(name) : tr("folded into %1").arg(name);
        if (node.attachment == Attachment::Neutral)
            return tr("beside %1, computes nothing of its own").arg(name);
        return node.b.valid() ? tr("inserted around %1").arg(name) : tr("taken away around %1").arg(name);
    }
    QStringList parts;
    for (const auto& change : node.changes)
        parts.append(QString::fromStdString(change));
    if (node.weightRelative > 0 && std::isfinite(node.weightSqnrDb))
        parts.append(tr("weights differ by %1 (%2 dB)")
                         .arg(percentText(node.weightRelative * 100))
                         .arg(node.weightSqnrDb, 0, 'f', 1));
    return parts.join(QStringLiteral("; "));
}

QString DiffTexts::matchText(const NodeDiff& node) {
    const auto percent = qRound(node.confidence * 100);
    switch (node.reason) {
    case MatchReason::Identity:
        return tr("the same node, edited");
    case MatchReason::Name:
        return tr("matched by name, %1 %").arg(percent);
    case MatchReason::NormalizedName:
        return tr("matched by name without prefixes, %1 %").arg(percent);
    case MatchReason::TensorName:
        return tr("matched by tensor names, %1 %").arg(percent);
    case MatchReason::Weights:
        return tr("matched by weights, %1 %").arg(percent);
    case MatchReason::Surroundings:
        return tr("matched by its surroundings, %1 %").arg(percent);
    case MatchReason::Neighbour:
        return tr("matched through a neighbour, %1 %").arg(percent);
    case MatchReason::Alignment:
        return tr("matched by its place, %1 %").arg(percent);
    case MatchReason::None:
        break;
    }
    return {};
}

} // namespace lapidary
