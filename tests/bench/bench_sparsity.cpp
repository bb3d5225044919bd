// SPDX-License-Identifier: GPL-3.0-or-later
// Sets weights of ResNet-56 (CIFAR-10) to zero and prints accuracy, layer errors, time and the ledger. Reach: at most
// 0.3, 1.0 and 0.5 points lost at 50 %, 70 % and 2:4 with compensation. Arguments: "quick" for a third of the test
// images, further words pick rows whose name holds one of them.
#include "bench/passrows.h"

using namespace lapidary;
using namespace lapidary::bench;

namespace {

constexpr std::size_t calibrationImages = 1024;

std::vector<PassRow> rows() {
    const ParamSet half = {{"sparsity", 0.5}}, seventy = {{"sparsity", 0.7}}, pairs = {{"pattern", "n_m"}};
    const std::vector<std::pair<std::string, ParamSet>> ways = {
        {"magnitude", {{"criterion", "magnitude"}}},
        {"wanda, mask only", {{"criterion", "wanda"}, {"compensate", false}, {"bias_correction", false}}},
        {"OBS, mask only", {{"compensate", false}, {"bias_correction", false}}},
        {"wanda, compensated", {{"criterion", "wanda"}}},
        {"OBS, all at once", {{"sequential", false}}},
        {"OBS, blocked", {{"solver", "blocked"}}},
        {"OBS, layer by layer", {}},
        {"OBS, by sensitivity", {{"distribution", "sensitivity"}}},
    };
    std::vector<PassRow> all;
    for (const auto& [level, base] : {std::pair{"50 %", half}, std::pair{"70 %", seventy}, std::pair{"2:4", pairs}})
        for (const auto& [way, params] : ways) {
            if (base.count("pattern") && params.count("distribution"))
                continue;
            PassRow row;
            row.name = std::string(level) + " " + way;
            row.pass = "prune.weights";
            row.params = base;
            row.params.insert(params.begin(), params.end());
            if (way == "OBS, layer by layer" || way == "OBS, by sensitivity")
                row.mostLost = base.count("pattern") ? 0.5 : base.at("sparsity").toDouble() > 0.6 ? 1.0 : 0.3;
            all.push_back(std::move(row));
        }
    return all;
}

void printLedger(const StepReport& step) {
    std::map<std::string, double> sum;
    double masked = 0, error = 0;
    for (const LayerReport& layer : step.layers) {
        for (const auto& [name, number] : layer.numbers)
            sum[name] += number;
        if (layer.numbers.count("error_percent")) {
            masked = std::max(masked, layer.numbers.at("error_before_percent"));
            error = std::max(error, layer.numbers.at("error_percent"));
        }
    }
    std::printf(
        "    %zu layers, %.1f %% zeros; kB: dense %.0f, ONNX sparse %.0f (packed %.0f), zstd %.0f, bitmask %.0f; "
        "largest layer error %.2f -> %.2f %%\n",
        step.layers.size(), 100 * sum["zeros"] / sum["weights"], sum["dense_bytes"] / 1e3,
        sum["onnx_sparse_bytes"] / 1e3, sum["onnx_sparse_packed_bytes"] / 1e3, sum["zstd_bytes"] / 1e3,
        sum["bitmask_bytes"] / 1e3, masked, error);
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    PassBench bench("resnet56_cifar10_unfused_bn.onnx", calibrationImages, argc, argv);
    if (auto status = bench.open(); !status)
        return fail(status.error());
    for (const PassRow& row : rows())
        if (auto status = bench.run(row, printLedger); !status)
            return fail(status.error());
    return bench.missed() == 0 ? 0 : 1;
}
