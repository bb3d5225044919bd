// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/estimatetext.h"

#include "ui/models/numbertext.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

/// With a sign, the minus a real one; zero has none.
QString signedPoints(double points) {
    const QString text = QLocale().toString(std::abs(points), 'f', 2);
    const bool zero = std::abs(points) < 0.005;
    return zero ? text : (points < 0 ? QStringLiteral("−") : QStringLiteral("+")) + text;
}

} // namespace

QString EstimateText::share(const std::optional<Proportion>& share, const std::optional<Proportion>& ofAll) {
    if (!share || share->samples == 0)
        return tr("…", "no sample measured yet");
    const double low = ofAll ? ofAll->low : share->percent, high = ofAll ? ofAll->high : share->percent;
    const double half = std::max(share->percent - low, high - share->percent);
    return tr("≈ %1 ± %2").arg(percentText(share->percent), QLocale().toString(half, 'f', 1));
}

QString EstimateText::seen(const EvaluationResult& running) {
    const QLocale locale;
    return tr("%1 of %2")
        .arg(locale.toString(qulonglong(running.samples)), locale.toString(qulonglong(running.population)));
}

QString EstimateText::explained(const EvaluationResult& running, const std::optional<Proportion>& ofAll) {
    if (running.samples == 0 || !ofAll)
        return tr("Being measured; the first numbers come soon.");
    if (running.early)
        return tr("Stopped after %1 samples in random order, for the answer was clear: %2. All of them would give %3 "
                  "to %4, with 95 % confidence.")
            .arg(seen(running), running.stop ? verdict(*running.stop) : QString(), percentText(ofAll->low),
                 percentText(ofAll->high));
    return tr("Unfinished: from %1 samples in random order. All of them will give %2 to %3, with 95 % confidence.")
        .arg(seen(running), percentText(ofAll->low), percentText(ofAll->high));
}

QString EstimateText::rule(const StopRule& rule) {
    const QString limit = QLocale().toString(rule.limit);
    switch (rule.metric) {
    case StopRule::Metric::Drop:
        return rule.limit == 0 ? tr("clearly better or worse than the source")
                               : tr("clearly more or less than %1 points lost against the source").arg(limit);
    case StopRule::Metric::Top1:
        return tr("accuracy clearly above or below %1 %").arg(limit);
    case StopRule::Metric::Agreement:
        break;
    }
    return tr("agreement with the source clearly above or below %1 %").arg(limit);
}

QString EstimateText::verdict(const StopVerdict& verdict) {
    const QString limit = QLocale().toString(verdict.rule.limit);
    const bool above = verdict.side == StopVerdict::Side::Above;
    if (verdict.side == StopVerdict::Side::Open)
        return tr("not clear");
    switch (verdict.rule.metric) {
    case StopRule::Metric::Drop:
        if (verdict.rule.limit == 0)
            return above ? tr("worse than the source") : tr("better than the source");
        return above ? tr("more than %1 points are lost").arg(limit) : tr("less than %1 points are lost").arg(limit);
    case StopRule::Metric::Top1:
        return above ? tr("the accuracy is above %1 %").arg(limit) : tr("the accuracy is below %1 %").arg(limit);
    case StopRule::Metric::Agreement:
        break;
    }
    return above ? tr("the agreement is above %1 %").arg(limit) : tr("the agreement is below %1 %").arg(limit);
}

QString EstimateText::points(double points) {
    return tr("%1 points").arg(signedPoints(points));
}

QString EstimateText::change(const std::optional<PairedDrop>& drop) {
    if (!drop || drop->samples == 0)
        return {};
    return tr("%1 points (%2 to %3)")
        .arg(signedPoints(-drop->percent), signedPoints(-drop->high), signedPoints(-drop->low));
}

} // namespace lapidary
