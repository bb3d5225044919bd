// SPDX-License-Identifier: GPL-3.0-or-later
// What the cells of the variants tree say.
#include "pass/recipe.h"
#include "ui/models/numbertext.h"
#include "ui/models/varianttreemodel.h"

#include <QColor>

#include <algorithm>

namespace lapidary {

QVariant VariantTreeModel::number(const Item& item, int column, int role) const {
    const auto* by = metric(column);
    const auto reading = by ? readMetric(*item.summary, *by) : std::nullopt;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return !reading            ? tr("–")
               : reading->estimate ? tr("≈ %1").arg(metricText(*by, reading->value))
                                   : metricText(*by, reading->value);
    case SortRole:
        return reading ? QVariant(reading->value) : QVariant();
    case EstimateRole:
        return reading && reading->estimate;
    case BarRole: {
        const double largest = reading ? m_largest[std::size_t(column - 1)] : 0;
        return largest > 0 ? QVariant(std::clamp(reading->value / largest, 0.0, 1.0)) : QVariant();
    }
    case DeltaRole:
    case JudgementRole: {
        const auto* base = reference(*item.summary);
        auto before = reading && base != item.summary ? readMetric(*base, *by) : std::nullopt;
        if (before && before->device != reading->device) // the newest of each, and on different devices
            before.reset();
        if (role == DeltaRole)
            return before ? metricChange(*by, before->value, reading->value) : QString();
        return before ? metricJudgement(*by, before->value, reading->value) : 0;
    }
    default:
        return {};
    }
}

QString VariantTreeModel::nameTip(const VariantSummary& summary) const {
    QString tip = QString::fromStdString(summary.record.name);
    if (summary.record.recipe.isNull()) {
        tip = tr("Source model\n%1").arg(QString::fromStdString(summary.record.sourcePath));
    } else if (const auto recipe = Recipe::fromJson(summary.record.recipe)) {
        tip = QString::fromStdString(recipe->toText());
    }
    if (const auto* given = look(summary.record.id)) {
        if (!given->tags.empty()) {
            QStringList tags;
            for (const auto& tag : given->tags)
                tags.append(QString::fromStdString(tag));
            tip += QLatin1Char('\n') + tr("Tags: %1").arg(tags.join(QStringLiteral(", ")));
        }
        if (!given->note.empty())
            tip += QStringLiteral("\n\n") + QString::fromStdString(given->note);
    }
    return tip;
}

QStringList VariantTreeModel::staleReasons(const VariantSummary& summary, int column) const {
    const auto it = m_stale.find(summary.record.id);
    if (it == m_stale.end())
        return {};
    const auto* by = metric(column);
    const auto reading = by ? readMetric(summary, *by) : std::nullopt;
    const bool evaluated = reading && findReading(summary.readings, by->key, {});
    QStringList reasons;
    for (const auto& result : it->second) {
        const bool here = result.kind == "variant"      ? !by
                          : result.kind == "evaluation" ? evaluated
                                                        : reading && reading->device == result.subject;
        for (const auto& difference : here ? result.reasons : std::vector<Difference>())
            reasons.append(QString::fromStdString(difference.toString()));
    }
    return reasons;
}

QString VariantTreeModel::toolTip(const Item& item, int column) const {
    const auto* by = metric(column);
    if (!by)
        return nameTip(*item.summary);
    const auto& summary = *item.summary;
    const auto reading = readMetric(summary, *by);
    if (!reading) {
        const bool profiled = by->key == "latency" || !by->device.empty();
        return profiled ? tr("Not measured. Profile the variant to see its %1.").arg(by->title())
                        : tr("Not measured. Evaluate the variant to see its %1.").arg(by->title());
    }
    QStringList lines{by->explanation()};
    if (reading->estimate)
        lines.append(tr("An estimate, not a measurement"));
    if (reading->interval)
        lines.append(tr("95 % interval %1 to %2")
                         .arg(metricText(*by, reading->interval->low), metricText(*by, reading->interval->high)));
    if (by->unit == VariantMetric::Unit::Percent && summary.samples > 0)
        lines.append(tr("On %1 samples").arg(summary.samples));
    if (by->key == "latency" && summary.latency)
        lines.append(
            tr("Median of %1 runs on %2 (%3)")
                .arg(summary.latency->runs)
                .arg(QString::fromStdString(summary.device), QString::fromStdString(summary.latency->verdict)));
    const auto* base = reference(summary);
    const auto name = m_reference > 0 && base->record.id == m_reference ? QString::fromStdString(base->record.name)
                                                                        : tr("the source");
    if (const auto before = readMetric(*base, *by); before && base != &summary && before->device == reading->device) {
        const auto change = metricChange(*by, before->value, reading->value);
        lines.append(change.isEmpty() ? tr("As %1").arg(name) : tr("%1 against %2").arg(change, name));
    }
    return lines.join(QLatin1Char('\n'));
}

QVariant VariantTreeModel::data(const QModelIndex& index, int role) const {
    const auto* found = item(index);
    if (!found)
        return {};
    const auto& record = found->summary->record;
    const auto* given = look(record.id);
    if (const auto* unfinished = running(*found, index.column())) {
        if (role == EstimateRole)
            return true;
        if (role == DeltaRole || role == JudgementRole)
            return {};
        if (auto shown = runningData(*unfinished, index.column(), role); shown.isValid())
            return shown;
    }
    switch (role) {
    case IdRole:
        return qlonglong(record.id);
    case FoundRole:
        return found->fits;
    case ReferenceRole:
        return m_reference > 0 && record.id == m_reference;
    case Qt::ToolTipRole: {
        const auto tip = toolTip(*found, index.column());
        const auto stale = staleReasons(*found->summary, index.column());
        const auto reasons = QStringLiteral("• ") + stale.join(QStringLiteral("\n• "));
        return stale.isEmpty() ? tip
               : index.column() == Name
                   ? tr("%1\n\nStale: made in the same way today it may come out differently.\n%2").arg(tip, reasons)
                   : tr("%1\n\nStale: measured under other conditions than today's. Variants > Measure stale "
                        "again.\n%2")
                         .arg(tip, reasons);
    }
    case StaleRole:
        return !staleReasons(*found->summary, index.column()).isEmpty();
    case Qt::TextAlignmentRole:
        return index.column() == Name ? QVariant() : QVariant(int(Qt::AlignRight | Qt::AlignVCenter));
    case TagsRole: {
        QStringList tags;
        for (const auto& tag : given ? given->tags : std::vector<std::string>())
            tags.append(QString::fromStdString(tag));
        return tags;
    }
    case NoteRole:
        return given ? QString::fromStdString(given->note) : QString();
    case ColorRole:
        return given && !given->color.empty() ? QVariant(QColor(QString::fromStdString(given->color))) : QVariant();
    default:
        break;
    }
    if (index.column() != Name)
        return number(*found, index.column(), role);
    return role == Qt::DisplayRole || role == Qt::EditRole || role == SortRole
               ? QVariant(QString::fromStdString(record.name))
               : QVariant();
}

QVariant VariantTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    const auto* by = metric(section);
    if (role == Qt::ToolTipRole)
        return by ? by->explanation() : tr("Name, tags and note. A click on a header sorts.");
    if (role == Qt::TextAlignmentRole && section != Name)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Variant") : by ? by->title() : QString();
}

} // namespace lapidary
