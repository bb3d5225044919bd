// SPDX-License-Identifier: GPL-3.0-or-later
// Projects looked after: checked, repaired, compacted, reproduced.
#include "projectcommands.h"

#include "format.h"

#include "engine/repair.h"
#include "engine/reproduce.h"
#include "engine/staleness.h"

#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string folder;
    std::vector<VariantId> variants;
    bool all = false;
};

Json textsOf(const Diagnostics& problems) {
    Json::Array list;
    for (const auto& problem : problems)
        list.push_back(diagnosticJson(problem));
    return list;
}

Json staleJson(const std::vector<StaleResult>& stale) {
    Json::Array list;
    for (const auto& result : stale) {
        Json entry;
        entry.set("variant", result.variant);
        entry.set("kind", result.kind);
        if (!result.subject.empty())
            entry.set("device", result.subject);
        Json::Array reasons;
        for (const auto& reason : result.reasons)
            reasons.push_back(reason.toJson());
        entry.set("reasons", std::move(reasons));
        list.push_back(std::move(entry));
    }
    return list;
}

void printHealth(const ProjectHealth& health, const std::vector<StaleResult>& stale) {
    for (const auto& problem : health.database)
        std::cout << "damaged  " << problem.toString() << '\n';
    for (const auto& variant : health.variants)
        std::cout << "damaged  " << variant.problem.toString() << '\n';
    for (const auto& result : stale)
        std::cout << "stale    variant " << result.variant << ", " << result.kind
                  << (result.subject.empty() ? "" : " on " + result.subject) << ": "
                  << result.reasons.front().toString() << '\n';
    if (!health.orphans.empty())
        std::cout << "unneeded " << health.orphans.size() << " files, " << bytesText(health.orphanBytes)
                  << " (project compact removes them)\n";
    std::cout << (health.sound() ? "The project is sound.\n"
                                 : "The project is damaged: project repair mends what can be mended.\n");
}

int check(const Options& options, Context& context) {
    const auto session = openSession(options.folder, context, ProjectAccess::ReadOnly);
    if (!session)
        return fail(session.error());
    const auto health = (*session)->project().examine(context.work());
    if (!health)
        return fail(health.error());
    const auto stale = staleResults(**session);
    Json json;
    json.set("sound", health->sound());
    json.set("database", textsOf(health->database));
    Json::Array variants;
    for (const auto& variant : health->variants) {
        Json entry = diagnosticJson(variant.problem);
        entry.set("id", variant.id);
        entry.set("name", variant.name);
        variants.push_back(std::move(entry));
    }
    json.set("variants", std::move(variants));
    json.set("unneeded_files", std::uint64_t(health->orphans.size()));
    json.set("unneeded_bytes", health->orphanBytes);
    json.set("stale", stale ? staleJson(*stale) : Json(Json::Array()));
    context.print(json, [&] { printHealth(*health, stale ? *stale : std::vector<StaleResult>()); });
    return health->sound() ? 0 : 1;
}

int repair(const Options& options, Context& context) {
    const auto session = openSession(options.folder, context);
    if (!session)
        return fail(session.error());
    const auto report = repairProject(**session, context.work());
    if (!report)
        return fail(report.error());
    context.print(report->toJson(), [&] {
        for (const auto& variant : report->variants)
            std::cout << (variant.mended ? "mended   " : "lost     ") << variant.problem.toString() << ": "
                      << variant.how << '\n';
        for (const auto& problem : report->database)
            std::cout << "damaged  " << problem.toString() << '\n';
        if (report->filesRemoved > 0)
            std::cout << "removed  " << report->filesRemoved << " files nobody needed, "
                      << bytesText(report->bytesRemoved) << '\n';
        if (report->orphansKept)
            std::cout << "kept     what nobody seems to need: " << report->orphansKept->toString() << '\n';
        std::cout << (report->sound() ? "The project is sound.\n" : "Not everything could be mended.\n");
    });
    return report->sound() ? 0 : 1;
}

int compact(const Options& options, Context& context) {
    const auto session = openSession(options.folder, context);
    if (!session)
        return fail(session.error());
    const auto removed = (*session)->project().compact();
    if (!removed)
        return fail(removed.error());
    Json json;
    json.set("files_removed", std::uint64_t(*removed));
    context.print(json, [&] { std::cout << *removed << " files removed\n"; });
    return 0;
}

int reproduce(const Options& options, Context& context) {
    if (options.all != options.variants.empty()) {
        std::cerr << "error: name variants, or give --all\n";
        return 2;
    }
    const auto session = openSession(options.folder, context, ProjectAccess::ReadOnly);
    if (!session)
        return fail(session.error());
    auto ids = options.variants;
    const auto records = (*session)->project().variants();
    for (std::size_t i = 0; options.all && records && i < records->size(); ++i)
        ids.push_back(records->at(i).id);
    const auto results = reproduceVariants(**session, ids, context.work());
    if (!results)
        return fail(results.error());
    Json::Array list;
    bool good = true;
    for (const auto& result : *results) {
        list.push_back(result.toJson());
        good = good && result.same;
    }
    Json json;
    json.set("reproduced", good);
    json.set("variants", std::move(list));
    context.print(json, [&] {
        for (const auto& result : *results)
            std::cout << result.id << "  " << result.name << "  " << (result.same ? "same bytes" : result.reason())
                      << '\n';
    });
    return good ? 0 : 1;
}

} // namespace

Result<std::unique_ptr<ProjectSession>> openSession(const std::string& folder, Context& context, ProjectAccess access) {
    auto project = Project::open(folder, access);
    if (!project)
        return project.status();
    if (access == ProjectAccess::ReadWrite)
        if (auto status = (*project)->writable(); !status)
            return status;
    return std::make_unique<ProjectSession>(context.engine(), std::move(*project));
}

void addProjectStore(CLI::App& group, Context& context, Commands& commands) {
    const auto options = std::make_shared<Options>();
    const auto command = [&](const char* name, const char* help, int (*run)(const Options&, Context&)) {
        auto* added = group.add_subcommand(name, help);
        added->add_option("FOLDER", options->folder, "Project folder")->required();
        commands.emplace_back(added, [&context, options, run] { return run(*options, context); });
        return added;
    };
    command("check", "Look for damage and for results that are stale; changes nothing", check);
    command("repair", "Mend damage: make lost models again, remove what nobody needs", repair);
    command("compact", "Drop hidden variants for good, and the data that only they needed", compact);
    auto* again = command("reproduce", "Make variants again from their source and compare every byte", reproduce);
    again->add_option("VARIANT", options->variants, "Variant numbers");
    again->add_flag("--all", options->all, "Every variant");
}

} // namespace lapidary::cli
