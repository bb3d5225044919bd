// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/plots/paretofrontier.h"

#include <QString>

#include <limits>
#include <optional>

namespace lapidary {

/// Where a number comes from. The two never look alike.
enum class ValueKind { Measured, Estimated };

/// A confidence interval, in the axis's unit.
struct ValueInterval {
    double lower = 0;
    double upper = 0;
};

/// What an axis shows. Label and unit come translated.
struct TradeoffAxis {
    QString label;
    QString unit;
    Better better = Better::Smaller;
    int decimals = -1; ///< digits after the point in tool tips and files; -1: four significant digits
};

/// What the area of a bubble shows.
struct TradeoffSize {
    QString label; ///< empty: all bubbles are alike
    QString unit;
};

/// One variant in a trade-off plot. One whose x or y is NaN is not drawn, and is counted in the plot's hint.
struct TradeoffPoint {
    QString id; ///< unique
    QString name;
    double x = std::numeric_limits<double>::quiet_NaN();
    double y = std::numeric_limits<double>::quiet_NaN();
    double size = std::numeric_limits<double>::quiet_NaN();
    std::optional<ValueInterval> xInterval;
    std::optional<ValueInterval> yInterval;
    ValueKind xKind = ValueKind::Measured;
    ValueKind yKind = ValueKind::Measured;
    QString parentId; ///< empty for the source model
    QString group;    ///< one colour and one line of the legend each: the technique, device or branch, translated
};

} // namespace lapidary
