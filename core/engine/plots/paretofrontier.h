// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace lapidary {

/// Which end of an axis is the good one: latency is better smaller, accuracy better larger.
enum class Better { Smaller, Larger };

/// A variant's place in a plot of two metrics.
struct PlotPoint {
    double x = 0;
    double y = 0;
};

/// Indices of the points no other point beats, sorted by x, then y, then index.
///
/// A point is beaten when another is at least as good on both axes and better on one. Points with the same
/// coordinates do not beat each other, so all of them are on the frontier. Points with a NaN coordinate are never on
/// it and beat nobody. O(n log n); the same input gives the same output.
std::vector<std::size_t> paretoFrontier(std::span<const PlotPoint> points, Better x, Better y);

/// Corners of the staircase through frontier points given in the order paretoFrontier() returns: between two points
/// it shows what is known to be reachable, never the straight line nobody measured.
std::vector<PlotPoint> frontierStaircase(std::span<const PlotPoint> frontier, Better x);

/// Which axis a limit cuts.
enum class LimitAxis { X, Y };

/// Whether a point keeps a limit: on the good side of it or exactly on it.
bool withinLimit(const PlotPoint& point, LimitAxis axis, double limit, Better x, Better y);

/// Index of the best point that keeps the limit: best on the axis that is not limited, then best on the limited
/// one, then the first. Empty when no point keeps it. Points with a NaN coordinate do not count.
std::optional<std::size_t> bestWithinLimit(std::span<const PlotPoint> points, LimitAxis axis, double limit, Better x,
                                           Better y);

} // namespace lapidary
