// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/nodetimes.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

ModelPtr network() {
    ModelBuilder b;
    b.input("x", {1, 2, 4, 4}).init("w", {2, 2, 1, 1}, 1);
    b.node("Conv", {"x", "w"}, {"c"}, {}, "/a/conv").node("Relu", {"c"}, {"r"}, {}, "/a/relu");
    b.node("Conv", {"r", "w"}, {"c2"}, {}, "/a/conv_1").node("Sigmoid", {"c2"}, {"s"}, {}, "last");
    return b.output("s").build();
}

KernelTime kernel(std::string node, std::string op, double microseconds, std::string type = "float") {
    return {std::move(node), std::move(op), "CPUExecutionProvider", microseconds, std::move(type)};
}

/// Each kernel called `calls` times, the first one cold.
std::vector<KernelTime> calls(const std::vector<KernelTime>& once, int count) {
    std::vector<KernelTime> all;
    for (int i = 0; i < count; ++i)
        for (auto time : once) {
            if (i == 0)
                time.microseconds *= 100;
            all.push_back(std::move(time));
        }
    return all;
}

} // namespace

class NodeTimesTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void exactNames() {
        Profile profile;
        mapKernelTimes(profile, *network()->graph,
                       calls({kernel("last", "Sigmoid", 100), kernel("/a/conv", "Conv", 600),
                              kernel("/a/relu", "Relu", 100), kernel("/a/conv_1", "Conv", 200)},
                             5));
        QCOMPARE(profile.nodes.size(), std::size_t(4));
        const char* order[] = {"/a/conv", "/a/relu", "/a/conv_1", "last"}; // of the graph, not of the kernels
        const double ms[] = {0.6, 0.1, 0.2, 0.1};
        double share = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(profile.nodes[i].node, std::string(order[i]));
            QVERIFY2(std::abs(profile.nodes[i].ms - ms[i]) < 1e-12, order[i]);
            QCOMPARE(profile.nodes[i].precision, std::string("float32"));
            QVERIFY(!profile.nodes[i].fused);
            share += profile.nodes[i].share;
        }
        QVERIFY(std::abs(share - 1) < 1e-12);
        QCOMPARE(profile.unattributedMs, 0.0);
    }

    void fusedNames_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("node");
        QTest::newRow("after") << "/a/conv_nchwc"
                               << "/a/conv";
        QTest::newRow("after, longest") << "/a/conv_1_nchwc"
                                        << "/a/conv_1";
        QTest::newRow("before") << "fused /a/conv"
                                << "/a/conv";
        QTest::newRow("both") << "fused /a/conv_1_quant"
                              << "/a/conv_1";
        // Named after its Relu, but the work is the convolution's.
        QTest::newRow("path") << "/a/relu/duplicated"
                              << "/a/conv";
        QTest::newRow("short name, known addition") << "c2_nchwc"
                                                    << "/a/conv_1";
        QTest::newRow("one letter") << "r_nchwc"
                                    << "/a/conv";
        QTest::newRow("output's name") << "c2"
                                       << "/a/conv_1";
        QTest::newRow("another word") << "/a/convolution"
                                      << "";
        QTest::newRow("nothing") << "ReorderOutput"
                                 << "";
    }
    void fusedNames() {
        QFETCH(QString, name);
        QFETCH(QString, node);
        Profile profile;
        mapKernelTimes(profile, *network()->graph,
                       {kernel(name.toStdString(), "FusedConv", 500), kernel("last", "Sigmoid", 500)});
        if (node.isEmpty()) {
            QCOMPARE(profile.nodes.size(), std::size_t(1));
            QCOMPARE(profile.unattributedMs, 0.5);
            QCOMPARE(profile.nodes.front().share, 0.5); // of all kernels, also those of no node
            return;
        }
        QCOMPARE(profile.nodes.size(), std::size_t(2));
        QCOMPARE(profile.nodes.front().node, node.toStdString());
        QCOMPARE(profile.nodes.front().ms, 0.5);
        QCOMPARE(profile.nodes.front().kernel, std::string("FusedConv"));
        QVERIFY(profile.nodes.front().fused);
        QCOMPARE(profile.unattributedMs, 0.0);
    }

    /// Helpers of a node (reordering its input) add to it and leave its precision alone.
    void severalKernelsOfOneNode() {
        Profile profile;
        mapKernelTimes(
            profile, *network()->graph,
            {kernel("/a/conv_quant", "QuantizeLinear", 50, "uint8"), kernel("/a/conv", "QLinearConv", 300, "uint8")});
        QCOMPARE(profile.nodes.size(), std::size_t(1));
        QVERIFY(std::abs(profile.nodes.front().ms - 0.35) < 1e-12);
        QCOMPARE(profile.nodes.front().precision, std::string("int8"));
        QVERIFY(profile.nodes.front().fused);
    }

    void namelessNodes() {
        ModelBuilder b;
        b.input("x", {1, 2});
        b.node("Relu", {"x"}, {"y"}).output("y");
        auto model = b.build();
        GraphEditor editor(model->graph);
        const auto first = model->graph->nodes().front();
        Node spec = *first;
        spec.name.clear();
        editor.replaceNode(spec);
        const auto graph = editor.finish();
        LAPIDARY_VERIFY_OK(graph);
        Profile profile;
        mapKernelTimes(profile, **graph, {kernel("y", "Relu", 10)});
        QCOMPARE(profile.nodes.size(), std::size_t(1));
        QVERIFY(!profile.nodes.front().node.empty());
    }

    void noKernels() {
        Profile profile;
        mapKernelTimes(profile, *network()->graph, {});
        QVERIFY(profile.nodes.empty());
        QCOMPARE(profile.unattributedMs, 0.0);
    }
};

QTEST_GUILESS_MAIN(NodeTimesTest)
#include "tst_nodetimes.moc"
