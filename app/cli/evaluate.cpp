// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "device/hostenvironment.h"
#include "engine/datasets.h"
#include "engine/departure.h"
#include "engine/reevaluate.h"
#include "eval/evaluator.h"

#include <chrono>
#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, data, reference, since, stop, device = "host";
    std::size_t limit = 0, batch = 16;
    int threads = 0;
    bool departure = false;
    DepartureOptions search;
};

void printShare(const char* label, const std::optional<Proportion>& share) {
    if (share)
        std::cout << label << fixed(share->percent) << " %  (95 %: " << fixed(share->low) << " to " << fixed(share->high) << ")\n";
}

void printDifference(const EvaluationResult& result) {
    if (result.drop)
        std::cout << "drop       " << fixed(result.drop->percent) << " points  (95 %: " << fixed(result.drop->low) << " to "
                  << fixed(result.drop->high) << "; " << result.drop->lost << " lost, " << result.drop->gained << " gained)\n";
    if (result.stop)
        std::cout << (result.early ? "early      " : "verdict    ") << result.stop->toString()
                  << (result.early ? "; the rest of the data was not needed" : "") << '\n';
    if (!result.prefix)
        return;
    const auto& [plan, spared] = *result.prefix;
    if (plan.useful())
        std::cout << "from       " << plan.values.front() << (plan.values.size() > 1 ? " and others" : "") << ": "
                  << fixed(100 * plan.savedShare) << " % of the work comes before it, known for " << spared << " samples\n";
    else
        std::cout << "from       the input. " << plan.reason << '\n';
}

void printResult(const EvaluationResult& result) {
    std::cout << "samples    " << result.samples;
    if (result.early)
        std::cout << " of " << result.population << ", stopped early";
    if (result.skipped > 0)
        std::cout << " (" << result.skipped << " unreadable)";
    std::cout << '\n';
    printShare("top-1      ", result.top1);
    printShare("top-5      ", result.top5);
    printShare("agreement  ", result.agreement);
    printDifference(result);
    if (result.sqnrDb)
        std::cout << "SQNR       " << fixed(*result.sqnrDb) << " dB\n";
    std::cout << "seconds    " << fixed(result.seconds) << '\n';
}

/// A line a second on stderr: what is known so far, and where the whole will end.
std::function<void(const EvaluationResult&)> progressLines() {
    using Clock = std::chrono::steady_clock;
    return [last = std::make_shared<Clock::time_point>(Clock::now())](const EvaluationResult& so) {
        if (Clock::now() - *last < std::chrono::seconds(1))
            return;
        *last = Clock::now();
        std::cerr << so.samples << " of " << so.population;
        const auto& share = so.top1OfAll ? so.top1OfAll : so.agreementOfAll;
        if (share)
            std::cerr << "  " << (so.top1OfAll ? "top-1 " : "agreement ") << fixed(share->percent)
                      << " %, all of them: " << fixed(share->low) << " to " << fixed(share->high);
        std::cerr << std::endl;
    };
}

Result<AnalysedModelPtr> openGiven(const std::string& file, const Context& context) {
    return file.empty() ? Result(AnalysedModelPtr()) : Engine::open(file, context.work());
}

Result<EvaluationResult> evaluate(const Options& options, const Context& context, const AnalysedModel& model,
                                  const Dataset& data, Device* device) {
    const auto base = openGiven(options.since, context);
    if (!base)
        return base.status();
    const auto reference = openGiven(options.reference, context);
    if (!reference)
        return reference.status();
    EvaluateOptions settings;
    settings.batch = options.batch;
    settings.threads = options.threads > 0 ? options.threads : hostCores();
    if (!context.quiet)
        settings.partial = progressLines();
    if (!options.stop.empty()) {
        auto rule = StopRule::parse(options.stop);
        if (!rule)
            return rule.status();
        settings.stop = *rule;
    }
    if (device)
        settings.open = [&](const Model& one) { return device->openModel(one, options.threads, context.work()); };
    if (*base && device)
        return errorDiagnostic("eval.device", "A device evaluates whole models",
                               "Leave out --since, or evaluate on this computer.");
    if (*base) {
        settings.cache = makeActivationCache();
        settings.prefix = planSince(**base, model, data.size(), *settings.cache);
    }
    // What a change costs is asked against what was there before it.
    const auto& other = *reference || !settings.stop || settings.stop->metric == StopRule::Metric::Top1 ? *reference : *base;
    auto result = evaluateModel(*model.model, data, settings, context.work(), other ? other->model.get() : nullptr);
    if (settings.cache)
        settings.cache->keep();
    return result;
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
    auto data = openCachedDataset(options.data);
    if (!data)
        return fail(data.error());
    if (options.limit > 0)
        data = limitedDataset(*data, options.limit);
    if (options.departure)
        return runDeparture(options, context, **model, **data, *device);
    const auto result = evaluate(options, context, **model, **data, device.get());
    if (!result)
        return fail(result.error());
    printProblems((*data)->problems());
    auto json = result->toJson();
    json.set("device", options.device);
    context.print(json, [&] {
        if (device)
            std::cout << "device     " << device->info().name << '\n';
        printResult(*result);
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
    command->add_option("--since", options->since,
                        "Model that MODEL was made from: what comes before the first change is computed once and kept");
    command->add_option("--stop-when", options->stop,
                        "Stop as soon as this is clear: drop=POINTS (against --reference or --since), top1=PERCENT, "
                        "agreement=PERCENT");
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
