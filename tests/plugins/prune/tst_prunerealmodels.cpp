// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/channelgroups.h"
#include "analysis/cost.h"
#include "graph/verifier.h"
#include "modelbuilder.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxwriter.h"
#include "prunefixture.h"
#include "runtime/session.h"
#include "testsupport.h"

#include <QElapsedTimer>
#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

Result<std::vector<TensorPtr>> runOnce(const Model& model) {
    const auto bytes = serializeOnnx(model);
    if (!bytes)
        return bytes.status();
    SessionOptions options;
    options.threads = 2;
    options.optimization = GraphOptimization::Basic;
    auto session = openSession(std::as_bytes(std::span(*bytes)), options);
    if (!session)
        return session.status();
    std::vector<TensorPtr> inputs;
    for (const PortInfo& port : (*session)->inputs()) {
        Shape shape = port.shape;
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            if (shape[axis] < 0)
                shape[axis] = axis == 0 ? 1 : 64;
        const auto count = std::size_t(*elementCount(shape));
        inputs.push_back(makeTensor<float>(shape, randomFloats(count, 7)));
    }
    return (*session)->run(inputs);
}

} // namespace

/// Real and odd models: the pruned model must load and run in ONNX Runtime and give outputs of the same shapes.
class TestPruneRealModels : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void prunedModelsRun_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<double>("most"); // share of the MACs that may be left when a third of all channels went
        QTest::newRow("mobilenet_v2") << "mobilenet_v2.onnx" << 0.55;
        QTest::newRow("mobilenet_v1") << "mobilenet_v1_0.5_160.onnx" << 0.55;
        QTest::newRow("squeezenet") << "squeezenet1.1.onnx" << 0.55;
        QTest::newRow("resnet20") << "resnet20_cifar10_unfused_bn.onnx" << 0.55;
        QTest::newRow("resnet56") << "resnet56_cifar10_unfused_bn.onnx" << 0.55;
        QTest::newRow("resnet50v2") << "resnet50v2_3stages_flowers5.onnx" << 0.55;
        QTest::newRow("densenet") << "odd/light_densenet121.onnx" << 0.55;
        QTest::newRow("inception") << "odd/light_inception_v2.onnx" << 0.55;
        QTest::newRow("resnet50") << "odd/light_resnet50.onnx" << 0.55;
        QTest::newRow("shufflenet") << "odd/light_shufflenet.onnx" << 0.85;
        QTest::newRow("squeezenet 1.0") << "odd/light_squeezenet.onnx" << 0.6;
        QTest::newRow("vgg") << "odd/light_vgg19.onnx" << 0.55;
        QTest::newRow("ultraface") << "odd/ultraface_rfb320.onnx" << 0.6;
        QTest::newRow("yolox") << "odd/yolox_nano.onnx" << 0.6;
        QTest::newRow("stm mobilenet") << "odd/stm_mobilenet_v2_128_0.5.onnx" << 0.6;
        QTest::newRow("text direction") << "odd/ch_ppocr_mobile_v2.0_cls_infer.onnx" << 1.0;
    }

    void prunedModelsRun() {
        LAPIDARY_REQUIRE_ASSETS();
        QFETCH(QString, file);
        QFETCH(double, most);
        const auto path = assetsFolder() / "models" / file.toStdString();
        if (!std::filesystem::exists(path))
            QSKIP("This model is not here.");
        const auto read = readOnnx(path);
        LAPIDARY_VERIFY_OK(read);
        for (const char* mode : {"uniform", "global"}) {
            const PassInput input = passInput(read->model, {{"ratio", 0.34}, {"mode", mode}});
            const auto preview = prunePass()->preview(input);
            LAPIDARY_VERIFY_OK(preview);
            PassContext context;
            context.inferShapes = onnxInference();
            const auto outcome = prunePass()->run(input, context);
            LAPIDARY_VERIFY_OK(outcome);
            QVERIFY(preview->after.macs < preview->before.macs);
            QVERIFY(mode != std::string("uniform") ||
                    double(preview->after.macs) <= most * double(preview->before.macs));
            const auto shapes = inferOnnxShapes(*outcome->model);
            const CostReport cost = analyseCost(*outcome->model->graph, *shapes);
            QCOMPARE(cost.parameters, preview->after.parameters);
            QCOMPARE(cost.macs, preview->after.macs);
            const auto after = runOnce(*outcome->model);
            LAPIDARY_VERIFY_OK(after);
            const auto& outputs = read->model->graph->outputs();
            QCOMPARE(after->size(), outputs.size());
            for (std::size_t i = 0; i < after->size(); ++i)
                for (std::size_t axis = 0; axis < (*after)[i]->shape.size(); ++axis)
                    if (const auto known = input.shapes.extent(outputs[i], int(axis)); known >= 0)
                        QCOMPARE((*after)[i]->shape[axis], known);
            if (file.startsWith("odd/"))
                break; // once is enough for these, some are slow
        }
    }

    /// Nothing can be done here, and the reason says which operator stops it.
    void modelsThatMustStayWholeSayWhy_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("style, old experimental operators") << "odd/style_candy.onnx";
        QTest::newRow("voice activity, control flow") << "odd/silero_vad_v5.onnx";
        QTest::newRow("custom operator") << "odd/customop_noisy_relu.onnx";
    }

    void modelsThatMustStayWholeSayWhy() {
        LAPIDARY_REQUIRE_ASSETS();
        QFETCH(QString, file);
        const auto path = assetsFolder() / "models" / file.toStdString();
        if (!std::filesystem::exists(path))
            QSKIP("This model is not here.");
        const auto read = readOnnx(path);
        LAPIDARY_VERIFY_OK(read);
        const auto preview = prunePass()->preview(passInput(read->model, {}));
        QVERIFY(!preview.ok());
        QCOMPARE(QString::fromStdString(preview.error().code), QStringLiteral("pass.not_applicable"));
    }

    void figures() {
        LAPIDARY_REQUIRE_ASSETS();
        const auto path = assetsFolder() / "models" / "resnet50v2_3stages_flowers5.onnx";
        const auto read = readOnnx(path);
        LAPIDARY_VERIFY_OK(read);
        PassInput input = passInput(read->model, {});
        QElapsedTimer timer;
        double best = 1e9;
        for (int i = 0; i < 20; ++i) {
            input.params["ratio"] = 0.05 + 0.02 * i;
            timer.start();
            const auto preview = prunePass()->preview(input);
            best = std::min(best, double(timer.nsecsElapsed()) / 1e6);
            LAPIDARY_VERIFY_OK(preview);
        }
        timer.start();
        PassContext context;
        const auto outcome = prunePass()->run(input, context);
        qInfo("resnet50v2: preview %.2f ms (best of 20), run %.1f ms", best, double(timer.nsecsElapsed()) / 1e6);
        LAPIDARY_VERIFY_OK(outcome);
    }
};

QTEST_GUILESS_MAIN(TestPruneRealModels)
#include "tst_prunerealmodels.moc"
