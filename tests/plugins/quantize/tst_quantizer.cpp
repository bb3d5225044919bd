// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluator.h"
#include "int8options.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "quantizer.h"
#include "analysis/raiseopset.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>
#include <functional>

using namespace lapidary;
using test::attr;
using test::ModelBuilder;

namespace {

std::vector<float> runModel(const Model& model, const Shape& shape) {
    auto session = openSession(model, {});
    if (!session)
        qFatal("%s", session.error().toString().c_str());
    const auto values = test::randomFloats(std::size_t(*elementCount(shape)), 3);
    auto outputs = (*session)->run({makeTensor(shape, values)});
    if (!outputs)
        qFatal("%s", outputs.error().toString().c_str());
    std::vector<float> all;
    for (const TensorPtr& output : *outputs) {
        const auto floats = toFloats(*output);
        all.insert(all.end(), floats->begin(), floats->end());
    }
    return all;
}

struct OldModel {
    const char* name;
    int opset;
    std::function<void(ModelBuilder&)> build;
};

const std::vector<OldModel>& oldModels() {
    static const std::vector<OldModel> models = {
        {"clip", 7,
         [](ModelBuilder& b) {
             b.node("Clip", {"x"}, {"y"}, {attr("min", -0.5), attr("max", 0.25)});
         }},
        {"pad", 9,
         [](ModelBuilder& b) {
             b.node("Pad", {"x"}, {"y"}, {attr("pads", {0, 0, 1, 2, 0, 0, 3, 0}), attr("value", 7.0)});
         }},
        {"slice", 9,
         [](ModelBuilder& b) {
             b.node("Slice", {"x"}, {"y"}, {attr("starts", {1, 0}), attr("ends", {3, 2}), attr("axes", {1, 3})});
         }},
        {"squeeze", 11,
         [](ModelBuilder& b) {
             b.node("Unsqueeze", {"x"}, {"u"}, {attr("axes", {0, 3})})
                 .node("Squeeze", {"u"}, {"y"}, {attr("axes", {3})});
         }},
        {"split", 11,
         [](ModelBuilder& b) {
             b.node("Split", {"x"}, {"y", "z"}, {attr("axis", 1), attr("split", {1, 3})}).output("z");
         }},
        {"reducesum", 11,
         [](ModelBuilder& b) {
             b.node("ReduceSum", {"x"}, {"y"}, {attr("axes", {1, 2}), attr("keepdims", 0)});
         }},
        {"softmax", 11,
         [](ModelBuilder& b) {
             b.node("GlobalAveragePool", {"x"}, {"p"}).node("Softmax", {"p"}, {"y"}, {attr("axis", 1)});
         }},
        {"softmax default axis", 9,
         [](ModelBuilder& b) {
             b.node("GlobalAveragePool", {"x"}, {"p"}).node("Flatten", {"p"}, {"f"}).node("LogSoftmax", {"f"}, {"y"});
         }},
        {"dropout", 10, [](ModelBuilder& b) { b.node("Dropout", {"x"}, {"y"}, {attr("ratio", 0.3)}); }},
        {"upsample", 9,
         [](ModelBuilder& b) {
             b.init("s", {4}, std::vector<float>{1, 1, 2, 3})
                 .node("Upsample", {"x", "s"}, {"y"}, {attr("mode", "nearest")});
         }},
        {"upsample linear", 7,
         [](ModelBuilder& b) {
             b.node("Upsample", {"x"}, {"y"}, {attr("mode", "linear"), attr("scales", std::vector<float>{1, 1, 2, 2})});
         }},
        {"resize", 10,
         [](ModelBuilder& b) {
             b.init("s", {4}, std::vector<float>{1, 1, 2, 1.7f})
                 .node("Resize", {"x", "s"}, {"y"}, {attr("mode", "nearest")});
         }},
        {"batch norm", 7,
         [](ModelBuilder& b) {
             b.init("v", {4}, std::vector<float>{1, 2, 3, 4});
             b.node("BatchNormalization", {"x", "v", "v", "v", "v"}, {"y"}, {attr("spatial", 1)});
         }},
    };
    return models;
}

} // namespace

