// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/latencydata.h"
#include "ui/charts/layerbars.h"
#include "ui/charts/tradeoffdata.h"

#include <QVector>

#include <cmath>
#include <random>

namespace lapidary::samples {

/// Variants of a made-up network, shaped like real ones: many, overlapping, some only estimated.
inline QVector<TradeoffPoint> variants() {
    QVector<TradeoffPoint> points;
    const auto add = [&](const char* id, const char* name, double ms, double top1, double mb, const char* parent,
                         const char* group, ValueKind kind) {
        TradeoffPoint p;
        p.id = QString::fromLatin1(id);
        p.name = QString::fromLatin1(name);
        p.x = ms;
        p.y = top1;
        p.size = mb;
        p.parentId = QString::fromLatin1(parent);
        p.group = QString::fromLatin1(group);
        p.xKind = kind;
        p.yKind = kind;
        if (kind == ValueKind::Measured) {
            p.xInterval = ValueInterval{ms * 0.985, ms * 1.02};
            p.yInterval = ValueInterval{top1 - 0.45, top1 + 0.43};
        }
        points.append(p);
    };
    constexpr auto measured = ValueKind::Measured;
    constexpr auto estimated = ValueKind::Estimated;
    add("v0", "resnet50 (source)", 41.2, 76.1, 102.4, "", "Source", measured);
    add("v1", "simplified", 38.0, 76.1, 102.1, "v0", "Simplify", measured);
    add("v2", "channels 25 %", 29.5, 75.2, 71.8, "v1", "Prune channels", measured);
    add("v3", "channels 40 %", 23.4, 73.6, 52.0, "v1", "Prune channels", measured);
    add("v4", "channels 60 %", 16.8, 68.9, 31.1, "v1", "Prune channels", measured);
    add("v5", "int8", 17.9, 75.4, 25.9, "v1", "Quantize", measured);
    add("v6", "channels 25 % + int8", 13.1, 74.6, 18.4, "v2", "Quantize", measured);
    add("v7", "channels 40 % + int8", 10.2, 72.7, 13.3, "v3", "Quantize", measured);
    add("v8", "channels 60 % + int8", 7.6, 67.2, 8.0, "v4", "Quantize", measured);
    add("v9", "float16", 39.4, 76.08, 51.3, "v1", "Quantize", measured);
    add("v10", "channels 50 %", 19.6, 71.4, 41.0, "v1", "Prune channels", estimated);
    add("v11", "channels 50 % + int8", 8.7, 70.9, 10.4, "v10", "Quantize", estimated);
    add("v12", "weights 80 %", 37.7, 74.9, 44.0, "v1", "Prune weights", measured);
    return points;
}

inline TradeoffAxis latencyAxis() {
    return {QStringLiteral("Latency"), QStringLiteral("ms"), Better::Smaller, -1};
}
inline TradeoffAxis accuracyAxis() {
    return {QStringLiteral("Top-1 accuracy"), QStringLiteral("%"), Better::Larger, 2};
}
inline TradeoffSize sizeMetric() {
    return {QStringLiteral("Size"), QStringLiteral("MB")};
}

inline QVector<LayerBar> layers(int count = 54) {
    QVector<LayerBar> bars;
    std::mt19937 random(7);
    for (int i = 0; i < count; ++i) {
        LayerBar bar;
        bar.id = QStringLiteral("n%1").arg(i);
        bar.name = QStringLiteral("/layer%1/layer%1.%2/conv%3/Conv").arg(i / 12 + 1).arg(i / 3 % 4).arg(i % 3 + 1);
        bar.type = i % 3 == 1 ? QStringLiteral("Conv") : QStringLiteral("Conv 1×1");
        bar.value = 0.05 + double(random() % 1000) / 700.0;
        if (i % 5 == 2) {
            bar.before = bar.value * 1.6;
        }
        if (i % 7 == 3) {
            bar.kind = ValueKind::Estimated;
        }
        bars.append(bar);
    }
    return bars;
}

/// Times with a long tail to the right, as they come from a real machine. Box-Muller by hand: the standard library's
/// distributions differ between implementations.
inline QVector<double> times(int count, double centre, unsigned seed) {
    QVector<double> result;
    std::mt19937 random(seed);
    const auto uniform = [&random] { return (double(random()) + 1.0) / 4294967297.0; };
    for (int i = 0; i < count; ++i) {
        const double z = std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform());
        result.append(centre * (1 + 0.02 * z) + (i % 11 == 0 ? centre * 0.1 * uniform() : 0));
    }
    return result;
}

inline std::vector<float> weights(int count = 20000) {
    std::vector<float> result;
    std::mt19937 random(3);
    const auto uniform = [&random] { return (double(random()) + 1.0) / 4294967297.0; };
    for (int i = 0; i < count; ++i) {
        result.push_back(float(0.05 * std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform())));
    }
    return result;
}

} // namespace lapidary::samples
