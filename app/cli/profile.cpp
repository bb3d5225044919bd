// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include <algorithm>
#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, device = "host";
    ProfileOptions settings;
};

void printNodes(std::vector<NodeTime> nodes) {
    std::sort(nodes.begin(), nodes.end(), [](const NodeTime& a, const NodeTime& b) { return a.ms > b.ms; });
    std::vector<std::vector<std::string>> rows = {{"node", "operator", "ms", "share", "precision", "kernel"}};
    for (const auto& node : nodes)
        rows.push_back({node.node, node.opType, fixed(node.ms, 4), fixed(100 * node.share, 1) + " %", node.precision, node.kernel});
    printTable(rows);
}

void printText(const Profile& profile) {
    const auto& t = profile.timing;
    std::cout << "device   " << profile.device << ", " << profile.threads << " threads, batch " << profile.batch << '\n'
              << "median   " << fixed(t.median, 3) << " ms  (95 %: " << fixed(t.ciLow, 3) << " to " << fixed(t.ciHigh, 3)
              << ", " << t.runs << " runs, " << t.verdict << ")\n"
              << "min      " << fixed(t.minimum, 3) << " ms, p90 " << fixed(t.p90, 3) << " ms, p99 " << fixed(t.p99, 3) << " ms\n"
              << "load     " << fixed(profile.loadMs, 1) << " ms, first run " << fixed(profile.firstRunMs, 3) << " ms\n"
              << "memory   " << bytesText(profile.peakMemoryBytes) << '\n';
    if (profile.energyMillijoules >= 0)
        std::cout << "energy   " << fixed(profile.energyMillijoules, 3) << " mJ a run\n";
    if (!profile.nodes.empty())
        printNodes(profile.nodes);
}

} // namespace

void addProfile(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("profile", "Latency, memory and per-node time of a model on a device");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("--device", options->device, "Device id")->capture_default_str();
    command->add_option("--threads", options->settings.threads, "Threads (0: all cores)");
    command->add_option("--batch", options->settings.batch, "Batch, for models with a free batch axis")->check(CLI::Range(1, 4096));
    command->add_option("--seconds", options->settings.maxSeconds, "Time for the runs at most")->capture_default_str();
    command->add_flag("--per-node", options->settings.perNode, "Time of every node");
    commands.emplace_back(command, [&context, options] {
        const auto device = context.engine().device(options->device);
        if (!device)
            return fail(device.error());
        const auto model = Engine::open(options->model, context.work());
        if (!model)
            return fail(model.error());
        const auto profile = (*device)->profile(*(*model)->model, options->settings, context.work());
        if (!profile)
            return fail(profile.error());
        context.print(profile->toJson(), [&] { printText(*profile); });
        return 0;
    });
}

} // namespace lapidary::cli
