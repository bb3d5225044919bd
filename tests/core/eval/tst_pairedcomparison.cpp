// SPDX-License-Identifier: GPL-3.0-or-later
// Two small models on made-up samples, against loops over the same samples.
#include "eval/pairedcomparison.h"
#include "memorydataset.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace lapidary;
using test::MemoryDataset;
using test::ModelBuilder;

namespace {

constexpr int classes = 7;
constexpr int count = 300;

std::vector<float> mixing(double strength) {
    auto values = test::randomFloats(classes * classes, 5, float(strength));
    for (int i = 0; i < classes; ++i)
        values[std::size_t(i * classes + i)] += 1;
    return values;
}

ModelPtr identity(bool softmax = false) {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", std::to_string(classes)});
    b.node(softmax ? "Softmax" : "Identity", {"x"}, {"y"});
    return b.output("y").build();
}

ModelPtr mixed(const std::vector<float>& weights) {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", std::to_string(classes)});
    b.init("w", {classes, classes}, weights);
    b.node("MatMul", {"x", "w"}, {"y"});
    return b.output("y").build();
}

std::vector<float> mix(const std::vector<float>& x, const std::vector<float>& weights) {
    std::vector<float> y(classes, 0.0f);
    for (int o = 0; o < classes; ++o) {
        double sum = 0;
        for (int i = 0; i < classes; ++i)
            sum += double(x[std::size_t(i)]) * double(weights[std::size_t(i * classes + o)]);
        y[std::size_t(o)] = float(sum);
    }
    return y;
}

std::vector<double> softmaxOf(const std::vector<float>& x) {
    std::vector<double> p(x.size());
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        sum += p[i] = std::exp(double(x[i]));
    for (auto& value : p)
        value /= sum;
    return p;
}

int largest(const std::vector<float>& x) {
    return int(std::max_element(x.begin(), x.end()) - x.begin());
}

struct Made {
    std::vector<std::vector<float>> samples;
    std::vector<std::int64_t> labels;
};

Made make() {
    Made made;
    const auto values = test::randomFloats(count * classes, 11, 2);
    const auto noise = test::randomFloats(count * classes, 12, 1);
    for (int s = 0; s < count; ++s) {
        std::vector<float> sample(values.begin() + s * classes, values.begin() + (s + 1) * classes);
        auto noisy = sample;
        for (int i = 0; i < classes; ++i)
            noisy[std::size_t(i)] += noise[std::size_t(s * classes + i)];
        made.labels.push_back(largest(noisy));
        made.samples.push_back(std::move(sample));
    }
    return made;
}

} // namespace

class TestPairedComparison : public test::TestCase {
    Q_OBJECT

    PairedComparison compare(const Model& a, const Model& b, const Dataset& data, const PairedOptions& options = {}) {
        auto result = comparePaired(a, {&b}, data, options);
        if (!result)
            qFatal("%s", result.error().toString().c_str());
        return result->front();
    }

private Q_SLOTS:
    void againstLoops() {
        const auto made = make();
        const MemoryDataset data({classes}, made.samples, made.labels);
        const auto weights = mixing(0.3);
        const auto result = compare(*identity(), *mixed(weights), data);
        PairedCounts counts;
        std::uint64_t agree = 0;
        double signal = 0, noise = 0, confidence = 0;
        std::map<std::array<std::int64_t, 3>, std::uint64_t> moves;
        std::vector<std::pair<double, int>> surprising;
        std::map<std::int64_t, std::array<std::uint64_t, 5>> perClass;
        for (int s = 0; s < count; ++s) {
            const auto& x = made.samples[std::size_t(s)];
            const auto y = mix(x, weights);
            const int a = largest(x), b = largest(y);
            const auto label = made.labels[std::size_t(s)];
            const bool rightA = a == label, rightB = b == label;
            ++(rightA ? rightB ? counts.bothRight : counts.onlyA : rightB ? counts.onlyB : counts.bothWrong);
            auto& entry = perClass[label];
            entry[0] += 1;
            entry[1] += rightA;
            entry[2] += rightB;
            entry[3] += rightB && !rightA;
            entry[4] += rightA && !rightB;
            agree += a == b;
            const auto pa = softmaxOf(x), pb = softmaxOf(y);
            confidence += pb[std::size_t(b)];
            if (a != b) {
                ++moves[{label, a, b}];
                surprising.emplace_back(-std::min(pa[std::size_t(a)], pb[std::size_t(b)]), s);
            }
            for (int i = 0; i < classes; ++i) {
                signal += double(x[std::size_t(i)]) * double(x[std::size_t(i)]);
                noise += std::pow(double(x[std::size_t(i)]) - double(y[std::size_t(i)]), 2);
            }
        }
        QCOMPARE(result.samples, std::size_t(count));
        QCOMPARE(result.counts, counts);
        QVERIFY(counts.onlyA > 5 && counts.onlyB > 5);
        QCOMPARE(result.agreement->hits, agree);
        QCOMPARE(result.top1A->hits, counts.rightA());
        QVERIFY(std::abs(result.sqnrDb - 10 * std::log10(signal / noise)) < 1e-3);
        QVERIFY(std::abs(result.scoresB->meanScore - confidence / count) < 1e-5);
        QCOMPARE(result.moves.size(), moves.size());
        for (const auto& move : result.moves)
            QCOMPARE(move.count, (moves[{move.label, move.from, move.to}]));
        QCOMPARE(result.classes.size(), perClass.size());
        for (const auto& change : result.classes)
            QCOMPARE((std::array{change.samples, change.rightA, change.rightB, change.gained, change.lost}),
                     perClass[change.label]);
        std::sort(surprising.begin(), surprising.end());
        QCOMPARE(result.disagreements.size(), surprising.size());
        QCOMPARE(result.disagreementCount, surprising.size());
        for (std::size_t i = 0; i < surprising.size(); ++i)
            QVERIFY(std::abs(result.disagreements[i].surprise() + surprising[i].first) < 1e-5);
        QCOMPARE(int(result.disagreements.front().sample), surprising.front().second);
    }

