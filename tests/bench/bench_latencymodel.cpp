// SPDX-License-Identifier: GPL-3.0-or-later
// Prediction of the latency model for layers of this computer that it was not taught: convolutions of many shapes are
// profiled, two thirds are learned, the rest is predicted. Reach: 15 % in the median.
#include "device/latency/latencymodel.h"
#include "engine/engine.h"
#include "tests/support/modelbuilder.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

using namespace lapidary;
using namespace lapidary::test;

namespace {

ModelPtr layer(std::mt19937& random) {
    constexpr int channels[] = {8, 16, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192};
    constexpr int sizes[] = {7, 10, 14, 20, 28, 40, 56};
    const int in = channels[random() % 12], size = sizes[random() % 7];
    const int kernel = random() % 2 ? 3 : 1, stride = random() % 4 ? 1 : 2;
    const bool depthwise = kernel == 3 && random() % 3 == 0;
    const int out = depthwise ? in : channels[random() % 12];
    const int pad = kernel / 2;
    ModelBuilder b;
    b.input("x", {1, in, size, size}).init("w", {out, depthwise ? 1 : in, kernel, kernel}, 1);
    b.node("Conv", {"x", "w"}, {"c"},
           {attr("pads", {pad, pad, pad, pad}), attr("strides", {stride, stride}), attr("group", depthwise ? in : 1)},
           "conv");
    b.node("Relu", {"c"}, {"y"}, {}, "relu").output("y");
    return b.build();
}

int fail(const Diagnostic& problem) {
    std::fprintf(stderr, "%s\n", problem.toString().c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const Engine engine({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    const auto device = engine.device("host");
    if (!device)
        return fail(device.error());
    const int count = argc > 1 ? std::atoi(argv[1]) : 240;
    ProfileOptions options;
    options.threads = 1;
    options.perNode = true;
    options.maxSeconds = 0.05;
    options.minRuns = 10;
    std::mt19937 random(11);
    LatencyModel latency("host", 1);
    struct Held {
        LayerFeatures layer;
        double ms;
    };
    std::vector<Held> held;
    for (int i = 0; i < count; ++i) {
        const auto analysed = Engine::analyse(layer(random));
        if (!analysed)
            return fail(analysed.error());
        const auto& graph = *(*analysed)->model->graph;
        const auto profile = (*device)->profile(*(*analysed)->model, options, {});
        if (!profile)
            return fail(profile.error());
        const auto features = layerFeatures(graph, *graph.findNode("conv"), (*analysed)->shapes);
        const auto time = std::find_if(profile->nodes.begin(), profile->nodes.end(),
                                       [](const NodeTime& node) { return node.node == "conv"; });
        if (!features || time == profile->nodes.end())
            continue;
        if (i % 3 == 2)
            held.push_back({*features, time->ms});
        else if (const auto learned = latency.learn(graph, (*analysed)->shapes, *profile); !learned)
            return fail(learned.error());
    }
    std::vector<double> errors;
    int within = 0;
    for (auto& [features, ms] : held) {
        features.signature.clear(); // a shape that was drawn twice is not to come from the table
        const auto estimate = latency.estimate(features);
        errors.push_back(std::abs(estimate.ms / ms - 1));
        within += errors.back() <= 2 * estimate.relativeError;
    }
    if (errors.empty()) {
        std::fprintf(stderr, "nothing was held out\n");
        return 1;
    }
    std::sort(errors.begin(), errors.end());
    std::printf("%zu shapes learned, %zu held out: median error %.1f %%, 90th percentile %.1f %%, within two "
                "deviations %.0f %%\n",
                latency.shapesKnown(), errors.size(), 100 * errors[errors.size() / 2],
                100 * errors[errors.size() * 9 / 10], 100.0 * within / double(errors.size()));
    std::printf("%.2f of the 15 %% allowed\n", errors[errors.size() / 2] / 0.15);
    return 0;
}
