// SPDX-License-Identifier: GPL-3.0-or-later
// Matching of real networks whose names are gone, against what editing one into the other says.
#include "engine/compare.h"
#include "graph/grapheditor.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <tuple>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// The same graph with the same ids, without any name but those of inputs and outputs.
GraphPtr nameless(const GraphPtr& graph) {
    GraphEditor editor(graph);
    for (const auto& node : graph->nodes()) {
        Node plain = *node;
        plain.name.clear();
        editor.replaceNode(std::move(plain));
    }
    int number = 0;
    for (const auto id : graph->valueIds())
        if (!graph->isInput(id) && !graph->isOutput(id))
            editor.renameValue(id, "v" + std::to_string(++number));
    return editor.finish().value();
}

struct Quality {
    std::size_t common = 0, right = 0, wrong = 0;
};

/// Equal ids are the truth.
Quality qualityOf(const Graph& a, const Graph& b, const GraphMatching& matching) {
    Quality quality;
    for (const auto& node : b.nodes())
        quality.common += a.node(node->id) != nullptr;
    for (const auto& match : matching.matches)
        ++(match.a == match.b ? quality.right : quality.wrong);
    return quality;
}

} // namespace

class TestCompareReal : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void variants_data();
    void variants();
    void otherExporter();

private:
    Engine m_engine{QStringList{QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)}};
};

void TestCompareReal::variants_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("pass");
    for (const char* file : {"mobilenet_v2.onnx", "resnet20_cifar10_unfused_bn.onnx", "squeezenet1.1.onnx"})
        for (const char* pass : {"simplify.graph", "prune.channels", "quantize.float16"})
            QTest::addRow("%s, %s", file, pass) << QString::fromLatin1(file) << QString::fromLatin1(pass);
}

void TestCompareReal::variants() {
    LAPIDARY_REQUIRE_ASSETS();
    QFETCH(QString, file);
    QFETCH(QString, pass);
    const auto source = Engine::open(assetsFolder() / "models" / file.toStdString());
    LAPIDARY_VERIFY_OK(source);
    Recipe recipe;
    RecipeStep step;
    step.pass = pass.toStdString();
    recipe.steps = {step};
    const auto applied = m_engine.apply((*source)->model, recipe, nullptr);
    LAPIDARY_VERIFY_OK(applied);
    const auto &a = (*source)->model->graph, &b = applied->model->graph;
    const auto quality = qualityOf(*a, *b, matchGraphs(*a, *nameless(b)));
    qInfo("%zu of %zu right, %zu wrong", quality.right, quality.common, quality.wrong);
    QVERIFY(quality.common > 20);
    QVERIFY(double(quality.right) >= 0.97 * double(quality.common));
    QVERIFY(double(quality.wrong) <= 0.03 * double(quality.right + quality.wrong));
}

/// ResNet-50 twice: as version 1 with weights made by nodes, and as version 2 trained on flowers, cut after stage 3.
/// Nobody says which layer is which, but a convolution must not become one with another kernel or stride, and the order
/// of stages stays.
void TestCompareReal::otherExporter() {
    LAPIDARY_REQUIRE_ASSETS();
    const auto a = Engine::open(assetsFolder() / "models" / "odd" / "light_resnet50.onnx");
    const auto b = Engine::open(assetsFolder() / "models" / "resnet50v2_3stages_flowers5.onnx");
    LAPIDARY_VERIFY_OK(a);
    LAPIDARY_VERIFY_OK(b);
    const auto comparison = compareStructure(**a, **b);
    const auto &graphA = *(*a)->model->graph, &graphB = *(*b)->model->graph;
    std::size_t convolutions = 0, matched = 0, kernelsAgree = 0, loose = 0;
    for (const auto& node : comparison.diff.nodes) {
        if (node.kind == DiffKind::Removed && node.opType == "ConstantOfShape")
            loose += node.attachment == Attachment::None;
        if (node.opType != "Conv" || !node.b.valid())
            continue;
        ++convolutions;
        if (!node.a.valid())
            continue;
        ++matched;
        kernelsAgree +=
            graphA.node(node.a)->intsAttribute("kernel_shape") == graphB.node(node.b)->intsAttribute("kernel_shape");
    }
    qInfo("%zu of %zu convolutions matched, %zu with the same kernel", matched, convolutions, kernelsAgree);
    QVERIFY(matched * 10 >= convolutions * 8);
    QVERIFY(kernelsAgree * 10 >= matched * 9);
    QVERIFY2(loose <= 80, qPrintable(QString::number(loose))); // those of stage 4, which is gone, have no host
}

QTEST_MAIN(TestCompareReal)
#include "tst_comparereal.moc"
