// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/diffpicturedecor.h"

#include "ui/models/graphpicturebuilder.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

NodeMetric nodeMetricOf(DiffMetric metric) {
    switch (metric) {
    case DiffMetric::Parameters:
        return NodeMetric::Parameters;
    case DiffMetric::Time:
        return NodeMetric::Time;
    case DiffMetric::Sparsity:
        return NodeMetric::Sparsity;
    default:
        return NodeMetric::Macs;
    }
}

double largestDifference(const DiffValues& values) {
    double largest = 0;
    for (std::size_t i = 0; i < values.a.size(); ++i)
        largest = std::max(largest, std::abs(values.difference(i).value_or(0)));
    return largest;
}

void addMarks(NodeDecor& decor, const NodeDiff& node, DiffMark mark, const ComparedModels& models) {
    decor.diff = mark;
    decor.diffText =
        (DiffTexts::kindText(node) + QLatin1Char('\n') + DiffTexts::changeText(node, models)).toStdString();
    if (node.kind != DiffKind::Changed)
        return;
    if ((node.flags & DiffRetyped) != 0 && node.typeA != node.typeB)
        decor.badges.push_back(dataTypeName(node.typeA) + " → " + dataTypeName(node.typeB));
    if ((node.flags & DiffRewired) != 0)
        decor.badges.push_back(DiffTexts::tr("rewired").toStdString());
    if ((node.flags & DiffAttributes) != 0)
        decor.badges.push_back(DiffTexts::tr("attributes").toStdString());
    if ((node.flags & DiffWeights) != 0 && std::isfinite(node.weightSqnrDb))
        decor.badges.push_back(DiffTexts::tr("%1 dB").arg(node.weightSqnrDb, 0, 'f', 1).toStdString());
}

void addValue(NodeDecor& decor, std::size_t entry, DiffMetric metric, const DiffValues& values, double largest) {
    if (metric == DiffMetric::None || entry >= values.a.size())
        return;
    const auto difference = values.difference(entry);
    if (!difference || largest <= 0)
        return;
    const double share = std::sqrt(std::abs(*difference) / largest);
    decor.value = float(0.5 + (*difference < 0 ? -0.5 : 0.5) * share);
    decor.valueText = DiffTexts::deltaText(metric, *difference).toStdString();
}

void addLegend(GraphDecor& decor, DiffMetric metric, double largest) {
    if (metric == DiffMetric::None)
        return;
    decor.legend.title = DiffTexts::tr("%1, B against A").arg(DiffTexts::metricName(metric)).toStdString();
    decor.legend.diverging = true;
    decor.legend.minText = DiffTexts::deltaText(metric, -largest).toStdString();
    decor.legend.maxText = DiffTexts::deltaText(metric, largest).toStdString();
}

void addKey(GraphDecor& decor, const GraphDiff& diff) {
    const auto entry = [&](DiffMark mark, std::size_t count, const QString& text) {
        if (count > 0)
            decor.diffLegend.push_back({mark, QStringLiteral("%1: %2").arg(text).arg(count).toStdString()});
    };
    entry(DiffMark::Added, diff.added, DiffTexts::tr("Added"));
    entry(DiffMark::Removed, diff.removed, DiffTexts::tr("Removed"));
    entry(DiffMark::Changed, diff.changed, DiffTexts::tr("Changed"));
    entry(DiffMark::Unchanged, diff.same, DiffTexts::tr("Unchanged"));
}

} // namespace

std::optional<double> DiffValues::difference(std::size_t i) const {
    if (i >= a.size() || (!a[i] && !b[i]))
        return std::nullopt;
    return b[i].value_or(0) - a[i].value_or(0);
}

QString whyNoTimes(const Profile* a, const Profile* b) {
    if (!a || !b)
        return DiffTexts::tr("Both variants need a profile with times of layers (F5).");
    if (a->device != b->device || a->threads != b->threads || a->batch != b->batch)
        return DiffTexts::tr("The two were profiled on different devices or settings.");
    return {};
}

DiffValues diffValues(const ComparedModels& models, DiffMetric metric, const Profile* a, const Profile* b) {
    DiffValues values;
    const auto& nodes = models.comparison.diff.nodes;
    values.a.resize(nodes.size());
    values.b.resize(nodes.size());
    if (metric == DiffMetric::None || (metric == DiffMetric::Time && !whyNoTimes(a, b).isEmpty()))
        return values;
    if (metric == DiffMetric::Bytes) {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (nodes[i].bytesA > 0)
                values.a[i] = double(nodes[i].bytesA);
            if (nodes[i].bytesB > 0)
                values.b[i] = double(nodes[i].bytesB);
        }
        return values;
    }
    const auto side = [&](const AnalysedModel& model, const Profile* profile) {
        const auto sparsity =
            metric == DiffMetric::Sparsity ? nodeSparsity(model) : std::vector<std::optional<double>>();
        return nodeMetric(model, nodeMetricOf(metric), profile, sparsity);
    };
    const auto left = side(*models.a, a), right = side(*models.b, b);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].a.valid())
            values.a[i] = left[nodes[i].a.number];
        if (nodes[i].b.valid())
            values.b[i] = right[nodes[i].b.number];
    }
    return values;
}

GraphDecor buildDiffDecor(const DiffPicture& picture, const ComparedModels& models, DiffMetric metric,
                          const DiffValues& values) {
    GraphDecor decor;
    const auto& nodes = models.comparison.diff.nodes;
    const double largest = largestDifference(values);
    for (std::size_t i = 0; i < picture.picture.nodes.size(); ++i) {
        const auto& shown = picture.picture.nodes[i];
        NodeDecor entry;
        entry.id = shown.id;
        entry.diff = picture.nodeDiffs[i];
        if (const auto it = picture.entryOf.find(shown.id); it != picture.entryOf.end()) {
            const auto& node = nodes[it->second];
            addMarks(entry, node, picture.nodeDiffs[i], models);
            addValue(entry, it->second, metric, values, largest);
            if (node.kind == DiffKind::Changed && node.channelsA > 0 && node.channelsB > 0 &&
                node.channelsB < node.channelsA && shown.channels == std::uint32_t(node.channelsA))
                entry.channelsKept = node.channelsB;
        }
        decor.nodes.push_back(std::move(entry));
    }
    decor.edgeDiffs = picture.edgeDiffs;
    addKey(decor, models.comparison.diff);
    addLegend(decor, metric, largest);
    return decor;
}

GraphDecor buildSideDecor(const ComparedModels& models, bool sideB, DiffMetric metric, const DiffValues& values) {
    GraphDecor decor;
    const auto& nodes = models.comparison.diff.nodes;
    const double largest = largestDifference(values);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto id = sideB ? nodes[i].b : nodes[i].a;
        if (!id.valid())
            continue;
        NodeDecor entry;
        entry.id = id.number;
        const auto mark = nodes[i].kind == DiffKind::Added     ? DiffMark::Added
                          : nodes[i].kind == DiffKind::Removed ? DiffMark::Removed
                          : nodes[i].kind == DiffKind::Changed ? DiffMark::Changed
                                                               : DiffMark::Unchanged;
        addMarks(entry, nodes[i], mark, models);
        if (sideB || nodes[i].kind == DiffKind::Removed)
            addValue(entry, i, metric, values, largest);
        if (!sideB && nodes[i].channelsB > 0 && nodes[i].channelsB < nodes[i].channelsA)
            entry.channelsKept = nodes[i].channelsB;
        decor.nodes.push_back(std::move(entry));
    }
    addLegend(decor, metric, largest);
    return decor;
}

} // namespace lapidary
