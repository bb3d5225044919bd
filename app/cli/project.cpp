// SPDX-License-Identifier: GPL-3.0-or-later
#include "bundle.h"
#include "context.h"
#include "format.h"
#include "projectcommands.h"
#include "variants.h"

#include "device/hostenvironment.h"
#include "engine/bundlearchive.h"
#include "engine/projectsession.h"

#include <fstream>
#include <iostream>
#include <sstream>

namespace lapidary::cli {

namespace {

using SessionPtr = std::unique_ptr<ProjectSession>;

struct Options {
    std::string folder, model, data, calibration, name, output, device = "host";
    std::vector<std::string> recipes;
    VariantId variant = 0;
    std::size_t limit = 0;
    bool evaluate = false, profile = false;
};

Result<SessionPtr> openProject(const Options& options, Context& context, bool create = false) {
    if (!create)
        return openSession(options.folder, context);
    auto project = Project::create(options.folder);
    if (!project)
        return project.status();
    return std::make_unique<ProjectSession>(context.engine(), std::move(*project));
}

Status setData(ProjectSession& session, const Options& options) {
    for (const auto& [role, file] :
         {std::pair("evaluation", options.data), std::pair("calibration", options.calibration)})
        if (!file.empty())
            if (auto status = session.setDataset(role, file); !status)
                return status;
    return {};
}

int show(const ProjectSession& session, Context& context) {
    const auto rows = session.summaries();
    if (!rows)
        return fail(rows.error());
    Json json;
    Json::Array list;
    for (const auto& row : *rows)
        list.push_back(variantJson(row));
    json.set("variants", std::move(list));
    context.print(json, [&] { printVariants(*rows); });
    return 0;
}

int add(const Options& options, Context& context, bool create) {
    const auto session = openProject(options, context, create);
    if (!session)
        return fail(session.error());
    if (auto status = setData(**session, options); !status)
        return fail(status.error());
    if (!options.model.empty())
        if (const auto id = (*session)->importModel(options.model, options.name, context.work()); !id)
            return fail(id.error());
    return show(**session, context);
}

Result<Recipe> readRecipe(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file)
        return errorDiagnostic("file.open", "The recipe cannot be read").inFile(path);
    auto recipe = Recipe::parse(text.str());
    return recipe ? recipe : Result<Recipe>(Diagnostic(recipe.error()).inFile(path));
}

Status measure(ProjectSession& session, VariantId id, const Options& options, Context& context) {
    if (options.evaluate) {
        EvaluateOptions settings;
        settings.threads = hostCores();
        if (const auto result = session.evaluate(id, options.limit, settings, context.work()); !result)
            return result.status();
    }
    if (options.profile) {
        ProfileOptions settings;
        settings.perNode = true;
        if (const auto profile = session.profile(id, options.device, settings, context.work()); !profile)
            return profile.status();
    }
    return {};
}

int run(const Options& options, Context& context) {
    const auto session = openProject(options, context);
    if (!session)
        return fail(session.error());
    const auto variants = (*session)->project().variants();
    if (!variants)
        return fail(variants.error());
    if (variants->empty())
        return fail(errorDiagnostic("project.empty", "The project has no model",
                                    "Add one: lapidary-cli project add FOLDER MODEL"));
    const VariantId parent = options.variant > 0 ? options.variant : variants->front().id;
    std::vector<VariantId> made;
    for (const auto& path : options.recipes) {
        const auto recipe = readRecipe(path);
        if (!recipe)
            return fail(recipe.error());
        const auto id = (*session)->apply({parent, *recipe, options.name}, context.work());
        if (!id)
            return fail(id.error());
        made.push_back(*id);
    }
    if (options.recipes.empty())
        made.push_back(parent);
    for (const auto id : made)
        if (auto status = measure(**session, id, options, context); !status)
            return fail(status.error());
    return show(**session, context);
}

int exportVariant(const Options& options, const BundleRequest& bundle, Context& context) {
    const auto session = openSession(options.folder, context, ProjectAccess::ReadOnly);
    if (!session)
        return fail(session.error());
    Json json;
    std::string text;
    if (!options.output.empty()) {
        if (auto status = (*session)->exportModel(options.variant, options.output, context.work()); !status)
            return fail(status.error());
        json.set("output", options.output);
        text = options.output + "\n";
    }
    if (!bundle.folder.empty()) {
        const auto source = bundleSourceOf(**session, options.variant, context.work());
        const auto written = source ? writeBundle(*source, bundle.folder, bundle.options, context.work())
                                    : Result<WrittenBundle>(source.error());
        if (!written)
            return fail(written.error());
        json.set("bundle", bundleJson(*written));
        text += bundleText(*written);
    }
    context.print(json, [&] { std::cout << text; });
    return 0;
}

using OptionsPtr = std::shared_ptr<Options>;

CLI::App* folderCommand(CLI::App* parent, const char* name, const char* help, const OptionsPtr& options) {
    auto* command = parent->add_subcommand(name, help);
    command->add_option("FOLDER", options->folder, "Project folder")->required();
    return command;
}

void dataOptions(CLI::App* command, const OptionsPtr& options) {
    command->add_option("--data", options->data, "Dataset file for evaluation");
    command->add_option("--calibration", options->calibration, "Dataset file for calibration");
    command->add_option("--name", options->name, "Name of the variant");
}

} // namespace

