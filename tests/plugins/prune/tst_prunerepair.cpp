// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost.h"
#include "eval/calibrator.h"
#include "eval/evaluator.h"
#include "memorydataset.h"
#include "modelbuilder.h"
#include "onnx/onnxwriter.h"
#include "prunefixture.h"
#include "testsupport.h"

#include <QTest>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

DatasetPtr images(std::size_t count = 24) {
    std::vector<std::vector<float>> samples;
    for (std::size_t i = 0; i < count; ++i)
        samples.push_back(randomFloats(2 * 6 * 6, 100 + i));
    return std::make_shared<MemoryDataset>(Shape{2, 6, 6}, samples);
}

/// The first `kept` filters are random, the others are sums of them: without an activation in between, what reads
/// them can do without.
std::vector<float> dependentFilters(std::size_t count, std::size_t kept, std::size_t width) {
    std::vector<float> weights = randomFloats(kept * width, 7);
    const auto mix = randomFloats((count - kept) * kept, 8);
    for (std::size_t c = kept; c < count; ++c)
        for (std::size_t i = 0; i < width; ++i) {
            double sum = 0;
            for (std::size_t k = 0; k < kept; ++k)
                sum += double(mix[(c - kept) * kept + k]) * double(weights[k * width + i]);
            weights.push_back(float(sum));
        }
    return weights;
}

/// conv1 (8 filters, 4 of which say nothing new) → reader.
ModelPtr redundant(const std::string& op) {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "2", "6", "6"});
    std::vector<float> filters = dependentFilters(8, 4, 18);
    if (op == "grouped") { // each group must find in itself what it loses
        filters = dependentFilters(4, 2, 18);
        const std::vector<float> once = filters;
        filters.insert(filters.end(), once.begin(), once.end());
    }
    b.init("w1", {8, 2, 3, 3}, filters);
    b.node("Conv", {"x", "w1"}, {"a"}, {}, "conv1");
    if (op == "Conv")
        b.init("w2", {5, 8, 2, 2}, 2)
            .init("b2", {5}, 3)
            .node("Conv", {"a", "w2", "b2"}, {"y"}, {attr("strides", {2, 2})}, "reader");
    else if (op == "ConvTranspose")
        b.init("w2", {8, 5, 2, 2}, 2)
            .init("b2", {5}, 3)
            .node("ConvTranspose", {"a", "w2", "b2"}, {"y"}, {attr("strides", {2, 2})}, "reader");
    else if (op == "grouped")
        b.init("w2", {4, 4, 1, 1}, 2)
            .init("b2", {4}, 3)
            .node("Conv", {"a", "w2", "b2"}, {"y"}, {attr("group", 2)}, "reader");
    else {
        b.node("Flatten", {"a"}, {"flat"}).init("w2", {5, 128}, 2).init("b2", {5}, 3);
        b.node("Gemm", {"flat", "w2", "b2"}, {"y"}, {attr("transB", 1)}, "reader");
    }
    return b.output("y").build();
}

/// A residual network whose stream is disturbed before the block that is looked at.
ModelPtr residual() {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "2", "6", "6"});
    b.init("w0", {6, 2, 3, 3}, 1).node("Conv", {"x", "w0"}, {"s0"}, {attr("pads", {1, 1, 1, 1})}, "stem");
    for (int block = 0; block < 3; ++block) {
        const std::string k = std::to_string(block), from = "s" + k, to = "s" + std::to_string(block + 1);
        b.init("u" + k, {8, 6, 3, 3}, 10 + block).init("v" + k, {6, 8, 3, 3}, 20 + block);
        for (const char* name : {"g", "h", "m"})
            b.init(name + k, {6}, std::vector<float>{1, 0.5f, 1.5f, 0.8f, 1.2f, 0.9f});
        b.init("r" + k, {6}, std::vector<float>(6, 2.0f));
        b.node("Conv", {from, "u" + k}, {"a" + k}, {attr("pads", {1, 1, 1, 1})}, "first" + k);
        b.node("Relu", {"a" + k}, {"b" + k});
        b.node("Conv", {"b" + k, "v" + k}, {"c" + k}, {attr("pads", {1, 1, 1, 1})}, "second" + k);
        b.node("BatchNormalization", {"c" + k, "g" + k, "h" + k, "m" + k, "r" + k}, {"n" + k}, {}, "norm" + k);
        b.node("Add", {"n" + k, from}, {to}, {}, "add" + k);
    }
    b.node("GlobalAveragePool", {"s3"}, {"p"}).node("Flatten", {"p"}, {"f"}).init("wl", {3, 6}, 5).init("bl", {3}, 6);
    return b.node("Gemm", {"f", "wl", "bl"}, {"y"}, {attr("transB", 1)}, "head").output("y").build();
}

