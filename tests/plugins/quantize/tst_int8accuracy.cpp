// SPDX-License-Identifier: GPL-3.0-or-later
// What keeps accuracy in 8 bits: equalization, rounding to the data, bias correction.
#include "analysis/equalization.h"
#include "graph/grapheditor.h"
#include "int8fixture.h"
#include "onnx/onnxreader.h"

#include <QTemporaryDir>

#include <fstream>

using namespace lapidary;
using namespace lapidary::test::int8;
using test::attr;
using test::ModelBuilder;
using test::randomFloats;

namespace {

/// Factors of channels that differ up to a hundredfold.
float unevenFactor(std::size_t channel) {
    return std::pow(10.0f, float(channel % 5) / 2 - 1);
}

/// `exponent` 1: rows times the factor of their channel; -1: divided by it; 0: as they are.
std::vector<float> scaledRows(std::size_t rows, std::size_t columns, std::uint64_t seed, float exponent) {
    auto weights = randomFloats(rows * columns, seed, std::sqrt(2.0f / float(columns)));
    for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i] *= std::pow(unevenFactor(i / columns), exponent);
    return weights;
}

/// Convolution, depthwise, two readers, pooling, a slope per channel; `activation` between the first two.
/// Channels of the first have ranges that the second makes up for.
ModelPtr chain(const std::string& activation) {
    ModelBuilder b(13);
    b.input("x", inputShape);
    b.init("w1", {16, 3, 3, 3}, scaledRows(16, 27, 1, 1)).init("b1", {16}, scaledRows(16, 1, 2, 1));
    b.node("Conv", {"x", "w1", "b1"}, {"c1"}, {attr("pads", {1, 1, 1, 1})}, "first");
    if (activation == "Clip")
        b.init("zero", makeScalar(0.0f)).init("six", makeScalar(6.0f)).node("Clip", {"c1", "zero", "six"}, {"r1"});
    else
        b.node(activation, {"c1"}, {"r1"});
    b.init("w2", {16, 1, 3, 3}, scaledRows(16, 9, 3, -1)).init("b2", {16}, 4);
    b.node("Conv", {"r1", "w2", "b2"}, {"c2"}, {attr("pads", {1, 1, 1, 1}), attr("group", 16)}, "depthwise");
    std::vector<float> slope(16);
    for (std::size_t c = 0; c < slope.size(); ++c)
        slope[c] = 0.05f * float(c);
    b.init("slope", {16, 1, 1}, slope).node("PRelu", {"c2", "slope"}, {"r2"});
    b.node("AveragePool", {"r2"}, {"p2"}, {attr("kernel_shape", {2, 2}), attr("strides", {2, 2})});
    b.init("w3", {8, 16, 1, 1}, 5).node("Conv", {"p2", "w3"}, {"c3"}, {}, "left");
    b.init("w4", {8, 8, 1, 1}, 6).node("Conv", {"p2", "w4"}, {"c4"}, {attr("group", 2)}, "right");
    b.node("Add", {"c3", "c4"}, {"sum"}).node("GlobalAveragePool", {"sum"}, {"g"}).node("Flatten", {"g"}, {"f"});
    b.init("w5", {8, 12}, 7).init("b5", {12}, 8).node("Gemm", {"f", "w5", "b5"}, {"h"}, {}, "hidden");
    b.node("Relu", {"h"}, {"hr"}).init("w6", {12, 4}, 9).node("MatMul", {"hr", "w6"}, {"y"}, {}, "classify");
    return b.output("y").build();
}

std::vector<float> weightsOf(const Model& model, const char* name) {
    return *toFloats(*model.graph->constant(model.graph->findValue(name)->id));
}

double rangeOf(const std::vector<float>& values, std::size_t first, std::size_t count) {
    double range = 0;
    for (std::size_t i = first; i < first + count; ++i)
        range = std::max(range, std::fabs(double(values[i])));
    return range;
}

