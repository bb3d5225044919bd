// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/report.h"

#include "engine/plots/svgwriter.h"
#include "project/atomicfile.h"

#include <QDateTime>

#include <algorithm>
#include <cstdio>

namespace lapidary {

namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --muted: #5d6672; --line: #d8dde3; --good: #00704a; --bad: #a8390c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --paper: #16191d; --muted: #9aa4b0; --line: #353b43; --good: #4cc79a; --bad: #f08a5d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1080px; margin: 32px auto; padding: 0 20px; }
h1 { font-size: 26px; margin-bottom: 4px; } h2 { font-size: 19px; margin-top: 36px; } h3 { font-size: 16px; margin: 20px 0 4px; }
.muted { color: var(--muted); } .good { color: var(--good); } .bad { color: var(--bad); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th { font-weight: 600; color: var(--muted); } th:first-child, td:first-child, td.text, th.text { text-align: left; }
small { display: block; color: var(--muted); } figure { margin: 16px 0; background: #fff; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
figure svg { display: block; width: 100%; height: auto; } details { margin: 8px 0; } summary { cursor: pointer; }
.bar { display: inline-block; height: 9px; background: #0072b2; border-radius: 2px; vertical-align: middle; }
)";

std::string escaped(std::string_view text) { return SvgWriter::escaped(text); }

std::string number(double value, int digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
    return buffer;
}

std::string change(double value, double base, bool smallerIsBetter) {
    if (base == 0 || value == base)
        return {};
    const double percent = 100 * (value - base) / base;
    const bool good = (percent < 0) == smallerIsBetter;
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%+.1f %%", percent);
    return std::string("<small class=\"") + (good ? "good" : "bad") + "\">" + buffer + "</small>";
}

std::string points(double value, double base) {
    if (value == base)
        return {};
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%+.2f points", value - base);
    return std::string("<small class=\"") + (value > base ? "good" : "bad") + "\">" + buffer + "</small>";
}

std::string share(const std::optional<Proportion>& value, const std::optional<Proportion>& base) {
    if (!value)
        return "<td class=\"muted\">–</td>";
    return "<td title=\"95 % interval " + number(value->low, 2) + " to " + number(value->high, 2) + " %, " +
           std::to_string(value->samples) + " samples\">" + number(value->percent, 2) + " %" +
           (base ? points(value->percent, base->percent) : "") + "</td>";
}

std::string latency(const VariantSummary& row, const VariantSummary& root) {
    if (!row.latency)
        return "<td class=\"muted\">–</td>";
    return "<td title=\"" + escaped(row.latency->verdict) + "\">" + number(row.latency->median, 3) + " ms" +
           "<small>" + number(row.latency->ciLow, 3) + " – " + number(row.latency->ciHigh, 3) + "</small>" +
           (root.latency && row.record.id != root.record.id ? change(row.latency->median, root.latency->median, true) : "") +
           "</td>";
}

/// The source of a variant; itself when its chain is broken.
const VariantSummary& rootOf(const std::vector<VariantSummary>& rows, const VariantSummary& row) {
    const VariantSummary* at = &row;
    while (at->record.parent > 0) {
        const auto it = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.record.id == at->record.parent; });
        if (it == rows.end())
            break;
        at = &*it;
    }
    return *at;
}

std::string variantsTable(const std::vector<VariantSummary>& rows) {
    std::string html = "<table><tr><th>Variant</th><th>Top-1</th><th>Top-5</th><th>Agreement</th><th>File</th>"
                       "<th>Parameters</th><th>MACs</th><th>Latency, 95 % interval</th></tr>\n";
    for (const auto& row : rows) {
        const auto& root = rootOf(rows, row);
        const auto& r = row.record;
        const auto& b = root.record;
        html += "<tr><td>" + escaped(r.name) +
                (r.recipe.isNull() ? "<small>source</small>"
                                   : "<small>" + escaped(Recipe::fromJson(r.recipe).ok()
                                                             ? Recipe::fromJson(r.recipe)->toText()
                                                             : std::string()) + "</small>") +
                "</td>" + share(row.top1, r.id == b.id ? std::nullopt : root.top1) + share(row.top5, {}) +
                share(row.agreement, {}) + "<td>" + number(double(r.fileBytes) / 1024, 1) + " KiB" +
                change(double(r.fileBytes), double(b.fileBytes), true) + "</td><td>" + number(double(r.parameters) / 1e3, 1) +
                " k" + change(double(r.parameters), double(b.parameters), true) + "</td><td>" +
                number(double(r.macs) / 1e6, 2) + " M" + change(double(r.macs), double(b.macs), true) + "</td>" +
                latency(row, root) + "</tr>\n";
    }
    return html + "</table>\n";
}

std::string layerReport(const VariantRecord& record) {
    std::string html;
    for (const auto& step : record.report.array()) {
        html += "<p>" + escaped(step["pass"].toString()) + "</p><table><tr><th>Layer</th><th class=\"text\">What was done</th></tr>";
        for (const auto& layer : step["layers"].array())
            html += "<tr><td>" + escaped(layer["node"].toString()) + "</td><td class=\"text\">" +
                    escaped(layer["what"].toString()) + "</td></tr>";
        html += "</table>";
        for (const auto& fenced : step["fenced"].array())
            html += "<p class=\"muted\">Left alone: " + escaped(fenced["node"].toString()) + " — " +
                    escaped(fenced["reason"].toString()) + "</p>";
    }
    return html;
}

std::string nodeTimes(const Profile& profile) {
    auto nodes = profile.nodes;
    std::sort(nodes.begin(), nodes.end(), [](const NodeTime& a, const NodeTime& b) { return a.ms > b.ms; });
    std::string html = "<table><tr><th>Node</th><th>Operator</th><th>Time</th><th class=\"text\">Share</th><th>Precision</th></tr>";
    for (const auto& node : nodes)
        html += "<tr><td>" + escaped(node.node) + "</td><td>" + escaped(node.opType) + "</td><td>" + number(node.ms, 4) +
                " ms</td><td class=\"text\"><span class=\"bar\" style=\"width:" + number(node.share * 200, 1) + "px\"></span> " +
                number(node.share * 100, 1) + " %</td><td>" + escaped(node.precision) + "</td></tr>";
    return html + "</table>";
}

Result<std::string> details(const ProjectSession& session, const std::vector<VariantSummary>& rows) {
    std::string html;
    for (const auto& row : rows) {
        html += "<details><summary>" + escaped(row.record.name) + "</summary>\n" + layerReport(row.record);
        const auto profile = session.latestProfile(row.record.id, true);
        if (!profile)
            return profile.status();
        if (*profile)
            html += "<p>Time per node (a fused kernel counts at its first node)</p>" + nodeTimes(**profile);
        html += "</details>\n";
    }
    return html;
}

Result<std::string> environment(const ProjectSession& session, const std::vector<VariantSummary>& rows) {
    for (const auto& row : rows) {
        const auto profile = session.latestProfile(row.record.id, false);
        if (!profile)
            return profile.status();
        if (!*profile)
            continue;
        std::string html = "<table>";
        for (const auto& [key, value] : (*profile)->environment)
            html += "<tr><td>" + escaped(key) + "</td><td class=\"text\">" + escaped(value) + "</td></tr>";
        return html + "<tr><td>threads</td><td class=\"text\">" + std::to_string((*profile)->threads) + "</td></tr></table>";
    }
    return std::string("<p class=\"muted\">Nothing was profiled.</p>");
}

std::vector<TradeoffSvgData> plots(const std::vector<VariantSummary>& rows) {
    const bool labelled = std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.top1.has_value(); });
    const auto quality = labelled ? TradeoffMetric::Accuracy : TradeoffMetric::Agreement;
    return {tradeoffData(rows, TradeoffMetric::LatencyMs, quality, TradeoffMetric::FileBytes),
            tradeoffData(rows, TradeoffMetric::FileBytes, quality)};
}

} // namespace

