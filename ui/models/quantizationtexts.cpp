// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/quantizationtexts.h"

#include "engine/rangestudy.h"

#include <QCoreApplication>
#include <QLocale>

namespace lapidary {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::QuantizationTexts)
};

} // namespace

QString methodText(RangeMethod method) {
    switch (method) {
    case RangeMethod::MinMax:
        return Texts::tr("Smallest and largest");
    case RangeMethod::Percentile:
        return Texts::tr("Percentile");
    case RangeMethod::Entropy:
        return Texts::tr("Entropy");
    case RangeMethod::Mse:
        return Texts::tr("Smallest error");
    case RangeMethod::MovingAverage:
        return Texts::tr("Average over the samples");
    }
    return {};
}

QString methodHelp(RangeMethod method) {
    switch (method) {
    case RangeMethod::MinMax:
        return Texts::tr("Everything seen is kept; one outlier widens every step");
    case RangeMethod::Percentile:
        return Texts::tr("A share of the values is kept, half of the rest is cut at each end");
    case RangeMethod::Entropy:
        return Texts::tr("Clips where the least information is lost (Kullback-Leibler)");
    case RangeMethod::Mse:
        return Texts::tr("Smallest mean squared error of rounding and clipping together");
    case RangeMethod::MovingAverage:
        return Texts::tr("The range of one sample, averaged over the samples");
    }
    return {};
}

QString methodKeyText(const std::string& key) {
    for (const auto method : {RangeMethod::MinMax, RangeMethod::Percentile, RangeMethod::Entropy, RangeMethod::Mse,
                              RangeMethod::MovingAverage})
        if (key == methodKey(method))
            return methodText(method);
    return QString::fromStdString(key);
}

QString decibelsText(double db) {
    return db >= 200 ? Texts::tr("nothing lost") : Texts::tr("%1 dB").arg(QLocale().toString(db, 'f', 1));
}

} // namespace lapidary