/// Mean over samples of output minus reference, by class.
std::vector<double> meanError(const Model& model, const Model& reference) {
    auto a = openSession(model, {}), b = openSession(reference, {});
    if (!a || !b)
        qFatal("no session");
    std::vector<double> mean;
    const auto data = images();
    for (std::size_t i = 0; i < data->size(); ++i) {
        const auto batch = data->batch(i, 1, {});
        const auto x = (*a)->run({batch->input}), y = (*b)->run({batch->input});
        const auto xs = *toFloats(*x->front()), ys = *toFloats(*y->front());
        mean.resize(xs.size(), 0);
        for (std::size_t c = 0; c < xs.size(); ++c)
            mean[c] += (double(xs[c]) - double(ys[c])) / double(data->size());
    }
    return mean;
}

double norm(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values)
        sum += value * value;
    return std::sqrt(sum);
}

/// Same processor or not: full weights, one scale per tensor, where rounding hurts.
ParamSet coarse(ParamSet more = {}) {
    ParamSet params{{"per_channel", false},
                    {"reduce_range", "off"},
                    {"calibration", "minmax"},
                    {"correct_bias", false},
                    {"rounding", "nearest"}};
    for (auto& [key, value] : more)
        params[key] = value;
    return params;
}

/// A source of statistics that has no values to show.
class StatisticsOnly : public CalibrationProvider {
public:
    explicit StatisticsOnly(CalibrationProvider& inner) : m_inner(inner) {}
    Result<std::shared_ptr<const CalibrationData>> calibrate(const Model& model, const CalibrationRequest& request,
                                                             const Work& work) override {
        return m_inner.calibrate(model, request, work);
    }
    std::string dataHash() const override { return m_inner.dataHash(); }

protected:
    CalibrationProvider& m_inner;
};

/// A source that shows values only in runs of their own.
class StreamsOnly final : public StatisticsOnly {
public:
    using StatisticsOnly::StatisticsOnly;
    Result<StreamResult> stream(const std::vector<StreamedModel>& models, const StreamConsumer& consume,
                                const Work& work) override {
        ++runs;
        return m_inner.stream(models, consume, work);
    }
    std::uint64_t sampleCount() const override { return m_inner.sampleCount(); }

    int runs = 0;
};

/// A layer that reads 1280 numbers and one that reads 64.
ModelPtr wideAndNarrow() {
    ModelBuilder b(13);
    b.input("x", inputShape).node("Flatten", {"x"}, {"f"});
    const std::int64_t width = inputShape[1] * inputShape[2] * inputShape[3];
    b.init("spread", {width, 1280}, 1).init("wide", {1280, 64}, 2).init("narrow", {64, 4}, 3);
    b.node("MatMul", {"f", "spread"}, {"s"}, {}, "spread").node("Relu", {"s"}, {"sr"});
    b.node("MatMul", {"sr", "wide"}, {"h"}, {}, "wide").node("Relu", {"h"}, {"hr"});
    return b.node("MatMul", {"hr", "narrow"}, {"y"}, {}, "narrow").output("y").build();
}

Result<PassOutcome> quantizeWith(CalibrationProvider& calibration, const PassInput& input) {
    PassContext context;
    context.calibration = &calibration;
    return Int8Pass().run(input, context);
}

std::vector<std::int8_t> codesOf(const Model& model, const std::string& weight) {
    const auto view = model.graph->constant(model.graph->findValue(weight + "_quantized")->id)->view<std::int8_t>();
    return {view.begin(), view.end()};
}

} // namespace

class TestInt8Accuracy : public test::TestCase {
    Q_OBJECT

private Q_SLOTS:
    void equalizedComputesTheSame_data() {
        QTest::addColumn<QString>("activation");
        for (const char* activation : {"Relu", "LeakyRelu", "Identity", "Clip", "Sigmoid"})
            QTest::newRow(activation) << activation;
    }
    void equalizedComputesTheSame() {
        QFETCH(QString, activation);
        const ModelPtr model = chain(activation.toStdString());
        auto done = equalizeLayers(model);
        LAPIDARY_VERIFY_OK(done);
        QVERIFY(!done->changed.empty());
        QVERIFY(!test::modelsEqual(*done->model, *model));
        const double db = sqnr(*done->model, *model, *images());
        QVERIFY2(db > 110, std::to_string(db).c_str());
    }

