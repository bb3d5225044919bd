// SPDX-License-Identifier: GPL-3.0-or-later
// factorize.low_rank as the application runs it: outputs in ONNX Runtime, errors against decompositions done here.
#include "core/eval/memorydataset.h"
#include "eval/calibrator.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"
#include "passbench.h"
#include "testsupport.h"

#include <Eigen/SVD>

#include <QTest>

#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

struct ConvCase {
    const char* name;
    Shape weight;
    std::vector<Attribute> attributes;
};

std::vector<ConvCase> convCases() {
    return {{"plain", {12, 10, 3, 3}, {}},
            {"strides and pads", {12, 10, 3, 3}, {attr("strides", {2, 1}), attr("pads", {1, 2, 0, 1})}},
            {"dilated", {12, 10, 3, 3}, {attr("dilations", {1, 2}), attr("pads", {1, 2, 1, 2})}},
            {"same", {12, 10, 3, 5}, {attr("auto_pad", "SAME_UPPER"), attr("strides", {2, 2})}},
            {"same lower", {12, 10, 5, 3}, {attr("auto_pad", "SAME_LOWER"), attr("strides", {1, 2})}},
            {"valid", {12, 10, 3, 3}, {attr("auto_pad", "VALID")}},
            {"pointwise", {12, 10, 1, 1}, {attr("strides", {2, 2})}}};
}

/// A convolution whose weight truly has a low rank in every sense that the pass knows.
ModelPtr lowRankConv(const ConvCase& one) {
    const auto [o, i, h, w] = std::tuple(one.weight[0], one.weight[1], one.weight[2], one.weight[3]);
    std::vector<float> values(std::size_t(o * i * h * w), 0.0f);
    for (std::uint64_t r = 0; r < 2; ++r) {
        const auto a = randomFloats(std::size_t(o), 10 + r), b = randomFloats(std::size_t(i), 20 + r),
                   c = randomFloats(std::size_t(h), 30 + r), d = randomFloats(std::size_t(w), 40 + r);
        std::size_t at = 0;
        for (std::int64_t x = 0; x < o * i * h * w; ++x)
            values[at++] += a[std::size_t(x / (i * h * w))] * b[std::size_t(x / (h * w) % i)] *
                            c[std::size_t(x / w % h)] * d[std::size_t(x % w)];
    }
    ModelBuilder b;
    b.input("x", {1, i, 11, 14}).init("w", one.weight, values).init("b", {o}, 3);
    b.node("Conv", {"x", "w", "b"}, {"y"}, one.attributes, "conv");
    return b.output("y").build();
}

const LayerReport& only(const RunReport& report) {
    return report.steps.at(0).layers.at(0);
}

Eigen::MatrixXd asMatrix(const std::vector<float>& values, Eigen::Index rows, Eigen::Index columns) {
    using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const Rows>(values.data(), rows, columns).cast<double>();
}

} // namespace

class TestLowRank : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void convolutionsStayEqualAtTrueRank_data();
    void convolutionsStayEqualAtTrueRank();
    void productsStayEqualAtTrueRank_data();
    void productsStayEqualAtTrueRank();
    void weightErrorIsWhatSvdLeaves();
    void dataErrorIsReducedRankRegression();
    void energyTakesTheSmallestRank();
    void targetIsMetWithLeastLoss();
    void previewIsExact_data();
    void previewIsExact();
    void layersAreFencedWithReasons();
    void muchLossIsSaid();
    void stopsSoon();
};

void TestLowRank::convolutionsStayEqualAtTrueRank_data() {
    QTest::addColumn<int>("index");
    QTest::addColumn<QString>("split");
    const auto cases = convCases();
    for (std::size_t i = 0; i < cases.size(); ++i)
        for (const char* split : {"channels", "spatial", "tucker"})
            QTest::addRow("%s, %s", cases[i].name, split) << int(i) << split;
}

