// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/parallelplot.h"
#include "ui/charts/tradeoffdata.h"
#include "ui/models/variantmetric.h"

namespace lapidary {

/// What colours of variants stand for.
enum class ColourBy { Technique, Branch, Device, Tag };

/// A question to the variants: which metrics (keys without a device), coloured by what, on which device.
struct TradeoffQuestion {
    std::string x, y, size;
    ColourBy colour = ColourBy::Technique;
    std::string device = "host";
};

/// The metric of a key on a device; metrics that depend on none ignore it.
VariantMetric metricOn(const std::string& key, const std::string& device);
/// One axis: label, unit and divisor fit for the largest number on any of the devices.
struct ScaledAxis {
    TradeoffAxis axis;
    double divisor = 1;
};
ScaledAxis scaledAxis(const std::vector<VariantSummary>& variants, const std::string& key,
                      const std::vector<std::string>& devices);

/// A point for each variant; coloured by device: for each variant and each of `devices`. Numbers are divided as
/// scaledAxis() says for all `devices`.
QVector<TradeoffPoint> tradeoffPoints(const std::vector<VariantSummary>& variants, const TradeoffQuestion& question,
                                      const std::vector<std::string>& devices);
/// The variant a point stands for.
VariantId variantOfPoint(const QString& pointId);

/// Lines of parallel coordinates through these metrics, and their axes.
QVector<ParallelAxis> parallelAxes(const std::vector<VariantSummary>& variants,
                                   const std::vector<VariantMetric>& metrics);
QVector<ParallelLine> parallelLines(const std::vector<VariantSummary>& variants,
                                    const std::vector<VariantMetric>& metrics, ColourBy colour);

/// The legend's line for each variant, in the order of the variants. Branches: what the first fork below the source
/// divides; the smallest beyond six count as one. Tags: all tags of a variant
/// together; the rarest beyond six count as one.
QStringList variantGroups(const std::vector<VariantSummary>& variants, ColourBy colour);

} // namespace lapidary
