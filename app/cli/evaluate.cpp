// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "device/hostenvironment.h"
#include "engine/datasets.h"
#include "engine/departure.h"
#include "eval/evaluator.h"

#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, data, reference, device = "host";
    std::size_t limit = 0, batch = 16;
    int threads = 0;
    bool departure = false;
    DepartureOptions search;
};

void printShare(const char* label, const std::optional<Proportion>& share) {
    if (share)
        std::cout << label << fixed(share->percent) << " %  (95 %: " << fixed(share->low) << " to " << fixed(share->high) << ")\n";
}

/// Where the device begins to compute something else than this computer.
int runDeparture(const Options& options, Context& context, const AnalysedModel& model, const Dataset& data, Device& device) {
    const auto host = context.engine().device("host");
    if (!host)
        return fail(host.error());
    auto search = options.search;
    search.threads = options.threads;
    const auto departure = findDeparture(model, data, device, **host, search, context.work());
    if (!departure)
        return fail(departure.error());
    printProblems(departure->notes);
    auto json = departure->toJson();
    json.set("device", options.device);
    context.print(json, [&] {
        std::cout << options.device << ' ' << departure->verdict << '\n';
        if (const auto& first = departure->first; first && !first->thereKernel.empty())
            std::cout << "there    " << first->thereKernel << ' ' << first->therePrecision << "\nhere     " << first->hereKernel
                      << ' ' << first->herePrecision << '\n';
        std::cout << "compared " << departure->compared << " of " << departure->candidates << " values on " << departure->samples
                  << " samples, tolerance " << fixed(departure->toleranceDb) << " dB\n";
    });
    return 0;
}

int run(const Options& options, Context& context) {
    std::shared_ptr<Device> device;
    if (options.device != "host" || options.departure) {
        auto found = context.engine().device(options.device);
        if (!found)
            return fail(found.error());
        device = std::move(*found);
    }
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    AnalysedModelPtr reference;
    if (!options.reference.empty()) {
        const auto opened = Engine::open(options.reference, context.work());
        if (!opened)
            return fail(opened.error());
        reference = *opened;
    }
    auto data = openCachedDataset(options.data);
    if (!data)
        return fail(data.error());
    if (options.limit > 0)
        data = limitedDataset(*data, options.limit);
    if (options.departure)
        return runDeparture(options, context, **model, **data, *device);
    EvaluateOptions settings;
    if (device)
        settings.open = [&](const Model& one) { return device->openModel(one, options.threads, context.work()); };
    settings.batch = options.batch;
    settings.threads = options.threads > 0 ? options.threads : hostCores();
    const auto result = evaluateModel(*(*model)->model, **data, settings, context.work(),
                                      reference ? reference->model.get() : nullptr);
    if (!result)
        return fail(result.error());
    printProblems((*data)->problems());
    auto json = result->toJson();
    json.set("device", options.device);
    context.print(json, [&] {
        if (device)
            std::cout << "device     " << device->info().name << '\n';
        std::cout << "samples    " << result->samples << (result->skipped > 0 ? " (" + std::to_string(result->skipped) + " unreadable)" : "") << '\n';
        printShare("top-1      ", result->top1);
        printShare("top-5      ", result->top5);
        printShare("agreement  ", result->agreement);
        if (result->sqnrDb)
            std::cout << "SQNR       " << fixed(*result->sqnrDb) << " dB\n";
        std::cout << "seconds    " << fixed(result->seconds) << '\n';
    });
    return 0;
}

} // namespace

void addEvaluate(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("evaluate", "Accuracy on a dataset, agreement with a reference model");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("--data", options->data, "Dataset file")->required();
    command->add_option("--reference", options->reference, "Model to compare the outputs with");
    command->add_option("--device", options->device, "Device id")->capture_default_str();
    command->add_option("--limit", options->limit, "Samples at most");
    command->add_option("--batch", options->batch, "Samples per run")->capture_default_str();
    command->add_option("--threads", options->threads, "Threads (0: all cores)")->capture_default_str();
    auto* departure = command->add_flag("--departure", options->departure,
                                        "Instead: the first layer where the device departs from this computer");
    command->add_option("--departure-samples", options->search.samples, "Samples to look at")
        ->capture_default_str()->check(CLI::Range(1, 1000))->needs(departure);
    command->add_option("--tolerance-db", options->search.toleranceDb, "Signal-to-noise ratio below which a layer departs")
        ->capture_default_str()->needs(departure);
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
