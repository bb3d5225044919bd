// SPDX-License-Identifier: GPL-3.0-or-later
#include "layerbench.h"

#include "core/eval/memorydataset.h"
#include "eval/calibrator.h"
#include "modelbuilder.h"

#include <algorithm>

namespace lapidary::test {

ModelPtr convolutions() {
    ModelBuilder b;
    b.input("x", {1, 8, 10, 10}).init("w0", {16, 8, 3, 3}, 1).init("w1", {16, 16, 3, 3}, 2).init("b1", {16}, 3);
    b.node("Conv", {"x", "w0"}, {"c0"}, {attr("pads", {1, 1, 1, 1})}, "first").node("Relu", {"c0"}, {"r0"});
    b.node("Conv", {"r0", "w1", "b1"}, {"c1"}, {attr("strides", {2, 2}), attr("pads", {1, 1, 1, 1})}, "second");
    b.node("Relu", {"c1"}, {"r1"}).init("w2", {32, 4, 3, 3}, 4);
    b.node("Conv", {"r1", "w2"}, {"c2"}, {attr("group", 4), attr("dilations", {2, 2}), attr("pads", {2, 2, 2, 2})},
           "grouped");
    b.init("wd", {32, 1, 3, 3}, 5).node("Relu", {"c2"}, {"r2"});
    b.node("Conv", {"r2", "wd"}, {"c3"}, {attr("group", 32), attr("auto_pad", "SAME_UPPER")}, "depthwise");
    b.node("GlobalAveragePool", {"c3"}, {"p"}).node("Flatten", {"p"}, {"f"}).init("wf", {32, 10}, 6);
    b.node("Gemm", {"f", "wf"}, {"y"}, {}, "last");
    return b.output("y").build();
}

ModelPtr perceptron() {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "24"}).init("w1", {32, 24}, 1).init("b1", {32}, 2);
    b.node("Gemm", {"x", "w1", "b1"}, {"h"}, {attr("transB", 1)}, "one").node("Relu", {"h"}, {"r"});
    b.init("w2", {32, 32}, 3).node("Gemm", {"r", "w2"}, {"g"}, {attr("transB", 1)}, "two").node("Relu", {"g"}, {"q"});
    b.init("w3", {12, 32}, 4).node("Gemm", {"q", "w3"}, {"y"}, {attr("transB", 1)}, "three");
    return b.output("y").build();
}

std::vector<float> weightOf(const Model& model, const std::string& name) {
    return *toFloats(*model.graph->constant(model.graph->findValue(name)->id));
}

const LayerReport* reportOf(const RunReport& report, const std::string& node) {
    for (const LayerReport& layer : report.steps.at(0).layers)
        if (layer.node == node)
            return &layer;
    return nullptr;
}

std::string fenceOf(const RunReport& report, const std::string& node) {
    for (const auto& [name, reason] : report.steps.at(0).fenced)
        if (name == node)
            return reason;
    return {};
}

bool noted(const Diagnostics& notes, const std::string& code) {
    return std::any_of(notes.begin(), notes.end(), [&](const Diagnostic& note) { return note.code == code; });
}

std::vector<std::vector<float>> correlatedSamples(std::size_t width, std::size_t count) {
    std::vector<std::vector<float>> samples;
    for (std::size_t s = 0; s < count; ++s) {
        auto sample = randomFloats(width, 100 + s);
        for (std::size_t i = 0; i < width; ++i)
            sample[i] = sample[i] + (i > 0 ? 0.8f * sample[i - 1] : 0) + 0.5f;
        samples.push_back(std::move(sample));
    }
    return samples;
}

Result<RunReport> applyOnData(const ModelPtr& model, const std::string& pass, ParamSet params,
                              const std::vector<std::vector<float>>& samples, int threads) {
    CalibratorOptions options;
    options.threads = threads;
    const auto calibrator =
        makeCalibrator(std::make_shared<MemoryDataset>(Shape{std::int64_t(samples.front().size())}, samples), options);
    RunEnvironment environment = passEnvironment();
    environment.calibration = calibrator.get();
    Recipe recipe;
    recipe.steps.resize(1);
    recipe.steps[0].pass = pass;
    recipe.steps[0].params = std::move(params);
    return runRecipe(model, recipe, environment);
}

double measuredError(const Model& a, const Model& b, const std::vector<std::vector<float>>& samples) {
    std::vector<float> all;
    for (const auto& sample : samples)
        all.insert(all.end(), sample.begin(), sample.end());
    const std::vector<TensorPtr> input = {
        makeTensor<float>({std::int64_t(samples.size()), std::int64_t(samples.front().size())}, all)};
    const auto x = *toFloats(*runModel(a, input)->front()), y = *toFloats(*runModel(b, input)->front());
    const std::size_t width = x.size() / samples.size();
    std::vector<double> mean(width);
    double error = 0, power = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        mean[i % width] += double(x[i]) / double(samples.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        error += (double(x[i]) - double(y[i])) * (double(x[i]) - double(y[i]));
        power += (double(x[i]) - mean[i % width]) * (double(x[i]) - mean[i % width]);
    }
    return error / power;
}

} // namespace lapidary::test
