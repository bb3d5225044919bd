// SPDX-License-Identifier: GPL-3.0-or-later
// The guard and the culprit report on networks whose weak layer is known.
#include "core/eval/memorydataset.h"
#include "engine/culprits.h"
#include "engine/guard.h"
#include "eval/calibrator.h"
#include "eval/evaluator.h"
#include "modelbuilder.h"
#include "onnx/onnxwriter.h"
#include "testsupport.h"

#include <QCoreApplication>
#include <QTest>

#include <cmath>

using namespace lapidary;
using test::attr;
using test::ModelBuilder;
using test::randomFloats;

namespace {

const Shape sample = {3, 8, 8};
constexpr std::size_t classes = 6;

enum class Weakness {
    /// One weight of "weak" is thousands of times the others, but meets a channel that is always 0: one scale per
    /// tensor
    /// erases the layer for nothing, and one per channel does not.
    Outlier,
    /// "weak" takes the difference of two equal channels with large factors that are not quite equal: all that it
    /// computes is in digits that float16 does not have.
    Cancellation
};

/// Four convolutions and a classifier.
ModelPtr network(Weakness weakness = Weakness::Outlier) {
    ModelBuilder b(13);
    b.input("x", {1, 3, 8, 8});
    const auto conv = [&](const char* name, const char* in, const char* out, std::vector<float> weights) {
        const auto columns = std::int64_t(weights.size()) / 8;
        b.init(std::string(name) + "_w", {8, columns, 1, 1}, std::move(weights));
        b.node("Conv", {in, std::string(name) + "_w"}, {std::string(name) + "_c"}, {}, name);
        b.node("Relu", {std::string(name) + "_c"}, {out});
    };
    const auto plain = [](std::size_t inputs, std::uint64_t seed) {
        return randomFloats(8 * inputs, seed, std::sqrt(2.0f / float(inputs)));
    };
    auto stem = plain(3, 1), weak = plain(8, 2);
    if (weakness == Weakness::Outlier) {
        std::fill_n(stem.begin(), 3, 0.0f); // the first channel is silent
        std::fill_n(weak.begin(), 8, 0.0f);
        weak.front() = 3000;
    } else {
        std::copy_n(stem.begin(), 3, stem.begin() + 3);
        for (std::size_t o = 0; o < 8; ++o) {
            weak[8 * o] += 1000;
            weak[8 * o + 1] -= 1000;
        }
    }
    conv("stem", "x", "a", stem);
    conv("weak", "a", "b", weak);
    conv("behind", "b", "c", plain(8, 3));
    conv("fine", "c", "d", plain(8, 4));
    b.node("GlobalAveragePool", {"d"}, {"g"}).node("Flatten", {"g"}, {"f"});
    b.init("head_w", {8, std::int64_t(classes)}, 5).node("Gemm", {"f", "head_w"}, {"y"}, {}, "head");
    return b.output("y", DataType::Float, Shape{1, std::int64_t(classes)}).build();
}

std::vector<std::vector<float>> inputs(std::uint64_t seed, std::size_t count) {
    std::vector<std::vector<float>> samples;
    for (std::size_t i = 0; i < count; ++i)
        samples.push_back(randomFloats(3 * 8 * 8, seed + i));
    return samples;
}

DatasetPtr calibrationData() {
    return std::make_shared<test::MemoryDataset>(sample, inputs(100, 12));
}

/// Labels are what the network itself says, so that it is right everywhere.
DatasetPtr labelledData(const Model& model) {
    const auto samples = inputs(500, 60);
    const test::MemoryDataset unlabelled(sample, samples);
    auto result = evaluateModel(model, unlabelled, {}, {}, &model);
    if (!result)
        qFatal("%s", result.error().toString().c_str());
    return std::make_shared<test::MemoryDataset>(sample, samples, result->predictions);
}

/// One scale per tensor for weights, whatever the processor.
ParamSet coarse() {
    return {{"per_channel", false}, {"reduce_range", "off"}, {"calibration", "minmax"}, {"rounding", "nearest"}};
}

} // namespace

class TestGuard : public test::TestCase {
    Q_OBJECT

