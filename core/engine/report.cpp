// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/report.h"

#include "engine/plots/svgwriter.h"
#include "engine/reporttables.h"
#include "project/atomicfile.h"

#include <QByteArray>
#include <QDateTime>

#include <algorithm>

namespace lapidary {

namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --muted: #5d6672; --line: #d8dde3; --good: #00704a; --bad: #a8390c; --bar: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --paper: #16191d; --muted: #9aa4b0; --line: #353b43; --good: #4cc79a; --bad: #f08a5d; --bar: #56b4e9; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1080px; margin: 32px auto; padding: 0 20px; }
h1 { font-size: 26px; margin-bottom: 4px; } h2 { font-size: 19px; margin-top: 36px; } h3 { font-size: 16px; margin: 28px 0 4px; } h4 { font-size: 14px; margin: 14px 0 4px; } h5 { font-size: 13px; margin: 10px 0 2px; }
.muted { color: var(--muted); } .good { color: var(--good); } .bad { color: var(--bad); } .small { font-size: 12.5px; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: break-word; }
th:first-child, td:first-child { min-width: 9em; }
th { font-weight: 600; color: var(--muted); } .number { text-align: right; white-space: nowrap; } .verdict { display: inline-block; min-width: 11em; max-width: 16em; white-space: normal; }
figure { margin: 16px 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; } figcaption { padding: 8px 12px; color: var(--muted); }
figure svg { display: block; width: 100%; height: auto; } .graph { max-height: 80vh; overflow: auto; text-align: center; } .graph img { max-width: none; }
.dark { display: none; } @media (prefers-color-scheme: dark) { .light { display: none; } .dark { display: block; } }
.bar { display: inline-block; height: 9px; background: var(--bar); border-radius: 2px; vertical-align: middle; }
.wide { overflow-x: auto; }
@media print {
  :root { --ink: #000; --paper: #fff; --muted: #444; --line: #bbb; --good: #00704a; --bad: #a8390c; --bar: #0072b2; }
  body { font-size: 10.5pt; max-width: none; margin: 0; } .light { display: block !important; } .dark { display: none !important; }
  tr, figure { break-inside: avoid; } h2, h3, h4, h5 { break-after: avoid; } .page { break-before: page; } .graph { max-height: none; overflow: visible; } .graph img { max-width: 100%; max-height: 22cm; }
}
)";

std::string escaped(std::string_view text) {
    return SvgWriter::escaped(text);
}

ReportPart htmlPart(std::string html, bool startsPage = false) {
    return {ReportPart::Kind::Html, std::move(html), {}, startsPage};
}

TradeoffMetric qualityOf(const std::vector<VariantSummary>& rows) {
    const bool labelled = std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.top1.has_value(); });
    return labelled ? TradeoffMetric::Accuracy : TradeoffMetric::Agreement;
}

std::vector<TradeoffSvgData> plots(const std::vector<VariantSummary>& rows) {
    return {tradeoffData(rows, TradeoffMetric::LatencyMs, qualityOf(rows), TradeoffMetric::FileBytes),
            tradeoffData(rows, TradeoffMetric::FileBytes, qualityOf(rows))};
}

/// The variants nothing beats in quality and size, smallest first; without measurements the newest one.
std::vector<const VariantSummary*> bestVariants(const std::vector<VariantSummary>& rows, std::size_t most) {
    const auto data = tradeoffData(rows, TradeoffMetric::FileBytes, qualityOf(rows));
    std::vector<PlotPoint> points;
    for (const auto& point : data.points)
        points.push_back({point.x, point.y});
    std::vector<const VariantSummary*> best;
    for (const auto index : paretoFrontier(points, data.x.better, data.y.better))
        if (rows[index].record.parent > 0 && best.size() < most)
            best.push_back(&rows[index]);
    if (best.empty() && most > 0 && !rows.empty() && rows.back().record.parent > 0)
        best.push_back(&rows.back());
    return best;
}

Status addGraphs(const ProjectSession& session, const std::vector<VariantSummary>& rows, const ReportOptions& options,
                 std::vector<ReportPart>& parts, const Work& work) {
    const auto best =
        options.graphPicture ? bestVariants(rows, options.maxGraphs) : std::vector<const VariantSummary*>();
    if (best.empty())
        return {};
    parts.push_back(htmlPart(
        "<h2>What became of the graph</h2>\n<p class=\"muted\">The source and the variant as one graph; what is "
        "the same is folded.</p>\n",
        true));
    for (std::size_t i = 0; i < best.size(); ++i) {
        const auto& root = reportSourceOf(rows, *best[i]);
        const auto source = session.model(root.record.id, work);
        const auto variant = session.model(best[i]->record.id, work);
        if (!source || !variant)
            return source ? variant.status() : source.status();
        auto picture = options.graphPicture(*source, *variant, work.step(i, best.size()));
        if (!picture && isCancelled(picture.error()))
            return picture.status();
        const auto title = escaped(root.record.name) + " → " + escaped(best[i]->record.name);
        if (picture)
            parts.push_back({ReportPart::Kind::Graph, title, std::move(*picture), false});
        else
            parts.push_back(htmlPart("<p class=\"muted\">" + title +
                                     ": no picture: " + escaped(picture.error().message) + "</p>\n"));
    }
    return {};
}

