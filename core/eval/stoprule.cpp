// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/stoprule.h"

#include <charconv>
#include <cstdio>

namespace lapidary {

namespace {

struct MetricName {
    StopRule::Metric metric;
    std::string_view name;
};
constexpr MetricName metricNames[] = {
    {StopRule::Metric::Drop, "drop"}, {StopRule::Metric::Top1, "top1"}, {StopRule::Metric::Agreement, "agreement"}};

std::string numberText(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", number);
    return text;
}

} // namespace

Result<StopRule> StopRule::parse(const std::string& text) {
    const auto wrong = [&](const std::string& why) {
        return errorDiagnostic("eval.stop_rule", "\"" + text + "\" does not say when to stop: " + why + ".",
                               "For example drop=1.0 (points of top-1 against the reference), top1=80, agreement=98.");
    };
    const auto equals = text.find('=');
    if (equals == std::string::npos)
        return wrong("it has no \"=\"");
    StopRule rule;
    bool known = false;
    for (const auto& [metric, name] : metricNames)
        if (text.substr(0, equals) == name) {
            rule.metric = metric;
            known = true;
        }
    if (!known)
        return wrong("there is no number \"" + text.substr(0, equals) + "\"");
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + equals + 1, end, rule.limit);
    const double least = rule.metric == Metric::Drop ? -100 : 0;
    if (error != std::errc() || at != end || !(rule.limit >= least && rule.limit <= 100))
        return wrong("the limit is a number of percent");
    return rule;
}

std::string StopRule::metricName() const {
    for (const auto& entry : metricNames)
        if (entry.metric == metric)
            return std::string(entry.name);
    return {};
}

std::string StopRule::toString() const {
    return metricName() + "=" + numberText(limit);
}

std::string StopVerdict::toString() const {
    const char* where = side == Side::Below ? "below" : side == Side::Above ? "above" : "not clear of";
    return "the " + std::string(rule.metric == StopRule::Metric::Top1 ? "top-1 accuracy" : rule.metricName()) + " is " +
           where + " " + numberText(rule.limit) + (rule.metric == StopRule::Metric::Drop ? " points" : " %");
}

Json StopVerdict::toJson() const {
    Json json = Json::Object{};
    json.set("metric", rule.metricName());
    json.set("limit", rule.limit);
    json.set("verdict", side == Side::Below ? "below" : side == Side::Above ? "above" : "open");
    json.set("low", low);
    json.set("high", high);
    json.set("confidence", 100 * (1 - rule.error));
    return json;
}

Result<StopVerdict> StopVerdict::fromJson(const Json& json) {
    auto rule = StopRule::parse(json["metric"].toString() + "=" + numberText(json["limit"].toDouble()));
    if (!rule)
        return rule.status();
    rule->error = 1 - json["confidence"].toDouble(95) / 100;
    const auto side = json["verdict"].toString();
    return StopVerdict{*rule,
                       side == "below"   ? Side::Below
                       : side == "above" ? Side::Above
                                         : Side::Open,
                       json["low"].toDouble(), json["high"].toDouble(100)};
}

StopWatch::StopWatch(const StopRule& rule, std::size_t population)
    : m_rule(rule), m_interval(population, rule.metric == StopRule::Metric::Drop ? -1 : 0, 1, rule.error) {}

void StopWatch::add(bool modelRight, bool referenceRight, bool agree) {
    switch (m_rule.metric) {
    case StopRule::Metric::Drop:
        m_interval.add(double(referenceRight) - double(modelRight));
        break;
    case StopRule::Metric::Top1:
        m_interval.add(modelRight);
        break;
    case StopRule::Metric::Agreement:
        m_interval.add(agree);
        break;
    }
}

StopVerdict StopWatch::verdict() const {
    StopVerdict verdict{m_rule, StopVerdict::Side::Open, 100 * m_interval.low(), 100 * m_interval.high()};
    if (verdict.high < m_rule.limit)
        verdict.side = StopVerdict::Side::Below;
    else if (verdict.low > m_rule.limit)
        verdict.side = StopVerdict::Side::Above;
    return verdict;
}

} // namespace lapidary