std::vector<float> outputOf(const Model& model) {
    auto session = openSession(model, {});
    if (!session)
        throw std::runtime_error(session.error().toString());
    auto outputs = (*session)->run({images(40)->batch(0, 40)->input}); // 16 samples more than calibration saw
    if (!outputs)
        throw std::runtime_error(outputs.error().toString());
    return *toFloats(*outputs->front());
}

double relativeError(const Model& a, const Model& b) {
    const auto first = outputOf(a), second = outputOf(b);
    double error = 0, energy = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        error += std::pow(double(first[i]) - double(second[i]), 2);
        energy += std::pow(double(first[i]), 2);
    }
    return std::sqrt(error / energy);
}

Result<PassOutcome> prune(const ModelPtr& model, const ParamSet& params, CalibrationProvider* calibration,
                          std::stop_token stop = {}) {
    PassContext context;
    context.work.stop = stop;
    context.inferShapes = onnxInference();
    context.calibration = calibration;
    return prunePass()->run(passInput(model, params), context);
}

} // namespace

class TestPruneRepair : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    /// Half of the channels are linear in the others: least squares gives the very same function back.
    void leastSquaresFindsWhatIsThere_data() {
        QTest::addColumn<QString>("op");
        for (const char* op : {"Conv", "ConvTranspose", "grouped", "Gemm"})
            QTest::newRow(op) << op;
    }
    void leastSquaresFindsWhatIsThere() {
        QFETCH(QString, op);
        const ModelPtr model = redundant(op.toStdString());
        // A Gemm behind Flatten has 64 unknowns left: more samples than that are needed.
        auto calibration = makeCalibrator(images(op == "Gemm" ? 200 : 24));
        ParamSet params{{"ratio", 0.5}, {"ridge", 1e-8}};
        const auto repaired = prune(model, params, calibration.get());
        LAPIDARY_VERIFY_OK(repaired);
        params["repair"] = "none";
        const auto plain = prune(model, params, calibration.get());
        LAPIDARY_VERIFY_OK(plain);
        const double with = relativeError(*model, *repaired->model), without = relativeError(*model, *plain->model);
        QVERIFY2(without > 0.1, qPrintable(QString::number(without)));
        QVERIFY2(with < 2e-3, qPrintable(QString::number(with)));
        const auto reader = std::ranges::find(repaired->layers, "reader", &LayerReport::node);
        QVERIFY(reader != repaired->layers.end());
        QVERIFY(reader->numbers.at("error_before_percent") > 1);
        QVERIFY(reader->numbers.at("error_percent") < 0.01);
    }

    /// Channel 3 is large but channel 2 says the same: second order sees that one of them is not needed.
    void secondOrderSeesRedundancy() {
        ModelBuilder b;
        b.symbolicInput("x", DataType::Float, {"N", "2", "6", "6"});
        auto filters = randomFloats(4 * 18, 7);
        for (std::size_t i = 0; i < 18; ++i) {
            filters[3 * 18 + i] = 5 * filters[2 * 18 + i];
            filters[i] *= 0.2f; // small, but nothing else stands for it
        }
        b.init("w1", {4, 2, 3, 3}, filters).init("w2", {5, 4, 1, 1}, 2);
        b.node("Conv", {"x", "w1"}, {"a"}, {}, "conv1").node("Conv", {"a", "w2"}, {"y"}, {}, "reader").output("y");
        const ModelPtr model = b.build();
        auto calibration = makeCalibrator(images());
        const auto second = prune(model, {{"ratio", 0.25}, {"importance", "obs"}, {"ridge", 1e-8}}, calibration.get());
        const auto first = prune(model, {{"ratio", 0.25}, {"importance", "l1"}, {"ridge", 1e-8}}, calibration.get());
        LAPIDARY_VERIFY_OK(second);
        LAPIDARY_VERIFY_OK(first);
        // conv1 keeps channel 0 under second order and loses it under L1.
        QVERIFY2(relativeError(*model, *second->model) < 1e-3, "a channel that others stand for");
        QVERIFY(relativeError(*model, *first->model) > 1e-2);
    }

    void everyRepairHelpsInResidualNetworks() {
        const ModelPtr model = residual();
        auto calibration = makeCalibrator(images(64));
        std::map<std::string, double> errors;
        for (const char* repair : {"none", "bias", "norm_statistics", "least_squares"}) {
            const auto outcome =
                prune(model, {{"ratio", 0.5}, {"channels", "inner"}, {"repair", repair}}, calibration.get());
            LAPIDARY_VERIFY_OK(outcome);
            errors[repair] = relativeError(*model, *outcome->model);
            for (const LayerReport& layer : outcome->layers) // streams stay whole
                QVERIFY(layer.node.starts_with("first") || layer.what == "repaired");
        }
        QVERIFY(errors["bias"] < errors["none"]);
        QVERIFY(errors["least_squares"] < 0.7 * errors["none"]);
        QVERIFY(errors["least_squares"] < errors["bias"]);
        const auto consumers =
            prune(model, {{"ratio", 0.5}, {"channels", "inner"}, {"refit", "consumers"}}, calibration.get());
        LAPIDARY_VERIFY_OK(consumers);
        QVERIFY(errors["least_squares"] <= relativeError(*model, *consumers->model) * 1.05);
    }

    void targetsAreKept() {
        const ModelPtr model = residual();
        auto calibration = makeCalibrator(images());
        const auto shapes = *inferOnnxShapes(*model);
        const auto before = totals(*model);
        for (const char* mode : {"uniform", "global", "sensitivity"})
            for (const char* target : {"macs", "parameters", "bytes"})
                for (const double share : {0.8, 0.6}) {
                    const auto outcome = prune(model,
                                               {{"mode", mode},
                                                {"target", target},
                                                {"target_ratio", share},
                                                {"channels", "inner"},
                                                {"importance", "obs"},
                                                {"repair", "none"}},
                                               calibration.get());
                    LAPIDARY_VERIFY_OK(outcome);
                    const auto after = totals(*outcome->model);
                    const std::size_t which = std::string_view(target) == "macs" ? 0 : 1;
                    const double left = after[which] / before[which];
                    QVERIFY2(left <= share + 1e-9 && left > share - 0.12,
                             qPrintable(QString("%1 %2 %3").arg(mode, target).arg(left)));
                }
    }

    void latencyTargetNeedsAndUsesAProfile() {
        const ModelPtr model = residual();
        const ParamSet latency{
            {"target", "latency"}, {"target_ratio", 0.7}, {"channels", "inner"}, {"mode", "sensitivity"}};
        const auto without = prune(model, latency, nullptr);
        QCOMPARE(QString::fromStdString(without.error().code), QStringLiteral("prune.no_profile"));
        ParamSet with = latency;
        // Only block 1 takes time: it alone gets narrower.
        with["layer_ms"] = Json(Json::Object{{"first1", 1.0}, {"second1", 1.0}});
        const auto outcome = prune(model, with, nullptr);
        LAPIDARY_VERIFY_OK(outcome);
        QCOMPARE(outcome->layers.size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(outcome->layers.front().node), QStringLiteral("first1"));
    }

    void protectedLayersStay() {
        const auto outcome =
            prune(residual(), {{"ratio", 0.5}, {"channels", "inner"}, {"protect", "first0, *1"}}, nullptr);
        LAPIDARY_VERIFY_OK(outcome);
        QCOMPARE(outcome->layers.size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(outcome->layers.front().node), QStringLiteral("first2"));
        const auto nobody = prune(residual(), {{"protect", "nobody"}}, nullptr);
        QCOMPARE(QString::fromStdString(nobody.error().code), QStringLiteral("recipe.no_match"));
    }

    /// The same bytes again, from a fresh plugin cache or not, and for any number of threads of the calibration.
    void sameSeedSameBytes() {
        std::string first;
        for (const int threads : {1, 3}) {
            CalibratorOptions options;
            options.threads = threads;
            auto calibration = makeCalibrator(images(), options);
            const auto outcome = prune(residual(), {{"importance", "obs"}, {"mode", "sensitivity"}}, calibration.get());
            LAPIDARY_VERIFY_OK(outcome);
            const auto bytes = serializeOnnx(*outcome->model);
            LAPIDARY_VERIFY_OK(bytes);
            if (first.empty())
                first = *bytes;
            QVERIFY(first == *bytes);
        }
    }

    void withoutDataItSaysSo() {
        const auto outcome = prune(residual(), {{"importance", "wanda"}}, nullptr);
        LAPIDARY_VERIFY_OK(outcome);
        const auto count = std::ranges::count(outcome->notes, "prune.no_data", &Diagnostic::code);
        QCOMPARE(int(count), 2); // ranking and repair
        const auto preview = prunePass()->preview(passInput(redundant("Conv"), {{"importance", "obs"}}));
        LAPIDARY_VERIFY_OK(preview);
        QCOMPARE(int(std::ranges::count(preview->notes, "prune.preview_scores", &Diagnostic::code)), 1);
    }

    void stopsQuickly() {
        auto calibration = makeCalibrator(images(4000));
        std::stop_source stop;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(60));
            stop.request_stop();
        });
        const auto start = std::chrono::steady_clock::now();
        const auto outcome = prune(residual(), {{"importance", "obs"}}, calibration.get(), stop.get_token());
        const auto took = std::chrono::steady_clock::now() - start;
        if (outcome)
            QSKIP("It was done before it could be stopped.");
        QVERIFY(isCancelled(outcome.error()));
        QVERIFY(took < std::chrono::milliseconds(60 + 1000)); // the budget is 200 ms; the computer may be busy
    }

private:
    static std::array<double, 2> totals(const Model& model) {
        const CostReport cost = analyseCost(*model.graph, *inferOnnxShapes(model));
        return {double(cost.macs), double(cost.parameters)};
    }
};

QTEST_GUILESS_MAIN(TestPruneRepair)
#include "tst_prunerepair.moc"
