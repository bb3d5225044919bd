// SPDX-License-Identifier: GPL-3.0-or-later
// quantize.weights as the application runs it: which layers, how well, and what it says.
#include "core/eval/memorydataset.h"
#include "eval/calibrator.h"
#include "eval/evaluator.h"
#include "layerbench.h"
#include "modelbuilder.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Nothing kept at more bits than asked for.
ParamSet plain(ParamSet params) {
    params.emplace("first_bits", 2);
    params.emplace("depthwise_bits", 2);
    return params;
}

Result<RunReport> quantize(const ModelPtr& model, ParamSet params, std::vector<std::string> nodes = {}) {
    params.emplace("rounding", "mse");
    return applyPass(model, "quantize.weights", plain(std::move(params)), std::move(nodes));
}

Result<RunReport> quantizeOnData(const ModelPtr& model, ParamSet params, const std::vector<std::vector<float>>& samples,
                                 int threads = 2) {
    return applyOnData(model, "quantize.weights", plain(std::move(params)), samples, threads);
}

double bitsOf(const RunReport& report, const std::string& node) {
    const LayerReport* layer = reportOf(report, node);
    return layer ? layer->numbers.at("bits") : 0;
}

double bytesShare(const RunReport& report) {
    double before = 0, after = 0;
    for (const LayerReport& layer : report.steps[0].layers) {
        before += layer.numbers.at("bytes_before");
        after += layer.numbers.at("bytes_after");
    }
    return after / before;
}

} // namespace

class TestQuantizeWeights : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void bitsAreChosenAsAsked();
    void refusesWhatCannotBe();
    void alreadyQuantizedIsRefused_data();
    void alreadyQuantizedIsRefused();
    void sharedAndConstantNodeWeights();
    void reportedErrorIsTheMeasuredOne_data();
    void reportedErrorIsTheMeasuredOne();
    void optimalIsNeverWorseThanNearest_data();
    void optimalIsNeverWorseThanNearest();
    void goingLayerByLayerHelps();
    void bitsFollowSensitivity();
    void fewRowsTellEnough();
    void threadsChangeNoByte();
    void untouchedStaysShared();
    void saysWhatDevicesHaveOfIt();
    void realNetworkIsSmallAndRight();
};

void TestQuantizeWeights::bitsAreChosenAsAsked() {
    const auto model = convolutions();
    auto report = applyPass(model, "quantize.weights", {{"rounding", "mse"}});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(bitsOf(*report, "first"), 8.0);
    QCOMPARE(bitsOf(*report, "second"), 4.0);
    QCOMPARE(bitsOf(*report, "depthwise"), 8.0);
    Json::Object layers;
    layers["s*"] = 3;
    layers["sec?nd"] = 6; // the longer pattern counts
    layers["grouped"] = 0;
    layers["first"] = 2;
    report = quantize(model, {{"layer_bits", layers}});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(bitsOf(*report, "second"), 6.0);
    QCOMPARE(bitsOf(*report, "first"), 2.0);
    QVERIFY(fenceOf(*report, "grouped").find("by its name") != std::string::npos);
    QVERIFY(report->model->graph->constant(report->model->graph->findValue("w2")->id));
    report = quantize(model, {}, {"second"});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->steps[0].layers.size(), std::size_t(1));
    layers["nowhere*"] = 4;
    report = quantize(model, {{"layer_bits", layers}});
    QVERIFY(!report);
    QCOMPARE(report.error().code, std::string("param.node"));
    QVERIFY(report.error().message.find("nowhere*") != std::string::npos);
    layers.erase("nowhere*");
    layers["second"] = 4.5;
    report = quantize(model, {{"layer_bits", layers}});
    QVERIFY(!report);
    QCOMPARE(report.error().code, std::string("param.range"));
}

void TestQuantizeWeights::refusesWhatCannotBe() {
    const auto model = convolutions();
    const std::vector<ParamSet> contradictions = {
        {{"grid", "codebook"}, {"storage", "dequantize"}},
        {{"grid", "codebook"}, {"storage", "matmul_nbits"}, {"granularity", "group"}},
        {{"storage", "matmul_nbits"}},
        {{"storage", "matmul_nbits"}, {"granularity", "group"}, {"bits", 3}},
        {{"storage", "matmul_nbits"}, {"granularity", "group"}, {"group_size", 20}}};
    for (const ParamSet& params : contradictions) {
        const auto refused = quantize(model, params);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, std::string("param.range"));
        QVERIFY(!refused.error().hint.empty());
    }
    RunEnvironment environment = passEnvironment();
    environment.calibration = nullptr;
    Recipe recipe;
    recipe.steps.resize(1);
    recipe.steps[0].pass = "quantize.weights";
    const auto without = runRecipe(model, recipe, environment);
    QVERIFY(!without);
    QCOMPARE(without.error().code, std::string("pass.no_calibration"));
    ModelBuilder b;
    b.input("x", {1, 8}).node("Relu", {"x"}, {"y"});
    auto refused = quantize(b.output("y").build(), {});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string("pass.not_applicable"));
    ModelBuilder small;
    small.input("x", {1, 4}).init("w", {4, 4}, 1).node("MatMul", {"x", "w"}, {"y"}, {}, "tiny");
    refused = quantize(small.output("y").build(), {});
    QVERIFY(!refused);
    QVERIFY(refused.error().message.find("too small") != std::string::npos);
}

