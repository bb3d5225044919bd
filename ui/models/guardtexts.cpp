// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/guardtexts.h"

#include "eval/outputreference.h"
#include "ui/models/numbertext.h"
#include "ui/models/quantizationtexts.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace lapidary {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::GuardTexts)
};

QString shortNumber(double value) {
    return QLocale().toString(value, 'g', 6);
}

QString pointsText(double points) {
    return Texts::tr("%1 points", "of accuracy").arg(QLocale().toString(points, 'f', 2));
}

QString qualityText(const GuardOutcome& outcome, const GuardMeasurement& one) {
    if (!outcome.limit.ofAccuracy())
        return Texts::tr("the output is off by %1 (%2) on %n sample(s)", nullptr, int(outcome.samples))
            .arg(energyText(one.lost), decibelsText(std::min(200.0, sqnrDbOf(one.lost / 100))));
    return Texts::tr("top-1 is %1 instead of %2 on %n sample(s), %3 lost", nullptr, int(one.top1->samples))
        .arg(percentText(one.top1->percent), percentText(outcome.result.original->percent), pointsText(one.lost));
}

QString layersText(const GuardOutcome& outcome, const GuardMeasurement& one) {
    if (one.floatLayers.empty())
        return Texts::tr("with everything in 8 bits");
    return Texts::tr("with %n layer(s) in float, weights in %1 bits", nullptr, int(one.floatLayers.size()))
        .arg(outcome.result.weightBits);
}

} // namespace

QString energyText(double percent) {
    return Texts::tr("%1 %").arg(QLocale().toString(percent, 'g', 3));
}

QString limitText(const GuardLimit& limit) {
    const auto value = shortNumber(limit.value);
    switch (limit.kind) {
    case GuardLimit::Kind::Drop:
        return Texts::tr("at most %1 points of top-1 lost").arg(value);
    case GuardLimit::Kind::Error:
        return Texts::tr("an output error of at most %1 %").arg(value);
    case GuardLimit::Kind::Sqnr:
        return Texts::tr("an output of at least %1 dB").arg(value);
    }
    return {};
}

QString guardVariantName(const GuardLimit& limit) {
    const auto value = shortNumber(limit.value);
    switch (limit.kind) {
    case GuardLimit::Kind::Drop:
        return Texts::tr("8 bits, top-1 within %1 points").arg(value);
    case GuardLimit::Kind::Error:
        return Texts::tr("8 bits, output within %1 %").arg(value);
    case GuardLimit::Kind::Sqnr:
        return Texts::tr("8 bits, output from %1 dB").arg(value);
    }
    return {};
}

QString lostText(const GuardLimit& limit, double lost) {
    return limit.ofAccuracy() ? pointsText(lost) : decibelsText(std::min(200.0, sqnrDbOf(lost / 100)));
}

QString costText(const GuardOutcome& outcome, const GuardCost& cost) {
    if (outcome.limit.kind == GuardLimit::Kind::Drop)
        return pointsText(cost.lost);
    if (outcome.limit.kind == GuardLimit::Kind::Error)
        return energyText(cost.lost);
    const double with = outcome.result.measurements[outcome.result.chosen].lost;
    const auto db = [](double percent) { return std::min(200.0, sqnrDbOf(std::max(0.0, percent) / 100)); };
    return Texts::tr("%1 dB").arg(QLocale().toString(db(with) - db(with + cost.lost), 'f', 1));
}

QString whyNotMet(const GuardOutcome& outcome) {
    const auto& result = outcome.result;
    if (result.met)
        return {};
    const int tried = int(result.measurements.size());
    const bool stopped = result.measurements.size() >= outcome.options.evaluations;
    const auto why =
        stopped ? Texts::tr("None of the %n choice(s) measured holds the limit, and no more are tried", nullptr, tried)
                : Texts::tr("None of the %n choice(s) measured holds the limit, not even with all layers in float",
                            nullptr, tried);
    return Texts::tr("%1. Allow more, or see under Culprits and Schemes what else helps.").arg(why);
}

QString guardSentence(const GuardOutcome& outcome) {
    const auto& result = outcome.result;
    const auto& one = result.measurements[result.chosen];
    const auto what = Texts::tr("%1: %2; %3 instead of %4", "layers in float; accuracy; size")
                          .arg(layersText(outcome, one), qualityText(outcome, one), bytesText(one.bytes),
                               bytesText(result.before.bytes));
    const auto took = Texts::tr("%n measurement(s) in %1.", nullptr, int(result.measurements.size()))
                          .arg(durationText(qint64(1000 * result.seconds)));
    if (result.met)
        return Texts::tr("The limit (%1) holds %2. %3").arg(limitText(outcome.limit), what, took);
    return Texts::tr("The limit (%1) does not hold. The best found, %2. %3 %4")
        .arg(limitText(outcome.limit), what, took, whyNotMet(outcome));
}

} // namespace lapidary