    const Engine& engine() {
        if (!m_engine)
            m_engine = std::make_unique<Engine>();
        return *m_engine;
    }
    AnalysedModelPtr analysed(Weakness weakness = Weakness::Outlier) {
        auto model = Engine::analyse(network(weakness));
        if (!model)
            qFatal("%s", model.error().toString().c_str());
        return *model;
    }

    std::unique_ptr<Engine> m_engine;

private Q_SLOTS:
    void cleanupTestCase() { m_engine.reset(); }

    void theWeakLayerStaysInFloat_data() {
        QTest::addColumn<bool>("labels");
        QTest::newRow("drop") << true;
        QTest::newRow("error") << false;
    }
    void theWeakLayerStaysInFloat() {
        QFETCH(bool, labels);
        const auto model = analysed();
        const auto calibrator = makeCalibrator(calibrationData());
        GuardOptions options;
        options.params = coarse();
        if (labels)
            options.maxDrop = 10;
        else
            options.maxErrorPercent = 2;
        const auto result = guardAccuracy(engine(), *model, *calibrator, labelledData(*model->model), options);
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(!result->measurements.front().met); // everything in 8 bits loses too much
        QVERIFY(result->met);
        QVERIFY2(!result->floatLayers.empty() && result->floatLayers.size() <= 2, result->toJson().dump(1).c_str());
        QVERIFY(std::ranges::find(result->floatLayers, "weak") != result->floatLayers.end());
        QVERIFY(result->measurements.size() <= options.evaluations);
        QVERIFY(result->layers.front().errorPercent >= result->layers.back().errorPercent);
        // No layer can be given back: the set is as small as single steps make it.
        for (const GuardMeasurement& one : result->measurements)
            QVERIFY(!one.met || one.floatLayers.size() >= result->floatLayers.size());
        // Measured again by hand, and the recipe gives the same bytes.
        const auto again = engine().apply(model->model, result->recipe(), calibrator.get());
        LAPIDARY_VERIFY_OK(again);
        QVERIFY(*serializeOnnx(*again->model) == *serializeOnnx(*result->run.model));
        if (labels) {
            auto own = evaluateModel(*again->model, *labelledData(*model->model));
            LAPIDARY_VERIFY_OK(own);
            QVERIFY(own->top1->percent >= 90 - 1e-9);
            QCOMPARE(own->top1->percent, result->measurements[result->chosen].top1->percent);
        }
    }

    void sixteenBitsComeBeforeThirtyTwo() {
        const auto model = analysed();
        const auto calibrator = makeCalibrator(calibrationData());
        GuardOptions options;
        options.params = coarse();
        options.maxErrorPercent = 2;
        const auto half = guardAccuracy(engine(), *model, *calibrator, nullptr, options);
        options.sixteenBits = false;
        const auto single = guardAccuracy(engine(), *model, *calibrator, nullptr, options);
        LAPIDARY_VERIFY_OK(half);
        LAPIDARY_VERIFY_OK(single);
        QVERIFY(half->met && single->met);
        QCOMPARE(half->weightBits, 16);
        QCOMPARE(single->weightBits, 32);
        QVERIFY(half->halfStep && !single->halfStep);
        QCOMPARE(half->floatLayers, single->floatLayers);
        QVERIFY(half->measurements[half->chosen].bytes < single->measurements[single->chosen].bytes);
        // The file has its weights in 16 bits, and 8 bits there would break the limit.
        const Graph& graph = *half->run.model->graph;
        const Node* weak = nullptr;
        for (const NodePtr& node : graph.nodes())
            if (node->name == "weak")
                weak = node.get();
        QVERIFY(weak);
        const Node* cast = graph.producer(weak->input(1));
        QVERIFY(cast && cast->is("Cast"));
        QCOMPARE(graph.constant(cast->input(0))->type, DataType::Float16);
        const auto cost = std::ranges::find(half->costs, "weak", &GuardCost::node);
        QVERIFY(cost != half->costs.end());
        QVERIFY(cost->bytes > 0 && cost->lost > 0);
    }

