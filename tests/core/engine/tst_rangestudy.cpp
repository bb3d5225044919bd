// SPDX-License-Identifier: GPL-3.0-or-later
// Ranges of activations and schemes side by side, against the same computed plainly here.
#include "core/eval/memorydataset.h"
#include "engine/rangestudy.h"
#include "engine/schemes.h"
#include "eval/calibrator.h"
#include "eval/evaluator.h"
#include "eval/outputreference.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QCoreApplication>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace lapidary;
using test::ModelBuilder;
using test::randomFloats;

namespace {

const Shape sample = {3, 8, 8};

/// Two convolutions and a classifier. One weight of the second is thousands of times the others, but meets a channel
/// that is always 0: one scale for the tensor erases the layer for nothing.
ModelPtr network() {
    ModelBuilder b(13);
    b.input("x", {1, 3, 8, 8});
    auto silent = randomFloats(24, 1), weak = randomFloats(64, 2);
    std::fill_n(silent.begin(), 3, 0.0f);
    std::fill_n(weak.begin(), 8, 0.0f);
    weak.front() = 3000;
    b.init("first_w", {8, 3, 1, 1}, silent);
    b.init("second_w", {8, 8, 1, 1}, weak);
    b.node("Conv", {"x", "first_w"}, {"a"}, {}, "first").node("Relu", {"a"}, {"b"});
    b.node("Conv", {"b", "second_w"}, {"c"}, {}, "second").node("Relu", {"c"}, {"d"});
    b.node("GlobalAveragePool", {"d"}, {"g"}).node("Flatten", {"g"}, {"f"});
    b.init("head_w", {8, 6}, 5).node("Gemm", {"f", "head_w"}, {"y"}, {}, "head");
    return b.output("y", DataType::Float, Shape{1, 6}).build();
}

std::vector<std::vector<float>> inputs(std::uint64_t seed, std::size_t count) {
    std::vector<std::vector<float>> samples;
    for (std::size_t i = 0; i < count; ++i)
        samples.push_back(randomFloats(3 * 8 * 8, seed + i));
    samples.front().front() = 40; // one outlier
    return samples;
}

std::vector<float> flat(const std::vector<std::vector<float>>& samples) {
    std::vector<float> all;
    for (const auto& one : samples)
        all.insert(all.end(), one.begin(), one.end());
    return all;
}

/// Signal to noise of values through 256 asymmetric integers over a range that holds zero.
double roundedDb(const std::vector<float>& values, ActivationRange range) {
    const double scale = (double(range.high) - double(range.low)) / 255, zero = std::round(-double(range.low) / scale);
    double signal = 0, noise = 0;
    for (const float value : values) {
        const double integer = std::clamp(std::round(double(value) / scale) + zero, 0.0, 255.0);
        signal += double(value) * double(value);
        noise += std::pow(double(value) - (integer - zero) * scale, 2);
    }
    return 10 * std::log10(signal / noise);
}

double weightsDb(std::span<const float> weights, std::size_t channels) {
    const std::size_t inner = weights.size() / channels;
    double signal = 0, noise = 0;
    for (std::size_t c = 0; c < channels; ++c) {
        double largest = 0;
        for (std::size_t i = 0; i < inner; ++i)
            largest = std::max(largest, std::fabs(double(weights[c * inner + i])));
        for (std::size_t i = 0; i < inner; ++i) {
            const double weight = double(weights[c * inner + i]), scale = largest / 127;
            signal += weight * weight;
            noise += std::pow(weight - std::round(weight / scale) * scale, 2);
        }
    }
    return 10 * std::log10(signal / noise);
}

} // namespace

class TestRangeStudy : public test::TestCase {
    Q_OBJECT

    const Engine& engine() {
        if (!m_engine)
            m_engine = std::make_unique<Engine>();
        return *m_engine;
    }
    static AnalysedModelPtr analysed(ModelPtr model = network()) {
        auto result = Engine::analyse(std::move(model));
        if (!result)
            qFatal("%s", result.error().toString().c_str());
        return *result;
    }

    std::unique_ptr<Engine> m_engine;

private Q_SLOTS:
    void cleanupTestCase() { m_engine.reset(); }

    void everyMethodOnWhatALayerReads() {
        const auto data = inputs(100, 40);
        const auto calibrator = makeCalibrator(std::make_shared<test::MemoryDataset>(sample, data));
        const auto study = studyRanges(*analysed(), *calibrator, {.percent = 99});
        LAPIDARY_VERIFY_OK(study);
        QCOMPARE(study->samples, std::uint64_t(40));
        QCOMPARE(study->layers.size(), std::size_t(3));
        const LayerRanges& first = study->layers.front();
        QCOMPARE(QString::fromStdString(first.node), QStringLiteral("first"));
        QCOMPARE(QString::fromStdString(first.value), QStringLiteral("x"));
        QCOMPARE(first.choices.size(), std::size_t(5));
        const auto values = flat(data);
        QCOMPARE(first.activations.count, std::uint64_t(values.size()));
        for (const RangeChoice& choice : first.choices) {
            std::size_t outside = 0;
            for (const float value : values)
                outside += value < choice.range.low || value > choice.range.high;
            const double share = double(outside) / double(values.size());
            const QString what = QString::fromUtf8(methodKey(choice.method).data());
            QVERIFY2(std::abs(choice.clippedShare - share) < 0.01,
                     qPrintable(QStringLiteral("%1: %2 of %3").arg(what).arg(choice.clippedShare).arg(share)));
            QVERIFY2(std::abs(choice.sqnrDb - roundedDb(values, choice.range)) < 0.5,
                     qPrintable(QStringLiteral("%1: %2 dB, %3 plainly")
                                    .arg(what)
                                    .arg(choice.sqnrDb)
                                    .arg(roundedDb(values, choice.range))));
        }
        // Nothing seen is clipped by the one, and the share that was asked for by the other.
        QCOMPARE(first.choices[0].clippedShare, 0.0);
        QCOMPARE(first.choices[0].range.high, 40.0f);
        QVERIFY(std::abs(first.choices[1].clippedShare - 0.01) < 0.005);
        // Of all ranges that of the smallest error errs least.
        for (const RangeChoice& choice : first.choices)
            QVERIFY(first.choices[3].sqnrDb >= choice.sqnrDb - 0.05);
    }

