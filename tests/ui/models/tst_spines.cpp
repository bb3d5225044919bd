// SPDX-License-Identifier: GPL-3.0-or-later
// Straight spines: on the longest path of a network nearly every link is a straight line between centres.
#include "bench/graph/drawingquality.h"
#include "engine/engine.h"
#include "generatednetworks.h"
#include "testsupport.h"
#include "ui/graphview/layout/layeredlayout.h"
#include "ui/graphview/layouthints.h"
#include "ui/models/graphpicturebuilder.h"

#include <QTest>

using namespace lapidary;

class TestSpines : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void generated_data();
    void generated();
    void realModels_data();
    void realModels();

private:
    static void check(const AnalysedModel& model, double least);
};

void TestSpines::check(const AnalysedModel& model, double least) {
    for (const auto direction : {LayoutDirection::TopDown, LayoutDirection::LeftRight}) {
        const LayoutGraph graph = measurePicture(buildGraphPicture(model, direction), {});
        const auto layout = layoutLayered(graph);
        QVERIFY(layout);
        const double share = bench::spineShare(graph, *layout);
        QVERIFY2(share >= least, qPrintable(QString::number(share)));
    }
}

void TestSpines::generated_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<double>("least");
    QTest::newRow("residual") << "residual" << 1.0;
    QTest::newRow("transformer") << "transformer" << 0.97;
    // The longest way leads through side branches: two of seven or eight links go there and back.
    QTest::newRow("inception") << "inception" << 0.7;
}

void TestSpines::generated() {
    QFETCH(QString, kind);
    QFETCH(double, least);
    const auto model = Engine::analyse(test::generateNetwork(kind.toStdString(), 400));
    QVERIFY(model);
    check(**model, least);
}

void TestSpines::realModels_data() {
    LAPIDARY_REQUIRE_ASSETS();
    QTest::addColumn<QString>("file");
    QTest::addColumn<double>("least");
    QTest::newRow("mobilenet") << "mobilenet_v2.onnx" << 1.0;
    QTest::newRow("resnet-50 v2") << "resnet50v2_3stages_flowers5.onnx" << 1.0;
    QTest::newRow("resnet-50") << "odd/light_resnet50.onnx" << 0.97;
    QTest::newRow("inception") << "odd/light_inception_v2.onnx" << 0.95;
    QTest::newRow("densenet") << "odd/light_densenet121.onnx" << 0.97;
    QTest::newRow("shufflenet") << "odd/light_shufflenet.onnx" << 0.97;
    QTest::newRow("vgg") << "odd/light_vgg19.onnx" << 0.95;
    QTest::newRow("yolox") << "odd/yolox_nano.onnx" << 0.95;
}

void TestSpines::realModels() {
    LAPIDARY_REQUIRE_ASSETS();
    QFETCH(QString, file);
    QFETCH(double, least);
    const auto model = Engine::open(test::assetsFolder() / "models" / file.toStdString());
    QVERIFY(model);
    check(**model, least);
}

QTEST_GUILESS_MAIN(TestSpines)
#include "tst_spines.moc"