void addProject(CLI::App& app, Context& context, Commands& commands) {
    auto* group = app.add_subcommand("project", "Projects: models, their variants and what was measured");
    group->require_subcommand(1);
    group->fallthrough();
    const auto options = std::make_shared<Options>();

    auto* create = folderCommand(group, "new", "Make a project", options);
    create->add_option("MODEL", options->model, "ONNX file to start from");
    dataOptions(create, options);
    commands.emplace_back(create, [&context, options] { return add(*options, context, true); });

    auto* addModel = folderCommand(group, "add", "Add a model or datasets", options);
    addModel->add_option("MODEL", options->model, "ONNX file");
    dataOptions(addModel, options);
    commands.emplace_back(addModel, [&context, options] { return add(*options, context, false); });

    auto* list = folderCommand(group, "list", "Variants with their newest measurements", options);
    commands.emplace_back(list, [&context, options] {
        const auto session = openSession(options->folder, context, ProjectAccess::ReadOnly);
        return session ? show(**session, context) : fail(session.error());
    });

    auto* runCommand = folderCommand(group, "run", "Apply recipes to a variant, evaluate and profile", options);
    runCommand->add_option("--recipe", options->recipes, "Recipe file; one variant each")->allow_extra_args(false);
    runCommand->add_option("--variant", options->variant, "Variant to start from (default: the first)");
    runCommand->add_option("--name", options->name, "Name of the new variant");
    runCommand->add_flag("--evaluate", options->evaluate, "Measure the accuracy");
    runCommand->add_flag("--profile", options->profile, "Measure the latency");
    runCommand->add_option("--limit", options->limit, "Evaluation samples at most");
    runCommand->add_option("--device", options->device, "Device id")->capture_default_str();
    commands.emplace_back(runCommand, [&context, options] { return run(*options, context); });

    auto* out = folderCommand(group, "export",
                              "Write a variant's model to a file, or a bundle with all that belongs to it", options);
    out->add_option("VARIANT", options->variant, "Variant number")->required();
    auto* where = out->add_option_group("where");
    where->add_option("-o,--output", options->output, "ONNX file to write; a name that ends in .zip means --bundle");
    const auto bundle = std::make_shared<BundleRequest>();
    where->add_option("--bundle", bundle->folder,
                      "Folder or .zip file to write: model, preprocessing, golden samples, numbers, sample programs");
    where->require_option(1, 2);
    addBundleOptions(*out, bundle);
    commands.emplace_back(out, [&context, options, bundle] {
        if (bundle->folder.empty() && isArchiveName(options->output))
            std::swap(bundle->folder, options->output);
        return exportVariant(*options, *bundle, context);
    });
    addVerify(*group, context, commands);
    addProjectStore(*group, context, commands);
    addProjectRows(*group, context, commands);
    addProjectCompare(*group, context, commands);
}

} // namespace lapidary::cli
