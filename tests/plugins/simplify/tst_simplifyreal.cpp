// SPDX-License-Identifier: GPL-3.0-or-later
// Real networks through simplify.graph, compared in ONNX Runtime; and how long large graphs take.
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "passbench.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QElapsedTimer>
#include <QTest>

#include <set>

using namespace lapidary;
using namespace lapidary::test;

class TestSimplifyReal : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void keepsResults_data();
    void keepsResults();
    void largeGraphs_data();
    void largeGraphs();
};

void TestSimplifyReal::keepsResults_data() {
    QTest::addColumn<QString>("file");
    LAPIDARY_REQUIRE_ASSETS();
    std::vector<std::filesystem::path> files;
    for (const char* folder : {"models", "models/odd"})
        for (const auto& entry : std::filesystem::directory_iterator(assetsFolder() / folder))
            if (entry.path().extension() == ".onnx")
                files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    // The large ones take half a minute together: only when asked for.
    const bool everything = qEnvironmentVariableIsSet("LAPIDARY_SLOW_TESTS");
    const std::set<std::string> quick = {"ch_ppocr_mobile_v2.0_cls_infer",
                                         "fan_2000",
                                         "light_shufflenet",
                                         "mobilenet_v1_0.5_160",
                                         "resnet20_cifar10_unfused_bn",
                                         "resnet56_cifar10_unfused_bn",
                                         "squeezenet1.1",
                                         "ultraface_rfb320"};
    std::erase_if(files, [&](const auto& file) { return !everything && quick.count(file.stem().string()) == 0; });
    for (const auto& file : files)
        QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
}

void TestSimplifyReal::keepsResults() {
    QFETCH(QString, file);
    const auto read = readOnnx(std::filesystem::path(file.toStdString()));
    LAPIDARY_VERIFY_OK(read);
    QElapsedTimer timer;
    timer.start();
    const auto report = applyPass(read->model, "simplify.graph");
    const auto milliseconds = timer.elapsed();
    if (!read->problems.empty() && !report)
        QSKIP("The model has problems of its own");
    LAPIDARY_VERIFY_OK(report);
    const auto inputs = randomInputs(*read->model, 5);
    const auto before = runModel(*read->model, inputs);
    if (!before)
        QSKIP(("ONNX Runtime does not run the original: " + before.error().message).substr(0, 200).c_str());
    const auto after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(after);
    const double error = relativeError(*before, *after);
    qInfo("%zu -> %zu nodes, %lld ms, relative error %.2g", read->model->graph->nodeCount(),
          report->model->graph->nodeCount(), static_cast<long long>(milliseconds), error);
    QVERIFY2(error < 2e-4, std::to_string(error).c_str());
}

void TestSimplifyReal::largeGraphs_data() {
    QTest::addColumn<bool>("transformer");
    QTest::newRow("residual") << false;
    QTest::newRow("transformer") << true;
}

namespace {

ModelPtr residualNetwork(int blocks) {
    ModelBuilder b;
    b.input("x", {1, 8, 8, 8}).init("w", {8, 8, 1, 1}, 1);
    b.init("scale", {8}, 2).init("shift", {8}, 3).init("mean", {8}, 4);
    b.init("variance", {8}, std::vector<float>(8, 1.5f));
    std::string data = "x";
    for (int i = 0; i < blocks; ++i) {
        const std::string n = std::to_string(i);
        b.node("Conv", {data, "w"}, {"c" + n});
        b.node("BatchNormalization", {"c" + n, "scale", "shift", "mean", "variance"}, {"b" + n});
        b.node("Relu", {"b" + n}, {"r" + n}).node("Identity", {"r" + n}, {"i" + n});
        b.node("Add", {"i" + n, data}, {"a" + n});
        data = "a" + n;
    }
    return b.node("Relu", {data}, {"y"}).output("y").build();
}

/// Attention blocks as exporters write them: every Reshape computes its target from Shape, Gather and Concat.
ModelPtr transformer(int blocks) {
    ModelBuilder b;
    b.symbolicInput("x", DataType::Float, {"N", "S", "16"}).init("w", {16, 16}, 1).init("bias", {16}, 2);
    b.init("i0", Shape{}, std::vector<std::int64_t>{0}).init("i1", Shape{}, std::vector<std::int64_t>{1});
    b.init("heads", Shape{1}, std::vector<std::int64_t>{4}).init("zero", Shape{1}, std::vector<std::int64_t>{0});
    std::string data = "x";
    for (int i = 0; i < blocks; ++i) {
        const std::string n = "_" + std::to_string(i);
        b.node("MatMul", {data, "w"}, {"m" + n}).node("Add", {"m" + n, "bias"}, {"q" + n});
        b.node("Shape", {"q" + n}, {"s" + n}).node("Gather", {"s" + n, "i0"}, {"g0" + n}, {attr("axis", 0)});
        b.node("Shape", {"q" + n}, {"t" + n}).node("Gather", {"t" + n, "i1"}, {"g1" + n}, {attr("axis", 0)});
        b.node("Unsqueeze", {"g0" + n, "zero"}, {"u0" + n}).node("Unsqueeze", {"g1" + n, "zero"}, {"u1" + n});
        b.node("Constant", {}, {"d" + n}, {attr("value", makeTensor<std::int64_t>({1}, {4}))});
        b.node("Concat", {"u0" + n, "u1" + n, "heads", "d" + n}, {"k" + n}, {attr("axis", 0)});
        b.node("Reshape", {"q" + n, "k" + n}, {"h" + n});
        b.node("Transpose", {"h" + n}, {"p" + n}, {attr("perm", {0, 2, 1, 3})}).node("Softmax", {"p" + n}, {"f" + n});
        b.node("Transpose", {"f" + n}, {"v" + n}, {attr("perm", {0, 2, 1, 3})});
        b.node("Constant", {}, {"e" + n}, {attr("value", makeTensor<std::int64_t>({1}, {16}))});
        b.node("Concat", {"u0" + n, "u1" + n, "e" + n}, {"l" + n}, {attr("axis", 0)});
        b.node("Reshape", {"v" + n, "l" + n}, {"o" + n}).node("Add", {"o" + n, data}, {"a" + n});
        data = "a" + n;
    }
    return b.node("Relu", {data}, {"y"}).output("y").build();
}

} // namespace

void TestSimplifyReal::largeGraphs() {
    QFETCH(bool, transformer);
    const auto model = transformer ? ::transformer(560) : residualNetwork(2000);
    const std::size_t nodes = model->graph->nodeCount();
    QVERIFY(nodes >= 10000);
    const auto input = passInput(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(input);
    const auto pass = *plugins().passes().find("simplify.graph");
    PassContext context;
    context.inferShapes = passEnvironment().inferShapes;
    QElapsedTimer timer;
    timer.start();
    const auto outcome = pass->run(*input, context);
    const auto milliseconds = timer.elapsed();
    LAPIDARY_VERIFY_OK(outcome);
    qInfo("%zu -> %zu nodes in %lld ms", nodes, outcome->model->graph->nodeCount(),
          static_cast<long long>(milliseconds));
    QCOMPARE(outcome->model->graph->nodeCount(), std::size_t(transformer ? 560 * 8 + 1 : 2000 * 3 + 1));
    // A loose guard against quadratic behaviour; the benchmark proper prints figures.
    QVERIFY(milliseconds < 20000);
}

QTEST_GUILESS_MAIN(TestSimplifyReal)
#include "tst_simplifyreal.moc"
