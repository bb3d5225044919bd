// SPDX-License-Identifier: GPL-3.0-or-later
// Preview of a pruning ratio on ResNet-50 as a slider asks for it, and the pass itself. Reach: 16 ms and 1 s.
#include "bench/measure.h"
#include "engine/engine.h"
#include "tests/support/modelbuilder.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdio>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// ResNet-50 (He et al. 2016) with batch normalization folded, as exporters write it; random weights.
class ResNet50 {
public:
    ModelPtr build() {
        m_builder.input("image", {1, 3, 224, 224});
        auto last = relu(conv("image", 3, 64, 7, 2));
        m_builder.node("MaxPool", {last}, {"pool"},
                       {attr("kernel_shape", {3, 3}), attr("strides", {2, 2}), attr("pads", {1, 1, 1, 1})});
        last = "pool";
        std::int64_t channels = 64;
        const int blocks[] = {3, 4, 6, 3};
        for (int stage = 0; stage < 4; ++stage)
            for (int i = 0; i < blocks[stage]; ++i)
                last = block(last, channels, std::int64_t(64) << stage, stage > 0 && i == 0 ? 2 : 1);
        m_builder.node("GlobalAveragePool", {last}, {"mean"}).node("Flatten", {"mean"}, {"features"});
        m_builder.init("fc.w", {1000, 2048}, 9999).init("fc.b", {1000}, 9998);
        m_builder.node("Gemm", {"features", "fc.w", "fc.b"}, {"scores"}, {attr("transB", 1)}).output("scores");
        return m_builder.build();
    }

private:
    std::string conv(const std::string& from, std::int64_t in, std::int64_t out, std::int64_t kernel,
                     std::int64_t stride) {
        const auto name = "conv" + std::to_string(m_count++);
        const auto pad = kernel / 2;
        m_builder.init(name + ".w", {out, in, kernel, kernel}, m_count).init(name + ".b", {out}, m_count + 5000);
        m_builder.node("Conv", {from, name + ".w", name + ".b"}, {name},
                       {attr("strides", {stride, stride}), attr("pads", {pad, pad, pad, pad})}, name);
        return name;
    }
    std::string relu(const std::string& from) {
        m_builder.node("Relu", {from}, {from + ".relu"});
        return from + ".relu";
    }
    std::string block(const std::string& from, std::int64_t& channels, std::int64_t width, std::int64_t stride) {
        auto main = relu(conv(from, channels, width, 1, 1));
        main = conv(relu(conv(main, width, width, 3, stride)), width, 4 * width, 1, 1);
        const auto shortcut = channels == 4 * width ? from : conv(from, channels, 4 * width, 1, stride);
        channels = 4 * width;
        m_builder.node("Add", {main, shortcut}, {main + ".sum"});
        return relu(main + ".sum");
    }

    ModelBuilder m_builder;
    int m_count = 0;
};

int fail(const Diagnostic& problem) {
    std::fprintf(stderr, "%s\n", problem.toString().c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const Engine engine({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    const auto model = Engine::analyse(ResNet50().build());
    if (!model)
        return fail(model.error());
    std::printf("ResNet-50: %zu nodes, %.2f M parameters, %.3f G MACs\n", (*model)->model->graph->nodeCount(),
                double((*model)->totals.parameters) / 1e6, double((*model)->totals.macs) / 1e9);
    const auto pass = engine.passes().find("prune.channels");
    if (!pass)
        return fail(pass.error());
    Recipe recipe;
    recipe.steps.resize(1);
    recipe.steps.front().pass = "prune.channels";
    std::vector<double> wall, cpu;
    for (int i = 0; i < 60; ++i) {
        const double ratio = 0.1 + 0.01 * (i * 37 % 70);
        recipe.steps.front().params =
            (*pass)->info().schema.parseAssignments({"ratio=" + std::to_string(ratio)}).value();
        const double start = bench::wallSeconds();
        const double used = bench::cpuSeconds();
        if (const auto preview = engine.preview(**model, recipe.steps.front(), {}); !preview)
            return fail(preview.error());
        wall.push_back(1000 * (bench::wallSeconds() - start));
        cpu.push_back(1000 * (bench::cpuSeconds() - used));
    }
    std::printf("first preview: %.1f ms\n", wall.front());
    std::sort(wall.begin(), wall.end());
    std::sort(cpu.begin(), cpu.end());
    std::printf("preview: median %.2f ms, p95 %.2f ms (x%.2f of 16 ms); processor p95 %.2f ms (x%.2f)\n", wall[30],
                wall[57], wall[57] / 16, cpu[57], cpu[57] / 16);
    const double start = bench::wallSeconds();
    const double used = bench::cpuSeconds();
    if (const auto run = engine.apply((*model)->model, recipe, nullptr); !run)
        return fail(run.error());
    const double seconds = bench::wallSeconds() - start;
    std::printf("run: %.3f s (x%.2f of 1 s), processor %.3f s\n", seconds, seconds, bench::cpuSeconds() - used);
    return 0;
}
