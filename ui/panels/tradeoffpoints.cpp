// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tradeoffpoints.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <set>

namespace lapidary {

namespace {

constexpr int mostBranches = 6; // as many colours can be told apart, with one for the rest

QString say(const char* text) {
    return QCoreApplication::translate("lapidary::TradeoffPoints", text);
}

QString techniqueText(const VariantSummary& variant) {
    if (variant.record.parent <= 0)
        return say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "Source"));
    switch (variant.technique) {
    case Technique::Simplify:
        return say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "Simplified"));
    case Technique::Prune:
        return say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "Pruned"));
    case Technique::Quantize:
        return say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "Quantized"));
    default:
        return say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "Other"));
    }
}

/// The variant whose branch each variant belongs to; 0: above the first fork.
std::map<VariantId, VariantId> branchesOf(const std::vector<VariantSummary>& variants) {
    std::map<VariantId, int> children;
    std::map<VariantId, VariantId> parents;
    for (const auto& variant : variants)
        parents[variant.record.id] = variant.record.parent < variant.record.id ? variant.record.parent : 0;
    for (const auto& [id, parent] : parents)
        if (parents.count(parent) > 0)
            ++children[parent];
    std::map<VariantId, VariantId> branches;
    std::map<VariantId, bool> forked;          // whether the way down to here has forked
    for (const auto& [id, parent] : parents) { // parents come first
        const bool root = parents.count(parent) == 0;
        const bool above = !root && forked[parent];
        forked[id] = above || children[id] > 1;
        branches[id] = root ? 0 : above ? (branches[parent] > 0 ? branches[parent] : id) : 0;
    }
    return branches;
}

double largestOf(const std::vector<VariantSummary>& variants, const std::string& key,
                 const std::vector<std::string>& devices) {
    double largest = 0;
    for (const auto& device : devices)
        for (const auto& variant : variants)
            if (const auto reading = readMetric(variant, metricOn(key, device)))
                largest = std::max(largest, reading->value);
    return largest;
}

struct Placed {
    double value = std::numeric_limits<double>::quiet_NaN();
    std::optional<ValueInterval> interval;
    ValueKind kind = ValueKind::Measured;
};

Placed place(const VariantSummary& variant, const VariantMetric& metric, double divisor) {
    const auto reading = readMetric(variant, metric);
    if (!reading)
        return {};
    Placed placed{reading->value / divisor, {}, reading->estimate ? ValueKind::Estimated : ValueKind::Measured};
    if (reading->interval)
        placed.interval = ValueInterval{reading->interval->low / divisor, reading->interval->high / divisor};
    return placed;
}

QString tagsText(const VariantSummary& variant) {
    QStringList tags;
    for (const auto& tag : variant.record.tags)
        tags.append(QString::fromStdString(tag));
    tags.sort();
    return tags.isEmpty() ? say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "No tag"))
                          : tags.join(QStringLiteral(", "));
}

QStringList tagGroups(const std::vector<VariantSummary>& variants) {
    QStringList groups;
    std::map<QString, int> sizes;
    for (const auto& variant : variants) {
        groups.append(tagsText(variant));
        if (!variant.record.tags.empty())
            ++sizes[groups.last()];
    }
    std::vector<std::pair<int, QString>> largest; // most first, then by name
    for (const auto& [tags, size] : sizes)
        largest.emplace_back(-size, tags);
    std::sort(largest.begin(), largest.end());
    QStringList rare;
    for (std::size_t i = std::size_t(mostBranches); i < largest.size(); ++i)
        rare.append(largest[i].second);
    for (auto& group : groups)
        if (rare.contains(group))
            group = say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "Other tags"));
    return groups;
}

} // namespace

VariantMetric metricOn(const std::string& key, const std::string& device) {
    return variantMetric(key, dependsOnDevice(key) ? device : std::string());
}

ScaledAxis scaledAxis(const std::vector<VariantSummary>& variants, const std::string& key,
                      const std::vector<std::string>& devices) {
    const auto metric = variantMetric(key);
    const auto scale = metricScale(metric, largestOf(variants, key, devices));
    return {{metric.family(), scale.unit, metric.better, scale.decimals}, scale.divisor};
}

VariantId variantOfPoint(const QString& pointId) {
    return pointId.section(u'@', 0, 0).toLongLong();
}