void TestQuantizeWeights::alreadyQuantizedIsRefused_data() {
    QTest::addColumn<QString>("storage");
    QTest::addColumn<int>("bits");
    QTest::newRow("DequantizeLinear") << "dequantize" << 4;
    QTest::newRow("packed") << "auto" << 3;
    QTest::newRow("packed integers") << "auto" << 8;
}

void TestQuantizeWeights::alreadyQuantizedIsRefused() {
    QFETCH(QString, storage);
    QFETCH(int, bits);
    const auto first = quantize(convolutions(), {{"storage", storage.toStdString()}, {"bits", bits}});
    LAPIDARY_VERIFY_OK(first);
    for (const char* pass : {"quantize.weights", "quantize.int8"}) {
        const auto second = applyPass(first->model, pass);
        QVERIFY(!second);
        QCOMPARE(second.error().code, std::string("pass.already_quantized"));
    }
    // simplify.graph must not compute the weights ahead: the file would be as large as before.
    const auto simple = applyPass(first->model, "simplify.graph");
    LAPIDARY_VERIFY_OK(simple);
    QVERIFY2(simple->steps[0].after.bytes <= first->steps[0].after.bytes,
             (std::to_string(first->steps[0].after.bytes) + " became " + std::to_string(simple->steps[0].after.bytes))
                 .c_str());
}

void TestQuantizeWeights::sharedAndConstantNodeWeights() {
    ModelBuilder b;
    b.input("x", {1, 32}).init("w1", {32, 32}, 2).node("MatMul", {"x", "w1"}, {"c"}, {}, "one");
    b.node("MatMul", {"c", "w1"}, {"d"}, {}, "two");
    b.node("Constant", {}, {"w2"}, {attr("value", makeTensor<float>({32, 32}, randomFloats(1024, 3)))});
    const ModelPtr model = b.node("MatMul", {"d", "w2"}, {"y"}, {}, "last").output("y").build();
    const auto report = quantize(model, {{"bits", 8}});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->steps[0].layers.size(), std::size_t(2)); // the shared weight once
    QCOMPARE(countOps(*report->model, "Constant"), std::size_t(0));
    const auto inputs = randomInputs(*model, 1);
    QVERIFY(relativeError(*runModel(*model, inputs), *runModel(*report->model, inputs)) < 0.03);
}

void TestQuantizeWeights::reportedErrorIsTheMeasuredOne_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<QString>("granularity");
    QTest::addColumn<QString>("grid");
    for (const int bits : {2, 3, 4, 8})
        for (const char* granularity : {"tensor", "channel", "group"})
            for (const char* grid : {"uniform", "codebook"})
                QTest::addRow("%d %s %s", bits, granularity, grid) << bits << granularity << grid;
}

/// One layer alone: what the report says is what ONNX Runtime shows on the same samples.
void TestQuantizeWeights::reportedErrorIsTheMeasuredOne() {
    QFETCH(int, bits);
    QFETCH(QString, granularity);
    QFETCH(QString, grid);
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "48"}).init("w", {40, 48}, 1);
    const auto model = b.node("Gemm", {"x", "w"}, {"y"}, {attr("transB", 1)}, "layer").output("y").build();
    const auto samples = correlatedSamples(48, 200);
    const auto report = quantizeOnData(model,
                                       {{"bits", bits},
                                        {"granularity", granularity.toStdString()},
                                        {"group_size", 16},
                                        {"grid", grid.toStdString()},
                                        {"damping", 1e-4}},
                                       samples);
    LAPIDARY_VERIFY_OK(report);
    const auto& numbers = reportOf(*report, "layer")->numbers;
    const double error = numbers.at("error"), measured = measuredError(*model, *report->model, samples);
    QVERIFY2(std::fabs(error - measured) < 2e-3 * measured + 1e-6,
             (std::to_string(error) + " measured " + std::to_string(measured)).c_str());
    QVERIFY2(error < numbers.at("error_nearest"), std::to_string(error / numbers.at("error_nearest")).c_str());
}

