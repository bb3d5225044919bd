// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/activationcache.h"
#include "eval/evaluator.h"
#include "generatednetworks.h"
#include "graph/grapheditor.h"
#include "memorydataset.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr std::size_t samples = 70;

struct Spec {
    int late = 1;            ///< seed of the last convolution
    int early = 2;           ///< of the first
    bool residual = false;   ///< the input of the last convolution is added again behind it
    std::string batch = "N"; ///< extent of the first axis
    bool reads = false;      ///< the end reads the input too
};

/// Three convolutions and a classifier.
ModelPtr network(const Spec& spec) {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {spec.batch, "3", "12", "12"});
    b.init("w1", {16, 3, 3, 3}, spec.early).init("w2", {16, 16, 3, 3}, 5).init("w3", {16, 16, 3, 3}, spec.late);
    b.init("wc", {10, 16}, 7).init("bc", {10}, std::vector<float>(10, 0.1f));
    const auto pads = attr("pads", {1, 1, 1, 1});
    b.node("Conv", {"x", "w1"}, {"a"}, {pads}).node("Relu", {"a"}, {"b"});
    b.node("Conv", {"b", "w2"}, {"c"}, {pads}).node("Relu", {"c"}, {"d"});
    b.node("Conv", {"d", "w3"}, {"e"}, {pads});
    if (spec.residual)
        b.node("Add", {"e", "d"}, {"f"}).node("Relu", {"f"}, {"g"});
    else
        b.node("Relu", {"e"}, {"g"});
    b.node("GlobalAveragePool", {"g"}, {"p"}).node("Flatten", {"p"}, {"q"});
    b.node("Gemm", {"q", "wc", "bc"}, {"y"}, {attr("transB", 1)});
    if (!spec.reads)
        return b.output("y").build();
    b.init("axes", {3}, std::vector<std::int64_t>{1, 2, 3});
    b.node("ReduceMean", {"x"}, {"m"}, {attr("axes", {1, 2, 3}), attr("keepdims", 0)});
    b.init("one", {1}, std::vector<std::int64_t>{1}).node("Unsqueeze", {"m", "one"}, {"u"});
    return b.node("Add", {"y", "u"}, {"z"}).output("z").build();
}

MemoryDataset images(std::size_t count = samples) {
    std::vector<std::vector<float>> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(randomFloats(3 * 12 * 12, i + 100));
    return {{3, 12, 12}, std::move(all), randomIntegers(count, 9, 0, 9)};
}

PrefixPlan plan(const Model& base, const Model& edited, const PrefixPlanOptions& options = {}) {
    const auto shapes = inferOnnxShapes(edited).value();
    return planPrefix(base, edited, shapes, analyseCost(*edited.graph, shapes), options);
}

/// What must agree between two ways to the same result, times aside.
void compare(const EvaluationResult& a, const EvaluationResult& b) {
    QCOMPARE(a.samples, b.samples);
    QVERIFY(a.predictions == b.predictions);
    QVERIFY(a.labels == b.labels);
    QVERIFY(a.confusion == b.confusion);
    QCOMPARE(a.top1->hits, b.top1->hits);
    QCOMPARE(a.top5->hits, b.top5->hits);
    QCOMPARE(a.complete, b.complete);
}

} // namespace

class TestPrefixEvaluation : public TestCase {
    Q_OBJECT

    /// Evaluates `edited` after `base` in two parts, twice; the reference is the edited model itself, as a whole.
    /// Gives the SQNR of the scores.
    static double inTwoParts(const Model& base, const Model& edited, const Dataset& data, std::size_t batch = 16) {
        EvaluateOptions options;
        options.batch = batch;
        const auto whole = evaluateModel(edited, data, options, {}, &edited);
        if (!whole)
            return QTest::qFail(whole.error().toString().c_str(), __FILE__, __LINE__), 0;
        options.cache = std::make_shared<ActivationCache>(ActivationCache::Limits{});
        options.prefix = plan(base, edited);
        double worst = std::numeric_limits<double>::infinity();
        for (const std::size_t spared : {std::size_t(0), data.size()}) {
            const auto result = evaluateModel(edited, data, options, {}, &edited);
            if (!result)
                return QTest::qFail(result.error().toString().c_str(), __FILE__, __LINE__), 0;
            if (!result->prefix || !result->prefix->plan.useful())
                return QTest::qFail(result->prefix->plan.reason.c_str(), __FILE__, __LINE__), 0;
            compare(*whole, *result);
            if (result->prefix->sparedSamples != spared)
                return QTest::qFail("the cache was not used as expected", __FILE__, __LINE__), 0;
            worst = std::min(worst, *result->sqnrDb);
        }
        return worst;
    }

private Q_SLOTS:
    void sameBitsWhereKernelsAreTheSame_data() {
        QTest::addColumn<QString>("extent");
        QTest::addColumn<int>("batch");
        for (const char* extent : {"N", "1", "4"})
            for (const int batch : {1, 16, 70})
                QTest::addRow("%s, %d at a time", extent, batch) << QString::fromLatin1(extent) << batch;
    }
    void sameBitsWhereKernelsAreTheSame() {
        QFETCH(QString, extent);
        QFETCH(int, batch);
        const auto base = network({.batch = extent.toStdString()});
        const auto edited = network({.late = 3, .batch = extent.toStdString()});
        const auto data = images();
        QCOMPARE(inTwoParts(*base, *edited, data, std::size_t(batch)), std::numeric_limits<double>::infinity());
    }

