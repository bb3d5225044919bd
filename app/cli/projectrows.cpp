// SPDX-License-Identifier: GPL-3.0-or-later
// Many variants in one go: a parameter over a range, a branch on another variant.
#include "projectcommands.h"

#include "device/hostenvironment.h"
#include "engine/rebase.h"
#include "engine/sweep.h"

#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string folder;
    SweepRequest sweep;
    std::vector<std::string> assignments, vary;
    VariantId branch = 0, onto = 0;
};

void setFailure(Json& entry, const std::optional<Diagnostic>& failure) {
    if (!failure)
        return;
    entry.set("code", failure->code);
    entry.set("failure", failure->toString());
}

Json counts(std::size_t made, std::size_t reused, std::size_t failed) {
    Json json;
    json.set("made", std::uint64_t(made));
    json.set("reused", std::uint64_t(reused));
    json.set("failed", std::uint64_t(failed));
    return json;
}

std::string outcomeText(VariantId id, bool reused, const std::optional<Diagnostic>& failure) {
    const auto number = id > 0 ? "variant " + std::to_string(id) + (reused ? ", was there" : "") : std::string();
    return failure ? number + (number.empty() ? "" : ": ") + failure->toString() : number;
}

Result<SweepRequest> requestOf(const Options& options, const ProjectSession& session) {
    auto request = options.sweep;
    const auto pass = session.engine().passes().find(request.step.pass);
    if (!pass)
        return pass.status();
    const auto& schema = (*pass)->info().schema;
    auto params = schema.parseAssignments(options.assignments);
    if (!params)
        return params.status();
    request.step.params = std::move(*params);
    for (const auto& text : options.vary) {
        auto parameter = parseSweepParameter(schema, text);
        if (!parameter)
            return parameter.status();
        request.vary.push_back(std::move(*parameter));
    }
    request.evaluateOptions.threads = hostCores();
    request.profileOptions.perNode = true;
    return request;
}

int sweep(const Options& options, Context& context) {
    const auto session = openSession(options.folder, context);
    if (!session)
        return fail(session.error());
    const auto request = requestOf(options, **session);
    if (!request)
        return fail(request.error());
    const auto show = [&](const SweepPoint& point) {
        if (!context.json)
            std::cout << point.name << "  " << outcomeText(point.variant, point.reused, point.failure) << std::endl;
    };
    const auto outcome = runSweep(**session, *request, context.work(), show);
    if (!outcome)
        return fail(outcome.error());
    Json json = counts(outcome->made, outcome->reused, outcome->failed);
    Json::Array list;
    for (const auto& point : outcome->points) {
        Json entry;
        entry.set("name", point.name);
        entry.set("params", toJson(point.params));
        entry.set("variant", point.variant);
        entry.set("reused", point.reused);
        setFailure(entry, point.failure);
        list.push_back(std::move(entry));
    }
    json.set("points", std::move(list));
    context.print(json, [] {});
    return outcome->failed == 0 ? 0 : 1;
}

int rebase(const Options& options, Context& context) {
    const auto session = openSession(options.folder, context);
    if (!session)
        return fail(session.error());
    const auto outcome = rebaseBranch(**session, options.branch, options.onto, context.work());
    if (!outcome)
        return fail(outcome.error());
    Json json = counts(outcome->made, outcome->reused, outcome->failed);
    Json::Array list;
    for (const auto& variant : outcome->variants) {
        Json entry;
        entry.set("old", variant.old);
        entry.set("name", variant.name);
        entry.set("variant", variant.made);
        entry.set("reused", variant.reused);
        setFailure(entry, variant.failure);
        list.push_back(std::move(entry));
    }
    json.set("variants", std::move(list));
    context.print(json, [&] {
        for (const auto& variant : outcome->variants)
            std::cout << variant.old << "  " << variant.name << "  "
                      << outcomeText(variant.made, variant.reused, variant.failure) << '\n';
    });
    return outcome->failed == 0 ? 0 : 1;
}

} // namespace

void addProjectRows(CLI::App& group, Context& context, Commands& commands) {
    const auto options = std::make_shared<Options>();
    auto* row = group.add_subcommand("sweep", "Make a row of variants: parameters of a pass over ranges or lists");
    row->add_option("FOLDER", options->folder, "Project folder")->required();
    row->add_option("--from", options->sweep.from, "Variant to start from")->required();
    row->add_option("--pass", options->sweep.step.pass, "Pass id")->required();
    row->add_option("--vary", options->vary, "KEY=FROM:TO:STEP or KEY=VALUE,VALUE,…; more than one: every combination")
        ->required()
        ->allow_extra_args(false);
    row->add_option("-p,--param", options->assignments, "KEY=VALUE of a parameter that stays")->allow_extra_args(false);
    row->add_option("--nodes", options->sweep.step.nodes, "Only these nodes (globs over names)")
        ->allow_extra_args(false);
    row->add_option("--seed", options->sweep.seed, "Seed of what is random");
    row->add_flag("--evaluate", options->sweep.evaluate, "Measure the accuracy of each");
    row->add_flag("--profile", options->sweep.profile, "Measure the latency of each");
    row->add_option("--limit", options->sweep.limit, "Evaluation samples at most");
    row->add_option("--device", options->sweep.device, "Device id")->capture_default_str();
    commands.emplace_back(row, [&context, options] { return sweep(*options, context); });

    auto* branch =
        group.add_subcommand("rebase", "Apply what was done below a variant to another one; the old branch stays");
    branch->add_option("FOLDER", options->folder, "Project folder")->required();
    branch->add_option("--branch", options->branch, "Variant below which the recipes are taken")->required();
    branch->add_option("--onto", options->onto, "Variant they are applied to")->required();
    commands.emplace_back(branch, [&context, options] { return rebase(*options, context); });
}

} // namespace lapidary::cli