void TestQuantizeWeights::optimalIsNeverWorseThanNearest_data() {
    QTest::addColumn<int>("bits");
    for (const int bits : {2, 3, 4, 6, 8})
        QTest::addRow("%d bits", bits) << bits;
}

void TestQuantizeWeights::optimalIsNeverWorseThanNearest() {
    QFETCH(int, bits);
    const auto model = perceptron();
    const auto samples = correlatedSamples(24, 300);
    const auto errorOf = [&](const char* rounding) {
        const auto report = quantizeOnData(model, {{"bits", bits}, {"rounding", rounding}}, samples);
        return report ? measuredError(*model, *report->model, samples) : 1e9;
    };
    const double optimal = errorOf("gptq"), clipped = errorOf("mse"), nearest = errorOf("nearest");
    QVERIFY2(optimal < clipped && optimal < nearest,
             (std::to_string(optimal) + " " + std::to_string(clipped) + " " + std::to_string(nearest)).c_str());
}

void TestQuantizeWeights::goingLayerByLayerHelps() {
    const auto model = perceptron();
    const auto samples = correlatedSamples(24, 300);
    const auto errorOf = [&](ParamSet params) {
        params["bits"] = 3;
        const auto report = quantizeOnData(model, std::move(params), samples);
        return report ? measuredError(*model, *report->model, samples) : 1e9;
    };
    const double layerByLayer = errorOf({}), atOnce = errorOf({{"sequential", false}});
    QVERIFY2(layerByLayer < atOnce, std::to_string(layerByLayer / atOnce).c_str());
}

/// The size is kept to, and the error is less than with the same bits everywhere.
void TestQuantizeWeights::bitsFollowSensitivity() {
    const auto model = convolutions();
    for (const double target : {0.12, 0.15, 0.22}) {
        const auto report = applyPass(model, "quantize.weights",
                                      plain({{"mode", "sensitivity"}, {"target", target}, {"granularity", "channel"}}));
        LAPIDARY_VERIFY_OK(report);
        QVERIFY2(bytesShare(*report) <= target + 1e-9, std::to_string(bytesShare(*report)).c_str());
        QVERIFY2(bytesShare(*report) > 0.8 * target, std::to_string(bytesShare(*report)).c_str());
    }
    Json::Object layers;
    layers["second"] = 8;
    const auto report =
        applyPass(model, "quantize.weights", plain({{"mode", "sensitivity"}, {"target", 0.2}, {"layer_bits", layers}}));
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(bitsOf(*report, "second"), 8.0);
    QVERIFY(bytesShare(*report) <= 0.2);
    const auto impossible = applyPass(model, "quantize.weights",
                                      plain({{"mode", "sensitivity"}, {"target", 0.07}, {"layer_bits", layers}}));
    LAPIDARY_VERIFY_OK(impossible);
    QVERIFY(noted(impossible->steps[0].notes, "quantize_weights.target"));
    const auto input = passInput(model, "quantize.weights", plain({{"mode", "sensitivity"}, {"target", 0.15}}));
    LAPIDARY_VERIFY_OK(input);
    const auto preview = previewPass(**plugins().passes().find("quantize.weights"), *input);
    LAPIDARY_VERIFY_OK(preview);
    QVERIFY(noted(preview->notes, "quantize_weights.bits_unknown"));
    QVERIFY(double(preview->after.bytes) < 0.2 * double(preview->before.bytes));
}

/// A part of the positions serves as well as all of them.
void TestQuantizeWeights::fewRowsTellEnough() {
    const auto model = convolutions();
    const auto samples = correlatedSamples(800, 600);
    const auto data = std::make_shared<MemoryDataset>(Shape{8, 10, 10}, samples);
    const auto calibrator = makeCalibrator(data);
    const auto run = [&](const char* rows) {
        RunEnvironment environment = passEnvironment();
        environment.calibration = calibrator.get();
        Recipe recipe;
        recipe.steps.resize(1);
        recipe.steps[0].pass = "quantize.weights";
        recipe.steps[0].params = plain({{"rows", rows}});
        return runRecipe(model, recipe, environment);
    };
    const auto few = run("enough"), all = run("all");
    LAPIDARY_VERIFY_OK(few);
    LAPIDARY_VERIFY_OK(all);
    QVERIFY(*serializeOnnx(*few->model) != *serializeOnnx(*all->model));
    const auto sqnr = [&](const RunReport& report) {
        const auto result = evaluateModel(*report.model, *data, {}, {}, model.get());
        return result ? *result->sqnrDb : 0;
    };
    QVERIFY2(sqnr(*few) > sqnr(*all) - 0.5, (std::to_string(sqnr(*few)) + " " + std::to_string(sqnr(*all))).c_str());
    QVERIFY(sqnr(*few) > 15);
}

