// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/tradeoffdata.h"

#include <QString>
#include <QVector>

namespace lapidary {

/// The timed runs of one variant on one device.
struct LatencySeries {
    QString name;
    QVector<double> timesMs;               ///< in the order they were run
    std::optional<double> medianMs;        ///< absent: worked out from the times
    std::optional<double> p90Ms;           ///< absent: worked out from the times
    std::optional<ValueInterval> medianCi; ///< confidence interval of the median, in ms
    bool unstable = false;                 ///< the measurement says of itself that it is not to be trusted
};

} // namespace lapidary
