// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/variantmetric.h"

#include "ui/models/numbertext.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace lapidary {

namespace {

using Unit = VariantMetric::Unit;

QString say(const char* text) {
    return QCoreApplication::translate("lapidary::VariantMetric", text);
}

struct Known {
    const char* key;
    const char* title;
    const char* explanation;
    Unit unit;
    Better better;
    bool ofDevice;
};

constexpr std::array known = {
    Known{"top1", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Top-1"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Share of samples whose first answer is right"), Unit::Percent,
          Better::Larger, false},
    Known{"top5", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Top-5"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Share of samples with the right answer among the first five"),
          Unit::Percent, Better::Larger, false},
    Known{"agreement", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Agreement"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Share of samples with the same answer as the source"),
          Unit::Percent, Better::Larger, false},
    Known{"sqnr_db", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "SQNR"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Signal to noise of the output against the source's"),
          Unit::Decibels, Better::Larger, false},
    Known{"cosine", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Cosine"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Cosine of the outputs with the source's"), Unit::Plain,
          Better::Larger, false},
    Known{"file_bytes", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "File"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Size of the model file"), Unit::Bytes, Better::Smaller, false},
    Known{"parameter_bytes", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Weights"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Bytes of the weights"), Unit::Bytes, Better::Smaller, false},
    Known{"parameters", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Parameters"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Number of weights"), Unit::Count, Better::Smaller, false},
    Known{"macs", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "MACs"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Multiply-accumulates a sample"), Unit::Count, Better::Smaller,
          false},
    Known{"latency", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Latency"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Median time of the newest profile, on whatever device"),
          Unit::Milliseconds, Better::Smaller, false},
    Known{"latency_ms", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Latency"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Median time of one inference"), Unit::Milliseconds,
          Better::Smaller, true},
    Known{"p90_ms", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Latency p90"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Nine of ten inferences are faster"), Unit::Milliseconds,
          Better::Smaller, true},
    Known{"p99_ms", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Latency p99"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "99 of 100 inferences are faster"), Unit::Milliseconds,
          Better::Smaller, true},
    Known{"first_run_ms", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "First run"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Time of the first inference after loading"), Unit::Milliseconds,
          Better::Smaller, true},
    Known{"load_ms", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Load time"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Time to load the model"), Unit::Milliseconds, Better::Smaller,
          true},
    Known{"peak_memory_bytes", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Peak memory"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Most memory in use during a run"), Unit::Bytes, Better::Smaller,
          true},
    Known{"energy_mj", QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Energy"),
          QT_TRANSLATE_NOOP("lapidary::VariantMetric", "Energy of one inference"), Unit::Millijoules, Better::Smaller,
          true},
};

const Known* find(const std::string& key) {
    const auto it = std::find_if(known.begin(), known.end(), [&](const Known& one) { return key == one.key; });
    return it == known.end() ? nullptr : &*it;
}

bool endsWith(const std::string& text, const char* end) {
    return QString::fromStdString(text).endsWith(QLatin1String(end));
}

} // namespace

QString VariantMetric::id() const {
    const auto text = QString::fromStdString(key);
    return device.empty() ? text : QStringLiteral("%1@%2").arg(text, QString::fromStdString(device));
}

QString VariantMetric::family() const {
    const auto* one = find(key);
    return one ? say(one->title) : QString::fromStdString(key);
}

QString VariantMetric::title() const {
    return device.empty() ? family()
                          : say(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "%1 on %2"))
                                .arg(family(), QString::fromStdString(device));
}

QString VariantMetric::explanation() const {
    const auto* one = find(key);
    return one ? say(one->explanation)
               : say(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "%1, as evaluations reported it"))
                     .arg(QString::fromStdString(key));
}

VariantMetric variantMetric(const std::string& key, const std::string& device) {
    VariantMetric metric{key, device, Unit::Plain, Better::Larger};
    if (const auto* one = find(key)) {
        metric.unit = one->unit;
        metric.better = one->better;
    } else if (endsWith(key, "_ms")) {
        metric.unit = Unit::Milliseconds;
    } else if (endsWith(key, "_bytes")) {
        metric.unit = Unit::Bytes;
    } else if (endsWith(key, "_mj")) {
        metric.unit = Unit::Millijoules;
    }
    if (metric.unit == Unit::Milliseconds || metric.unit == Unit::Bytes || metric.unit == Unit::Millijoules ||
        endsWith(key, "loss") || endsWith(key, "error"))
        metric.better = Better::Smaller;
    return metric;
}

std::optional<VariantMetric> variantMetricOf(const QString& id) {
    if (id.isEmpty())
        return std::nullopt;
    const auto at = id.indexOf(u'@');
    return at < 0 ? variantMetric(id.toStdString())
                  : variantMetric(id.left(at).toStdString(), id.mid(at + 1).toStdString());
}

bool dependsOnDevice(const std::string& key) {
    const auto* one = find(key);
    return one && one->ofDevice;
}

std::vector<std::string> measuredDevices(const std::vector<VariantSummary>& variants) {
    std::set<std::string> ids;
    for (const auto& variant : variants)
        for (const auto& reading : variant.readings)
            if (!reading.device.empty())
                ids.insert(reading.device);
    std::vector<std::string> list(ids.begin(), ids.end());
    std::stable_partition(list.begin(), list.end(), [](const std::string& id) { return id == "host"; });
    return list;
}

