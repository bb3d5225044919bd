// SPDX-License-Identifier: GPL-3.0-or-later
// prune.weights as the application runs it.
#include "contractmodels.h"
#include "layerbench.h"
#include "modelbuilder.h"
#include "onnx/onnxwriter.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

double zeroShare(const std::vector<float>& values) {
    return double(std::count(values.begin(), values.end(), 0.0f)) / double(values.size());
}

Result<RunReport> pruneOnData(const ModelPtr& model, ParamSet params, const std::vector<std::vector<float>>& samples,
                              int threads = 2) {
    return applyOnData(model, "prune.weights", std::move(params), samples, threads);
}

} // namespace

class TestPruneWeights : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void magnitudeZeroesTheSmallest();
    void sixteenBitWeightsKeepTheirBits();
    void twoOfFourAlongInputChannels();
    void layersAreChosenAsAsked();
    void globalTakesTheSmallestOfAll();
    void layerAdaptiveSpreadsEvenly();
    void sharedAndConstantNodeWeights();
    void saysWhatZerosAreWorth();
    void refusesWhatCannotBe();
    void reportedErrorIsTheMeasuredOne_data();
    void reportedErrorIsTheMeasuredOne();
    void goingLayerByLayerHelps();
    void threadsChangeNoByte();
};

void TestPruneWeights::magnitudeZeroesTheSmallest() {
    const auto model = convolutions();
    const auto report = applyPass(model, "prune.weights", {{"criterion", "magnitude"}, {"sparsity", 0.75}});
    LAPIDARY_VERIFY_OK(report);
    const auto before = weightOf(*model, "w1"), after = weightOf(*report->model, "w1");
    auto sizes = before;
    for (float& size : sizes)
        size = std::fabs(size);
    std::sort(sizes.begin(), sizes.end());
    const float threshold = sizes[sizes.size() * 3 / 4];
    for (std::size_t i = 0; i < before.size(); ++i)
        QCOMPARE(after[i], std::fabs(before[i]) < threshold ? 0.0f : before[i]);
    QVERIFY(weightOf(*report->model, "b1") == weightOf(*model, "b1"));
    const LayerReport* second = reportOf(*report, "second");
    QVERIFY(second);
    QCOMPARE(second->numbers.at("sparsity"), 0.75);
    QCOMPARE(second->numbers.at("pattern_holds"), 1.0);
    QVERIFY(second->numbers.count("error_percent") == 0); // nobody measured it
    QCOMPARE(report->steps[0].after.bytes, report->steps[0].before.bytes);
    QVERIFY(model->graph->constant(model->graph->findValue("w0")->id)
                ->data.sharesWith(report->model->graph->constant(report->model->graph->findValue("w0")->id)->data));
}

void TestPruneWeights::sixteenBitWeightsKeepTheirBits() {
    ModelBuilder b;
    b.input("x", {1, 4, 5, 5}).init("w0", {8, 4, 1, 1}, 1).node("Conv", {"x", "w0"}, {"c"}, {}, "first");
    const auto half = *fromFloats(DataType::Float16, {8, 8}, randomFloats(64, 2));
    b.node("GlobalAveragePool", {"c"}, {"p"})
        .node("Flatten", {"p"}, {"f"})
        .node("Cast", {"f"}, {"h"}, {attr("to", 10)});
    b.init("w1", half).node("MatMul", {"h", "w1"}, {"y"}, {}, "last").output("y", DataType::Float16);
    const auto report = applyPass(b.build(), "prune.weights", {{"criterion", "magnitude"}});
    LAPIDARY_VERIFY_OK(report);
    const auto after = report->model->graph->constant(report->model->graph->findValue("w1")->id);
    QCOMPARE(after->type, DataType::Float16);
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < 64; ++i) {
        const auto bits = after->view<std::uint16_t>()[i];
        QVERIFY(bits == 0 || bits == half->view<std::uint16_t>()[i]);
        zeros += bits == 0;
    }
    QCOMPARE(zeros, std::size_t(32));
}