void TestLowRank::convolutionsStayEqualAtTrueRank() {
    QFETCH(int, index);
    QFETCH(QString, split);
    const auto model = lowRankConv(convCases()[std::size_t(index)]);
    for (const bool data : {false, true}) {
        const auto report =
            applyPass(model, "factorize.low_rank",
                      {{"split", split.toStdString()}, {"use_data", data}, {"multiple", 2}, {"ratio", 0.6}});
        LAPIDARY_VERIFY_OK(report);
        QCOMPARE(report->steps[0].layers.size(), std::size_t(1));
        QVERIFY(countOps(*report->model, "Conv") >= 2);
        const auto inputs = randomInputs(*model, 5);
        const auto before = runModel(*model, inputs), after = runModel(*report->model, inputs);
        LAPIDARY_VERIFY_OK(before);
        LAPIDARY_VERIFY_OK(after);
        const double error = relativeError(*before, *after);
        QVERIFY2(error < 2e-4, std::to_string(error).c_str());
        // The layer itself is the last part: whoever selected it still has it.
        QCOMPARE(report->model->graph->findNode("conv")->id.number, model->graph->findNode("conv")->id.number);
        const auto& numbers = only(*report).numbers;
        QCOMPARE(double(report->steps[0].after.macs), numbers.at("macs_after"));
        QVERIFY(report->steps[0].after.bytes < report->steps[0].before.bytes);
    }
}

void TestLowRank::productsStayEqualAtTrueRank_data() {
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"gemm", "gemm transposed", "gemm scaled", "gemm turned", "matmul", "matmul of rank 3"})
        QTest::addRow("%s", kind) << kind;
}

void TestLowRank::productsStayEqualAtTrueRank() {
    QFETCH(QString, kind);
    const Eigen::MatrixXd w = asMatrix(randomFloats(40, 1), 20, 2) * asMatrix(randomFloats(60, 2), 2, 30);
    const bool transposed = kind == "gemm transposed";
    std::vector<float> values;
    for (Eigen::Index r = 0; r < (transposed ? 30 : 20); ++r)
        for (Eigen::Index c = 0; c < (transposed ? 20 : 30); ++c)
            values.push_back(float(transposed ? w(c, r) : w(r, c)));
    ModelBuilder b;
    b.input("x", kind == "gemm turned" ? Shape{20, 4} : kind == "matmul of rank 3" ? Shape{2, 3, 20} : Shape{4, 20});
    b.init("w", transposed ? Shape{30, 20} : Shape{20, 30}, values).init("b", {30}, 3);
    std::vector<Attribute> attributes;
    if (transposed)
        attributes = {attr("transB", 1)};
    if (kind == "gemm turned")
        attributes = {attr("transA", 1)};
    if (kind == "gemm scaled")
        attributes = {attr("alpha", 0.5), attr("beta", 2.0)};
    if (kind.startsWith("matmul"))
        b.node("MatMul", {"x", "w"}, {"y"}, {}, "layer");
    else
        b.node("Gemm", {"x", "w", "b"}, {"y"}, attributes, "layer");
    const auto model = b.output("y").build();
    for (const bool data : {false, true}) {
        const auto report =
            applyPass(model, "factorize.low_rank", {{"use_data", data}, {"multiple", 2}, {"ratio", 0.4}});
        LAPIDARY_VERIFY_OK(report);
        const auto inputs = randomInputs(*model, 5);
        const auto before = runModel(*model, inputs), after = runModel(*report->model, inputs);
        LAPIDARY_VERIFY_OK(before);
        LAPIDARY_VERIFY_OK(after);
        const double error = relativeError(*before, *after);
        QVERIFY2(error < 2e-4, std::to_string(error).c_str());
        QVERIFY(report->steps[0].after.macs < report->steps[0].before.macs);
    }
}

