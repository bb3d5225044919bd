// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/divergingramp.h"

#include <cmath>

namespace lapidary {

namespace {

struct Stops {
    QColor zero, middle, end;
};

QColor mixed(const QColor& a, const QColor& b, double share) {
    return QColor::fromRgbF(float(a.redF() + (b.redF() - a.redF()) * share),
                            float(a.greenF() + (b.greenF() - a.greenF()) * share),
                            float(a.blueF() + (b.blueF() - a.blueF()) * share));
}

QColor along(const Stops& stops, double magnitude) {
    return magnitude < 0.5 ? mixed(stops.zero, stops.middle, magnitude * 2)
                           : mixed(stops.middle, stops.end, magnitude * 2 - 1);
}

} // namespace

DivergingRamp::DivergingRamp(const Theme& theme) {
    const QColor zero = theme.dark ? QColor(0x22, 0x24, 0x28) : QColor(0xf7, 0xf7, 0xf5);
    const Stops below{zero, theme.dark ? QColor(0x2a, 0x6c, 0xb4) : QColor(0x67, 0xa4, 0xd6),
                      theme.dark ? QColor(0x9c, 0xd0, 0xff) : QColor(0x08, 0x3d, 0x77)};
    const Stops above{zero, theme.dark ? QColor(0xa8, 0x5a, 0x12) : QColor(0xf0, 0x9e, 0x4f),
                      theme.dark ? QColor(0xff, 0xc8, 0x7a) : QColor(0x7d, 0x33, 0x06)};
    for (int i = 0; i < steps; ++i) {
        const double share = 2.0 * i / (steps - 1) - 1;
        m_colors[std::size_t(i)] = along(share < 0 ? below : above, std::abs(share)).rgb();
    }
    m_notANumber = theme.dark ? qRgb(0xff, 0x4d, 0xd8) : qRgb(0xd0, 0x00, 0xa8);
}

QRgb DivergingRamp::at(double share) const {
    if (std::isnan(share))
        return m_notANumber;
    const double place = (std::clamp(share, -1.0, 1.0) + 1) / 2 * (steps - 1);
    return m_colors[std::size_t(std::lround(place))];
}

} // namespace lapidary
