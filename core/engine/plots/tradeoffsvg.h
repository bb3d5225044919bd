// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/plots/paretofrontier.h"

#include <optional>
#include <string>
#include <vector>

namespace lapidary {

/// A confidence interval, lower to upper, in the axis's unit.
struct PlotInterval {
    double lower = 0;
    double upper = 0;
};

/// One axis of a trade-off picture. Label and unit are shown as given, so they come translated.
struct TradeoffSvgAxis {
    std::string label;
    std::string unit;
    Better better = Better::Smaller;
};

/// One variant in the picture. A point with a NaN x or y is left out.
struct TradeoffSvgPoint {
    std::string id;
    std::string name;
    double x = 0;
    double y = 0;
    std::optional<double> size; ///< drawn as area; absent: a middle-sized marker
    std::optional<PlotInterval> xInterval;
    std::optional<PlotInterval> yInterval;
    bool xEstimated = false; ///< either estimate makes the marker hollow
    bool yEstimated = false;
    std::string parentId; ///< an arrow is drawn from the parent, when it is in the picture
    std::string group;    ///< the technique; one colour and one legend line each, in order of first appearance
};

/// What to draw, and the words to draw it with.
struct TradeoffSvgData {
    std::string title;
    TradeoffSvgAxis x;
    TradeoffSvgAxis y;
    std::string sizeLabel; ///< what the area of a bubble means; empty: not explained
    std::vector<TradeoffSvgPoint> points;

    double width = 860;
    double height = 540;
    bool dark = false;

    std::string frontierText = "Frontier";
    std::string estimateText = "Estimate";
    std::string measurementText = "Measurement";
    std::string emptyText = "No variant has both numbers yet";
};

/// A self-contained SVG picture of the trade-off: bubbles, error bars, parent-to-child arrows, the frontier's
/// staircase, names where there is room, a legend, and a <title> with the numbers on every point. Pure: the same data
/// gives the same bytes, on any thread and in any locale. UTF-8 in and out.
std::string renderTradeoffSvg(const TradeoffSvgData& data);

} // namespace lapidary
