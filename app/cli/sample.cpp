// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sample.h"

#include "context.h"
#include "variants.h"

#include "device/hostenvironment.h"
#include "engine/report.h"

#include <algorithm>
#include <iostream>

namespace lapidary::cli {

namespace {

/// The variant that a recipe made before, so that a second run only fills what is missing.
VariantId existing(const std::vector<VariantSummary>& rows, const Recipe& recipe) {
    const auto it = std::find_if(rows.begin(), rows.end(), [&](const VariantSummary& row) {
        const auto made = Recipe::fromJson(row.record.recipe);
        return made.ok() && *made == recipe;
    });
    return it == rows.end() ? 0 : it->record.id;
}

Status measure(ProjectSession& session, const VariantSummary& row, const Work& work) {
    if (!row.top1) {
        EvaluateOptions settings;
        settings.batch = 64;
        settings.threads = hostCores();
        if (const auto result = session.evaluate(row.record.id, 0, settings, work); !result)
            return result.status();
    }
    if (!row.latency) {
        ProfileOptions settings;
        settings.perNode = true;
        settings.maxSeconds = 2;
        if (const auto profile = session.profile(row.record.id, "host", settings, work); !profile)
            return profile.status();
    }
    return {};
}

Status runRecipes(ProjectSession& session, const Context& context) {
    const auto recipes = sampleRecipes();
    if (!recipes)
        return recipes.status();
    auto rows = session.summaries();
    if (!rows)
        return rows.status();
    const VariantId source = rows->front().record.id;
    for (const auto& recipe : *recipes) {
        if (existing(*rows, recipe) > 0)
            continue;
        if (!context.quiet)
            std::cerr << "applying   " << recipe.name << ": " << recipe.toText() << '\n';
        if (const auto id = session.apply({source, recipe, recipe.name}, context.work()); !id)
            return id.status();
    }
    rows = session.summaries();
    if (!rows)
        return rows.status();
    for (const auto& row : *rows) {
        if (!context.quiet && (!row.top1 || !row.latency))
            std::cerr << "measuring  " << row.record.name << '\n';
        if (auto status = measure(session, row, context.work()); !status)
            return status;
    }
    return {};
}

int run(const std::filesystem::path& folder, Context& context) {
    const auto session = openSampleProject(context.engine(), folder / "project", context.work());
    if (!session)
        return fail(session.error());
    if (auto status = runRecipes(**session, context); !status)
        return fail(status.error());
    const auto rows = (*session)->summaries();
    if (!rows)
        return fail(rows.error());
    const auto report = folder / "report.html";
    if (auto status = writeReport(**session, report, context.work()); !status)
        return fail(status.error());
    const auto plots = writePlots(**session, folder);
    if (!plots)
        return fail(plots.error());
    Json json;
    Json::Array list;
    for (const auto& row : *rows)
        list.push_back(variantJson(row));
    json.set("variants", std::move(list));
    json.set("report", report.string());
    Json::Array names;
    for (const auto& name : *plots)
        names.emplace_back((folder / name).string());
    json.set("plots", names);
    context.print(json, [&] {
        printVariants(*rows);
        std::cout << "\nreport  " << report.string() << '\n';
        for (const auto& name : names)
            std::cout << "plot    " << name.toString() << '\n';
    });
    return 0;
}

} // namespace

void addSample(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("sample", "Run the sample recipes: variants, accuracy, latency, report and plots");
    auto folder = std::make_shared<std::string>("lapidary-sample");
    command->add_option("-o,--output", *folder, "Folder for the project, the report and the plots")->capture_default_str();
    commands.emplace_back(command, [&context, folder] { return run(*folder, context); });
}

} // namespace lapidary::cli
