// SPDX-License-Identifier: GPL-3.0-or-later
// The median of a device's profile against a bare loop over the runtime in this process, taking turns. Reach: within 2 %. A
// model file may be given; otherwise a chain of convolutions is made. bench_profile measures with this computer, bench_agent
// with lapidary-agent started by exec:.
#include "bench/measure.h"
#include "engine/compare.h"
#include "eval/evaluator.h"
#include "tests/support/modelbuilder.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace lapidary;
using namespace lapidary::test;

namespace {

ModelPtr convolutions() {
    ModelBuilder b;
    b.input("x", {1, 32, 48, 48});
    std::string last = "x";
    for (int i = 0; i < 12; ++i) {
        const auto n = std::to_string(i);
        b.init("w" + n, {32, 32, 3, 3}, i).node("Conv", {last, "w" + n}, {"c" + n}, {attr("pads", {1, 1, 1, 1})});
        b.node("Relu", {"c" + n}, {"r" + n});
        last = "r" + n;
    }
    return b.output(last).build();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

int fail(const Diagnostic& problem) {
    std::fprintf(stderr, "%s\n", problem.toString().c_str());
    return 1;
}

/// Median of `runs` bare runs of a new session, after a few that do not count.
Result<double> bareLoop(const Model& model, const SessionOptions& options, std::size_t runs) {
    const auto session = openSession(model, options);
    if (!session)
        return session.status();
    const auto inputs = randomInputs((*session)->inputs(), 7);
    if (!inputs)
        return inputs.status();
    if (const auto first = (*session)->run(*inputs); !first)
        return first.status();
    std::vector<double> times;
    for (std::size_t i = 0; i < runs + 5; ++i) {
        const auto ms = (*session)->timedRun();
        if (!ms)
            return ms;
        if (i >= 5)
            times.push_back(*ms);
    }
    return median(std::move(times));
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const Engine engine({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    ModelPtr model;
    if (argc > 1) {
        const auto opened = Engine::open(argv[1]);
        if (!opened)
            return fail(opened.error());
        model = (*opened)->model;
    } else {
        model = convolutions();
    }
    const auto device = engine.device(LAPIDARY_BENCH_DEVICE);
    if (!device)
        return fail(device.error());
    ProfileOptions options;
    options.threads = 1;
    options.maxSeconds = 1.0;
    SessionOptions bare;
    bare.threads = 1;
    std::vector<double> profiled, looped, ratios;
    for (int round = 0; round < 7; ++round) {
        const auto profile = (*device)->profile(*model, options, {});
        if (!profile)
            return fail(profile.error());
        const auto loop = bareLoop(*model, bare, profile->runsMs.size());
        if (!loop)
            return fail(loop.error());
        profiled.push_back(profile->timing.median);
        looped.push_back(*loop);
        ratios.push_back(profile->timing.median / *loop);
        std::printf("round %d: profile %.3f ms (%zu runs, %s), bare loop %.3f ms, ratio %.4f\n", round, profiled.back(),
                    profile->runsMs.size(), profile->timing.verdict.c_str(), looped.back(), ratios.back());
    }
    const double ratio = median(ratios);
    std::printf("median ratio %.4f: %.2f of the 2 %% allowed\n", ratio, std::abs(ratio - 1) / 0.02);
    return 0;
}
