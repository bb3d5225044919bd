// SPDX-License-Identifier: GPL-3.0-or-later
#include "bundle.h"

#include "format.h"

#include "device/hostenvironment.h"
#include "engine/bundleverify.h"
#include "engine/datasets.h"
#include "eval/evaluator.h"

#include <algorithm>
#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, data, device = "host";
    std::size_t limit = 0;
    bool measures = true, profile = false;
};

/// Numbers for a model that no project keeps them of.
Status measure(BundleSource& source, const Options& options, Context& context) {
    if (options.measures && !options.data.empty()) {
        auto data = openCachedDataset(options.data);
        if (!data)
            return data.status();
        if (options.limit > 0)
            data = limitedDataset(*data, options.limit);
        EvaluateOptions settings;
        settings.threads = hostCores();
        const auto result = evaluateModel(*source.model->model, **data, settings, context.work());
        if (!result)
            return result.status();
        source.measured.set("evaluation", evaluationForBundle(*result, **data));
    }
    if (options.profile) {
        const auto device = context.engine().device(options.device);
        if (!device)
            return device.status();
        const auto profile = (*device)->profile(*source.model->model, {}, context.work());
        if (!profile)
            return profile.status();
        source.measured.set("profiles", Json::Array{profileForBundle(*profile)});
    }
    return {};
}

int run(const Options& options, const BundleRequest& request, Context& context) {
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    auto source = bundleSourceOf(*model, options.data);
    if (!source)
        return fail(source.error());
    if (auto status = measure(*source, options, context); !status)
        return fail(status.error());
    const auto written = writeBundle(*source, request.folder, request.options, context.work());
    if (!written)
        return fail(written.error());
    context.print(bundleJson(*written), [&] { std::cout << bundleText(*written); });
    return 0;
}

const char* stateText(BundleCheck::State state) {
    switch (state) {
    case BundleCheck::State::Failed:
        return "FAILED ";
    case BundleCheck::State::Skipped:
        return "note   ";
    case BundleCheck::State::Passed:
        break;
    }
    return "ok     ";
}

int verify(const std::string& folder, const VerifyOptions& options, Context& context) {
    const auto result = verifyBundle(folder, options, context.work());
    if (!result)
        return fail(result.error());
    context.print(result->toJson(), [&] {
        for (const auto& check : result->checks)
            std::cout << stateText(check.state) << check.id << "  " << check.subject
                      << (check.subject.empty() ? "" : ": ") << check.text << '\n';
        if (!result->madeWith.empty())
            std::cout << "Made with " << result->madeWith << ", checked with " << result->checkedWith << ".\n";
        std::cout << (result->passed() ? "The bundle is what it says.\n" : "The bundle is not what it says.\n");
    });
    if (!result->passed()) {
        const auto failed = std::find_if(result->checks.begin(), result->checks.end(),
                                         [](const auto& check) { return check.state == BundleCheck::State::Failed; });
        return fail(errorDiagnostic("bundle.differs", failed->text, failed->hint).inFile(failed->subject));
    }
    return 0;
}

} // namespace

void addBundleOptions(CLI::App& command, const std::shared_ptr<BundleRequest>& request) {
    command.add_option("--goldens", request->options.goldens, "Golden samples in the bundle")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    command.add_flag("!--no-samples", request->options.samples, "Leave out the programs in C++ and Python");
    command.add_flag("--replace", request->options.replace, "Replace a bundle that is there");
}

Json bundleJson(const WrittenBundle& bundle) {
    Json json;
    json.set("folder", bundle.place.string());
    json.set("files", std::uint64_t(bundle.files));
    json.set("bytes", bundle.bytes);
    json.set("model_sha256", bundle.description.modelHash);
    json.set("goldens", std::uint64_t(bundle.description.goldens.size()));
    return json;
}

std::string bundleText(const WrittenBundle& bundle) {
    return bundle.place.string() + "  " + std::to_string(bundle.files) + " files, " + bytesText(bundle.bytes) + ", " +
           std::to_string(bundle.description.goldens.size()) +
           " golden samples\nCheck it anywhere: lapidary-cli project verify " + bundle.place.string() + "\n";
}

void addVerify(CLI::App& group, Context& context, Commands& commands) {
    auto* command = group.add_subcommand("verify", "Check a bundle: files, model, preprocessing, golden outputs");
    auto folder = std::make_shared<std::string>();
    auto options = std::make_shared<VerifyOptions>();
    auto data = std::make_shared<std::string>();
    command->add_option("BUNDLE", *folder, "The bundle: its folder or its .zip file")->required();
    command->add_option("--data", *data, "Dataset file: measure the accuracy again and compare");
    command->add_option("--threads", options->threads, "Threads")->capture_default_str()->check(CLI::Range(1, 1024));
    commands.emplace_back(command, [&context, folder, options, data] {
        options->dataset = *data;
        return verify(*folder, *options, context);
    });
}

void addBundle(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand(
        "bundle", "Write a model with all that belongs to it: preprocessing, golden samples, numbers, programs");
    auto options = std::make_shared<Options>();
    auto request = std::make_shared<BundleRequest>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("--data", options->data, "Dataset file; without it the goldens are made-up inputs");
    command->add_option("-o,--output", request->folder, "Folder to write, or a file that ends in .zip")->required();
    command->add_option("--limit", options->limit, "Evaluation samples at most");
    command->add_flag("!--no-evaluate", options->measures, "Do not measure the accuracy");
    command->add_flag("--profile", options->profile, "Measure the latency");
    command->add_option("--device", options->device, "Device id for --profile")->capture_default_str();
    addBundleOptions(*command, request);
    commands.emplace_back(command, [&context, options, request] { return run(*options, *request, context); });
}

} // namespace lapidary::cli
