// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/pairedtexts.h"

#include "ui/models/numbertext.h"

#include <QLocale>

#include <cmath>

namespace lapidary {

QString PairedTexts::className(const Dataset* data, std::int64_t answer) {
    if (data) {
        const auto index = answer - data->labelOffset();
        const auto& names = data->classes();
        if (index >= 0 && index < std::int64_t(names.size()))
            return QString::fromStdString(names[std::size_t(index)]);
    }
    return tr("class %1").arg(answer);
}

QString PairedTexts::share(double zeroToOne) {
    return tr("%1 %").arg(QLocale().toString(100 * zeroToOne, 'f', 1));
}

QString PairedTexts::outcome(PairedOutcome outcome) {
    switch (outcome) {
    case PairedOutcome::OnlyA:
        return tr("A right, B wrong");
    case PairedOutcome::OnlyB:
        return tr("B right, A wrong");
    case PairedOutcome::BothWrong:
        return tr("Both wrong, differently");
    case PairedOutcome::BothRight:
        return tr("Both right");
    case PairedOutcome::Unlabelled:
        break;
    }
    return tr("Not labelled");
}

QString PairedTexts::probability(double p) {
    return p < 0.001 ? tr("p < 0.001") : tr("p = %1").arg(QLocale().toString(p, 'f', p < 0.1 ? 3 : 2));
}

QString PairedTexts::points(double points) {
    const auto text = QLocale().toString(std::abs(points), 'f', 2);
    return points < 0 ? QStringLiteral("−") + text : points > 0 ? QStringLiteral("+") + text : text;
}

QString PairedTexts::verdict(const PairedComparison& result) {
    if (!result.difference || !result.test) {
        if (result.agreement)
            return tr("A and B agree on %1 of the samples.").arg(percentText(result.agreement->percent));
        return tr("The models do not classify: their outputs are compared as numbers.");
    }
    const auto verdict = result.verdict();
    if (verdict == PairedVerdict::Identical)
        return tr("A and B are right on the same samples.");
    const auto& difference = *result.difference;
    const bool loses = difference.points < 0;
    const auto number = [](double value) {
        return (value < 0 ? QStringLiteral("−") : QString()) + QLocale().toString(std::abs(value), 'f', 2);
    };
    const auto low = number(loses ? -difference.high : difference.low);
    const auto high = number(loses ? -difference.low : difference.high);
    if (difference.points == 0)
        return tr("B is as often right as A (95 %: %1 to %2 points), on other samples.").arg(low, high);
    const auto much = number(std::abs(difference.points));
    const auto p = probability(result.test->midP);
    if (verdict == PairedVerdict::Unclear)
        return (loses ? tr("B loses %1 points (95 %: %2 to %3), which may be chance, %4.")
                      : tr("B gains %1 points (95 %: %2 to %3), which may be chance, %4."))
            .arg(much, low, high, p);
    return (loses ? tr("B loses %1 points (95 %: %2 to %3), significant, %4.")
                  : tr("B gains %1 points (95 %: %2 to %3), significant, %4."))
        .arg(much, low, high, p);
}

} // namespace lapidary
