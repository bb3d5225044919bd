// SPDX-License-Identifier: GPL-3.0-or-later
// The groups found in whole networks: generated encoders and real models.
#include "onnx/onnxreader.h"
#include "tests/core/analysis/hierarchychecks.h"
#include "tests/support/encodermodel.h"
#include "tests/support/testsupport.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Blocks and scopes with none in them: what a reader calls a block of the network.
int leafBlocks(const GraphHierarchy& hierarchy) {
    int leaves = 0;
    for (const auto& group : hierarchy.groups())
        leaves += (group.kind == GroupKind::Block || group.kind == GroupKind::Scope) && group.children.empty() ? 1 : 0;
    return leaves;
}

GraphHierarchyPtr hierarchyOf(const std::filesystem::path& file) {
    ReadOptions options;
    const auto read = readOnnx(assetsFolder() / "models" / file, options, {});
    return read ? GraphHierarchy::build(*read->model) : nullptr;
}

} // namespace

class TestNetworkHierarchies : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void encoderLayers_data();
    void encoderLayers();
    void hundredThousandNodes();
    void realModels_data();
    void realModels();
    void oddModels_data();
    void oddModels();
};

void TestNetworkHierarchies::encoderLayers_data() {
    QTest::addColumn<bool>("named");
    QTest::newRow("by name") << true;
    QTest::newRow("by structure") << false;
}

void TestNetworkHierarchies::encoderLayers() {
    QFETCH(bool, named);
    const auto model = encoderModel(12, named);
    QCOMPARE(model->graph->nodeCount(), std::size_t(12 * encoderLayerNodes));
    const auto hierarchy = GraphHierarchy::build(*model);
    VERIFY_SOUND(*hierarchy);
    int layers = 0;
    for (const auto& group : hierarchy->groups())
        if (group.nodeCount == std::uint32_t(encoderLayerNodes)) {
            ++layers;
            QCOMPARE(group.kind, named ? GroupKind::Scope : GroupKind::Block);
        }
    QVERIFY2(layers == 12, qPrintable(outline(*hierarchy).join(u'\n')));
    QCOMPARE(outline(*hierarchy), outline(*GraphHierarchy::build(*model))); // the same again
}

void TestNetworkHierarchies::hundredThousandNodes() {
    for (const bool named : {true, false}) {
        const auto model = encoderModel(100'000 / encoderLayerNodes + 1, named);
        QElapsedTimer clock;
        clock.start();
        const auto hierarchy = GraphHierarchy::build(*model);
        qInfo("%zu nodes, %s: %lld ms, %zu groups", model->graph->nodeCount(), named ? "named" : "unnamed",
              static_cast<long long>(clock.elapsed()), hierarchy->groups().size());
        QCOMPARE(inconsistency(*hierarchy), QString());
        for (const auto& group : hierarchy->groups())
            QVERIFY(group.children.size() + group.nodes.size() <= 512); // each opens to something one can look at
    }
}

void TestNetworkHierarchies::realModels_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("groups");
    LAPIDARY_REQUIRE_ASSETS();
    // Numbers of blocks per stage as the papers state them; a stage's first block, which changes size, stands alone.
    QTest::newRow("ResNet-50: 3, 4, 6, 3") << "odd/light_resnet50.onnx"
                                           << "1 2 1 3 1 5 1 2";
    QTest::newRow("ResNet-50 v2, three stages: 3, 4, 6") << "resnet50v2_3stages_flowers5.onnx"
                                                         << "1 2 1 3 1 5";
    QTest::newRow("ShuffleNet: 4, 8, 4") << "odd/light_shufflenet.onnx"
                                         << "1 3 1 7 1 3";
    QTest::newRow("DenseNet-121: 6, 12, 24, 16") << "odd/light_densenet121.onnx"
                                                 << "1 5 12 24 16";
}

void TestNetworkHierarchies::realModels() {
    QFETCH(QString, file);
    QFETCH(QString, groups);
    const auto hierarchy = hierarchyOf(file.toStdString());
    QVERIFY(hierarchy);
    QStringList counts;
    for (const auto child : hierarchy->group(0).children)
        counts.append(QString::number(std::max(1u, hierarchy->group(child).count)));
    QCOMPARE(counts.join(u' '), groups);
    VERIFY_SOUND(*hierarchy);
}

void TestNetworkHierarchies::oddModels_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("blocks"); ///< innermost blocks and scopes
    QTest::addColumn<int>("bodies");
    LAPIDARY_REQUIRE_ASSETS();
    QTest::newRow("ResNet-56: 27 blocks by name, two shortcuts for two of them")
        << "resnet56_cifar10_unfused_bn.onnx" << 27 << 0;
    QTest::newRow("SqueezeNet: 8 fire modules by name") << "squeezenet1.1.onnx" << 8 << 0;
    QTest::newRow("Silero VAD: If in If") << "odd/silero_vad_v5.onnx" << -1 << 50;
    for (const char* name : {"ch_ppocr_mobile_v2.0_cls_infer", "customop_noisy_relu", "fan_2000", "light_inception_v2",
                             "llmcompile_model", "style_candy", "ultraface_rfb320", "yolox_nano", "light_vgg19"})
        QTest::newRow(name) << QStringLiteral("odd/%1.onnx").arg(QString::fromLatin1(name)) << -1 << 0;
}

void TestNetworkHierarchies::oddModels() {
    QFETCH(QString, file);
    QFETCH(int, blocks);
    QFETCH(int, bodies);
    const auto hierarchy = hierarchyOf(file.toStdString());
    QVERIFY(hierarchy);
    VERIFY_SOUND(*hierarchy);
    if (blocks >= 0)
        QCOMPARE(leafBlocks(*hierarchy), blocks);
    QCOMPARE(count(*hierarchy, GroupKind::Body), bodies);
}

QTEST_GUILESS_MAIN(TestNetworkHierarchies)
#include "tst_networkhierarchies.moc"
