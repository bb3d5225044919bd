// SPDX-License-Identifier: GPL-3.0-or-later
// Stores the weights of real networks as codes and prints accuracy, bytes of the file, time, and what loading and
// running cost. Reach on ResNet-56: at most 0.3 points lost at 4 bits, 1.0 at 3 bits, and 16 % of the file at 4 bits.
// Arguments: "quick" for a third of the test images, further words pick rows whose name holds one of them; a word that
// is part of a model's file name picks that model.
#include "bench/passrows.h"
#include "onnx/onnxwriter.h"

using namespace lapidary;
using namespace lapidary::bench;

namespace {

struct Network {
    const char* model;
    std::size_t calibrationImages;
    double mostLost4, mostLost3; ///< negative: no reach
};

constexpr Network networks[] = {{"resnet20_cifar10_unfused_bn.onnx", 1024, -1, -1},
                                {"resnet56_cifar10_unfused_bn.onnx", 1024, 0.3, 1.0},
                                {"squeezenet1.1.onnx", 100, -1, -1},
                                {"mobilenet_v2.onnx", 100, -1, -1}};

std::vector<PassRow> rows(const Network& network) {
    const std::vector<std::pair<std::string, ParamSet>> ways = {
        {"nearest", {{"rounding", "nearest"}}},
        {"mse", {{"rounding", "mse"}}},
        {"gptq", {}},
        {"gptq, groups of 32", {{"granularity", "group"}}},
        {"gptq, codebook", {{"grid", "codebook"}}},
    };
    std::vector<PassRow> all;
    for (const int bits : {8, 6, 4, 3})
        for (const auto& [way, params] : ways) {
            PassRow row{std::to_string(bits) + " bits " + way, "quantize.weights", params, {}};
            row.params["bits"] = bits;
            const double most = bits == 4 ? network.mostLost4 : bits == 3 ? network.mostLost3 : -1;
            if (most > 0 && way.starts_with("gptq"))
                row.mostLost = most;
            all.push_back(std::move(row));
        }
    for (const auto& [name, storage] :
         {std::pair{"4 bits mse, DequantizeLinear", "dequantize"}, {"8 bits mse, DequantizeLinear", "dequantize"}})
        all.push_back(
            {name, "quantize.weights", {{"bits", name[0] - '0'}, {"rounding", "mse"}, {"storage", storage}}, {}});
    for (const char* which : {"enough", "all"})
        all.push_back({std::string("rows ") + which, "quantize.weights", {{"bits", 4}, {"rows", which}}, {}});
    for (const double target : {0.14, 0.11})
        all.push_back({"sensitivity to " + std::to_string(int(100 * target)) + " %",
                       "quantize.weights",
                       {{"mode", "sensitivity"}, {"target", target}},
                       {}});
    return all;
}

/// Milliseconds of loading and megabytes of the session; -1: it does not load.
std::pair<double, double> loadCost(const Model& model) {
    const double before = memoryMb("VmRSS");
    SessionOptions options;
    options.threads = 2;
    auto session = openSession(model, options);
    return session ? std::pair((*session)->loadMs(), memoryMb("VmRSS") - before) : std::pair(-1.0, -1.0);
}

class FilePrinter {
public:
    explicit FilePrinter(const Model& floats) : m_floats(bytesOf(floats)) {
        const auto [ms, mb] = loadCost(floats);
        std::printf("  float: file %.1f kB, loads in %.1f ms, session %.1f MB\n", m_floats / 1e3, ms, mb);
    }

    void print(const StepReport& step, const Model& model) const {
        double before = 0, after = 0, weights = 0, worst = 200;
        for (const LayerReport& layer : step.layers) {
            before += layer.numbers.at("bytes_before");
            after += layer.numbers.at("bytes_after");
            weights += layer.numbers.at("weights");
            if (layer.numbers.count("sqnr_db"))
                worst = std::min(worst, layer.numbers.at("sqnr_db"));
        }
        const double file = bytesOf(model);
        const auto [ms, mb] = loadCost(model);
        std::printf("    %zu layers, %.2f bits per weight; file %.1f kB, %.1f %% of float; loads in %.1f ms, session "
                    "%.1f MB; lowest SQNR of a layer %.1f dB\n",
                    step.layers.size(), weights > 0 ? 8 * after / weights : 0, file / 1e3, 100 * file / m_floats, ms,
                    mb, worst);
    }

private:
    static double bytesOf(const Model& model) {
        const auto bytes = serializeOnnx(model);
        return bytes ? double(bytes->size()) : 0;
    }
    double m_floats;
};

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    std::vector<char*> words = {argv[0]};
    std::vector<std::string> chosen;
    for (int i = 1; i < argc; ++i) {
        const auto isModel = [&](const Network& network) {
            return std::string_view(network.model).find(argv[i]) != std::string_view::npos;
        };
        if (std::any_of(std::begin(networks), std::end(networks), isModel))
            chosen.emplace_back(argv[i]);
        else
            words.push_back(argv[i]);
    }
    int missed = 0;
    for (const Network& network : networks) {
        const auto named = [&](const std::string& word) {
            return std::string_view(network.model).find(word) != std::string_view::npos;
        };
        if (!chosen.empty() && std::none_of(chosen.begin(), chosen.end(), named))
            continue;
        PassBench bench(network.model, network.calibrationImages, int(words.size()), words.data());
        if (auto status = bench.open(); !status)
            return fail(status.error());
        const FilePrinter printer(*bench.model());
        for (const PassRow& row : rows(network))
            if (auto status = bench.run(row, [&](const StepReport& step) { printer.print(step, *bench.result()); });
                !status)
                return fail(status.error());
        missed += bench.missed();
    }
    return missed == 0 ? 0 : 1;
}