    void weightsWithOneScaleAndWithMany() {
        const auto calibrator = makeCalibrator(std::make_shared<test::MemoryDataset>(sample, inputs(100, 4)));
        const auto model = analysed();
        const auto study = studyRanges(*model, *calibrator);
        LAPIDARY_VERIFY_OK(study);
        const auto& second = study->layers[1];
        const auto weights =
            toFloats(*model->model->graph->constant(model->model->graph->findNode("second")->input(1)));
        LAPIDARY_VERIFY_OK(weights);
        QVERIFY(std::abs(second.perTensorDb - weightsDb(*weights, 1)) < 0.01);
        QVERIFY(second.perChannelDb && std::abs(*second.perChannelDb - weightsDb(*weights, 8)) < 0.01);
        QCOMPARE(second.weights.count, std::uint64_t(64));
        // Columns of a Gemm are its output channels.
        const auto& head = study->layers[2];
        QVERIFY(head.perChannelDb && *head.perChannelDb > head.perTensorDb);
        QVERIFY(study->find(second.id) == &second);
        QVERIFY(!study->find(NodeId{99999}));
    }

    void refusesWhatHasNoLayers() {
        ModelBuilder b(13);
        b.input("x", {1, 3, 8, 8}).node("Relu", {"x"}, {"y"}).output("y", DataType::Float, Shape{1, 3, 8, 8});
        const auto calibrator = makeCalibrator(std::make_shared<test::MemoryDataset>(sample, inputs(1, 1)));
        const auto study = studyRanges(*analysed(b.build()), *calibrator);
        QVERIFY(!study);
        QCOMPARE(QString::fromStdString(study.error().code), QStringLiteral("ranges.no_layers"));
    }

    void schemesSideBySide() {
        const auto model = analysed();
        const auto samples = inputs(500, 60);
        const test::MemoryDataset unlabelled(sample, samples);
        const auto answers = evaluateModel(*model->model, unlabelled);
        LAPIDARY_VERIFY_OK(answers);
        SchemeOptions options;
        options.base.pass = "quantize.int8";
        options.base.params = {{"reduce_range", "off"}};
        options.schemes = schemesOf({RangeMethod::MinMax, RangeMethod::Mse}, {true, false}, {false});
        options.evaluation = std::make_shared<test::MemoryDataset>(sample, samples, answers->predictions);
        QCOMPARE(options.schemes.size(), std::size_t(4));
        const auto calibrator = makeCalibrator(std::make_shared<test::MemoryDataset>(sample, inputs(100, 12)));
        const auto compared = compareSchemes(engine(), *model, *calibrator, options);
        LAPIDARY_VERIFY_OK(compared);
        QCOMPARE(compared->schemes.size(), std::size_t(4));
        QCOMPARE(compared->original->percent, 100.0);
        auto reference = OutputReference::make(model->model, *calibrator, {});
        LAPIDARY_VERIFY_OK(reference);
        for (const MeasuredScheme& measured : compared->schemes) {
            // What its step gives is what was measured.
            Recipe recipe;
            recipe.seed = options.seed;
            recipe.steps = {measured.step};
            const auto run = engine().apply(model->model, recipe, calibrator.get());
            LAPIDARY_VERIFY_OK(run);
            QCOMPARE(run->steps.front().after.bytes, measured.bytes);
            const auto error = reference->errorOf(run->model, {});
            LAPIDARY_VERIFY_OK(error);
            QCOMPARE(100 * *error, measured.outputErrorPercent);
            const auto right = evaluateModel(*run->model, *options.evaluation);
            LAPIDARY_VERIFY_OK(right);
            QCOMPARE(measured.top1->hits, right->top1->hits);
            QCOMPARE(measured.layers.size(), std::size_t(3));
            QVERIFY(measured.worst() != nullptr);
        }
        // One scale for weights of very different sizes costs a layer dearly.
        const auto& channel = compared->schemes[2];
        const auto& tensor = compared->schemes[3];
        QVERIFY(channel.scheme.perChannel && !tensor.scheme.perChannel);
        QVERIFY(tensor.layers[1].weights > 4 * channel.layers[1].weights);
    }

    void noSchemesAndAStop() {
        const auto model = analysed();
        const auto calibrator = makeCalibrator(std::make_shared<test::MemoryDataset>(sample, inputs(100, 4)));
        SchemeOptions options;
        options.base.pass = "quantize.int8";
        const auto none = compareSchemes(engine(), *model, *calibrator, options);
        QVERIFY(!none);
        QCOMPARE(QString::fromStdString(none.error().code), QStringLiteral("schemes.none"));
        options.schemes = schemesOf({RangeMethod::Mse}, {true}, {false});
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = compareSchemes(engine(), *model, *calibrator, options, {stop.get_token(), {}});
        QVERIFY(!stopped && isCancelled(stopped.error()));
    }
};

QTEST_GUILESS_MAIN(TestRangeStudy)
#include "tst_rangestudy.moc"