    /// Where 16 bits fail for every choice, 32 are tried, though all layers in float would leave nothing to quantize.
    void thirtyTwoBitsWhereSixteenFail() {
        const auto model = analysed(Weakness::Cancellation);
        const auto calibrator = makeCalibrator(calibrationData());
        GuardOptions options;
        options.params = {{"reduce_range", "off"}};
        options.maxErrorPercent = 2;
        const auto result = guardAccuracy(engine(), *model, *calibrator, nullptr, options);
        LAPIDARY_VERIFY_OK(result);
        const std::string all = result->toJson().dump(1);
        QVERIFY2(result->met, all.c_str());
        QCOMPARE(result->weightBits, 32);
        QVERIFY(!result->halfStep);
        QVERIFY2(result->floatLayers == std::vector<std::string>{"weak"}, all.c_str());
        std::size_t halves = 0;
        for (const GuardMeasurement& one : result->measurements)
            if (!one.floatLayers.empty() && one.weightBits == 16) {
                ++halves;
                QVERIFY2(!one.met, all.c_str());
            }
        QVERIFY2(halves >= 3, all.c_str());
        QVERIFY(result->costs.size() == 1 && result->costs.front().weightBits == 32);
        // Independently: float16 weights in that layer lose what the limit forbids, and the result is what was said.
        const auto again = engine().apply(model->model, result->recipe(), calibrator.get());
        LAPIDARY_VERIFY_OK(again);
        QVERIFY(*serializeOnnx(*again->model) == *serializeOnnx(*result->run.model));
        auto judged = evaluateModel(*again->model, *calibrationData(), {}, {}, model->model.get());
        LAPIDARY_VERIFY_OK(judged);
        QVERIFY2(*judged->sqnrDb > 17, std::to_string(*judged->sqnrDb).c_str());
        Recipe half;
        half.steps = {{"quantize.float16", 0, {{"mode", "weights_only"}, {"op_block_list", ""}}, {"weak"}, true}};
        const auto rounded = engine().apply(model->model, half, calibrator.get());
        LAPIDARY_VERIFY_OK(rounded);
        auto lost = evaluateModel(*rounded->model, *calibrationData(), {}, {}, model->model.get());
        LAPIDARY_VERIFY_OK(lost);
        QVERIFY2(*lost->sqnrDb < 17, std::to_string(*lost->sqnrDb).c_str());
    }

    /// Doubling may step over the largest choice there is.
    void theLargestChoiceIsTried() {
        const auto model = analysed();
        const auto calibrator = makeCalibrator(calibrationData());
        GuardOptions options;
        options.params = coarse();
        options.maxErrorPercent = 1e-12;
        const auto result = guardAccuracy(engine(), *model, *calibrator, nullptr, options);
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(!result->met);
        std::map<int, std::size_t> most;
        for (const GuardMeasurement& one : result->measurements)
            most[one.weightBits] = std::max(most[one.weightBits], one.floatLayers.size());
        // All five leave nothing to quantize.
        QCOMPARE(result->layers.size(), std::size_t(5));
        QCOMPARE(most[16], std::size_t(4));
        QCOMPARE(most[32], std::size_t(4));
    }

    void nothingIsGivenUpWithoutNeed() {
        const auto model = analysed();
        const auto calibrator = makeCalibrator(calibrationData());
        GuardOptions options;
        options.maxErrorPercent = 50;
        const auto result = guardAccuracy(engine(), *model, *calibrator, nullptr, options);
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(result->met);
        QVERIFY(result->floatLayers.empty());
        QCOMPARE(result->measurements.size(), std::size_t(1));
        QVERIFY(result->step.params.count("exclude") == 0);
    }

    void whatCannotBeHeldIsSaid() {
        const auto model = analysed();
        const auto calibrator = makeCalibrator(calibrationData());
        GuardOptions options;
        options.params = coarse();
        options.params["exclude"] = "fine";
        options.maxErrorPercent = 1e-12;
        options.evaluations = 2;
        const auto result = guardAccuracy(engine(), *model, *calibrator, nullptr, options);
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(!result->met);
        QCOMPARE(result->measurements.size(), std::size_t(2));
        QVERIFY(result->step.params.at("exclude").toString().starts_with("fine"));
    }

    void limitsAndLabels() {
        const auto model = analysed();
        const auto calibrator = makeCalibrator(calibrationData());
        GuardOptions options;
        QCOMPARE(guardAccuracy(engine(), *model, *calibrator, nullptr, options).error().code,
                 std::string("guard.limit"));
        options.maxDrop = 1;
        QCOMPARE(guardAccuracy(engine(), *model, *calibrator, calibrationData(), options).error().code,
                 std::string("guard.labels"));
        std::stop_source stop;
        stop.request_stop();
        options.maxDrop.reset();
        options.maxErrorPercent = 1;
        const auto stopped = guardAccuracy(engine(), *model, *calibrator, nullptr, options, {stop.get_token(), {}});
        QVERIFY(!stopped && isCancelled(stopped.error()));
    }

