// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/reporttables.h"

#include "engine/devicemeasurements.h"
#include "engine/plots/svgwriter.h"
#include "pass/reportnotes.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace lapidary {

namespace {

std::string escaped(std::string_view text) {
    return SvgWriter::escaped(text);
}

std::string number(double value, int digits) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
    return buffer;
}

std::string bytesText(std::uint64_t bytes) {
    return bytes < (std::uint64_t(10) << 20) ? number(double(bytes) / 1024, 1) + "&#160;KiB"
                                             : number(double(bytes) / (1 << 20), 1) + "&#160;MiB";
}

std::string countText(std::uint64_t count) {
    return count < 1'000'000 ? number(double(count) / 1e3, 1) + "&#160;k" : number(double(count) / 1e6, 2) + "&#160;M";
}

std::string small(const std::string& html, const char* style = "muted") {
    return std::string("<br><span class=\"") + style + " small\">" + html + "</span>";
}

std::string cell(const std::string& html) {
    return "<td class=\"number\">" + html + "</td>";
}

std::string change(double value, double base) {
    if (base == 0 || value == base)
        return {};
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%+.1f %%", 100 * (value - base) / base);
    return small(buffer, value < base ? "good" : "bad");
}

std::string share(const std::optional<Proportion>& value, const std::optional<Proportion>& base) {
    if (!value)
        return cell("<span class=\"muted\">–</span>");
    std::string html =
        number(value->percent, 2) + "&#160;%" + small(number(value->low, 1) + " to " + number(value->high, 1));
    if (base && value->percent != base->percent) {
        char buffer[64];
        std::snprintf(buffer, sizeof buffer, "%+.2f points", value->percent - base->percent);
        html += small(buffer, value->percent > base->percent ? "good" : "bad");
    }
    return cell(html);
}

std::string latency(const VariantSummary& row, const VariantSummary& root) {
    if (!row.latency)
        return cell("<span class=\"muted\">–</span>");
    std::string html =
        number(row.latency->median, 3) + "&#160;ms" +
        small(number(row.latency->ciLow, 3) + " to " + number(row.latency->ciHigh, 3) + ", " + escaped(row.device));
    if (!row.latency->stable)
        html += small(escaped(row.latency->verdict), "bad verdict");
    if (root.latency && row.record.id != root.record.id && root.device == row.device)
        html += change(row.latency->median, root.latency->median);
    return cell(html);
}

std::string leftOut(std::size_t rows, std::size_t shown, const std::string& what) {
    return rows > shown ? "<p class=\"muted\">" + std::to_string(rows - shown) + " more " + what + "</p>"
                        : std::string();
}

std::string paramsText(const Json& params) {
    std::string text;
    for (const auto& [key, value] : params.object())
        text += (text.empty() ? "" : ", ") + key + " = " + (value.isString() ? value.toString() : value.dump());
    return text.empty() ? "as by default" : text;
}

std::string factsText(const Json& environment) {
    std::string html;
    for (const auto& [key, value] : environment.object())
        html += (html.empty() ? "" : "<br>") + escaped(key) + ": " +
                escaped(value.isString() ? value.toString() : value.dump());
    return html;
}

} // namespace

const VariantSummary& reportSourceOf(const std::vector<VariantSummary>& rows, const VariantSummary& row) {
    const VariantSummary* at = &row;
    while (at->record.parent > 0) {
        const auto it =
            std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.record.id == at->record.parent; });
        if (it == rows.end())
            break;
        at = &*it;
    }
    return *at;
}

std::string reportVariantsTable(const std::vector<VariantSummary>& rows) {
    std::string html = "<table width=\"100%\"><tr><th width=\"19%\">Variant</th>";
    for (const auto& [title, width] : {std::pair("Top-1", "10.5%"),
                                       {"Top-5", "10.5%"},
                                       {"Agreement", "12%"},
                                       {"File", "12%"},
                                       {"Parameters", "12.5%"},
                                       {"MACs", "10.5%"},
                                       {"Latency", "13%"}})
        html += std::string("<th class=\"number\" width=\"") + width + "\">" + title + "</th>";
    html += "</tr>\n";
    for (const auto& row : rows) {
        const auto& root = reportSourceOf(rows, row);
        const auto& r = row.record;
        const auto& b = root.record;
        const auto recipe = Recipe::fromJson(r.recipe);
        html += "<tr><td>" + escaped(r.name) +
                small(r.parent == 0 ? std::string("source")
                      : recipe      ? escaped(recipe->toText())
                                    : std::string()) +
                "</td>" + share(row.top1, r.id == b.id ? std::nullopt : root.top1) + share(row.top5, {}) +
                share(row.agreement, {}) +
                cell(bytesText(r.fileBytes) + change(double(r.fileBytes), double(b.fileBytes))) +
                cell(countText(r.parameters) + change(double(r.parameters), double(b.parameters))) +
                cell(countText(r.macs) + change(double(r.macs), double(b.macs))) + latency(row, root) + "</tr>\n";
    }
    return html + "</table>\n";
}