    void rangesMeet() {
        const auto done = equalizeLayers(chain("Relu"));
        LAPIDARY_VERIFY_OK(done);
        const auto first = weightsOf(*done->model, "w1"), depthwise = weightsOf(*done->model, "w2");
        for (std::size_t c = 0; c < 16; ++c) {
            const double before = rangeOf(first, 27 * c, 27), behind = rangeOf(depthwise, 9 * c, 9);
            QVERIFY(std::fabs(before / behind - 1) < 0.02);
        }
        QCOMPARE(done->changed.size(), std::size_t(3)); // first, depthwise (two readers), hidden
        QCOMPARE(done->changed[1].readers.size(), std::size_t(2));
        QVERIFY(done->changed[0].largestFactor > 2);
    }

    void clipsAreCrossedOnlyWhereNothingIsCut() {
        // Nothing bounds the image, so what reaches the Clip is not bounded either.
        const auto open = equalizeLayers(chain("Clip"));
        LAPIDARY_VERIFY_OK(open);
        QVERIFY(weightsOf(*open->model, "w1") == weightsOf(*chain("Clip"), "w1"));
        QVERIFY(std::ranges::any_of(
            open->skipped, [](const auto& one) { return one.reason.find("upper bound") != std::string::npos; }));
        // Behind a Clip to [0, 1], small weights cannot reach 6.
        ModelBuilder b(13);
        b.input("x", {1, 4, 4, 4})
            .init("zero", makeScalar(0.0f))
            .init("one", makeScalar(1.0f))
            .init("six", makeScalar(6.0f));
        b.node("Clip", {"x", "zero", "one"}, {"bounded"});
        std::vector<float> small = scaledRows(8, 4, 11, 1);
        b.init("w1", {8, 4, 1, 1}, small).node("Conv", {"bounded", "w1"}, {"c"}, {}, "small");
        b.node("Clip", {"c", "zero", "six"}, {"r"})
            .init("w2", {4, 8, 1, 1}, 12)
            .node("Conv", {"r", "w2"}, {"y"}, {}, "next");
        const ModelPtr model = b.output("y").build();
        const auto closed = equalizeLayers(model);
        LAPIDARY_VERIFY_OK(closed);
        QCOMPARE(closed->changed.size(), std::size_t(1));
        std::vector<std::vector<float>> samples;
        for (std::uint64_t i = 0; i < 8; ++i)
            samples.push_back(randomFloats(64, 70 + i, 3));
        const test::MemoryDataset data({4, 4, 4}, samples);
        QVERIFY(sqnr(*closed->model, *model, data) > 110);
    }

    void whatWasKeptStays() {
        const ModelPtr model = chain("Relu");
        const NodeId first = model->graph->findNode("first")->id;
        const auto done = equalizeLayers(model, {first});
        LAPIDARY_VERIFY_OK(done);
        QVERIFY(weightsOf(*done->model, "w1") == weightsOf(*model, "w1"));
        QVERIFY(std::ranges::any_of(done->skipped, [&](const auto& one) { return one.layer == first; }));
    }

    void equalizationRescuesOneScalePerTensor() {
        const ModelPtr model = chain("Relu");
        auto plain = quantize(inputFor(model, coarse()));
        auto equalized = quantize(inputFor(model, coarse({{"equalize", true}})));
        LAPIDARY_VERIFY_OK(plain);
        LAPIDARY_VERIFY_OK(equalized);
        const double before = sqnr(*plain->model, *model, *images()),
                     after = sqnr(*equalized->model, *model, *images());
        QVERIFY2(after > before + 3, (std::to_string(before) + " " + std::to_string(after)).c_str());
        QVERIFY(
            std::ranges::any_of(equalized->notes, [](const Diagnostic& d) { return d.code == "quantize.equalized"; }));
    }

