// SPDX-License-Identifier: GPL-3.0-or-later
// Splits layers of real models into low rank and prints multiplications, bytes, measured latency and accuracy.
// Arguments: a part of a model's name ("": all), then as bench_sparsity.
#include "bench/passrows.h"

using namespace lapidary;
using namespace lapidary::bench;

namespace {

std::vector<PassRow> rows() {
    const std::vector<std::pair<std::string, ParamSet>> ways = {
        {"channels", {{"split", "channels"}}},
        {"spatial", {{"split", "spatial"}}},
        {"tucker", {{"split", "tucker"}}},
        {"channels, weights only", {{"split", "channels"}, {"use_data", false}}},
        {"spatial, weights only", {{"split", "spatial"}, {"use_data", false}}},
    };
    std::vector<PassRow> all;
    for (const double target : {0.8, 0.65, 0.5})
        for (const auto& [way, params] : ways) {
            char name[64];
            std::snprintf(name, sizeof name, "%.0f %% %s", 100 * target, way.c_str());
            PassRow row{name, "factorize.low_rank", {{"rank_by", "target"}, {"target", target}}, std::nullopt};
            row.params.insert(params.begin(), params.end());
            all.push_back(std::move(row));
        }
    return all;
}

void printSavings(const StepReport& step) {
    std::printf("    %zu layers split; MACs %.1f -> %.1f M (x%.2f), bytes %.2f -> %.2f MB (x%.2f)\n",
                step.layers.size(), double(step.before.macs) / 1e6, double(step.after.macs) / 1e6,
                double(step.after.macs) / double(step.before.macs), double(step.before.bytes) / 1e6,
                double(step.after.bytes) / 1e6, double(step.after.bytes) / double(step.before.bytes));
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const std::pair<std::string, std::size_t> models[] = {{"resnet50v2_3stages_flowers5.onnx", 64},
                                                          {"squeezenet1.1.onnx", 100},
                                                          {"mobilenet_v2.onnx", 100},
                                                          {"resnet56_cifar10_unfused_bn.onnx", 512}};
    const std::string wanted = argc > 1 ? argv[1] : "";
    for (const auto& [model, images] : models) {
        if (model.find(wanted) == std::string::npos)
            continue;
        PassBench bench(model, images, std::max(1, argc - 1), argv + (argc > 1 ? 1 : 0));
        if (auto status = bench.open(); !status)
            return fail(status.error());
        for (const PassRow& row : rows())
            if (auto status = bench.run(row, printSavings); !status)
                return fail(status.error());
    }
    return 0;
}