    void namesThatLookLikeGlobs() {
        QCOMPARE(excludeText("", {"a", "b,c", "d*"}), std::string("a,b?c,d?"));
        QCOMPARE(excludeText("old*", {"a"}), std::string("old*,a"));
    }

    void culpritIsNamedWithItsCause() {
        const auto model = analysed();
        const auto calibrator = makeCalibrator(calibrationData());
        CulpritOptions options;
        options.step = {"quantize.int8", 0, coarse(), {}, true};
        options.worst = 2;
        const auto report = findCulprits(engine(), *model, *calibrator, options);
        LAPIDARY_VERIFY_OK(report);
        const auto weak = std::ranges::find(report->layers, "weak", &CulpritLayer::node);
        QVERIFY(weak != report->layers.end());
        QVERIFY(report->layers.front().errorPercent >= report->layers.back().errorPercent);
        QVERIFY2(report->output.weights > 10 * report->output.activations,
                 (std::to_string(report->output.weights) + " " + std::to_string(report->output.activations)).c_str());
        QVERIFY(!report->fixes.empty());
        // A scale per channel or equalization heals it, and what is said is what a run gives.
        const auto heals = std::ranges::find(report->fixes, QuantizationFix::PerChannel, &TriedFix::fix);
        QVERIFY(heals != report->fixes.end());
        QVERIFY(heals->outputErrorPercent < 5 * report->output.both);
        QCOMPARE(report->layers.front().node, std::string("weak"));
        QCOMPARE(report->layers.front().cause, ErrorCause::Weights);
        QCOMPARE(report->layers.front().advice, QuantizationFix::PerChannel);
        QVERIFY(heals->bytes > 0 && heals->bytes < 4096);
        for (std::size_t i = 1; i < report->fixes.size(); ++i)
            QVERIFY(report->fixes[i - 1].outputErrorPercent <= report->fixes[i].outputErrorPercent);
        QVERIFY(report->layers[0].outputErrorWithoutPercent.has_value());
        QVERIFY(!report->layers[2].outputErrorWithoutPercent.has_value());
    }

    /// The error of a layer against running the layer by itself.
    void layerErrorsAreTrue() {
        const auto model = analysed();
        const auto calibrator = makeCalibrator(calibrationData());
        CulpritOptions options;
        options.step = {"quantize.int8", 0, coarse(), {}, true};
        options.worst = 0;
        options.tryFixes = false;
        const auto report = findCulprits(engine(), *model, *calibrator, options);
        LAPIDARY_VERIFY_OK(report);
        const auto stem = std::ranges::find(report->layers, "stem", &CulpritLayer::node);
        QVERIFY(stem != report->layers.end());
        // A naive loop: the stem is a product with 3 inputs at every position; weights to 127 steps of their largest.
        const auto weights = *toFloats(*model->model->graph->constant(model->model->graph->findValue("stem_w")->id));
        float largest = 0;
        for (const float w : weights)
            largest = std::max(largest, std::fabs(w));
        double error = 0, energy = 0;
        for (const auto& image : inputs(100, 12))
            for (std::size_t p = 0; p < 64; ++p)
                for (std::size_t o = 0; o < 8; ++o) {
                    double y = 0, q = 0;
                    for (std::size_t c = 0; c < 3; ++c) {
                        const float w = weights[3 * o + c];
                        y += double(w) * double(image[64 * c + p]);
                        q += std::nearbyint(double(w) / double(largest / 127)) * double(largest / 127) *
                             double(image[64 * c + p]);
                    }
                    error += (y - q) * (y - q);
                    energy += y * y;
                }
        const double expected = 100 * error / energy;
        QVERIFY2(std::fabs(stem->weightsPercent / expected - 1) < 0.02,
                 (std::to_string(stem->weightsPercent) + " " + std::to_string(expected)).c_str());
    }
};

QTEST_GUILESS_MAIN(TestGuard)
#include "tst_guard.moc"
