// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/report.h"

#include "context.h"

#include <iostream>

namespace lapidary::cli {

void addReport(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("report", "One self-contained HTML file about a project");
    auto folder = std::make_shared<std::string>();
    auto output = std::make_shared<std::string>();
    command->add_option("PROJECT", *folder, "Project folder")->required();
    command->add_option("-o,--output", *output, "HTML file to write")->required();
    commands.emplace_back(command, [&context, folder, output] {
        auto project = Project::open(*folder);
        if (!project)
            return fail(project.error());
        const ProjectSession session(context.engine(), std::move(*project));
        if (auto status = writeReport(session, *output, context.work()); !status)
            return fail(status.error());
        Json json;
        json.set("output", *output);
        context.print(json, [&] { std::cout << *output << '\n'; });
        return 0;
    });
}

} // namespace lapidary::cli