QStringList variantGroups(const std::vector<VariantSummary>& variants, ColourBy colour) {
    if (colour == ColourBy::Tag)
        return tagGroups(variants);
    QStringList groups;
    if (colour != ColourBy::Branch) {
        for (const auto& variant : variants)
            groups.append(techniqueText(variant));
        return groups;
    }
    const auto branches = branchesOf(variants);
    std::map<VariantId, int> sizes;
    for (const auto& [id, branch] : branches)
        if (branch > 0)
            ++sizes[branch];
    std::vector<std::pair<int, VariantId>> largest; // most first, then the oldest
    for (const auto& [branch, size] : sizes)
        largest.emplace_back(-size, branch);
    std::sort(largest.begin(), largest.end());
    std::map<VariantId, QString> names;
    for (const auto& variant : variants)
        names[variant.record.id] = QString::fromStdString(variant.record.name);
    std::map<VariantId, QString> titles{{0, say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "Above the fork"))}};
    QStringList used;
    for (std::size_t i = 0; i < largest.size(); ++i) {
        QString title = names[largest[i].second];
        if (i >= std::size_t(mostBranches))
            title = say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "Other branches"));
        else if (used.contains(title)) // names need not be unique
            title = say(QT_TRANSLATE_NOOP("lapidary::TradeoffPoints", "%1 (%2)")).arg(title).arg(largest[i].second);
        used.append(title);
        titles[largest[i].second] = title;
    }
    for (const auto& variant : variants)
        groups.append(titles[branches.at(variant.record.id)]);
    return groups;
}

QVector<TradeoffPoint> tradeoffPoints(const std::vector<VariantSummary>& variants, const TradeoffQuestion& question,
                                      const std::vector<std::string>& devices) {
    const auto x = scaledAxis(variants, question.x, devices);
    const auto y = scaledAxis(variants, question.y, devices);
    const bool sized = !question.size.empty();
    const auto size = sized ? scaledAxis(variants, question.size, devices) : ScaledAxis();
    const auto groups = variantGroups(variants, question.colour);
    const bool byDevice = question.colour == ColourBy::Device;
    QVector<TradeoffPoint> points;
    for (const auto& device : byDevice ? devices : std::vector<std::string>{question.device}) {
        const auto idOf = [&](VariantId id) {
            const auto number = QString::number(id);
            return byDevice ? QStringLiteral("%1@%2").arg(number, QString::fromStdString(device)) : number;
        };
        for (std::size_t i = 0; i < variants.size(); ++i) {
            const auto& variant = variants[i];
            const auto atX = place(variant, metricOn(question.x, device), x.divisor);
            const auto atY = place(variant, metricOn(question.y, device), y.divisor);
            TradeoffPoint point;
            point.id = idOf(variant.record.id);
            point.name = QString::fromStdString(variant.record.name);
            point.x = atX.value;
            point.y = atY.value;
            point.xInterval = atX.interval;
            point.yInterval = atY.interval;
            point.xKind = atX.kind;
            point.yKind = atY.kind;
            if (sized)
                point.size = place(variant, metricOn(question.size, device), size.divisor).value;
            if (variant.record.parent > 0)
                point.parentId = idOf(variant.record.parent);
            point.group = byDevice ? QString::fromStdString(device) : groups[qsizetype(i)];
            points.append(point);
        }
    }
    return points;
}

QVector<ParallelAxis> parallelAxes(const std::vector<VariantSummary>& variants,
                                   const std::vector<VariantMetric>& metrics) {
    std::set<std::string> devices;
    for (const auto& metric : metrics)
        if (!metric.device.empty())
            devices.insert(metric.device);
    QVector<ParallelAxis> axes;
    for (const auto& metric : metrics) {
        const auto scaled = scaledAxis(variants, metric.key, {metric.device});
        axes.append(
            {metric.id(), devices.size() > 1 ? metric.title() : metric.family(), scaled.axis.unit, metric.better});
    }
    return axes;
}

QVector<ParallelLine> parallelLines(const std::vector<VariantSummary>& variants,
                                    const std::vector<VariantMetric>& metrics, ColourBy colour) {
    const auto groups = variantGroups(variants, colour);
    std::vector<double> divisors;
    for (const auto& metric : metrics)
        divisors.push_back(scaledAxis(variants, metric.key, {metric.device}).divisor);
    QVector<ParallelLine> lines;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        ParallelLine line;
        line.id = QString::number(variants[i].record.id);
        line.name = QString::fromStdString(variants[i].record.name);
        line.group = groups[qsizetype(i)];
        for (std::size_t m = 0; m < metrics.size(); ++m) {
            const auto placed = place(variants[i], metrics[m], divisors[m]);
            line.values.append(placed.value);
            line.estimates.append(placed.kind == ValueKind::Estimated);
        }
        lines.append(line);
    }
    return lines;
}

} // namespace lapidary
