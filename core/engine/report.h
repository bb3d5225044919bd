// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/plots/tradeoffsvg.h"
#include "engine/projectsession.h"

namespace lapidary {

enum class TradeoffMetric { Accuracy, Agreement, LatencyMs, FileBytes, Macs, Parameters };

/// The variants as points of a plot of two metrics; what was not measured is NaN, and plots leave such points out.
TradeoffSvgData tradeoffData(const std::vector<VariantSummary>& variants, TradeoffMetric x, TradeoffMetric y,
                             std::optional<TradeoffMetric> size = {});

/// One self-contained HTML file: table of variants with differences to the source, plots, per-layer reports and times,
/// environment. No scripts, nothing fetched. Fails with "file.write" and what the project fails with.
Status writeReport(const ProjectSession& session, const std::filesystem::path& file, const Work& work = {});
/// The plots of the report as files tradeoff-latency.svg and tradeoff-size.svg in `folder`; returns their names.
Result<std::vector<std::string>> writePlots(const ProjectSession& session, const std::filesystem::path& folder);

} // namespace lapidary