/// Without data: Eckart and Young, by Eigen's own SVD.
void TestLowRank::weightErrorIsWhatSvdLeaves() {
    ModelBuilder b;
    b.input("x", {1, 24}).init("w", {24, 40}, 7).node("MatMul", {"x", "w"}, {"y"}, {}, "layer");
    const auto model = b.output("y").build();
    const auto report = applyPass(model, "factorize.low_rank", {{"use_data", false}, {"multiple", 1}, {"ratio", 0.5}});
    LAPIDARY_VERIFY_OK(report);
    const auto& numbers = only(*report).numbers;
    const auto rank = Eigen::Index(numbers.at("rank"));
    QCOMPARE(rank, Eigen::Index(24 * 40 / 2 / 64));
    const auto w = asMatrix(*toFloats(*model->graph->constant(model->graph->findValue("w")->id)), 24, 40);
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(w);
    const auto values = svd.singularValues();
    const double left = values.tail(values.size() - rank).squaredNorm() / values.squaredNorm();
    QVERIFY(std::fabs(numbers.at("weight_error") - left) < 1e-9);
    QVERIFY(numbers.count("error_percent") == 0);
}

/// With data: the error on the samples themselves is the least that a product of this rank can have.
void TestLowRank::dataErrorIsReducedRankRegression() {
    ModelBuilder b;
    b.input("x", {1, 24}).init("w", {24, 40}, 7).init("b", {40}, 8);
    b.node("Gemm", {"x", "w", "b"}, {"y"}, {}, "layer");
    const auto model = b.output("y").build();
    std::vector<std::vector<float>> samples;
    Eigen::MatrixXd x(200, 24);
    for (Eigen::Index s = 0; s < x.rows(); ++s) {
        auto sample = randomFloats(24, 100 + std::uint64_t(s));
        for (std::size_t i = 0; i < sample.size(); ++i) {
            sample[i] = sample[i] * float(i + 1) / 10 + (i > 0 ? 0.7f * sample[i - 1] : 0) + 1;
            x(s, Eigen::Index(i)) = double(sample[i]);
        }
        samples.push_back(sample);
    }
    const auto calibrator = makeCalibrator(std::make_shared<MemoryDataset>(Shape{24}, samples), {});
    RunEnvironment environment = passEnvironment();
    environment.calibration = calibrator.get();
    Recipe recipe;
    recipe.steps.resize(1);
    recipe.steps[0].pass = "factorize.low_rank";
    recipe.steps[0].params = {{"multiple", 1}, {"ratio", 0.3}, {"damping", 1e-6}};
    const auto report = runRecipe(model, recipe, environment);
    LAPIDARY_VERIFY_OK(report);
    const auto rank = Eigen::Index(only(*report).numbers.at("rank"));
    const auto w = asMatrix(*toFloats(*model->graph->constant(model->graph->findValue("w")->id)), 24, 40);
    Eigen::MatrixXd y = x * w;
    const Eigen::MatrixXd centred = y.rowwise() - y.colwise().mean();
    const auto values = Eigen::JacobiSVD<Eigen::MatrixXd>(centred).singularValues();
    const double least = values.tail(values.size() - rank).squaredNorm() / values.squaredNorm();
    QVERIFY(std::fabs(only(*report).numbers.at("error_percent") / 100 - least) < 1e-4 * (1 + least));
    // And so it is in ONNX Runtime.
    double error = 0;
    for (std::size_t s = 0; s < samples.size(); ++s) {
        const std::vector<TensorPtr> input = {makeTensor<float>({1, 24}, samples[s])};
        const auto before = runModel(*model, input), after = runModel(*report->model, input);
        LAPIDARY_VERIFY_OK(before);
        LAPIDARY_VERIFY_OK(after);
        const auto left = *toFloats(*before->front()), right = *toFloats(*after->front());
        for (std::size_t i = 0; i < left.size(); ++i)
            error += (double(left[i]) - right[i]) * (double(left[i]) - right[i]);
    }
    QVERIFY(std::fabs(error / centred.squaredNorm() - least) < 1e-3 * (1 + least));
}

