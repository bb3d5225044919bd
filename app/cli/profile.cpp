// SPDX-License-Identifier: GPL-3.0-or-later
#include "profilemodes.h"

#include "format.h"

#include "engine/latency.h"

#include <algorithm>
#include <iostream>

namespace lapidary::cli {

namespace {

/// Many to one: the nodes that share the time of a row.
std::string namesText(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < 3; ++i)
        text += (i > 0 ? ", " : "") + names[i];
    return names.size() > 3 ? text + " and " + std::to_string(names.size() - 3) + " more" : text;
}

void printNodes(std::vector<NodeTime> nodes) {
    std::sort(nodes.begin(), nodes.end(), [](const NodeTime& a, const NodeTime& b) { return a.ms > b.ms; });
    std::vector<std::vector<std::string>> rows = {{"node", "operator", "ms", "share", "precision", "kernel", "does also"}};
    for (const auto& node : nodes)
        rows.push_back({node.node, node.opType, fixed(node.ms, 4), fixed(100 * node.share, 1) + " %", node.precision,
                        node.kernel, namesText(node.covers)});
    printTable(rows);
}

void printText(const Profile& profile) {
    const auto& t = profile.timing;
    if (profile.estimate) {
        std::cout << profile.device << ": " << fixed(t.median, 3) << " ms at least (estimate from "
                  << profile.environment.at("basis") << "; nothing was measured)\n";
        printNodes(profile.nodes);
        return;
    }
    std::cout << "device   " << profile.device << ", " << profile.threads << " threads, batch " << profile.batch << '\n'
              << "median   " << fixed(t.median, 3) << " ms  (95 %: " << fixed(t.ciLow, 3) << " to " << fixed(t.ciHigh, 3)
              << ", " << t.runs << " runs, " << t.verdict << ")\n"
              << "runs     " << t.outliers.size() << " outliers, " << profile.settlingMs.size() << " while settling\n"
              << "min      " << fixed(t.minimum, 3) << " ms, p90 " << fixed(t.p90, 3) << " ms, p99 " << fixed(t.p99, 3) << " ms\n"
              << "load     " << fixed(profile.loadMs, 1) << " ms, first run " << fixed(profile.firstRunMs, 3) << " ms\n"
              << "memory   " << bytesText(profile.peakMemoryBytes) << '\n';
    if (profile.energyMillijoules >= 0)
        std::cout << "energy   " << fixed(profile.energyMillijoules, 3) << " mJ a run\n";
    if (const auto clock = profile.environment.find("clock_mhz"); clock != profile.environment.end())
        std::cout << "clock    " << clock->second << " MHz\n";
    if (!profile.nodes.empty())
        printNodes(profile.nodes);
}

int runProfile(const ProfileRequest& request, Context& context, Device& device, const AnalysedModel& model) {
    const auto profile = device.profile(*model.model, request.settings, context.work());
    if (!profile)
        return fail(profile.error());
    if (!profile->estimate && !profile->nodes.empty() && profile->batch == 1)
        if (const auto learned = learnLatency(model, *profile); !learned)
            printProblems({learned.error()});
    context.print(profile->toJson(), [&] { printText(*profile); });
    return 0;
}

int run(ProfileRequest request, Context& context) {
    for (const auto& option : request.providerOptions) {
        const auto equals = option.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(errorDiagnostic("device.provider_option", "'" + option + "' is no key=value"));
        request.settings.providerOptions[option.substr(0, equals)] = option.substr(equals + 1);
    }
    request.settings.cores = request.cores;
    request.settings.relativeWidth = request.width / 100;
    const auto device = context.engine().device(request.device);
    if (!device)
        return fail(device.error());
    const auto model = Engine::open(request.model, context.work());
    if (!model)
        return fail(model.error());
    if (!request.against.empty())
        return runAgainst(request, context, **device, *(*model)->model);
    if (request.sustain > 0)
        return runSustained(request, context, **device, *(*model)->model);
    if (!request.matrix.empty())
        return runMatrix(request, context, **device, *(*model)->model);
    return runProfile(request, context, **device, **model);
}

} // namespace

void addProfile(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("profile", "Latency, memory and per-node time of a model on a device");
    auto options = std::make_shared<ProfileRequest>();
    auto& settings = options->settings;
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("--device", options->device, "Device id")->capture_default_str();
    command->add_option("--threads", settings.threads, "Threads (0: all cores)")->check(CLI::Range(0, 1024));
    command->add_option("--batch", settings.batch, "Batch, for models with a free batch axis")->check(CLI::Range(1, 4096));
    command->add_option("--seconds", settings.maxSeconds, "Time for the runs at most")->capture_default_str();
    command->add_option("--width", options->width, "Go on until the median's 95 % interval is this many percent wide")
        ->capture_default_str()->check(CLI::Range(0.05, 100.0));
    command->add_flag("--per-node", settings.perNode, "Time of every node; the device's latency model learns from it");
    command->add_option("--cores", options->cores, "Pin the threads to these cores, as 0,1")->delimiter(',')->allow_extra_args(false);
    command->add_option("--provider-option", options->providerOptions, "Option of the execution provider, key=value")
        ->allow_extra_args(false);
    auto* against = command->add_option("--against", options->against, "Run MODEL and this one in turns and compare them");
    auto* sustain = command->add_option("--sustain", options->sustain, "Run for so many seconds without pause: speed over time")
                        ->check(CLI::Range(1.0, 86400.0))->excludes(against);
    command->add_option("--matrix", options->matrix, "threads=1,2 batch=1,4: every pair of them")
        ->excludes(against)->excludes(sustain);
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