void TestQuantizeWeights::threadsChangeNoByte() {
    const auto samples = correlatedSamples(24, 60);
    for (const char* mode : {"uniform", "sensitivity"}) {
        const auto one = quantizeOnData(perceptron(), {{"mode", mode}}, samples, 1),
                   four = quantizeOnData(perceptron(), {{"mode", mode}}, samples, 4);
        LAPIDARY_VERIFY_OK(one);
        LAPIDARY_VERIFY_OK(four);
        QVERIFY(*serializeOnnx(*one->model) == *serializeOnnx(*four->model));
    }
}

void TestQuantizeWeights::untouchedStaysShared() {
    const auto model = convolutions();
    Json::Object layers;
    layers["second"] = 0;
    const auto report = quantize(model, {{"layer_bits", layers}});
    LAPIDARY_VERIFY_OK(report);
    const auto of = [](const Model& one) { return one.graph->constant(one.graph->findValue("w1")->id); };
    QVERIFY(of(*model)->data.sharesWith(of(*report->model)->data));
    for (const NodePtr& node : model->graph->nodes()) { // ids, names and wires of what was there
        const Node* now = report->model->graph->node(node->id);
        QVERIFY(now && now->name == node->name && now->inputs == node->inputs && now->outputs == node->outputs);
    }
}

void TestQuantizeWeights::saysWhatDevicesHaveOfIt() {
    const auto model = convolutions();
    const auto input = passInput(model, "quantize.weights", {{"bits", 3}});
    LAPIDARY_VERIFY_OK(input);
    const auto preview = previewPass(**plugins().passes().find("quantize.weights"), *input);
    LAPIDARY_VERIFY_OK(preview);
    QVERIFY(noted(preview->notes, "quantize_weights.packed"));
    QVERIFY(std::any_of(preview->nodes.begin(), preview->nodes.end(), [](const NodePlan& plan) {
        return plan.precision == "w3" && plan.bytesAfter < plan.bytesBefore / 8;
    }));
    const auto report = quantize(model, {});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(noted(report->steps[0].notes, "quantize_weights.ledger"));
    const auto& numbers = reportOf(*report, "second")->numbers;
    QCOMPARE(numbers.at("bytes_before"), 16.0 * 16 * 9 * 4);
    QCOMPARE(numbers.at("bytes_after"), 16.0 * 16 * 9 / 2 + 16 * 4);
    QVERIFY(std::fabs(numbers.at("weight_sqnr_db") + 10 * std::log10(numbers.at("weight_error"))) < 1e-9);
}

/// ResNet-56 at 4 bits: the file has at most 16 % of its bytes, and accuracy stays.
void TestQuantizeWeights::realNetworkIsSmallAndRight() {
    LAPIDARY_REQUIRE_ASSETS();
    const auto read = readOnnx(assetsFolder() / "models" / "resnet56_cifar10_unfused_bn.onnx");
    LAPIDARY_VERIFY_OK(read);
    const auto simple = applyPass(read->model, "simplify.graph");
    LAPIDARY_VERIFY_OK(simple);
    const auto calibration = openDataset(assetsFolder() / "images" / "cifar10-train.json");
    LAPIDARY_VERIFY_OK(calibration);
    CalibratorOptions options;
    options.samples = 64;
    const auto calibrator = makeCalibrator(*calibration, options);
    RunEnvironment environment = passEnvironment();
    environment.calibration = calibrator.get();
    Recipe recipe;
    recipe.steps.resize(1);
    recipe.steps[0].pass = "quantize.weights";
    const auto report = runRecipe(simple->model, recipe, environment);
    LAPIDARY_VERIFY_OK(report);
    const TempDir folder;
    LAPIDARY_VERIFY_OK(writeOnnx(*simple->model, folder / "float.onnx"));
    LAPIDARY_VERIFY_OK(writeOnnx(*report->model, folder / "small.onnx"));
    const double share = double(std::filesystem::file_size(folder / "small.onnx")) /
                         double(std::filesystem::file_size(folder / "float.onnx"));
    QVERIFY2(share <= 0.16, std::to_string(share).c_str());
    const auto test = openDataset(assetsFolder() / "images" / "cifar10-test.json");
    LAPIDARY_VERIFY_OK(test);
    const auto small = readOnnx(folder / "small.onnx");
    LAPIDARY_VERIFY_OK(small);
    const auto result = evaluateModel(*small->model, *limitedDataset(*test, 300), {}, {}, simple->model.get());
    LAPIDARY_VERIFY_OK(result);
    QVERIFY2(result->agreement->percent >= 93, std::to_string(result->agreement->percent).c_str());
}

QTEST_GUILESS_MAIN(TestQuantizeWeights)
#include "tst_quantizeweights.moc"