    void biasCorrectionTakesTheMeanErrorAway_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<double>("less");
        QTest::newRow("layers") << "layers" << 3.0;
        QTest::newRow("means") << "means" << 1.5;
    }
    void biasCorrectionTakesTheMeanErrorAway() {
        QFETCH(QString, method);
        QFETCH(double, less);
        const ModelPtr model = network().build();
        auto plain = quantize(inputFor(model, coarse()));
        auto corrected =
            quantize(inputFor(model, coarse({{"correct_bias", true}, {"bias_method", method.toStdString()}})));
        LAPIDARY_VERIFY_OK(plain);
        LAPIDARY_VERIFY_OK(corrected);
        const double before = norm(meanError(*plain->model, *model)),
                     after = norm(meanError(*corrected->model, *model));
        QVERIFY2(after < before / less, (std::to_string(before) + " " + std::to_string(after)).c_str());
    }

    void recipesOfVersionTwoKeepTheirBytes() {
        const ModelPtr model = network().build();
        const auto calibrator = makeCalibrator(images());
        PassRegistry passes;
        LAPIDARY_VERIFY_OK(passes.add(std::make_shared<Int8Pass>()));
        RunEnvironment environment;
        environment.passes = &passes;
        environment.inferShapes = [](const Model& any) { return inferOnnxShapes(any); };
        environment.calibration = calibrator.get();
        const auto bytes = [&](int version, const ParamSet& params) {
            Recipe recipe;
            recipe.steps = {{"quantize.int8", version, params, {}, true}};
            const auto run = runRecipe(model, recipe, environment);
            if (!run)
                qFatal("%s", run.error().toString().c_str());
            return *serializeOnnx(*run->model);
        };
        QVERIFY(bytes(2, {}) == bytes(3, {{"correct_bias", false}}));
        QVERIFY(bytes(2, {}) != bytes(3, {}));
        QVERIFY(bytes(0, {{"rounding", "nearest"}}) == bytes(3, {}));
        QVERIFY(bytes(4, {}) == bytes(3, {})); // nothing in this network came with version 4
        QVERIFY(bytes(0, {}) != bytes(4, {}));
        QVERIFY(bytes(2, {{"correct_bias", true}}) == bytes(3, {{"bias_method", "layers"}}));
        QVERIFY(bytes(3, {{"bias_method", "layers"}}) != bytes(3, {}));
        Recipe unknown;
        unknown.steps = {{"quantize.int8", 1, {}, {}, true}};
        QCOMPARE(runRecipe(model, unknown, environment).error().code, std::string("pass.version"));
    }

    void whatCannotStreamIsCorrectedFromMeans() {
        const ModelPtr model = network().build();
        const auto calibrator = makeCalibrator(images());
        StatisticsOnly provider(*calibrator);
        PassContext context;
        context.calibration = &provider;
        const auto layers = Int8Pass().run(inputFor(model, {{"bias_method", "layers"}}), context);
        const auto means = Int8Pass().run(inputFor(model), context);
        LAPIDARY_VERIFY_OK(layers);
        LAPIDARY_VERIFY_OK(means);
        const auto warned = [](const PassOutcome& outcome) {
            return std::ranges::any_of(outcome.notes, [](const Diagnostic& note) {
                return note.code == "quantize.bias_means" && note.severity == Severity::Warning;
            });
        };
        QVERIFY(warned(*layers));
        QVERIFY(!warned(*means));
        QVERIFY(*serializeOnnx(*layers->model) == *serializeOnnx(*means->model));
    }

    void roundingToTheDataErrsLess() {
        const ModelPtr model = chain("Relu");
        for (const bool perChannel : {false, true}) {
            auto plain = quantize(inputFor(model, coarse({{"per_channel", perChannel}, {"activations", "uint16"}})));
            auto rounded = quantize(inputFor(
                model, coarse({{"per_channel", perChannel}, {"activations", "uint16"}, {"rounding", "optimal"}})));
            LAPIDARY_VERIFY_OK(plain);
            LAPIDARY_VERIFY_OK(rounded);
            const double before = sqnr(*plain->model, *model, *images()),
                         after = sqnr(*rounded->model, *model, *images());
            QVERIFY2(after > before + 1, (std::to_string(before) + " " + std::to_string(after)).c_str());
        }
    }

    /// Rounded while the ranges are found, or in a run of its own: from the same samples, for the same error.
    void roundedInOneRunOrTwo() {
        const ModelPtr model = chain("Relu");
        const PassInput input = inputFor(model, coarse({{"rounding", "quick"}, {"activations", "uint16"}}));
        const auto source = makeCalibrator(images(), {});
        StreamsOnly streams(*source);
        auto once = quantizeWith(*source, input);
        auto twice = quantizeWith(streams, input);
        LAPIDARY_VERIFY_OK(once);
        LAPIDARY_VERIFY_OK(twice);
        QCOMPARE(streams.runs, 1);
        const double a = sqnr(*once->model, *model, *images()), b = sqnr(*twice->model, *model, *images());
        QVERIFY2(std::fabs(a - b) < 0.1, (std::to_string(a) + " " + std::to_string(b)).c_str());
    }

    /// What was remembered of the data must not decide about the bytes.
    void knownStatisticsChangeNothing() {
        const ModelPtr model = chain("Relu");
        const auto source = makeCalibrator(images(), {});
        auto plain = quantizeWith(*source, inputFor(model, coarse()));
        LAPIDARY_VERIFY_OK(plain);
        auto after = quantizeWith(*source, inputFor(model, coarse({{"rounding", "quick"}})));
        auto fresh = quantize(inputFor(model, coarse({{"rounding", "quick"}})));
        LAPIDARY_VERIFY_OK(after);
        LAPIDARY_VERIFY_OK(fresh);
        QVERIFY(*serializeOnnx(*after->model) == *serializeOnnx(*fresh->model));
    }

    /// A guard's runs: other layers stay in float each time, on data that is looked at once.
    void otherChoicesOfLayersSeeTheDataOnce() {
        const ModelPtr model = chain("Relu");
        const auto source = makeCalibrator(images(), {});
        StreamsOnly streams(*source);
        const Int8Pass pass;
        const auto bytes = [](const Int8Pass& with, CalibrationProvider& calibration, const PassInput& input) {
            PassContext context;
            context.calibration = &calibration;
            const auto outcome = with.run(input, context);
            if (!outcome)
                qFatal("%s", outcome.error().toString().c_str());
            return *serializeOnnx(*outcome->model);
        };
        const auto leaving = [&](const char* layers) {
            return inputFor(model, coarse({{"rounding", "quick"}, {"exclude", layers}, {"keep_isolated", false}}));
        };
        bytes(pass, streams, leaving(""));
        QCOMPARE(streams.runs, 1);
        for (const char* layers : {"first", "depthwise,left", "hidden"}) {
            const auto again = bytes(pass, streams, leaving(layers));
            QCOMPARE(streams.runs, 1);
            // The same bytes as without a memory.
            const auto fresh = makeCalibrator(images(), {});
            StreamsOnly others(*fresh);
            QVERIFY(again == bytes(Int8Pass(), others, leaving(layers)));
            QCOMPARE(others.runs, 1);
        }
        const auto other = inputFor(model, coarse({{"rounding", "quick"}, {"per_channel", true}}));
        QVERIFY(bytes(pass, streams, other) == bytes(Int8Pass(), streams, other));
        QCOMPARE(streams.runs, 3);
    }

    /// A model that was changed here and the same model read from its file have other ids.
    void whatIsKeptGoesByNames() {
        const ModelPtr model = chain("Relu");
        GraphEditor editor(model->graph);
        const ValueId gone = editor.addInitializer("gone", makeScalar(1.0f));
        const NodeId hidden = model->graph->findNode("hidden")->id;
        Node again = *model->graph->node(hidden);
        editor.replaceNode(std::move(again));
        for (const char* name : {"w1", "w3", "w5"}) {
            const ValueId old = model->graph->findValue(name)->id;
            const ValueId fresh = editor.addInitializer(std::string(name) + "_fresh", model->graph->constant(old));
            editor.replaceUses(old, fresh);
        }
        editor.setInitializer(gone, nullptr);
        editor.removeUnused();
        auto graph = editor.finish();
        LAPIDARY_VERIFY_OK(graph);
        const ModelPtr changed = withGraph(*model, std::move(*graph));
        const auto bytes = serializeOnnx(*changed);
        LAPIDARY_VERIFY_OK(bytes);
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "same.onnx";
        std::ofstream(path, std::ios::binary) << *bytes;
        const auto read = readOnnx(path);
        LAPIDARY_VERIFY_OK(read);
        QCOMPARE(*modelHash(*read->model), *modelHash(*changed));
        QVERIFY(read->model->graph->findValue("w1_fresh")->id != changed->graph->findValue("w1_fresh")->id);
        const auto source = makeCalibrator(images(), {});
        const Int8Pass pass;
        const auto quantized = [&](const Int8Pass& with, const ModelPtr& one) {
            PassContext context;
            context.calibration = source.get();
            const auto outcome = with.run(inputFor(one, coarse({{"rounding", "quick"}})), context);
            return outcome ? *serializeOnnx(*outcome->model) : outcome.error().toString();
        };
        quantized(pass, changed);
        QVERIFY(quantized(pass, read->model) == quantized(Int8Pass(), read->model));
    }

    void wideLayersRoundToNearestUnlessAsked() {
        const ModelPtr model = wideAndNarrow();
        const auto with = [&](const char* rounding) { return quantize(inputFor(model, {{"rounding", rounding}})); };
        auto nearest = with("nearest"), quick = with("quick"), everywhere = with("optimal");
        LAPIDARY_VERIFY_OK(nearest);
        LAPIDARY_VERIFY_OK(quick);
        LAPIDARY_VERIFY_OK(everywhere);
        QVERIFY(codesOf(*quick->model, "wide") == codesOf(*nearest->model, "wide"));
        QVERIFY(codesOf(*quick->model, "narrow") != codesOf(*nearest->model, "narrow"));
        QVERIFY(codesOf(*everywhere->model, "wide") != codesOf(*nearest->model, "wide"));
    }

    void earlierVersionsRoundToNearest() {
        const PassInfo& info = Int8Pass().info();
        for (const int version : {2, 3, 4})
            QVERIFY(info.earlierDefaults.at(version).at("rounding").toString() == "nearest");
        QVERIFY(info.schema.find("rounding")->defaultValue.toString() == "quick");
    }

    void allTogether_data() {
        QTest::addColumn<QString>("format");
        QTest::newRow("qdq") << "qdq";
        QTest::newRow("qoperator") << "qoperator";
    }
    void allTogether() {
        QFETCH(QString, format);
        const ModelPtr model = network().build();
        const PassInput input = inputFor(model, coarse({{"format", format.toStdString()},
                                                        {"equalize", true},
                                                        {"correct_bias", true},
                                                        {"bias_method", "layers"},
                                                        {"rounding", "optimal"}}));
        auto once = quantize(input, images(), 1);
        auto again = quantize(input, images(), 3);
        LAPIDARY_VERIFY_OK(once);
        LAPIDARY_VERIFY_OK(again);
        QVERIFY(*serializeOnnx(*once->model) == *serializeOnnx(*again->model));
        auto preview = Int8Pass().preview(input);
        LAPIDARY_VERIFY_OK(preview);
        const ModelTotals real = totalsOf(*once->model, *inferOnnxShapes(*once->model));
        QCOMPARE(preview->after.bytes, real.bytes);
        QCOMPARE(preview->after.parameters, real.parameters);
        auto counts = kernels(*once->model, *images());
        QCOMPARE(counts["Conv"] + counts["FusedConv"], 0);
        auto plain = quantize(inputFor(model, coarse({{"format", format.toStdString()}})));
        QVERIFY(sqnr(*once->model, *model, *images()) > sqnr(*plain->model, *model, *images()));
    }

    void cancelled() {
        CalibratorOptions options;
        const auto calibrator = makeCalibrator(images(), options);
        std::stop_source stop;
        stop.request_stop();
        PassContext context;
        context.calibration = calibrator.get();
        context.work.stop = stop.get_token();
        auto outcome = Int8Pass().run(
            inputFor(network().build(), coarse({{"correct_bias", true}, {"rounding", "optimal"}})), context);
        QVERIFY(!outcome && isCancelled(outcome.error()));
    }
};

QTEST_GUILESS_MAIN(TestInt8Accuracy)
#include "tst_int8accuracy.moc"
