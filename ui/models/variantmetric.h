// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/plots/paretofrontier.h"
#include "engine/projectsession.h"

#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace lapidary {

using VariantListPtr = std::shared_ptr<const std::vector<VariantSummary>>;

/// A number that variants can be compared by: how it is called, in what unit it is, which way is the good one.
struct VariantMetric {
    enum class Unit { Percent, Bytes, Count, Milliseconds, Decibels, Millijoules, Plain };

    std::string
        key; ///< as in MetricReading, or "file_bytes", "parameter_bytes", "parameters", "macs", "latency" (newest)
    std::string device; ///< of metrics that depend on a device
    Unit unit = Unit::Plain;
    Better better = Better::Smaller;

    bool operator==(const VariantMetric& other) const { return key == other.key && device == other.device; }
    QString id() const;          ///< "latency_ms@host": for settings and combo boxes
    QString title() const;       ///< "Latency on host"
    QString family() const;      ///< "Latency": without the device
    QString explanation() const; ///< a sentence for tool tips
};

/// The metric of a key, with what is known of it. An unknown key is a plain number; larger is taken as better unless
/// its name ends in a unit of cost.
VariantMetric variantMetric(const std::string& key, const std::string& device = {});
std::optional<VariantMetric> variantMetricOf(const QString& id);

/// Whether a metric is one number for each device.
bool dependsOnDevice(const std::string& key);

/// Every metric some variant has a number of, in the order people look for them: quality, size, cost, then per device.
std::vector<VariantMetric> variantMetrics(const std::vector<VariantSummary>& variants);
/// Ids of the devices with readings, the host first.
std::vector<std::string> measuredDevices(const std::vector<VariantSummary>& variants);

/// The number of a variant; nothing if nobody measured it.
std::optional<MetricReading> readMetric(const VariantSummary& variant, const VariantMetric& metric);

/// As the window shows it: "92.63 %", "13.3 MiB", "0.512 ms".
QString metricText(const VariantMetric& metric, double value);
/// The way from one number to another: in points for shares and decibels, else in percent. Empty if nothing can be
/// said.
QString metricChange(const VariantMetric& metric, double from, double to);
/// 1: better, -1: worse, 0: the same as far as the number tells.
int metricJudgement(const VariantMetric& metric, double from, double to);

/// How an axis shows a metric whose largest number is `largest`: numbers are divided by `divisor`.
struct MetricScale {
    double divisor = 1;
    QString unit;
    int decimals = -1;
};
MetricScale metricScale(const VariantMetric& metric, double largest);

} // namespace lapidary
