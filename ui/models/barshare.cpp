// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/barshare.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::BarShare)
};

} // namespace

QVariant barShare(double value, double largest) {
    if (!std::isfinite(value) || !std::isfinite(largest) || largest <= 0)
        return {};
    return std::clamp(value / largest, 0.0, 1.0);
}

QString barShareText(const QVariant& share) {
    return share.isValid() ? Texts::tr("%1 % of the bar").arg(QLocale().toString(100 * share.toDouble(), 'f', 0))
                           : QString();
}

} // namespace lapidary
