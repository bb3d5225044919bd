// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/report.h"

namespace lapidary {

/// The report on A4 pages: pictures as curves, tables that go over pages with their heads repeated, page numbers. Needs
/// a QGuiApplication; any thread. Fails like writeReport.
Status writeReportPdf(const ProjectSession& session, const std::filesystem::path& file, const Work& work = {});

/// As PDF or HTML, by the ending of the name; with pictures of the graphs. What the window and the command line call.
Status writeReportFile(const ProjectSession& session, const std::filesystem::path& file, const Work& work = {});

} // namespace lapidary