void TestLowRank::energyTakesTheSmallestRank() {
    ModelBuilder b;
    b.input("x", {1, 24}).init("w", {24, 60}, 7).node("MatMul", {"x", "w"}, {"y"}, {}, "layer");
    const auto model = b.output("y").build();
    const auto w = asMatrix(*toFloats(*model->graph->constant(model->graph->findValue("w")->id)), 24, 60);
    const auto values = Eigen::JacobiSVD<Eigen::MatrixXd>(w).singularValues();
    const ParamSet params = {{"use_data", false}, {"multiple", 1}, {"rank_by", "energy"}, {"energy", 0.7}};
    const auto report = applyPass(model, "factorize.low_rank", params);
    LAPIDARY_VERIFY_OK(report);
    const auto rank = Eigen::Index(only(*report).numbers.at("rank"));
    QVERIFY(values.head(rank).squaredNorm() >= 0.7 * values.squaredNorm());
    QVERIFY(values.head(rank - 1).squaredNorm() < 0.7 * values.squaredNorm());
    // More energy than any saving rank holds: the layer stays.
    auto whole = params;
    whole["energy"] = 0.9999;
    const auto kept = applyPass(model, "factorize.low_rank", whole);
    LAPIDARY_VERIFY_OK(kept);
    QVERIFY(kept->steps[0].layers.empty());
    QCOMPARE(kept->steps[0].fenced.size(), std::size_t(1));
}

void TestLowRank::targetIsMetWithLeastLoss() {
    ModelBuilder b;
    b.input("x", {1, 64});
    const Eigen::MatrixXd thin = asMatrix(randomFloats(256, 1), 64, 4) * asMatrix(randomFloats(256, 2), 4, 64);
    std::vector<float> easy;
    for (Eigen::Index r = 0; r < 64; ++r)
        for (Eigen::Index c = 0; c < 64; ++c)
            easy.push_back(float(thin(r, c)) / 8);
    b.init("easy", {64, 64}, easy).init("hard", {64, 64}, 3);
    b.node("MatMul", {"x", "easy"}, {"a"}, {}, "one").node("MatMul", {"a", "hard"}, {"y"}, {}, "two");
    const auto model = b.output("y").build();
    const auto report = applyPass(model, "factorize.low_rank",
                                  {{"use_data", false}, {"multiple", 1}, {"rank_by", "target"}, {"target", 0.6}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(double(report->steps[0].after.macs) <= 0.6 * double(report->steps[0].before.macs));
    QVERIFY(only(*report).node == "one");
    QVERIFY(only(*report).numbers.at("weight_error") < 1e-9);
}

void TestLowRank::previewIsExact_data() {
    QTest::addColumn<QString>("split");
    QTest::addColumn<QString>("by");
    for (const char* split : {"auto", "channels", "spatial", "tucker"})
        for (const char* by : {"ratio", "energy", "target"})
            QTest::addRow("%s by %s", split, by) << split << by;
}

void TestLowRank::previewIsExact() {
    QFETCH(QString, split);
    QFETCH(QString, by);
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "12", "9", "13"}).init("w1", {24, 12, 3, 3}, 1);
    b.node("Conv", {"x", "w1"}, {"c1"}, {attr("strides", {2, 2}), attr("pads", {1, 1, 1, 1})}, "first");
    b.node("Relu", {"c1"}, {"r1"}).init("w2", {32, 24, 3, 3}, 2).init("b2", {32}, 3);
    b.node("Conv", {"r1", "w2", "b2"}, {"c2"}, {attr("auto_pad", "SAME_UPPER")}, "second").node("Relu", {"c2"}, {"r2"});
    b.node("GlobalAveragePool", {"r2"}, {"p"}).node("Flatten", {"p"}, {"f"}).init("w3", {40, 32}, 4);
    b.node("Gemm", {"f", "w3"}, {"y"}, {attr("transB", 1)}, "last");
    const auto model = b.output("y").build();
    ParamSet params = {{"split", split.toStdString()}, {"rank_by", by.toStdString()}, {"multiple", 2}, {"energy", 0.6}};
    const auto pass = *plugins().passes().find("factorize.low_rank");
    const auto input = passInput(model, "factorize.low_rank", params);
    LAPIDARY_VERIFY_OK(input);
    const auto first = previewPass(*pass, *input);
    LAPIDARY_VERIFY_OK(first);
    const bool guessed = std::any_of(first->notes.begin(), first->notes.end(),
                                     [](const Diagnostic& note) { return note.code == "factorize.ranks_unknown"; });
    QCOMPARE(guessed, by != "ratio");
    const auto report = applyPass(model, "factorize.low_rank", params);
    LAPIDARY_VERIFY_OK(report);
    const auto preview = previewPass(*pass, *input);
    LAPIDARY_VERIFY_OK(preview);
    QCOMPARE(preview->after.macs, report->steps[0].after.macs);
    QCOMPARE(preview->after.bytes, report->steps[0].after.bytes);
    QCOMPARE(preview->after.parameters, report->steps[0].after.parameters);
    QCOMPARE(preview->nodes.size(), report->steps[0].layers.size());
    QVERIFY(preview->after.macs < preview->before.macs);
}

