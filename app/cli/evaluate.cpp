// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "device/hostenvironment.h"
#include "engine/datasets.h"
#include "eval/evaluator.h"

#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, data, reference, device = "host";
    std::size_t limit = 0, batch = 16;
    int threads = 0;
};

void printShare(const char* label, const std::optional<Proportion>& share) {
    if (share)
        std::cout << label << fixed(share->percent) << " %  (95 %: " << fixed(share->low) << " to " << fixed(share->high) << ")\n";
}

int run(const Options& options, Context& context) {
    if (options.device != "host")
        return fail(errorDiagnostic("eval.device", "Accuracy can be measured on 'host' only so far"));
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
    EvaluateOptions settings;
    settings.batch = options.batch;
    settings.threads = options.threads > 0 ? options.threads : hostCores();
    const auto result = evaluateModel(*(*model)->model, **data, settings, context.work(),
                                      reference ? reference->model.get() : nullptr);
    if (!result)
        return fail(result.error());
    printProblems((*data)->problems());
    context.print(result->toJson(), [&] {
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
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
