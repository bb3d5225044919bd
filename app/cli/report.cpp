// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include "ui/models/reportpdf.h"

#include <iostream>

namespace lapidary::cli {

void addReport(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("report", "A report about a project: one self-contained HTML file, or a PDF");
    auto folder = std::make_shared<std::string>();
    auto output = std::make_shared<std::string>();
    command->add_option("PROJECT", *folder, "Project folder")->required();
    command->add_option("-o,--output", *output, "File to write: .html or .pdf")->required();
    commands.emplace_back(command, [&context, folder, output] {
        auto project = Project::open(*folder);
        if (!project)
            return fail(project.error());
        const ProjectSession session(context.engine(), std::move(*project));
        if (auto status = writeReportFile(session, *output, context.work()); !status)
            return fail(status.error());
        Json json;
        json.set("output", *output);
        context.print(json, [&] { std::cout << *output << '\n'; });
        return 0;
    });
}

} // namespace lapidary::cli
