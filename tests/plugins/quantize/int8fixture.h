// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/eval/memorydataset.h"
#include "eval/calibrator.h"
#include "eval/evaluator.h"
#include "int8pass.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"
#include "pass/runner.h"
#include "testsupport.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>

namespace lapidary::test::int8 {

inline const Shape inputShape = {1, 3, 12, 12};

/// A residual network in small: everything that occurs in the usual classifiers.
inline ModelBuilder network(std::int64_t opset = 13) {
    ModelBuilder b(opset);
    b.input("x", inputShape);
    b.init("w1", {16, 3, 3, 3}, 1).init("b1", {16}, 2);
    b.node("Conv", {"x", "w1", "b1"}, {"c1"}, {attr("pads", {1, 1, 1, 1})}, "first").node("Relu", {"c1"}, {"r1"});
    b.node("MaxPool", {"r1"}, {"p1"}, {attr("kernel_shape", {2, 2}), attr("strides", {2, 2})});
    b.init("w2", {16, 1, 3, 3}, 3).init("b2", {16}, 4);
    b.node("Conv", {"p1", "w2", "b2"}, {"c2"}, {attr("pads", {1, 1, 1, 1}), attr("group", 16)}, "depthwise");
    b.init("zero", makeScalar(0.0f)).init("six", makeScalar(6.0f)).node("Clip", {"c2", "zero", "six"}, {"r2"});
    b.init("w3", {16, 16, 1, 1}, 5).node("Conv", {"r2", "w3"}, {"c3"}, {}, "project");
    b.node("Add", {"c3", "p1"}, {"sum"}).node("Relu", {"sum"}, {"r3"});
    b.init("w4", {8, 16, 1, 1}, 6).node("Conv", {"r3", "w4"}, {"c4"}, {}, "left").node("Relu", {"c4"}, {"r4"});
    b.init("w5", {8, 16, 1, 1}, 7).node("Conv", {"r3", "w5"}, {"c5"}, {}, "right").node("Relu", {"c5"}, {"r5"});
    b.node("Concat", {"r4", "r5"}, {"joined"}, {attr("axis", 1)});
    b.init("w6", {24, 16, 1, 1}, 10).node("Conv", {"joined", "w6"}, {"c6"}, {}, "last").node("Relu", {"c6"}, {"r6"});
    b.node("GlobalAveragePool", {"r6"}, {"g"}).node("Flatten", {"g"}, {"f"});
    b.init("w7", {10, 24}, 8).init("b7", {10}, 9);
    b.node("Gemm", {"f", "w7", "b7"}, {"y"}, {attr("transB", 1)}, "classify")
        .output("y", DataType::Float, Shape{1, 10});
    return b;
}

inline DatasetPtr images(const Shape& shape = inputShape) {
    std::vector<std::vector<float>> samples;
    const Shape sample(shape.begin() + 1, shape.end());
    for (std::uint64_t i = 0; i < 16; ++i)
        samples.push_back(randomFloats(std::size_t(*elementCount(sample)), 100 + i));
    return std::make_shared<MemoryDataset>(sample, samples);
}

inline PassInput inputFor(const ModelPtr& model, const ParamSet& params = {}) {
    PassInput input;
    input.model = model;
    input.shapes = *inferOnnxShapes(*model);
    auto complete = Int8Pass().info().schema.complete(params);
    if (!complete)
        qFatal("%s", complete.error().toString().c_str());
    input.params = *complete;
    return input;
}

inline Result<PassOutcome> quantize(const PassInput& input, DatasetPtr data = images(), int threads = 2) {
    CalibratorOptions options;
    options.threads = threads;
    const auto calibrator = makeCalibrator(std::move(data), options);
    PassContext context;
    context.calibration = calibrator.get();
    return Int8Pass().run(input, context);
}

inline double sqnr(const Model& model, const Model& reference, const Dataset& data) {
    auto result = evaluateModel(model, data, {}, {}, &reference);
    if (!result)
        qFatal("%s", result.error().toString().c_str());
    return *result->sqnrDb;
}

inline std::map<std::string, int> kernels(const Model& model, const Dataset& data) {
    SessionOptions options;
    options.profiling = true;
    auto session = openSession(model, options);
    if (!session)
        qFatal("%s", session.error().toString().c_str());
    const auto outputs = (*session)->run({data.batch(0, 1, {})->input});
    if (!outputs)
        qFatal("%s", outputs.error().toString().c_str());
    const auto times = (*session)->takeKernelTimes();
    std::map<std::string, int> counts;
    std::string all;
    for (const KernelTime& kernel : *times) {
        ++counts[kernel.opType];
        all += " " + kernel.opType;
    }
    if (qEnvironmentVariableIsSet("LAPIDARY_VERBOSE"))
        std::puts(all.c_str());
    return counts;
}

inline std::string reasonFor(const PassOutcome& outcome, const Model& model, const std::string& name) {
    for (const FencedNode& fence : outcome.fenced)
        if (displayName(*model.graph->node(fence.node)) == name)
            return fence.reason;
    return {};
}

} // namespace lapidary::test::int8