class TestQuantizer : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void activationParamsCoverTheRange() {
        for (const DataType type : {DataType::UInt8, DataType::Int8, DataType::UInt16, DataType::Int16})
            for (const auto& [low, high] :
                 {std::pair(-1.5f, 3.0f), std::pair(0.0f, 6.0f), std::pair(2.0f, 5.0f), std::pair(-8.0f, -1.0f)}) {
                const QuantParams params = activationParams(low, high, type);
                const float from = std::min(low, 0.0f), to = std::max(high, 0.0f);
                QVERIFY(std::fabs(params.scale - (to - from) / float(params.levels() - 1)) < 1e-6f);
                QVERIFY(std::fabs(float(params.lowest() - params.zeroPoint) * params.scale - from) <=
                        params.scale / 2 * 1.01f);
                QVERIFY(std::fabs(float(params.highest() - params.zeroPoint) * params.scale - to) <=
                        params.scale / 2 * 1.01f);
                const QuantParams even = activationParams(low, high, type, true);
                QCOMPARE(even.zeroPoint, (even.lowest() + even.highest() + 1) / 2);
                QVERIFY(std::fabs(float(even.highest() - even.zeroPoint) * even.scale - std::max(-from, to)) < 1e-5f);
            }
        QCOMPARE(activationParams(0, 0, DataType::UInt8).scale, 1.0f);
        QCOMPARE(activationParams(0, 1e-44f, DataType::UInt8).scale, 1.0f);
        QCOMPARE(activationParams(0, 5, DataType::UInt8).zeroPoint, 0);
        QCOMPARE(activationParams(0, 5, DataType::Int8).zeroPoint, -128);
        QCOMPARE(activationParams(0, 5, DataType::Int16).zeroPoint, -32768);
        for (float bound = 0.1f; bound < 10; bound *= 1.37f)
            QVERIFY(activationParams(0, bound, DataType::UInt8, false, bound).scale * 255.0f <= bound);
    }

    void integersOfEveryType() {
        const std::vector<float> values = {-2, -0.51f, 0, 0.5f, 1, 7, std::nanf("")};
        for (const DataType type : {DataType::UInt8, DataType::Int8, DataType::UInt16, DataType::Int16}) {
            const QuantParams params = activationParams(-1, 1, type);
            const TensorPtr tensor = quantizeActivation({7}, values, params);
            QVERIFY(tensor->type == type);
            const auto integers = toIntegers(*tensor);
            LAPIDARY_VERIFY_OK(integers);
            for (std::size_t i = 0; i < values.size(); ++i) {
                const float value = std::isnan(values[i]) ? 0 : std::min(std::max(values[i], -1.0f), 1.0f);
                const float back = float((*integers)[i] - params.zeroPoint) * params.scale;
                QVERIFY2(std::fabs(back - value) <= params.scale * 0.51f, std::to_string(back).c_str());
            }
            QCOMPARE((*toIntegers(*zeroPointTensor(params)))[0], std::int64_t(params.zeroPoint));
        }
        const std::vector<std::int8_t> weights = {-127, 0, 1, 127};
        const auto moved = *toIntegers(*weightTensor({4}, weights, true));
        const auto zeros = *toIntegers(*weightZeroPoints({4}, 4, true));
        for (std::size_t i = 0; i < 4; ++i)
            QCOMPARE(moved[i] - zeros[i], std::int64_t(weights[i]));
    }

    void whenWeightsKeepToSevenBits() {
        QVERIFY(reducesRange("on", false, false, false));
        QVERIFY(!reducesRange("off", true, false, false));
        QVERIFY(reducesRange("auto", true, false, false));
        QVERIFY(!reducesRange("auto", false, false, false));
        QVERIFY(!reducesRange("auto", true, true, false)); // products of unsigned numbers are widened first
        QVERIFY(!reducesRange("auto", true, false, true));
    }

    void weightsAgainstReference() {
        for (const auto& [shape, axis] :
             {std::pair(Shape{5, 3, 3, 3}, 0), std::pair(Shape{7, 4}, 1), std::pair(Shape{6, 6}, -1)}) {
            const auto weights = test::randomFloats(std::size_t(*elementCount(shape)), 11);
            const WeightLayout layout = weightLayout(shape, axis);
            const auto scales = weightScales(weights, layout, 127);
            QCOMPARE(scales.size(), axis < 0 ? 1u : std::size_t(shape[std::size_t(axis)]));
            const auto quantized = quantizeWeights(weights, layout, scales, 127);
            double signal = 0, noise = 0;
            std::vector<float> largest(scales.size(), 0);
            for (std::size_t i = 0; i < weights.size(); ++i) {
                const std::size_t c = i / layout.inner % layout.channels;
                const double exact = double(weights[i]) / scales[c];
                QVERIFY(std::fabs(exact - quantized.values[i]) <= 0.5 + 1e-4);
                signal += double(weights[i]) * weights[i];
                noise += std::pow(double(weights[i]) - double(quantized.values[i]) * scales[c], 2);
                largest[c] = std::max(largest[c], std::fabs(weights[i]));
            }
            QVERIFY(std::fabs(quantized.sqnrDb - 10 * std::log10(signal / noise)) < 0.01);
            for (std::size_t c = 0; c < scales.size(); ++c)
                QCOMPARE(scales[c], largest[c] / 127);
        }
    }

    void oddWeights() {
        const std::vector<float> weights = {0, 0, 1, -2, std::nanf(""), 3};
        const WeightLayout layout = weightLayout({3, 2}, 0);
        const auto scales = weightScales(weights, layout, 64);
        QCOMPARE(scales[0], 3.0f / 64);
        QCOMPARE(scales[1], 2.0f / 64);
        QCOMPARE(quantizeWeights(weights, layout, scales, 64).values, (std::vector<std::int8_t>{0, 0, 32, -64, 0, 64}));
    }

    void biasFitsItsInteger() {
        const float inputScale = 1e-6f, bias = 12345;
        const float scale = smallestScaleForBias(bias, inputScale);
        QVERIFY(std::fabs(double(quantizeBias(bias, double(scale) * inputScale)) * scale * inputScale - bias) < 1e-2);
        QCOMPARE(quantizeBias(1e30f, 1e-9), std::int32_t(2147483647));
    }

    void raisedModelsMeanTheSame_data() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < oldModels().size(); ++i)
            QTest::newRow(oldModels()[i].name) << int(i);
    }
    void raisedModelsMeanTheSame() {
        QFETCH(int, index);
        const OldModel& old = oldModels()[std::size_t(index)];
        ModelBuilder b(old.opset);
        const Shape shape = {1, 4, 5, 6};
        b.input("x", shape);
        old.build(b);
        const ModelPtr model = b.output("y").build();
        auto shapes = inferOnnxShapes(*model);
        LAPIDARY_VERIFY_OK(shapes);
        auto raised = raiseOpset(model, *shapes, 13);
        LAPIDARY_VERIFY_OK(raised);
        QCOMPARE(raised->model->opset(), std::int64_t(13));
        QCOMPARE(runModel(*raised->model, shape), runModel(*model, shape));
    }

    void changedMeaningIsRefused() {
        ModelBuilder b(11);
        const ModelPtr model =
            b.input("x", {1, 4, 5, 6}).node("Softmax", {"x"}, {"y"}, {attr("axis", 1)}).output("y").build();
        auto shapes = inferOnnxShapes(*model);
        auto raised = raiseOpset(model, *shapes, 13);
        QVERIFY(!raised.ok());
        QCOMPARE(raised.error().code, std::string("pass.opset"));
        QVERIFY(!raised.error().place.node.empty());
        ModelBuilder shrinking(10);
        shrinking.input("x", {1, 1, 4, 4}).init("s", {4}, std::vector<float>{1, 1, 0.6f, 1});
        const ModelPtr resize = shrinking.node("Resize", {"x", "s"}, {"y"}).output("y").build();
        QVERIFY(!raiseOpset(resize, *inferOnnxShapes(*resize), 13).ok());
    }
};

QTEST_GUILESS_MAIN(TestQuantizer)
#include "tst_quantizer.moc"
