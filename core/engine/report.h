// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/plots/tradeoffsvg.h"
#include "engine/projectsession.h"

#include <functional>

namespace lapidary {

enum class TradeoffMetric { Accuracy, Agreement, LatencyMs, FileBytes, Macs, Parameters };

/// The variants as points of a plot of two metrics; what was not measured is NaN, and plots leave such points out.
TradeoffSvgData tradeoffData(const std::vector<VariantSummary>& variants, TradeoffMetric x, TradeoffMetric y,
                             std::optional<TradeoffMetric> size = {});

/// A picture in two colourings.
struct ReportPicture {
    std::string light, dark; ///< SVG documents
};

struct ReportOptions {
    /// What became of `source` in `variant`, as one graph. Empty: the report has no such pictures.
    std::function<Result<ReportPicture>(const AnalysedModelPtr& source, const AnalysedModelPtr& variant, const Work&)>
        graphPicture;
    std::size_t maxGraphs = 3;    ///< variants with a picture: the best ones by accuracy and size
    std::size_t maxRows = 100000; ///< of a table of layers or nodes; what is left out is counted
};

/// One piece of a report, top to bottom: HTML without scripts and styles, or a picture with a caption (HTML).
struct ReportPart {
    enum class Kind { Html, Plot, Graph };
    Kind kind = Kind::Html;
    std::string html;
    ReportPicture picture;
    bool startsPage = false; ///< on paper
};

/// Variants with intervals and differences to the source, plots, graphs of the best variants, and for each variant its
/// recipe, what the passes did per layer and the time per node; the computers it was measured on. Fails with what the
/// project fails with.
Result<std::vector<ReportPart>> reportParts(const ProjectSession& session, const ReportOptions& options = {},
                                            const Work& work = {});

/// The parts as one self-contained HTML file, light or dark as the reader's system is, light on paper. No scripts,
/// nothing fetched. Fails with "file.write" as well.
Status writeReport(const ProjectSession& session, const std::filesystem::path& file, const Work& work = {},
                   const ReportOptions& options = {});
/// The plots of the report as files tradeoff-latency.svg and tradeoff-size.svg in `folder`; returns their names.
Result<std::vector<std::string>> writePlots(const ProjectSession& session, const std::filesystem::path& folder);

} // namespace lapidary