    // The runtime adds inside the convolution when it sees both, so sums may come in another order.
    void closeWhereKernelsDiffer() {
        const auto data = images();
        const double residual = inTwoParts(*network({.residual = true}), *network({.late = 3, .residual = true}), data);
        qInfo("residual: %.1f dB", residual);
        QVERIFY(residual > 120);
    }

    void cutsWhereTheChangeBegins() {
        const auto late = plan(*network({}), *network({.late = 3}));
        QVERIFY(late.useful());
        QCOMPARE(late.values, std::vector<std::string>{"d"});
        QCOMPARE(late.firstChanged, std::vector<std::string>{"Conv_4"});
        QCOMPARE(late.bytesPerSample, std::uint64_t(16 * 12 * 12 * 4));
        QVERIFY(late.savedShare > 0.5 && late.savedShare < 0.6);
        QCOMPARE(late.toJson()["values"].array().size(), std::size_t(1));
    }

    void saysWhyNot() {
        const auto base = network({});
        QVERIFY(plan(*base, *network({.early = 3})).reason.find("Conv_0") != std::string::npos);
        QVERIFY(plan(*base, *base).reason.find("has changed") != std::string::npos);
        QVERIFY(!plan(*base, *network({.reads = true})).useful());
        const auto large = plan(*base, *network({.late = 3}), {.samples = 1000, .limitBytes = 1000});
        QVERIFY2(large.reason.find("1000 allowed") != std::string::npos, large.reason.c_str());
        // The whole network runs then, and the result says so.
        const auto data = images();
        EvaluateOptions options;
        options.cache = std::make_shared<ActivationCache>(ActivationCache::Limits{});
        const auto edited = network({.early = 3});
        options.prefix = plan(*base, *edited);
        const auto result = evaluateModel(*edited, data, options);
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(!result->prefix->plan.useful());
        QVERIFY(result->toJson()["prefix"].contains("reason"));
        options.prefix->reason.clear(); // a plan that does not work out
        options.prefix->values = {"no such value"};
        const auto fallen = evaluateModel(*edited, data, options);
        LAPIDARY_VERIFY_OK(fallen);
        QVERIFY(fallen->prefix->plan.reason.find("two parts") != std::string::npos);
        compare(*result, *fallen);
    }

    void otherEditsUseTheSameValues() {
        const auto data = images();
        EvaluateOptions options;
        options.cache = std::make_shared<ActivationCache>(ActivationCache::Limits{});
        const auto base = network({});
        for (const int late : {3, 4, 5}) {
            const auto edited = network({.late = late});
            options.prefix = plan(*base, *edited);
            const auto result = evaluateModel(*edited, data, options, {}, base.get());
            LAPIDARY_VERIFY_OK(result);
            QCOMPARE(result->prefix->sparedSamples, late == 3 ? std::size_t(0) : samples);
            compare(*result, *evaluateModel(*edited, data, {}));
        }
        // Another order, batch or data shares nothing.
        const auto edited = network({.late = 3});
        options.prefix = plan(*base, *edited);
        options.batch = 8;
        QCOMPARE(evaluateModel(*edited, data, options)->prefix->sparedSamples, std::size_t(0));
        options.batch = 16;
        options.orderSeed = 2;
        QCOMPARE(evaluateModel(*edited, data, options)->prefix->sparedSamples, std::size_t(0));
    }