void TestLowRank::layersAreFencedWithReasons() {
    ModelBuilder b;
    b.input("x", {1, 16, 8, 8}).init("wd", {16, 1, 3, 3}, 1).init("wg", {16, 8, 3, 3}, 2).init("wt", {16, 16, 2, 2}, 3);
    b.node("Conv", {"x", "wd"}, {"d"}, {attr("group", 16)}, "depthwise");
    b.node("Conv", {"d", "wg"}, {"g"}, {attr("group", 2)}, "grouped")
        .node("ConvTranspose", {"g", "wt"}, {"t"}, {}, "up");
    b.init("tiny", {1, 16, 1, 1}, 4).node("Conv", {"t", "tiny"}, {"y"}, {}, "tiny");
    const auto model = b.output("y").build();
    const auto report = applyPass(model, "factorize.low_rank");
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(modelsEqual(*report->model, *model));
    const auto& fenced = report->steps[0].fenced;
    QCOMPARE(fenced.size(), std::size_t(4));
    for (std::size_t i = 0; i < 4; ++i) {
        const char* words[] = {"depthwise", "grouped", "transposed", "too small"};
        QVERIFY2(fenced[i].second.find(words[i]) != std::string::npos, fenced[i].second.c_str());
    }
    ModelBuilder none;
    none.input("x", {1, 8}).node("Relu", {"x"}, {"y"});
    const auto refused = applyPass(none.output("y").build(), "factorize.low_rank");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string("pass.not_applicable"));
}

void TestLowRank::muchLossIsSaid() {
    const auto warnings = [](const ModelPtr& model) {
        const auto report =
            applyPass(model, "factorize.low_rank", {{"split", "channels"}, {"multiple", 1}, {"ratio", 0.3}});
        if (!report)
            throw std::runtime_error(report.error().toString());
        Diagnostics found;
        std::ranges::copy_if(report->steps[0].notes, std::back_inserter(found),
                             [](const Diagnostic& note) { return note.code == "factorize.much_lost"; });
        return found;
    };
    const Shape shape{16, 12, 3, 3};
    ModelBuilder b;
    b.input("x", {1, 12, 11, 14}).init("w", shape, 5).init("b", {16}, 3); // of full rank
    const auto found = warnings(b.node("Conv", {"x", "w", "b"}, {"y"}, {}, "conv").output("y").build());
    QCOMPARE(found.size(), std::size_t(1));
    QCOMPARE(found[0].place.node, std::string("conv"));
    QCOMPARE(found[0].severity, Severity::Warning);
    QVERIFY(warnings(lowRankConv({"plain", {12, 10, 3, 3}, {}})).empty());
}

void TestLowRank::stopsSoon() {
    ModelBuilder b;
    b.input("x", {1, 512}).init("w", {512, 512}, 7).node("MatMul", {"x", "w"}, {"y"}, {}, "layer");
    std::stop_source source;
    const auto model = b.output("y").build();
    std::jthread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        source.request_stop();
    });
    const auto start = std::chrono::steady_clock::now();
    const auto report = applyPass(model, "factorize.low_rank", {{"use_data", false}}, {}, Work{source.get_token(), {}});
    const auto taken = std::chrono::steady_clock::now() - start;
    later.join();
    if (!report) {
        QVERIFY(isCancelled(report.error()));
        QVERIFY(taken < std::chrono::milliseconds(230));
    }
}

QTEST_GUILESS_MAIN(TestLowRank)
#include "tst_lowrank.moc"