    void sameWhateverTheBatch() {
        const auto made = make();
        const MemoryDataset data({classes}, made.samples, made.labels);
        const auto a = identity(), b = mixed(mixing(0.3));
        PairedOptions options;
        options.keptDisagreements = 7;
        std::string first;
        for (const std::size_t batch : {1, 16, 64}) {
            options.batch = batch;
            auto result = compare(*a, *b, data, options);
            QCOMPARE(result.disagreements.size(), std::size_t(7));
            QVERIFY(result.disagreementCount > 20);
            result.seconds = 0;
            const auto text = result.toJson().dump();
            if (first.empty())
                first = text;
            QCOMPARE(text, first);
        }
        // The seven kept are the first seven of all.
        options.keptDisagreements = 500;
        const auto all = compare(*a, *b, data, options);
        options.keptDisagreements = 7;
        const auto few = compare(*a, *b, data, options);
        for (std::size_t i = 0; i < 7; ++i)
            QCOMPARE(few.disagreements[i], all.disagreements[i]);
    }

    /// Probabilities are not put through softmax again: a model that ends in softmax says the same as its logits.
    void logitsAndProbabilitiesAreOne() {
        const auto made = make();
        const MemoryDataset data({classes}, made.samples, made.labels);
        const auto result = compare(*identity(), *identity(true), data);
        QCOMPARE(result.agreement->percent, 100.0);
        QCOMPARE(result.verdict(), PairedVerdict::Identical);
        QVERIFY(std::abs(result.scoresA->meanScore - result.scoresB->meanScore) < 1e-5);
        QCOMPARE(result.scoresA->score.all, result.scoresB->score.all);
    }

    void calibrationError() {
        // One sure and right, one sure and wrong, both with score 0.9: the error is |1.8 - 1| / 2.
        const MemoryDataset data({2}, {{0.9f, 0.1f}, {0.9f, 0.1f}}, {0, 1});
        ModelBuilder b;
        b.symbolicInput("x", DataType::Float, {"N", "2"}).node("Identity", {"x"}, {"y"});
        const auto model = b.output("y").build();
        const auto result = compare(*model, *model, data);
        QVERIFY(std::abs(*result.scoresA->calibrationError - 0.4) < 1e-6);
        QCOMPARE(result.scoresA->score.all[36], std::uint64_t(2));
        QCOMPARE(result.scoresA->score.right[36], std::uint64_t(1));
        QVERIFY(std::isinf(result.sqnrDb));
    }

    void severalAgainstOne() {
        const auto made = make();
        const MemoryDataset data({classes}, made.samples, made.labels);
        const auto a = identity(), b = mixed(mixing(0.1)), c = mixed(mixing(0.4));
        auto both = comparePaired(*a, {b.get(), c.get()}, data);
        LAPIDARY_VERIFY_OK(both);
        QCOMPARE(both->size(), std::size_t(2));
        const auto alone = compare(*a, *c, data);
        QCOMPARE((*both)[1].counts, alone.counts);
        QVERIFY((*both)[0].agreement->hits > (*both)[1].agreement->hits);
    }

