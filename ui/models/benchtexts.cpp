// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/benchtexts.h"

#include "ui/models/numbertext.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <cmath>
#include <limits>

namespace lapidary {

namespace {

struct BenchTexts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::BenchTexts)
};

QString fixed(double value, int decimals) {
    return QLocale().toString(value, 'f', decimals);
}

QString shareText(const Proportion& share) {
    return BenchTexts::tr("%1 (95 %: %2 to %3)")
        .arg(percentText(share.percent), percentText(share.low), percentText(share.high));
}

QString decibels(double value) {
    return BenchTexts::tr("%1 dB").arg(fixed(value, 1));
}

} // namespace

QString turnsText(const AbComparison& result, const QString& a, const QString& b) {
    using Outcome = AbComparison::Outcome;
    const auto interval = [](double low, double high) {
        return BenchTexts::tr("95 % interval %1 × to %2 ×").arg(fixed(low, 2), fixed(high, 2));
    };
    switch (result.outcome) {
    case Outcome::BFaster:
        return BenchTexts::tr("%1 is %2 × faster than %3, %4")
            .arg(b, fixed(1 / result.ratio, 2), a, interval(1 / result.ratioHigh, 1 / result.ratioLow));
    case Outcome::BSlower:
        return BenchTexts::tr("%1 is %2 × slower than %3, %4")
            .arg(b, fixed(result.ratio, 2), a, interval(result.ratioLow, result.ratioHigh));
    case Outcome::Same:
        return BenchTexts::tr("No difference seen between %1 and %2: the ratio's %3")
            .arg(a, b, interval(result.ratioLow, result.ratioHigh));
    case Outcome::Unclear:
        break;
    }
    if (result.ratioHigh < 1 || result.ratioLow > 1) // doubted all the same
        return BenchTexts::tr(
                   "No difference could be told between %1 and %2: the runs jump or fall into groups, so that "
                   "the ratio says more about the device than about the variants (%3). Close other "
                   "programs, and compare again.")
            .arg(a, b, interval(result.ratioLow, result.ratioHigh));
    return BenchTexts::tr("No difference could be told between %1 and %2: the ratio's %3. Measure longer, or with less "
                          "running beside it.")
        .arg(a, b, interval(result.ratioLow, result.ratioHigh));
}

double perSampleMs(const ProfileMatrix::Cell& cell) {
    return cell.profile ? cell.profile->timing.median / std::max(1, cell.batch)
                        : std::numeric_limits<double>::quiet_NaN();
}

const ProfileMatrix::Cell* bestPerSample(const ProfileMatrix& matrix) {
    const ProfileMatrix::Cell* best = nullptr;
    for (const auto& cell : matrix.cells)
        if (cell.profile && (!best || perSampleMs(cell) < perSampleMs(*best)))
            best = &cell;
    return best;
}

QString matrixText(const ProfileMatrix& matrix) {
    const auto place = [](const ProfileMatrix::Cell& cell) {
        return BenchTexts::tr("%n thread(s), batch %1", nullptr, cell.threads).arg(cell.batch);
    };
    const auto* best = bestPerSample(matrix);
    const auto* first = matrix.fastest();
    if (!best || !first)
        return BenchTexts::tr("Nothing could be measured.");
    auto text = BenchTexts::tr("Best: %1, %2 a sample, %3 samples/s.")
                    .arg(place(*best), millisecondsText(perSampleMs(*best)), fixed(best->itemsPerSecond, 0));
    if (first != best)
        text += QLatin1Char(' ') + BenchTexts::tr("The first answer comes soonest with %1: %2.")
                                       .arg(place(*first), millisecondsText(first->profile->timing.median));
    if (best->profile->estimate)
        text = BenchTexts::tr("An estimate, nothing was measured. %1").arg(text);
    else if (!best->profile->timing.stable)
        text += QLatin1Char(' ') + BenchTexts::tr("The best one's runs were unstable.");
    return text;
}