Status addVariants(const ProjectSession& session, const std::vector<VariantSummary>& rows, const ReportOptions& options,
                   std::vector<ReportPart>& parts) {
    parts.push_back(htmlPart("<h2>Per variant</h2>\n", true));
    for (const auto& row : rows) {
        std::string html = "<h3>" + escaped(row.record.name) + "</h3>\n" +
                           (row.record.note.empty() ? std::string() : "<p>" + escaped(row.record.note) + "</p>\n") +
                           reportRecipe(row.record);
        if (const auto layers = reportLayers(row.record, options.maxRows); !layers.empty())
            html += "<h4>What the passes did</h4>\n" + layers;
        const auto profile = session.latestProfile(row.record.id, true);
        if (!profile)
            return profile.status();
        if (*profile)
            html += "<h4>Time per node on " + escaped((*profile)->device) +
                    " (a fused kernel counts at its first node)</h4>\n" + reportNodeTimes(**profile, options.maxRows);
        parts.push_back(htmlPart(std::move(html)));
    }
    return {};
}

std::string dataUri(const std::string& svg) {
    return "data:image/svg+xml;base64," + QByteArray::fromStdString(svg).toBase64().toStdString();
}

std::string htmlOf(const ReportPart& part) {
    switch (part.kind) {
    case ReportPart::Kind::Plot:
        return "<figure><div class=\"light\">" + part.picture.light + "</div><div class=\"dark\">" + part.picture.dark +
               "</div></figure>\n";
    case ReportPart::Kind::Graph: // an image, so that the styles of two drawings do not meet
        return "<figure><div class=\"graph\"><picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"" +
               dataUri(part.picture.dark) + "\"><img alt=\"" + part.html + "\" src=\"" + dataUri(part.picture.light) +
               "\"></picture></div><figcaption>" + part.html + "</figcaption></figure>\n";
    case ReportPart::Kind::Html:
        break;
    }
    return "<div class=\"wide" + std::string(part.startsPage ? " page" : "") + "\">" + part.html + "</div>\n";
}

} // namespace

Result<std::vector<ReportPart>> reportParts(const ProjectSession& session, const ReportOptions& options,
                                            const Work& work) {
    const auto rows = session.summaries();
    if (!rows)
        return rows.error();
    if (auto status = work.check(); !status)
        return status.error();
    const auto runs = session.runs();
    if (!runs)
        return runs.error();
    const auto title = rows->empty() ? std::string("Empty project") : rows->front().record.name;
    std::vector<ReportPart> parts;
    parts.push_back(htmlPart(
        "<h1>" + escaped(title) + "</h1><p class=\"muted\">" + std::to_string(rows->size()) +
        (rows->size() == 1 ? " variant · " : " variants · ") + escaped(versionText()) + " · " +
        QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString() +
        "<br>Every number in this report was measured; a dash means it was not. Small figures below a number are its "
        "95 % interval and the difference to the source.</p>\n"));
    parts.push_back(htmlPart("<h2>Variants</h2>\n" + reportVariantsTable(*rows)));
    parts.push_back(htmlPart("<h2>Trade-offs</h2>\n", true));
    for (auto plot : plots(*rows)) {
        ReportPart part{ReportPart::Kind::Plot, plot.title, {renderTradeoffSvg(plot), {}}, false};
        plot.dark = true;
        part.picture.dark = renderTradeoffSvg(plot);
        parts.push_back(std::move(part));
    }
    if (auto status = addGraphs(session, *rows, options, parts, work.part(0, 0.9)); !status)
        return status.error();
    if (auto status = addVariants(session, *rows, options, parts); !status)
        return status.error();
    parts.push_back(htmlPart("<h2>Measured on</h2>\n" + reportEnvironments(*rows, *runs)));
    return parts;
}

Status writeReport(const ProjectSession& session, const std::filesystem::path& file, const Work& work,
                   const ReportOptions& options) {
    const auto parts = reportParts(session, options, work);
    if (!parts)
        return parts.status();
    const auto& head = parts->front().html;
    const auto title = head.substr(4, head.find("</h1>") - 4);
    std::string html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width\"><title>" +
                       title + " – Lapidary report</title><style>" + style + "</style></head><body><main>\n";
    for (const auto& part : *parts)
        html += htmlOf(part);
    return writeFileAtomically(file, html + "</main></body></html>\n");
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