    void withoutLabelsOrClasses() {
        auto made = make();
        const auto b = mixed(mixing(0.3));
        const MemoryDataset unlabelled({classes}, made.samples);
        const auto result = compare(*identity(), *b, unlabelled);
        QVERIFY(result.classifies && !result.labelled && !result.difference && result.significanceText().empty());
        QVERIFY(result.disagreementCount > 0 && result.moves.front().label == -1);
        QCOMPARE(result.disagreements.front().outcome(), PairedOutcome::Unlabelled);
        // A picture to picture model: the samples that differ most come first.
        ModelBuilder plain, doubled;
        plain.symbolicInput("x", DataType::Float, {"N", "1", "2", "2"}).node("Identity", {"x"}, {"y"});
        doubled.symbolicInput("x", DataType::Float, {"N", "1", "2", "2"}).init("t", {1}, std::vector<float>{0.5f});
        doubled.node("Max", {"x", "t"}, {"y"});
        const MemoryDataset pictures({1, 2, 2}, {{1, 1, 1, 1}, {0.1f, 1, 1, 1}, {0, 0, 0, 1}});
        const auto images = compare(*plain.output("y").build(), *doubled.output("y").build(), pictures);
        QVERIFY(!images.classifies && !images.agreement);
        QCOMPARE(images.disagreements.size(), std::size_t(2));
        QCOMPARE(images.disagreements[0].sample, std::size_t(2));
        QVERIFY(std::abs(images.disagreements[0].distance - std::sqrt(0.75)) < 1e-6);
        QCOMPARE(images.disagreements[0].b.answer, std::int64_t(-1));
    }

    void unreadableSamplesAreSkipped() {
        const auto made = make();
        MemoryDataset data({classes}, made.samples, made.labels);
        data.unreadable = 17;
        const auto result = compare(*identity(), *mixed(mixing(0.3)), data);
        QCOMPARE(result.samples, std::size_t(count - 1));
        QCOMPARE(result.skipped, std::size_t(1));
        for (const auto& sample : result.disagreements)
            QVERIFY(sample.sample != 17);
    }

    void problemsAreNamed() {
        const auto made = make();
        const MemoryDataset data({classes}, made.samples, made.labels);
        ModelBuilder b;
        b.symbolicInput("x", DataType::Float, {"N", std::to_string(classes)});
        b.init("w", {classes, 9}, 1).node("MatMul", {"x", "w"}, {"y"});
        auto result = comparePaired(*identity(), {b.output("y").build().get()}, data);
        QVERIFY(!result);
        QCOMPARE(result.error().code, std::string("compare.outputs"));
        MemoryDataset named({classes}, made.samples, made.labels);
        named.classNames = {"a", "b"};
        result = comparePaired(*identity(), {identity().get()}, named);
        QVERIFY(!result);
        QCOMPARE(result.error().code, std::string("eval.output"));
    }

    void cancelled() {
        const auto made = make();
        const MemoryDataset data({classes}, made.samples, made.labels);
        std::stop_source stop;
        stop.request_stop();
        const auto a = identity();
        const auto result = comparePaired(*a, {a.get()}, data, {}, {stop.get_token(), {}});
        QVERIFY(!result && isCancelled(result.error()));
    }

    void jsonAndBack() {
        const auto made = make();
        const MemoryDataset data({classes}, made.samples, made.labels);
        const auto result = compare(*identity(), *mixed(mixing(0.3)), data);
        const auto json = result.toJson();
        const auto parsed = Json::parse(json.dump());
        LAPIDARY_VERIFY_OK(parsed);
        const auto back = PairedComparison::fromJson(*parsed);
        LAPIDARY_VERIFY_OK(back);
        QCOMPARE(back->toJson().dump(), json.dump());
        QCOMPARE(back->disagreements, result.disagreements);
        QVERIFY(!PairedComparison::fromJson(Json::Object{}));
    }

    void sentences() {
        PairedComparison result;
        const auto say = [&](std::uint64_t onlyA, std::uint64_t onlyB) {
            result.counts = {800, onlyA, onlyB, 100};
            result.difference = pairedDifference(result.counts);
            result.test = mcNemarTest(onlyA, onlyB);
            return QString::fromStdString(result.significanceText());
        };
        QVERIFY(say(40, 10).startsWith(QStringLiteral("B loses 3.16 points (95 %: ")));
        QVERIFY(say(40, 10).endsWith(QStringLiteral("), significant, p < 0.001")));
        QVERIFY(say(10, 40).startsWith(QStringLiteral("B gains 3.16 points (95 %: ")));
        QVERIFY(say(11, 10).contains(QStringLiteral("may be chance, p = 0.8")));
        QVERIFY(say(10, 10).startsWith(QStringLiteral("B is as often right as A")));
        QCOMPARE(say(0, 0), QStringLiteral("A and B are right on the same samples"));
    }
};

QTEST_GUILESS_MAIN(TestPairedComparison)
#include "tst_pairedcomparison.moc"