QString loadText(const SustainedLoad& load) {
    if (load.windows.size() < 3)
        return BenchTexts::tr("Too short to tell.");
    constexpr double worthSaying = 0.03;
    const auto percent = fixed(std::abs(load.loss) * 100, 0);
    const auto seconds = fixed(load.settledSeconds, load.settledSeconds < 10 ? 1 : 0);
    std::vector<SensorSample> samples;
    for (const auto& window : load.windows)
        samples.push_back(window.sensors);
    const bool throttled = judgeClock(samples).throttles > 0;
    QString text;
    if (load.loss > worthSaying && load.settledSeconds >= 0)
        text = (throttled ? BenchTexts::tr("Throttles: after %1 s it is %2 % slower than at first")
                          : BenchTexts::tr("Slows down: after %1 s it is %2 % slower than at first"))
                   .arg(seconds, percent);
    else if (load.loss > worthSaying)
        text = (throttled ? BenchTexts::tr("Throttles: it is %1 % slower in the end than at first")
                          : BenchTexts::tr("Slows down: it is %1 % slower in the end than at first"))
                   .arg(percent);
    else if (load.loss < -worthSaying)
        text = BenchTexts::tr("Gets %1 % faster than at first").arg(percent);
    else
        text = BenchTexts::tr("Keeps its speed");
    text += BenchTexts::tr(": %1 runs/s at first, %2 in the end.")
                .arg(fixed(load.firstRate, 1), fixed(load.lastingRate, 1));
    if (load.settledSeconds < 0)
        text += QLatin1Char(' ') + BenchTexts::tr("It had not settled at the end: run it longer.");
    return text;
}

QString departureText(const Departure& departure) {
    if (!departure.departs && std::isinf(departure.outputSqnrDb))
        return BenchTexts::tr("It computes exactly what this computer computes.");
    const auto outputs = decibels(departure.outputSqnrDb);
    if (!departure.departs)
        return BenchTexts::tr("It computes what this computer computes: outputs agree with %1 signal to noise "
                              "(tolerance %2).")
            .arg(outputs, decibels(departure.toleranceDb));
    if (!departure.first)
        return BenchTexts::tr("Its outputs depart from this computer's (%1), but no single layer could be named.")
            .arg(outputs);
    const auto& first = *departure.first;
    auto text =
        BenchTexts::tr("It first departs from this computer at %1 (%2): %3 signal to noise.")
            .arg(QString::fromStdString(first.node), QString::fromStdString(first.opType), decibels(first.sqnrDb));
    if (departure.before)
        text += QLatin1Char(' ') +
                BenchTexts::tr("What goes into it still has %1.").arg(decibels(departure.before->sqnrDb));
    if (!first.therePrecision.empty() && first.therePrecision != first.herePrecision)
        text += QLatin1Char(' ') +
                BenchTexts::tr("There it runs in %1, here in %2.")
                    .arg(QString::fromStdString(first.therePrecision), QString::fromStdString(first.herePrecision));
    return text + QLatin1Char(' ') + BenchTexts::tr("The outputs end at %1.").arg(outputs);
}

QString measuredText(std::int64_t measuredMs, const std::vector<Difference>& stale) {
    const auto time = QLocale().toString(QDateTime::fromMSecsSinceEpoch(measuredMs), QLocale::ShortFormat);
    const auto text = BenchTexts::tr("Measured %1.", "date and time").arg(time);
    if (stale.empty())
        return text;
    QStringList reasons;
    for (const auto& difference : stale)
        reasons.append(QString::fromStdString(difference.toString()));
    return text + QLatin1Char(' ') +
           BenchTexts::tr("Stale, measured under other conditions than today's: %1. Measure again.")
               .arg(reasons.join(QStringLiteral("; ")));
}

QString accuracyText(const DeviceBench::Accuracy& accuracy) {
    if (!accuracy.there)
        return BenchTexts::tr("The accuracy was not measured on %1.").arg(QString::fromStdString(accuracy.device));
    const auto& measured = *accuracy.there;
    const auto& there = measured.top1 ? measured.top1 : measured.agreement;
    if (!there)
        return BenchTexts::tr("The data has no labels, and there was nothing to agree with.");
    auto text = (measured.top1 ? BenchTexts::tr("Top-1 on %1: %2, %n sample(s).", nullptr, int(measured.samples))
                               : BenchTexts::tr("Agreement on %1: %2, %n sample(s).", nullptr, int(measured.samples)))
                    .arg(QString::fromStdString(accuracy.device), shareText(*there));
    if (!accuracy.here)
        return text;
    const auto& here = measured.top1 ? accuracy.here->top1 : accuracy.here->agreement;
    if (!here)
        return text;
    text += QLatin1Char(' ') + BenchTexts::tr("On this computer: %1.").arg(shareText(*here));
    const bool apart = here->low > there->high || there->low > here->high;
    return text + QLatin1Char(' ') +
           (apart ? BenchTexts::tr("They differ.")
                  : BenchTexts::tr("The intervals overlap: no difference in accuracy is seen."));
}

} // namespace lapidary
