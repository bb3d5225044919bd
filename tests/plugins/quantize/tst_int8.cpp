// SPDX-License-Identifier: GPL-3.0-or-later
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

using namespace lapidary;
using test::attr;
using test::ModelBuilder;

namespace {

const Shape inputShape = {1, 3, 12, 12};

/// A residual network in small: everything that occurs in the usual classifiers.
ModelBuilder network() {
    ModelBuilder b(13);
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

DatasetPtr images(const Shape& shape = inputShape) {
    std::vector<std::vector<float>> samples;
    const Shape sample(shape.begin() + 1, shape.end());
    for (std::uint64_t i = 0; i < 16; ++i)
        samples.push_back(test::randomFloats(std::size_t(*elementCount(sample)), 100 + i));
    return std::make_shared<test::MemoryDataset>(sample, samples);
}

PassInput inputFor(const ModelPtr& model, const ParamSet& params = {}) {
    PassInput input;
    input.model = model;
    input.shapes = *inferOnnxShapes(*model);
    auto complete = Int8Pass().info().schema.complete(params);
    if (!complete)
        qFatal("%s", complete.error().toString().c_str());
    input.params = *complete;
    return input;
}

Result<PassOutcome> quantize(const PassInput& input, DatasetPtr data = images(), int threads = 2) {
    CalibratorOptions options;
    options.threads = threads;
    const auto calibrator = makeCalibrator(std::move(data), options);
    PassContext context;
    context.calibration = calibrator.get();
    return Int8Pass().run(input, context);
}

double sqnr(const Model& model, const Model& reference, const Dataset& data) {
    auto result = evaluateModel(model, data, {}, {}, &reference);
    if (!result)
        qFatal("%s", result.error().toString().c_str());
    return *result->sqnrDb;
}

std::map<std::string, int> kernels(const Model& model, const Dataset& data) {
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

std::string reasonFor(const PassOutcome& outcome, const Model& model, const std::string& name) {
    for (const FencedNode& fence : outcome.fenced)
        if (displayName(*model.graph->node(fence.node)) == name)
            return fence.reason;
    return {};
}

} // namespace

class TestInt8 : public test::TestCase {
    Q_OBJECT

    void checkPreview(const PassInput& input, const PassOutcome& outcome) {
        auto preview = Int8Pass().preview(input);
        LAPIDARY_VERIFY_OK(preview);
        const ModelTotals real = totalsOf(*outcome.model, *inferOnnxShapes(*outcome.model));
        QCOMPARE(preview->after.bytes, real.bytes);
        QCOMPARE(preview->after.parameters, real.parameters);
        QCOMPARE(preview->after.macs, real.macs);
        QCOMPARE(preview->before.macs, preview->after.macs);
        QCOMPARE(preview->fenced.size(), outcome.fenced.size());
    }

private Q_SLOTS:
    void schemaIsSound() { LAPIDARY_VERIFY_OK(Int8Pass().info().schema.check()); }

    void everyKernelRunsOnIntegers() {
        const auto model = network().build();
        const PassInput input = inputFor(model);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        auto counts = kernels(*outcome->model, *images());
        QCOMPARE(counts["QLinearConv"], 6);
        QCOMPARE(counts["QGemm"], 1);
        QCOMPARE(counts["QLinearAdd"], 1);
        QCOMPARE(counts["QLinearConcat"], 1);
        QCOMPARE(counts["QLinearGlobalAveragePool"], 1);
        for (const char* floatKernel : {"Conv", "FusedConv", "Gemm", "Add", "Relu", "Clip", "FusedGemm"})
            QCOMPARE(counts[floatKernel], 0);
        QCOMPARE(counts["QuantizeLinear"], 1); // the image
        QVERIFY2(sqnr(*outcome->model, *model, *images()) > 22,
                 std::to_string(sqnr(*outcome->model, *model, *images())).c_str());
        checkPreview(input, *outcome);
        QVERIFY(outcome->fenced.empty());
        QCOMPARE(outcome->layers.front().node, std::string("first"));
        QVERIFY(outcome->layers.front().numbers.at("weight_sqnr_db") > 35);
        QVERIFY(outcome->layers.front().numbers.at("activation_max") > 2);
    }

    void inputsAndOutputsStayFloat() {
        const auto model = network().build();
        auto outcome = quantize(inputFor(model));
        LAPIDARY_VERIFY_OK(outcome);
        auto session = openSession(*outcome->model, {});
        LAPIDARY_VERIFY_OK(session);
        QCOMPARE((*session)->inputs().size(), std::size_t(1));
        QCOMPARE((*session)->inputs()[0].name, std::string("x"));
        QCOMPARE((*session)->inputs()[0].type, DataType::Float);
        QCOMPARE((*session)->outputs()[0].name, std::string("y"));
        QCOMPARE((*session)->outputs()[0].type, DataType::Float);
    }

    void sameBytesWhateverTheThreads() {
        const auto model = network().build();
        for (const char* calibration : {"minmax", "percentile"}) {
            const PassInput input = inputFor(model, {{"calibration", calibration}});
            auto once = quantize(input, images(), 1);
            auto again = quantize(input, images(), 3);
            LAPIDARY_VERIFY_OK(again);
            QVERIFY(*serializeOnnx(*once->model) == *serializeOnnx(*again->model));
        }
    }

    void options_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("percentile") << "calibration"
                                    << "percentile";
        QTest::newRow("int8") << "activations"
                              << "int8";
        QTest::newRow("7 bits") << "weight_range"
                                << "reduced";
        QTest::newRow("per tensor") << "per_channel"
                                    << "";
    }
    void options() {
        QFETCH(QString, key);
        QFETCH(QString, value);
        const auto model = network().build();
        ParamSet params;
        params[key.toStdString()] = value.isEmpty() ? Json(false) : Json(value.toStdString());
        const PassInput input = inputFor(model, params);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        checkPreview(input, *outcome);
        QVERIFY2(sqnr(*outcome->model, *model, *images()) > 15,
                 std::to_string(sqnr(*outcome->model, *model, *images())).c_str());
        const TensorPtr weight = outcome->model->graph->findValue("w1_quantized")->initializer;
        const auto integers = *toIntegers(*weight);
        const auto highest = std::max_element(integers.begin(), integers.end(),
                                              [](auto a, auto b) { return std::abs(a) < std::abs(b); });
        QCOMPARE(std::abs(*highest), key == "weight_range" ? std::int64_t(64) : std::int64_t(127));
        QCOMPARE(outcome->model->graph->findValue("w1_scale")->initializer->count(), value.isEmpty() ? 1 : 16);
        QCOMPARE(outcome->model->graph->findValue("r1_zero_point")->initializer->type,
                 key == "activations" ? DataType::Int8 : DataType::UInt8);
    }

    void scopeAndExclusion() {
        const auto model = network().build();
        PassInput input = inputFor(model, {{"exclude", "le*, right"}});
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        checkPreview(input, *outcome);
        QCOMPARE(reasonFor(*outcome, *model, "left"), std::string("kept in float by its name"));
        QVERIFY(!reasonFor(*outcome, *model, "right").empty());
        QVERIFY(outcome->model->graph->findValue("w4")->initializer);
        QCOMPARE(kernels(*outcome->model, *images())["QLinearConv"], 4);
        input = inputFor(model);
        input.scope = {model->graph->findNode("first")->id};
        outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        checkPreview(input, *outcome);
        QCOMPARE(kernels(*outcome->model, *images())["QLinearConv"], 1);
        QCOMPARE(outcome->model->graph->findValue("w2")->initializer->type, DataType::Float);
    }

    void refusals() {
        const auto model = network().build();
        PassContext context;
        auto outcome = Int8Pass().run(inputFor(model), context);
        QVERIFY(!outcome.ok());
        QCOMPARE(outcome.error().code, std::string("pass.no_calibration"));
        const auto quantized = quantize(inputFor(model))->model;
        auto preview = Int8Pass().preview(inputFor(quantized));
        QVERIFY(!preview.ok());
        QCOMPARE(preview.error().code, std::string("pass.already_quantized"));
        ModelBuilder b(13);
        const auto nothing = b.input("x", {1, 4}).node("Tanh", {"x"}, {"y"}).output("y").build();
        preview = Int8Pass().preview(inputFor(nothing));
        QVERIFY(!preview.ok());
        QCOMPARE(preview.error().code, std::string("pass.nothing"));
        QVERIFY(preview.error().message.find("Tanh") != std::string::npos);
    }

    void convolutionAsOutput() {
        ModelBuilder b(13);
        b.input("x", inputShape).init("w", {4, 3, 3, 3}, 1).node("Conv", {"x", "w"}, {"y"}).output("y");
        const auto model = b.build();
        const PassInput input = inputFor(model);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        checkPreview(input, *outcome);
        QCOMPARE(kernels(*outcome->model, *images())["QLinearConv"], 1);
        auto session = openSession(*outcome->model, {});
        QCOMPARE((*session)->outputs()[0].name, std::string("y"));
        QCOMPARE((*session)->outputs()[0].type, DataType::Float);
    }

    void zerosAndValuesThatAreNoNumbers() {
        ModelBuilder b(13);
        b.input("x", inputShape);
        b.init("w0", {4, 3, 1, 1}, std::vector<float>(12, 0.0f)).init("b0", {4}, std::vector<float>{0, 1, -2, 1e-9f});
        b.node("Conv", {"x", "w0", "b0"}, {"c0"}, {}, "zeros").node("Relu", {"c0"}, {"r0"});
        b.init("minus", makeScalar(-1.0f)).node("Mul", {"r0", "minus"}, {"m"}).init("one", makeScalar(1.0f));
        b.node("Sub", {"m", "one"}, {"s"}).node("Sqrt", {"s"}, {"nan"});
        b.init("w1", {4, 4, 1, 1}, 3).node("Conv", {"nan", "w1"}, {"c1"}, {}, "lost");
        b.init("w2", {4, 4, 1, 1}, 4).node("Conv", {"r0", "w2"}, {"c2"}, {}, "fine").output("c1").output("c2");
        const auto model = b.build();
        auto outcome = quantize(inputFor(model));
        LAPIDARY_VERIFY_OK(outcome);
        QVERIFY(reasonFor(*outcome, *model, "lost").find("finite") != std::string::npos);
        const auto run = [&](const Model& any) {
            auto session = openSession(any, {});
            return *toFloats(*(*(*session)->run({images()->batch(0, 1)->input}))[1]);
        };
        const auto exact = run(*model), rounded = run(*outcome->model);
        for (std::size_t i = 0; i < exact.size(); ++i)
            QVERIFY2(std::fabs(exact[i] - rounded[i]) < 0.05f, std::to_string(rounded[i]).c_str());
    }

    void oldOpsetAndSharedWeights() {
        ModelBuilder b(9);
        b.input("x", inputShape).init("w0", {8, 3, 1, 1}, 1).init("w", {8, 8, 1, 1}, 2).init("b", {8}, 3);
        b.node("Conv", {"x", "w0"}, {"c0"}).node("Clip", {"c0"}, {"r0"}, {attr("min", 0.0), attr("max", 6.0)});
        b.node("Conv", {"r0", "w", "b"}, {"c1"}).node("Relu", {"c1"}, {"r1"}).node("Conv", {"r1", "w", "b"}, {"c2"});
        b.node("Relu", {"c2"}, {"r2"}).node("GlobalAveragePool", {"r2"}, {"g"}).node("Flatten", {"g"}, {"f"});
        const auto model = b.node("Softmax", {"f"}, {"y"}).output("y").build();
        const PassInput input = inputFor(model);
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        QCOMPARE(outcome->model->opset(), std::int64_t(13));
        checkPreview(input, *outcome);
        QCOMPARE(kernels(*outcome->model, *images())["QLinearConv"], 3);
        QVERIFY(sqnr(*outcome->model, *model, *images()) > 25);
    }

    void unfusedBatchNormIsNoted() {
        ModelBuilder b(13);
        b.input("x", inputShape).init("w", {4, 3, 3, 3}, 1).init("v", {4}, std::vector<float>{1, 1, 1, 1});
        b.node("Conv", {"x", "w"}, {"c"}).node("BatchNormalization", {"c", "v", "v", "v", "v"}, {"y"}).output("y");
        auto preview = Int8Pass().preview(inputFor(b.build()));
        LAPIDARY_VERIFY_OK(preview);
        QCOMPARE(preview->notes.front().code, std::string("quantize.unfused_batch_norm"));
        QCOMPARE(preview->nodes.size(), std::size_t(1));
        QCOMPARE(preview->nodes.front().precision, std::string("int8"));
    }

    void stops() {
        std::stop_source stop;
        stop.request_stop();
        const auto calibrator = makeCalibrator(images());
        PassContext context;
        context.calibration = calibrator.get();
        context.work = Work{stop.get_token(), {}};
        auto outcome = Int8Pass().run(inputFor(network().build()), context);
        QVERIFY(!outcome.ok());
        QVERIFY(isCancelled(outcome.error()));
    }
};

QTEST_GUILESS_MAIN(TestInt8)
#include "tst_int8.moc"
