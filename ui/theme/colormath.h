// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

#include <span>

namespace lapidary {

/// Mixes two opaque colours in the perceptual space OKLab (B. Ottosson, 2020); t = 0 gives a, t = 1 gives b.
QColor mixPerceptual(const QColor& a, const QColor& b, double t);

/// A point of a colour ramp whose stops are evenly spaced; t outside 0..1 is clamped, NaN counts as 0.
QColor rampColor(std::span<const QRgb> stops, double t);

/// Contrast ratio of two opaque colours, 1 to 21, as WCAG 2.1 defines it.
double contrastRatio(const QColor& a, const QColor& b);

/// a laid over b with the given opacity, as one opaque colour.
QColor blend(const QColor& a, const QColor& b, double opacity);

} // namespace lapidary
