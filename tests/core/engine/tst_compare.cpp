// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/compare.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

AnalysedModelPtr classifier(std::vector<float> weights, const std::string& output = "y", std::int64_t classes = 4) {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "6"}).init("w", {classes, 6}, std::move(weights));
    b.node("Gemm", {"x", "w"}, {output}, {attr("transB", 1)}, "fc").output(output);
    return Engine::analyse(b.build()).value();
}

/// Rows of x times w transposed, by definition.
std::vector<float> product(const std::vector<float>& x, const std::vector<float>& w) {
    std::vector<float> y;
    for (std::size_t row = 0; row + 6 <= w.size(); row += 6) {
        double sum = 0;
        for (std::size_t i = 0; i < 6; ++i)
            sum += double(x[i]) * double(w[row + i]);
        y.push_back(float(sum));
    }
    return y;
}

bool close(double a, double b, double tolerance) {
    return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

} // namespace

class CompareTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void numbersAgainstDefinition() {
        const auto wa = randomFloats(24, 1);
        auto wb = wa;
        for (std::size_t i = 0; i < wb.size(); ++i)
            wb[i] += 0.2f * randomFloats(24, 2)[i];
        const auto a = classifier(wa);
        const auto b = classifier(wb);
        CompareOptions options;
        options.samples = 50;
        options.seed = 7;
        const auto result = compareModels(*a, *b, options);
        LAPIDARY_VERIFY_OK(result);
        QVERIFY2(result->numericProblem.empty(), result->numericProblem.c_str());
        const auto ports = openSession(*a->model, {}).value()->inputs();
        double signal = 0, noise = 0, both = 0, other = 0, largest = 0, sum = 0;
        int same = 0;
        for (std::uint64_t i = 0; i < 50; ++i) {
            const auto x = toFloats(*randomInputs(ports, 7 + i).value().front()).value();
            const auto ya = product(x, wa);
            const auto yb = product(x, wb);
            for (std::size_t k = 0; k < 4; ++k) {
                const double difference = double(ya[k]) - double(yb[k]);
                signal += double(ya[k]) * double(ya[k]);
                other += double(yb[k]) * double(yb[k]);
                both += double(ya[k]) * double(yb[k]);
                noise += difference * difference;
                largest = std::max(largest, std::abs(difference));
                sum += std::abs(difference);
            }
            same += std::max_element(ya.begin(), ya.end()) - ya.begin() ==
                    std::max_element(yb.begin(), yb.end()) - yb.begin();
        }
        QVERIFY(same > 0 && same < 50); // else the agreement proves nothing
        QCOMPARE(result->samples, std::size_t(50));
        QVERIFY(result->randomInputs);
        QCOMPARE(result->outputs.size(), std::size_t(1));
        const auto& output = result->outputs.front();
        QVERIFY(output.comparable);
        QVERIFY(close(output.maxAbsolute, largest, 1e-5));
        QVERIFY(close(output.meanAbsolute, sum / 200, 1e-5));
        QVERIFY(close(output.sqnrDb, 10 * std::log10(signal / noise), 1e-4));
        QVERIFY(close(output.cosine, both / std::sqrt(signal * other), 1e-6));
        QVERIFY(close(output.argmaxAgreement, 100.0 * same / 50, 1e-9));
    }

    void structure() {
        const auto wa = randomFloats(24, 1);
        const auto a = classifier(wa);
        const auto same = compareModels(*a, *classifier(wa), {});
        LAPIDARY_VERIFY_OK(same);
        QCOMPARE(same->diff.same, std::size_t(1));
        QCOMPARE(same->diff.changed + same->diff.added + same->diff.removed, std::size_t(0));
        QCOMPARE(same->outputs.front().maxAbsolute, 0.0);
        QCOMPARE(same->outputs.front().argmaxAgreement, 100.0);
        const auto other = compareModels(*a, *classifier(randomFloats(24, 3)), {});
        LAPIDARY_VERIFY_OK(other);
        QCOMPARE(other->diff.changed, std::size_t(1));
        const auto json = same->toJson();
        for (const char* key : {"added", "removed", "changed", "same", "nodes", "a", "b", "outputs", "samples"})
            QVERIFY2(json.contains(key), key);
        LAPIDARY_VERIFY_OK(Json::parse(json.dump())); // an infinite SQNR is no JSON number
    }

    void otherShapesAndOutputs() {
        const auto a = classifier(randomFloats(24, 1));
        const auto wider = compareModels(*a, *classifier(randomFloats(30, 1), "y", 5), {});
        LAPIDARY_VERIFY_OK(wider);
        QVERIFY(!wider->outputs.front().comparable);
        QVERIFY2(wider->outputs.front().reason.find('5') != std::string::npos, wider->outputs.front().reason.c_str());
        const auto renamed = compareModels(*a, *classifier(randomFloats(24, 1), "other"), {});
        LAPIDARY_VERIFY_OK(renamed);
        QVERIFY(!renamed->outputs.front().comparable);
        ModelBuilder b;
        b.symbolicInput("x", DataType::Float, {"N", "7"}).node("Relu", {"x"}, {"y"}).output("y");
        const auto otherInput = compareModels(*a, *Engine::analyse(b.build()).value(), {});
        LAPIDARY_VERIFY_OK(otherInput);
        QVERIFY(!otherInput->numericProblem.empty());
        QVERIFY(otherInput->outputs.empty());
    }

    void structureOnlyAndCancel() {
        const auto a = classifier(randomFloats(24, 1));
        CompareOptions options;
        options.numeric = false;
        const auto result = compareModels(*a, *a, options);
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(result->outputs.empty());
        std::stop_source stop;
        stop.request_stop();
        Work work;
        work.stop = stop.get_token();
        const auto cancelled = compareModels(*a, *a, {}, work);
        QVERIFY(!cancelled.ok() && isCancelled(cancelled.error()));
    }

    void randomInputsAreSeeded() {
        const std::vector<PortInfo> ports = {{"f", DataType::Float, {-1, 50}, true, {}},
                                             {"h", DataType::Float16, {50}, true, {}},
                                             {"i", DataType::Int64, {2, 50}, true, {}},
                                             {"b", DataType::Bool, {50}, true, {}}};
        const auto one = randomInputs(ports, 3);
        const auto two = randomInputs(ports, 3);
        const auto other = randomInputs(ports, 4);
        LAPIDARY_VERIFY_OK(one);
        LAPIDARY_VERIFY_OK(other);
        for (std::size_t i = 0; i < ports.size(); ++i) {
            QCOMPARE(contentHash(*(*one)[i]), contentHash(*(*two)[i]));
            QVERIFY(contentHash(*(*one)[i]) != contentHash(*(*other)[i]));
            QCOMPARE((*one)[i]->type, ports[i].type);
            const auto values = toFloats(*(*one)[i]);
            LAPIDARY_VERIFY_OK(values);
            for (const float value : *values)
                QVERIFY(i < 2 ? value >= 0 && value <= 1 : value == 0 || value == 1);
        }
        QVERIFY(one->front()->shape == Shape({1, 50}));
        QVERIFY(!randomInputs({{"s", DataType::String, {1}, true, {}}}, 1).ok());
    }
};

QTEST_GUILESS_MAIN(CompareTest)
#include "tst_compare.moc"