    void unreadableSamplesStayOut() {
        auto data = images();
        data.unreadable = 11;
        const auto base = network({}), edited = network({.late = 3});
        EvaluateOptions options;
        options.cache = std::make_shared<ActivationCache>(ActivationCache::Limits{});
        options.prefix = plan(*base, *edited);
        for (int round = 0; round < 2; ++round) {
            const auto result = evaluateModel(*edited, data, options);
            LAPIDARY_VERIFY_OK(result);
            QCOMPARE(result->samples, samples - 1);
            QCOMPARE(result->skipped, std::size_t(1));
            QCOMPARE(result->predictions[11], std::int64_t(-1));
        }
    }

    void smallMemoryStillGivesTheSame() {
        const auto data = images();
        const auto base = network({}), edited = network({.late = 3});
        EvaluateOptions options;
        options.cache = std::make_shared<ActivationCache>(ActivationCache::Limits{200 << 10, {}, 0});
        options.prefix = plan(*base, *edited);
        const auto whole = evaluateModel(*edited, data, {});
        for (int round = 0; round < 2; ++round)
            compare(*whole, *evaluateModel(*edited, data, options));
        QVERIFY(options.cache->usage().mostMemoryBytes <= 200 << 10);
    }

    void stopsWhenItIsClear() {
        const auto data = images(1500);
        const auto base = network({}), edited = network({.late = 3});
        EvaluateOptions options;
        options.stop = StopRule::parse("drop=30").value();
        std::size_t partials = 0;
        options.partial = [&](const EvaluationResult& so) {
            ++partials;
            QVERIFY(!so.complete && so.top1OfAll && so.top1OfAll->low <= so.top1->percent);
        };
        const auto early = evaluateModel(*edited, data, options, {}, base.get());
        LAPIDARY_VERIFY_OK(early);
        QVERIFY(early->early && !early->complete);
        QVERIFY(early->samples < 1500 && early->population == 1500);
        QVERIFY(early->stop->side == StopVerdict::Side::Below);
        const Json json = early->toJson();
        QVERIFY(json["early"].toBool() && !json["complete"].toBool());
        QCOMPARE(json["stop"]["verdict"].toString(), std::string("below"));
        const auto note = early->notes.back().message;
        QVERIFY2(note.find("Early, " + std::to_string(early->samples) + " of 1500") != std::string::npos, note.c_str());
        options.stop.reset();
        const auto whole = evaluateModel(*edited, data, options, {}, base.get());
        QVERIFY(whole->complete && !whole->early);
        QVERIFY(early->stop->low <= whole->drop->percent && whole->drop->percent <= early->stop->high);
        QVERIFY(early->top1OfAll->low <= whole->top1->percent && whole->top1->percent <= early->top1OfAll->high);
        QVERIFY(!whole->top1OfAll);
    }

    void rulesNeedWhatTheyCount() {
        EvaluateOptions options;
        options.stop = StopRule::parse("drop=1").value();
        const auto model = network({});
        QCOMPARE(evaluateModel(*model, images(), options).error().code, std::string("eval.stop_rule"));
        options.stop = StopRule::parse("top1=50").value();
        QVERIFY(evaluateModel(*model, images(), options).ok());
    }

    void runningEstimatesComeFromAllOfTheData() {
        // Sorted by class, as folders are: the first samples in file order would know one class only.
        std::vector<std::vector<float>> all;
        std::vector<std::int64_t> labels;
        for (std::int64_t i = 0; i < 400; ++i) {
            std::vector<float> scores(4, 0);
            scores[std::size_t(i < 100 ? 0 : 1)] = 1; // right for class 0 only
            all.push_back(scores);
            labels.push_back(i / 100 == 1 ? 2 : i / 100);
        }
        ModelBuilder b;
        b.symbolicInput("x", DataType::Float, {"N", "4"}).node("Identity", {"x"}, {"y"});
        const auto model = b.output("y").build();
        const MemoryDataset data({4}, all, labels);
        EvaluateOptions options;
        options.batch = 50;
        options.stop = StopRule::parse("top1=60").value();
        const auto early = evaluateModel(*model, data, options);
        LAPIDARY_VERIFY_OK(early);
        QVERIFY(early->early);
        QVERIFY(early->stop->side == StopVerdict::Side::Below); // in file order it would be 100 % at first
        QCOMPARE(evaluateModel(*model, data)->top1->percent, 25.0);
    }
};

QTEST_GUILESS_MAIN(TestPrefixEvaluation)
#include "tst_prefixevaluation.moc"