std::string reportRecipe(const VariantRecord& record) {
    const auto hash = "<p class=\"muted small\">SHA-256 of the model: " + escaped(record.modelHash) + "<br>" +
                      escaped(record.versions) + "</p>";
    if (record.parent == 0)
        return "<p>Imported from " + escaped(std::filesystem::path(record.sourcePath).filename().string()) + "</p>" +
               hash;
    const auto recipe = Recipe::fromJson(record.recipe);
    if (!recipe)
        return hash;
    std::string html = "<table width=\"100%\"><tr><th>Pass</th><th>Parameters</th><th>Nodes</th><th "
                       "class=\"number\">Version</th></tr>";
    const auto& report = record.report.array();
    std::size_t ran = 0;
    for (const auto& step : record.recipe["steps"].array()) {
        if (step.contains("enabled") && !step["enabled"].toBool(true))
            continue;
        std::string nodes;
        for (const auto& pattern : step["nodes"].array())
            nodes += (nodes.empty() ? "" : ", ") + pattern.toString();
        const auto version = ran < report.size() ? report[ran]["version"].toInteger() : step["version"].toInteger();
        ++ran;
        html += "<tr><td>" + escaped(step["pass"].toString()) + "</td><td>" + escaped(paramsText(step["params"])) +
                "</td><td>" + escaped(nodes.empty() ? "all" : nodes) + "</td>" +
                cell(version > 0 ? std::to_string(version) : "–") + "</tr>";
    }
    return html + "</table><p class=\"muted small\">Seed " + std::to_string(recipe->seed) +
           (record.dataHash.empty() ? std::string() : "<br>Calibration data: " + escaped(record.dataHash)) + "</p>" +
           hash;
}

std::string reportLayers(const VariantRecord& record, std::size_t maxRows) {
    std::string html;
    for (const auto& step : record.report.array()) {
        const auto& layers = step["layers"].array();
        const auto notes = notesOfStep(step);
        if (layers.empty() && step["fenced"].array().empty() && notes.empty())
            continue;
        html += "<h5>" + escaped(step["pass"].toString()) + "</h5>";
        if (!layers.empty())
            html += "<table width=\"100%\"><tr><th>Layer</th><th>What was done</th></tr>";
        for (std::size_t i = 0; i < std::min(layers.size(), maxRows); ++i)
            html += "<tr><td>" + escaped(layers[i]["node"].toString()) + "</td><td>" +
                    escaped(layers[i]["what"].toString()) + "</td></tr>";
        if (!layers.empty())
            html += "</table>" + leftOut(layers.size(), std::min(layers.size(), maxRows), "layers");
        for (const auto& fenced : step["fenced"].array())
            html += "<p class=\"muted\">Left alone: " + escaped(fenced["node"].toString()) + " — " +
                    escaped(fenced["reason"].toString()) + "</p>";
        for (const auto& note : notes)
            html += "<p class=\"muted\">" + escaped(note.toString()) + "</p>";
    }
    return html;
}

std::string reportNodeTimes(const Profile& profile, std::size_t maxRows) {
    auto nodes = profile.nodes;
    std::stable_sort(nodes.begin(), nodes.end(), [](const NodeTime& a, const NodeTime& b) { return a.ms > b.ms; });
    const auto shown = std::min(nodes.size(), maxRows);
    std::string html = "<table width=\"100%\"><tr><th>Node</th><th>Operator</th><th class=\"number\">Time</th><th "
                       "class=\"number\">Share</th>"
                       "<th></th><th>Precision</th></tr>";
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& node = nodes[i];
        html += "<tr><td>" + escaped(node.node) + "</td><td>" + escaped(node.opType) + "</td>" +
                cell(number(node.ms, 4) + " ms") + cell(number(node.share * 100, 1) + " %") +
                "<td><span class=\"bar\" style=\"width:" + number(node.share * 160, 1) + "px\"></span></td><td>" +
                escaped(node.precision) + "</td></tr>";
    }
    double rest = 0;
    for (std::size_t i = shown; i < nodes.size(); ++i)
        rest += nodes[i].share;
    return html + "</table>" + leftOut(nodes.size(), shown, "nodes take " + number(rest * 100, 1) + " % of the time");
}

/// What a run measured, for people; empty: nothing that this table is about.
static std::string measuredText(const RunRecord& run) {
    const auto samples = std::to_string(run.result["samples"].toInteger()) + " samples";
    if (run.kind == "profile")
        return "latency on " + run.subject + ", " + std::to_string(run.result["threads"].toInteger()) + " threads";
    if (run.kind == "evaluation")
        return "accuracy on " + samples;
    return run.kind == deviceEvaluationKind ? "accuracy on " + run.subject + ", " + samples : std::string();
}

std::string reportEnvironments(const std::vector<VariantSummary>& rows, const std::vector<RunRecord>& runs) {
    std::vector<std::pair<std::string, std::set<std::string>>> places; // facts, what was measured there
    for (const auto& run : runs) {
        const auto it =
            std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.record.id == run.variant; });
        if (it == rows.end())
            continue;
        Json facts = run.kind == "profile" && !run.result["environment"].object().empty() ? run.result["environment"]
                                                                                          : run.environment;
        std::string what = measuredText(run);
        if (what.empty())
            continue;
        const auto text = factsText(facts);
        auto place = std::find_if(places.begin(), places.end(), [&](const auto& entry) { return entry.first == text; });
        if (place == places.end())
            place = places.insert(places.end(), {text, {}});
        place->second.insert(std::move(what));
    }
    if (places.empty())
        return "<p class=\"muted\">Nothing was measured.</p>";
    std::string html = "<table width=\"100%\"><tr><th>Measured</th><th>With</th></tr>";
    for (const auto& [facts, measured] : places) {
        std::string list;
        for (const auto& what : measured)
            list += (list.empty() ? "" : "<br>") + escaped(what);
        html += "<tr><td>" + list + "</td><td>" + facts + "</td></tr>";
    }
    return html + "</table>";
}

} // namespace lapidary
