// SPDX-License-Identifier: GPL-3.0-or-later
// Raised models compute what they computed, in ONNX Runtime. Raising to 13 is tested with quantize.int8.
#include "analysis/raiseopset.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"
#include "runtime/session.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

ModelBuilder numbers(std::int64_t opset) {
    ModelBuilder b(opset);
    b.input("x", {2, 4, 6, 6});
    return b;
}

ModelPtr reductions(std::int64_t opset) {
    ModelBuilder b = numbers(opset);
    b.node("Abs", {"x"}, {"a"});
    int k = 0;
    for (const char* op : {"ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum",
                           "ReduceLogSumExp", "ReduceSumSquare"}) {
        const std::string out = "y" + std::to_string(k++);
        b.node(op, {"a"}, {out}, {attr("axes", {2, 3}), attr("keepdims", 0)}).output(out);
    }
    return b.node("ReduceMean", {"x"}, {"all"}).output("all").build();
}

ModelPtr equalParts(std::int64_t opset) {
    ModelBuilder b = numbers(opset);
    b.node("Split", {"x"}, {"u", "v"}, {attr("axis", 1)}).node("Sub", {"u", "v"}, {"y"});
    return b.output("y").build();
}

ModelPtr inference(std::int64_t opset) {
    ModelBuilder b = numbers(opset);
    for (const char* name : {"s", "t", "m"})
        b.init(name, {4}, int(name[0]));
    b.init("v", {4}, std::vector<float>{1, 2, 3, 4});
    b.node("BatchNormalization", {"x", "s", "t", "m", "v"}, {"n"}).init("shape", {2}, std::vector<std::int64_t>{2, -1});
    b.node("Reshape", {"n", "shape"}, {"f"}).node("Softmax", {"f"}, {"p"}, {attr("axis", 1)});
    return b.node("Identity", {"p"}, {"y"}).output("y").build();
}

ModelPtr sampling(std::int64_t opset) {
    ModelBuilder b = numbers(opset);
    b.init("grid", {2, 3, 3, 2}, 7);
    b.node("GridSample", {"x", "grid"}, {"y"}, {attr("mode", "bilinear"), attr("padding_mode", "border")});
    b.node("GridSample", {"x", "grid"}, {"z"}, {attr("mode", "bicubic"), attr("padding_mode", "border")});
    return b.output("y").output("z").build();
}

ModelPtr regions(std::int64_t opset) {
    ModelBuilder b = numbers(opset);
    b.init("rois", {2, 4}, std::vector<float>{0, 0, 4, 4, 1, 1, 5, 3})
        .init("which", {2}, std::vector<std::int64_t>{0, 1});
    b.node("RoiAlign", {"x", "rois", "which"}, {"y"}, {attr("output_height", 2), attr("output_width", 2)});
    return b.output("y").build();
}

Result<std::vector<TensorPtr>> run(const Model& model, const TensorPtr& input) {
    const auto bytes = serializeOnnx(model);
    if (!bytes)
        return bytes.status();
    auto session = openSession(std::as_bytes(std::span(*bytes)), SessionOptions());
    return session ? (*session)->run({input}) : Result<std::vector<TensorPtr>>(session.status());
}

} // namespace

class TestRaiseOpset : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void sameNumbersAt21_data();
    void sameNumbersAt21();
    void onlyAsFarAsAsked();
    void changedMeaningIsRefused();
};

void TestRaiseOpset::sameNumbersAt21_data() {
    QTest::addColumn<ModelPtr>("model");
    QTest::newRow("reductions") << reductions(13);
    QTest::newRow("reductions of 17") << reductions(17);
    QTest::newRow("equal parts of 11") << equalParts(11);
    QTest::newRow("equal parts of 13") << equalParts(13);
    QTest::newRow("inference of 9") << inference(9);
    QTest::newRow("inference of 15") << inference(15);
    QTest::newRow("grid sampling of 16") << sampling(16);
    QTest::newRow("regions of 13") << regions(13);
}

void TestRaiseOpset::sameNumbersAt21() {
    QFETCH(ModelPtr, model);
    const auto shapes = inferOnnxShapes(*model);
    LAPIDARY_VERIFY_OK(shapes);
    const auto raised = raiseOpset(model, *shapes, 21);
    LAPIDARY_VERIFY_OK(raised);
    QCOMPARE(raised->model->opset(), std::int64_t(21));
    QCOMPARE(raised->model->irVersion, std::int64_t(10));
    const auto input = makeTensor<float>({2, 4, 6, 6}, randomFloats(288, 5));
    const auto before = run(*model, input), after = run(*raised->model, input);
    LAPIDARY_VERIFY_OK(before);
    LAPIDARY_VERIFY_OK(after);
    QCOMPARE(after->size(), before->size());
    for (std::size_t i = 0; i < before->size(); ++i) {
        const auto a = *toFloats(*(*before)[i]), b = *toFloats(*(*after)[i]);
        QVERIFY((*before)[i]->shape == (*after)[i]->shape);
        for (std::size_t k = 0; k < a.size(); ++k)
            QVERIFY2(std::fabs(a[k] - b[k]) <= 1e-5f * (1 + std::fabs(a[k])),
                     (std::to_string(a[k]) + " is " + std::to_string(b[k])).c_str());
    }
}

void TestRaiseOpset::onlyAsFarAsAsked() {
    const ModelPtr model = reductions(11);
    const auto raised = raiseOpset(model, *inferOnnxShapes(*model), 13);
    LAPIDARY_VERIFY_OK(raised);
    for (const NodePtr& node : raised->model->graph->nodes())
        QVERIFY(!node->is("ReduceMax") || (node->attribute("axes") && node->inputs.size() == 1));
    QVERIFY(raiseOpset(raised->model, {}, 13)->model == raised->model);
}

void TestRaiseOpset::changedMeaningIsRefused() {
    ModelBuilder b(18);
    b.input("x", {1, 4, 3, 3}).init("s", {2}, 1).init("t", {2}, 2);
    b.node("GroupNormalization", {"x", "s", "t"}, {"y"}, {attr("num_groups", 2)}, "norm");
    const auto raised = raiseOpset(b.output("y").build(), {}, 21);
    QVERIFY(!raised);
    QCOMPARE(raised.error().code, std::string("pass.opset"));
    QCOMPARE(raised.error().place.node, std::string("norm"));
}

QTEST_GUILESS_MAIN(TestRaiseOpset)
#include "tst_raiseopset.moc"