void TestPruneWeights::twoOfFourAlongInputChannels() {
    const auto report = applyPass(convolutions(), "prune.weights",
                                  {{"criterion", "magnitude"}, {"pattern", "n_m"}, {"depthwise", true}});
    LAPIDARY_VERIFY_OK(report);
    const auto check = [&](const std::string& name, std::size_t outputs, std::size_t inputs, std::size_t kernel,
                           std::size_t outputStride, std::size_t inputStride) {
        const auto w = weightOf(*report->model, name);
        for (std::size_t o = 0; o < outputs; ++o)
            for (std::size_t k = 0; k < kernel; ++k)
                for (std::size_t i = 0; i < inputs; i += 4) {
                    std::size_t left = 0;
                    for (std::size_t j = i; j < i + 4; ++j)
                        left += w[o * outputStride + j * inputStride + k] != 0;
                    QCOMPARE(left, std::size_t(2));
                }
    };
    check("w1", 16, 16, 9, 16 * 9, 9);
    check("w2", 32, 4, 9, 4 * 9, 9);
    check("wf", 10, 32, 1, 1, 10); // Gemm without transB: outputs are columns
    // One input channel per output: a set of 2:4 with three channels missing has nothing to give.
    QVERIFY(fenceOf(*report, "depthwise").find("too small") != std::string::npos);
    QCOMPARE(reportOf(*report, "second")->numbers.at("sparsity"), 0.5);
}