Status writeReport(const ProjectSession& session, const std::filesystem::path& file, const Work& work) {
    const auto rows = session.summaries();
    if (!rows)
        return rows.status();
    if (auto status = work.check(); !status)
        return status;
    const auto layers = details(session, *rows);
    if (!layers)
        return layers.status();
    const auto facts = environment(session, *rows);
    if (!facts)
        return facts.status();
    const auto title = rows->empty() ? std::string("Empty project") : rows->front().record.name;
    std::string html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width\"><title>" + escaped(title) + " – Lapidary report</title><style>" + style +
                       "</style></head><body>\n<h1>" + escaped(title) + "</h1><p class=\"muted\">" +
                       std::to_string(rows->size()) + " variants · " + escaped(versionText()) + " · " +
                       QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString() +
                       "<br>Every number in this report was measured; a dash means it was not.</p>\n";
    html += "<h2>Variants</h2>\n" + variantsTable(*rows) + "<h2>Trade-offs</h2>\n";
    for (const auto& plot : plots(*rows))
        html += "<figure>" + renderTradeoffSvg(plot) + "</figure>\n";
    html += "<h2>Per variant</h2>\n" + *layers + "<h2>Measured on</h2>\n" + *facts + "</body></html>\n";
    return writeFileAtomically(file, html);
}

Result<std::vector<std::string>> writePlots(const ProjectSession& session, const std::filesystem::path& folder) {
    const auto rows = session.summaries();
    if (!rows)
        return rows.status();
    const std::vector<std::string> names = {"tradeoff-latency.svg", "tradeoff-size.svg"};
    const auto pictures = plots(*rows);
    for (std::size_t i = 0; i < names.size(); ++i)
        if (auto status = writeFileAtomically(folder / names[i], renderTradeoffSvg(pictures[i])); !status)
            return status;
    return names;
}

} // namespace lapidary
