// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/report.h"

#include <cmath>
#include <limits>

namespace lapidary {

namespace {

struct Reading {
    double value = std::numeric_limits<double>::quiet_NaN();
    std::optional<PlotInterval> interval;
};

Reading shareOf(const std::optional<Proportion>& share) {
    if (!share)
        return {};
    return {share->percent, PlotInterval{share->low, share->high}};
}

Reading read(const VariantSummary& variant, TradeoffMetric metric) {
    switch (metric) {
    case TradeoffMetric::Accuracy:
        return shareOf(variant.top1);
    case TradeoffMetric::Agreement:
        return shareOf(variant.agreement);
    case TradeoffMetric::LatencyMs:
        if (!variant.latency)
            return {};
        return {variant.latency->median, PlotInterval{variant.latency->ciLow, variant.latency->ciHigh}};
    case TradeoffMetric::FileBytes:
        return {double(variant.record.fileBytes) / 1024, {}};
    case TradeoffMetric::Macs:
        return {double(variant.record.macs) / 1e6, {}};
    case TradeoffMetric::Parameters:
        return {double(variant.record.parameters) / 1e3, {}};
    }
    return {};
}

TradeoffSvgAxis axisOf(TradeoffMetric metric) {
    switch (metric) {
    case TradeoffMetric::Accuracy:
        return {"Top-1 accuracy", "%", Better::Larger};
    case TradeoffMetric::Agreement:
        return {"Agreement with the source", "%", Better::Larger};
    case TradeoffMetric::LatencyMs:
        return {"Latency", "ms", Better::Smaller};
    case TradeoffMetric::FileBytes:
        return {"File size", "KiB", Better::Smaller};
    case TradeoffMetric::Macs:
        return {"Multiply-accumulates", "M", Better::Smaller};
    case TradeoffMetric::Parameters:
        break;
    }
    return {"Parameters", "k", Better::Smaller};
}

} // namespace

TradeoffSvgData tradeoffData(const std::vector<VariantSummary>& variants, TradeoffMetric x, TradeoffMetric y,
                             std::optional<TradeoffMetric> size) {
    TradeoffSvgData data;
    data.x = axisOf(x);
    data.y = axisOf(y);
    data.title = data.y.label + " against " + data.x.label;
    if (size)
        data.sizeLabel = axisOf(*size).label;
    for (const auto& variant : variants) {
        const auto atX = read(variant, x);
        const auto atY = read(variant, y);
        TradeoffSvgPoint point;
        point.id = std::to_string(variant.record.id);
        point.name = variant.record.name;
        point.x = atX.value;
        point.y = atY.value;
        point.xInterval = atX.interval;
        point.yInterval = atY.interval;
        if (size)
            if (const auto area = read(variant, *size); !std::isnan(area.value))
                point.size = area.value;
        if (variant.record.parent > 0)
            point.parentId = std::to_string(variant.record.parent);
        point.group = variant.record.parent > 0 ? std::string(techniqueName(variant.technique)) : "Source";
        data.points.push_back(std::move(point));
    }
    return data;
}

} // namespace lapidary