void TestPruneWeights::layersAreChosenAsAsked() {
    const auto model = convolutions();
    auto report = applyPass(model, "prune.weights", {{"criterion", "magnitude"}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(!fenceOf(*report, "first").empty());
    QVERIFY(fenceOf(*report, "depthwise").find("depthwise") != std::string::npos);
    QVERIFY(reportOf(*report, "last"));
    report = applyPass(model, "prune.weights",
                       {{"criterion", "magnitude"}, {"keep_first", false}, {"keep_last", true}, {"depthwise", true}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(reportOf(*report, "first") && reportOf(*report, "depthwise"));
    QVERIFY(!fenceOf(*report, "last").empty());
    Json::Object layers;
    layers["second"] = 0.9;
    layers["grouped"] = 0;
    layers["first"] = 0.25;
    report = applyPass(model, "prune.weights", {{"criterion", "magnitude"}, {"layer_sparsity", layers}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(std::fabs(zeroShare(weightOf(*report->model, "w1")) - 0.9) < 1e-3);
    QCOMPARE(zeroShare(weightOf(*report->model, "w2")), 0.0);
    QCOMPARE(zeroShare(weightOf(*report->model, "w0")), 0.25);
    report = applyPass(model, "prune.weights", {{"criterion", "magnitude"}}, {"second"});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->steps[0].layers.size(), std::size_t(1));
    layers["nowhere"] = 0.5;
    report = applyPass(model, "prune.weights", {{"criterion", "magnitude"}, {"layer_sparsity", layers}});
    QVERIFY(!report);
    QVERIFY(report.error().message.find("nowhere") != std::string::npos);
}

void TestPruneWeights::globalTakesTheSmallestOfAll() {
    const auto model = convolutions();
    const auto report = applyPass(
        model, "prune.weights",
        {{"criterion", "magnitude"}, {"distribution", "global"}, {"sparsity", 0.6}, {"highest_sparsity", 0.99}});
    LAPIDARY_VERIFY_OK(report);
    std::vector<float> all;
    double zeros = 0;
    float largestGone = 0, smallestKept = 1e9f;
    for (const std::string name : {"w1", "w2", "wf"}) {
        const auto before = weightOf(*model, name), after = weightOf(*report->model, name);
        for (std::size_t i = 0; i < before.size(); ++i) {
            zeros += after[i] == 0;
            (after[i] == 0 ? largestGone : smallestKept) = after[i] == 0 ? std::max(largestGone, std::fabs(before[i]))
                                                                         : std::min(smallestKept, std::fabs(before[i]));
        }
        all.insert(all.end(), before.begin(), before.end());
    }
    QVERIFY(std::fabs(zeros - 0.6 * double(all.size())) <= 1.5);
    QVERIFY(largestGone <= smallestKept);
}

void TestPruneWeights::layerAdaptiveSpreadsEvenly() {
    const auto model = convolutions();
    const auto report = applyPass(model, "prune.weights",
                                  {{"criterion", "magnitude"}, {"distribution", "sensitivity"}, {"sparsity", 0.6}});
    LAPIDARY_VERIFY_OK(report);
    double zeros = 0, all = 0;
    for (const std::string name : {"w1", "w2", "wf"}) {
        const auto after = weightOf(*report->model, name);
        zeros += zeroShare(after) * double(after.size());
        all += double(after.size());
        QVERIFY(zeroShare(after) < 0.951);
    }
    QVERIFY(std::fabs(zeros - 0.6 * all) <= 1.5);
}

void TestPruneWeights::sharedAndConstantNodeWeights() {
    ModelBuilder b;
    b.input("x", {1, 8}).init("w0", {8, 8}, 1).node("MatMul", {"x", "w0"}, {"a"}, {}, "first");
    b.init("w1", {8, 8}, 2).node("MatMul", {"a", "w1"}, {"c"}, {}, "one").node("MatMul", {"c", "w1"}, {"d"}, {}, "two");
    b.node("Constant", {}, {"w2"}, {attr("value", makeTensor<float>({8, 8}, randomFloats(64, 3)))});
    b.node("MatMul", {"d", "w2"}, {"y"}, {}, "last");
    const auto report = applyPass(b.output("y").build(), "prune.weights", {{"criterion", "magnitude"}});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->steps[0].layers.size(), std::size_t(2)); // the shared weight once
    QCOMPARE(zeroShare(weightOf(*report->model, "w1")), 0.5);
    QCOMPARE(zeroShare(weightOf(*report->model, "w2")), 0.5);
}

void TestPruneWeights::saysWhatZerosAreWorth() {
    const auto model = convolutions();
    const auto report = applyPass(model, "prune.weights", {{"criterion", "magnitude"}});
    LAPIDARY_VERIFY_OK(report);
    const auto& notes = report->steps[0].notes;
    QVERIFY(noted(notes, "sparsify.ledger") && noted(notes, "sparsify.no_time_gained"));
    QVERIFY(noted(notes, "sparsify.sparse_tensors_larger")); // half zeros: 4 + 8 bytes for each of the others
    const auto& numbers = reportOf(*report, "second")->numbers;
    QCOMPARE(numbers.at("dense_bytes"), 16.0 * 16 * 9 * 4);
    QCOMPARE(numbers.at("bitmask_bytes"), 16.0 * 16 * 9 / 8 + 16 * 16 * 9 / 2 * 4);
    QVERIFY(numbers.at("zstd_bytes") < numbers.at("dense_bytes"));
    const auto input = passInput(model, "prune.weights");
    LAPIDARY_VERIFY_OK(input);
    const auto preview = previewPass(**plugins().passes().find("prune.weights"), *input);
    LAPIDARY_VERIFY_OK(preview);
    QVERIFY(noted(preview->notes, "sparsify.no_time_gained"));
}

void TestPruneWeights::refusesWhatCannotBe() {
    const auto model = convolutions();
    auto refused = applyPass(model, "prune.weights", {{"pattern", "n_m"}, {"n", 4}, {"m", 4}});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string("param.range"));
    RunEnvironment environment = passEnvironment();
    environment.calibration = nullptr;
    Recipe recipe;
    recipe.steps.resize(1);
    recipe.steps[0].pass = "prune.weights";
    const auto without = runRecipe(model, recipe, environment);
    QVERIFY(!without);
    QCOMPARE(without.error().code, std::string("pass.no_calibration"));
    ModelBuilder b;
    b.input("x", {1, 8}).node("Relu", {"x"}, {"y"});
    refused = applyPass(b.output("y").build(), "prune.weights");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string("pass.not_applicable"));
}

void TestPruneWeights::reportedErrorIsTheMeasuredOne_data() {
    QTest::addColumn<QString>("criterion");
    QTest::addColumn<QString>("solver");
    QTest::addColumn<QString>("pattern");
    for (const char* pattern : {"unstructured", "n_m", "block"})
        for (const auto& [criterion, solver] : {std::pair{"obs", "exact"}, {"obs", "blocked"}, {"wanda", "auto"}})
            QTest::addRow("%s %s %s", criterion, solver, pattern) << criterion << solver << pattern;
}

/// One layer alone: what the report says is what ONNX Runtime shows on the same samples.
void TestPruneWeights::reportedErrorIsTheMeasuredOne() {
    QFETCH(QString, criterion);
    QFETCH(QString, solver);
    QFETCH(QString, pattern);
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "24"})
        .init("w", {16, 24}, 1)
        .node("Gemm", {"x", "w"}, {"y"}, {attr("transB", 1)}, "layer");
    const auto model = b.output("y").build();
    const auto samples = correlatedSamples(24, 200);
    ParamSet params = {{"keep_first", false},
                       {"criterion", criterion.toStdString()},
                       {"solver", solver.toStdString()},
                       {"pattern", pattern.toStdString()},
                       {"block_rows", 2},
                       {"block_columns", 2},
                       {"damping", 1e-4}};
    const auto report = pruneOnData(model, params, samples);
    LAPIDARY_VERIFY_OK(report);
    const LayerReport* layer = reportOf(*report, "layer");
    const double error = layer->numbers.at("error_percent") / 100,
                 masked = layer->numbers.at("error_before_percent") / 100;
    const double measured = measuredError(*model, *report->model, samples);
    QVERIFY2(std::fabs(error - measured) < 1e-3 * measured + 1e-6, std::to_string(error / measured).c_str());
    QVERIFY(error < 0.9 * masked);
    QCOMPARE(layer->numbers.at("pattern_holds"), 1.0);
    QCOMPARE(layer->numbers.at("sparsity"), 0.5);
    params["compensate"] = false;
    const auto without = pruneOnData(model, params, samples);
    LAPIDARY_VERIFY_OK(without);
    QVERIFY(measuredError(*model, *without->model, samples) > measured);
    const auto before = weightOf(*model, "w"), after = weightOf(*without->model, "w");
    for (std::size_t i = 0; i < after.size(); ++i)
        QVERIFY(after[i] == 0 || after[i] == before[i]);
}