std::vector<VariantMetric> variantMetrics(const std::vector<VariantSummary>& variants) {
    std::set<std::string> general;
    std::set<std::pair<std::string, std::string>> ofDevice; // device, key
    for (const auto& variant : variants)
        for (const auto& reading : variant.readings)
            if (reading.device.empty())
                general.insert(reading.metric);
            else
                ofDevice.insert({reading.device, reading.metric});
    std::vector<VariantMetric> metrics;
    for (const auto& one : known)
        if (!one.ofDevice && std::string(one.key) != "latency")
            metrics.push_back(variantMetric(one.key));
    for (const auto& key : general)
        if (!find(key))
            metrics.push_back(variantMetric(key));
    // A metric of quality that nobody measured says nothing; those of the file are always there.
    std::erase_if(metrics, [&](const VariantMetric& metric) {
        const bool always = metric.unit == Unit::Bytes || metric.unit == Unit::Count || metric.key == "top1" ||
                            metric.key == "agreement";
        return !always && !general.contains(metric.key);
    });
    for (const auto& device : measuredDevices(variants))
        for (const auto& one : known)
            if (ofDevice.contains({device, one.key}))
                metrics.push_back(variantMetric(one.key, device));
    return metrics;
}

std::optional<MetricReading> readMetric(const VariantSummary& variant, const VariantMetric& metric) {
    const auto exact = [&](std::uint64_t value) { return MetricReading{metric.key, {}, double(value), {}, false}; };
    const auto share = [&](const Proportion& given) {
        return MetricReading{metric.key, {}, given.percent, MetricReading::Interval{given.low, given.high}, false};
    };
    const auto& record = variant.record;
    if (const auto* reading = findReading(variant.readings, metric.key, metric.device))
        return *reading;
    if (!metric.device.empty())
        return std::nullopt;
    if (metric.key == "file_bytes")
        return exact(record.fileBytes);
    if (metric.key == "parameter_bytes")
        return exact(record.parameterBytes);
    if (metric.key == "parameters")
        return exact(record.parameters);
    if (metric.key == "macs")
        return exact(record.macs);
    if (metric.key == "latency" && variant.latency) {
        const auto* same = findReading(variant.readings, "latency_ms", variant.device);
        return MetricReading{metric.key, variant.device, variant.latency->median,
                             MetricReading::Interval{variant.latency->ciLow, variant.latency->ciHigh},
                             same && same->estimate};
    }
    if (metric.key == "top1" && variant.top1)
        return share(*variant.top1);
    if (metric.key == "top5" && variant.top5)
        return share(*variant.top5);
    if (metric.key == "agreement" && variant.agreement)
        return share(*variant.agreement);
    return std::nullopt;
}

QString metricText(const VariantMetric& metric, double value) {
    switch (metric.unit) {
    case Unit::Percent:
        return percentText(value);
    case Unit::Bytes:
        return bytesText(quint64(std::max(0.0, value)));
    case Unit::Count:
        return countText(quint64(std::max(0.0, value)));
    case Unit::Milliseconds:
        return millisecondsText(value);
    case Unit::Decibels:
        return say(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "%1 dB")).arg(QLocale().toString(value, 'f', 1));
    case Unit::Millijoules:
        return say(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "%1 mJ")).arg(QLocale().toString(value, 'g', 3));
    case Unit::Plain:
        break;
    }
    return QLocale().toString(value, 'g', 4);
}

QString metricChange(const VariantMetric& metric, double from, double to) {
    if (from == to || !std::isfinite(from) || !std::isfinite(to))
        return {};
    if (metric.unit != Unit::Percent && metric.unit != Unit::Decibels)
        return changeText(from, to);
    const auto size = QLocale().toString(std::abs(to - from), 'f', metric.unit == Unit::Percent ? 2 : 1);
    return (to < from ? QStringLiteral("−") : QStringLiteral("+")) + size;
}

int metricJudgement(const VariantMetric& metric, double from, double to) {
    if (from == to || !std::isfinite(from) || !std::isfinite(to))
        return 0;
    return (to > from) == (metric.better == Better::Larger) ? 1 : -1;
}

MetricScale metricScale(const VariantMetric& metric, double largest) {
    const auto unit = [](const char* text) { return say(text); };
    switch (metric.unit) {
    case Unit::Percent:
        return {1, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "%")), 2};
    case Unit::Bytes:
        if (largest >= 10 * 1048576.0)
            return {1048576, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "MiB")), -1};
        return {1024, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "KiB")), -1};
    case Unit::Count:
        if (largest >= 1e10)
            return {1e9, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "G")), -1};
        if (largest >= 1e6)
            return {1e6, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "M")), -1};
        return {1e3, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "k")), -1};
    case Unit::Milliseconds:
        return {1, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "ms")), -1};
    case Unit::Decibels:
        return {1, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "dB")), 1};
    case Unit::Millijoules:
        return {1, unit(QT_TRANSLATE_NOOP("lapidary::VariantMetric", "mJ")), -1};
    case Unit::Plain:
        break;
    }
    return {};
}

} // namespace lapidary