void TestPruneWeights::goingLayerByLayerHelps() {
    const auto model = perceptron();
    const auto samples = correlatedSamples(24, 300);
    const auto errorOf = [&](ParamSet params) {
        params["keep_first"] = false;
        params["sparsity"] = 0.6;
        const auto report = pruneOnData(model, std::move(params), samples);
        return report ? measuredError(*model, *report->model, samples) : 1e9;
    };
    const double layerByLayer = errorOf({}), atOnce = errorOf({{"sequential", false}}),
                 maskOnly = errorOf({{"compensate", false}, {"sequential", false}}),
                 magnitude = errorOf({{"criterion", "magnitude"}});
    QVERIFY2(layerByLayer < atOnce, std::to_string(layerByLayer / atOnce).c_str());
    QVERIFY(atOnce < maskOnly);
    QVERIFY(atOnce < magnitude);
}

void TestPruneWeights::threadsChangeNoByte() {
    const auto samples = correlatedSamples(24, 60);
    const auto one = pruneOnData(perceptron(), {}, samples, 1), four = pruneOnData(perceptron(), {}, samples, 4);
    LAPIDARY_VERIFY_OK(one);
    LAPIDARY_VERIFY_OK(four);
    QVERIFY(*serializeOnnx(*one->model) == *serializeOnnx(*four->model));
}

QTEST_GUILESS_MAIN(TestPruneWeights)
#include "tst_pruneweights.moc"
