// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/channelgroups.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "testsupport.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

struct Found {
    ModelPtr model;
    ChannelGroups groups;

    const ChannelGroup& of(std::string_view node) const {
        const auto index = groups.groupOfNode[model->graph->findNode(node)->id.number];
        if (index < 0)
            throw std::runtime_error("no channels at " + std::string(node));
        return groups.groups[std::size_t(index)];
    }
    QString reason(std::string_view node) const { return QString::fromStdString(of(node).reason); }
};

Found find(ModelBuilder& builder) {
    const ModelPtr model = builder.build();
    return {model, findChannelGroups(*model, *inferOnnxShapes(*model))};
}

/// conv → what `middle` adds between "a" and "z" → conv → output; both convolutions have known names.
template <typename Middle>
Found between(std::int64_t channels, std::int64_t out, Middle middle) {
    ModelBuilder b;
    b.input("x", {1, 3, 8, 8}).init("w1", {channels, 3, 1, 1}, 1).init("w2", {5, out, 1, 1}, 2);
    b.node("Conv", {"x", "w1"}, {"a"}, {}, "first");
    middle(b);
    b.node("Conv", {"z", "w2"}, {"y"}, {}, "last").output("y");
    return find(b);
}

} // namespace

class TestChannelGroups : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void convolutionsInARow() {
        const Found f = between(8, 8, [](ModelBuilder& b) { b.node("Relu", {"a"}, {"z"}, {}, "relu"); });
        QCOMPARE(f.groups.groups.size(), std::size_t(2));
        const ChannelGroup& group = f.of("first");
        QVERIFY(group.prunable);
        QCOMPARE(group.channels, 8u);
        QCOMPARE(group.producers.size(), std::size_t(1));
        QCOMPARE(group.consumers.size(), std::size_t(1));
        QCOMPARE(group.consumers[0].axis, 1);
        QCOMPARE(group.nodes.size(), std::size_t(2));
        QVERIFY(&f.of("relu") == &group);
        QCOMPARE(f.reason("last"), QStringLiteral("reaches the model's output 'y'"));
    }

    void additionCouplesLayers() {
        const Found f = between(8, 8, [](ModelBuilder& b) {
            b.init("wr", {8, 8, 3, 3}, 3);
            b.node("Conv", {"a", "wr"}, {"r"}, {attr("pads", {1, 1, 1, 1})}, "branch").node("Add", {"a", "r"}, {"z"});
        });
        QVERIFY(&f.of("first") == &f.of("branch"));
        QCOMPARE(f.of("first").producers.size(), std::size_t(2));
        QCOMPARE(f.of("first").consumers.size(), std::size_t(2));
    }

    void concatenationDoesNot() {
        const Found f = between(8, 12, [](ModelBuilder& b) {
            b.init("wr", {4, 8, 1, 1}, 3);
            b.node("Conv", {"a", "wr"}, {"r"}, {}, "branch").node("Concat", {"a", "r"}, {"z"}, {attr("axis", 1)});
        });
        QVERIFY(&f.of("first") != &f.of("branch"));
        const WeightSlice& slice = f.of("branch").consumers[0];
        QCOMPARE(slice.channels->size(), std::size_t(12));
        QVERIFY((*slice.channels)[7].group != (*slice.channels)[8].group);
        QCOMPARE((*slice.channels)[8].channel, 0u);
    }

    void depthwiseFollowsItsInput() {
        const Found f = between(6, 12, [](ModelBuilder& b) {
            b.init("wd", {12, 1, 3, 3}, 3);
            b.node("Conv", {"a", "wd"}, {"z"}, {attr("group", 6), attr("pads", {1, 1, 1, 1})}, "dw");
        });
        const ChannelGroup& group = f.of("dw");
        QVERIFY(&group == &f.of("first"));
        QCOMPARE(group.channels, 6u);
        const auto& read = *group.consumers.back().channels;
        QCOMPARE(read.size(), std::size_t(12)); // two positions for each channel
        QVERIFY(read[2] == read[3] && read[2].channel == 1);
        QCOMPARE(group.fixes.size(), std::size_t(1));
        QVERIFY(group.fixes[0].kind == ShapeFix::Kind::ConvGroups);
    }

    void groupedConvolutionLosesTheSameOfEveryGroup() {
        const Found f = between(8, 12, [](ModelBuilder& b) {
            b.init("wg", {12, 4, 1, 1}, 3).node("Conv", {"a", "wg"}, {"z"}, {attr("group", 2)}, "grouped");
        });
        QCOMPARE(f.of("first").channels, 4u);
        QCOMPARE(f.of("grouped").channels, 6u);
        const auto& made = *f.of("first").producers[0].channels;
        QVERIFY(made[1] == made[5]);
    }

    void manySmallGroupsGoAsAWhole() {
        const Found f = between(16, 16, [](ModelBuilder& b) {
            b.init("wg", {16, 2, 1, 1}, 3).node("Conv", {"a", "wg"}, {"z"}, {attr("group", 8)}, "grouped");
        });
        QVERIFY(&f.of("first") == &f.of("grouped"));
        QCOMPARE(f.of("first").channels, 8u);
    }

    void flattenReachesTheRightColumns() {
        ModelBuilder b;
        b.input("x", {1, 3, 2, 2}).init("w1", {4, 3, 1, 1}, 1).init("fc", {16, 5}, 2);
        b.node("Conv", {"x", "w1"}, {"a"}, {}, "first").node("Flatten", {"a"}, {"f"}).node("Gemm", {"f", "fc"}, {"y"});
        const Found f = find(b.output("y"));
        const WeightSlice& slice = f.of("first").consumers[0];
        QCOMPARE(slice.channels->size(), std::size_t(16));
        QCOMPARE((*slice.channels)[11].channel, 2u);
    }

    void shuffleKeepsItsGroups() {
        const Found f = between(12, 12, [](ModelBuilder& b) {
            b.init("s1", {5}, std::vector<std::int64_t>{1, 3, 4, 8, 8})
                .init("s2", {4}, std::vector<std::int64_t>{1, 12, 8, 8});
            b.node("Reshape", {"a", "s1"}, {"b"}).node("Transpose", {"b"}, {"c"}, {attr("perm", {0, 2, 1, 3, 4})});
            b.node("Reshape", {"c", "s2"}, {"z"}, {}, "back");
        });
        const ChannelGroup& group = f.of("first");
        QVERIFY(group.prunable);
        QCOMPARE(group.channels, 4u);
        const auto& read = *group.consumers[0].channels;
        QVERIFY(read[0] == read[1] && read[1] == read[2] && !(read[2] == read[3]));
        QCOMPARE(group.fixes.size(), std::size_t(2));
    }

    void sharedWeightsCouple() {
        const Found f = between(4, 4, [](ModelBuilder& b) {
            b.init("ws", {4, 4, 1, 1}, 3);
            b.node("Conv", {"a", "ws"}, {"b"}, {}, "s1").node("Conv", {"b", "ws"}, {"z"}, {}, "s2");
        });
        QVERIFY(f.of("first").prunable);
        QVERIFY(&f.of("first") == &f.of("s1"));
        QVERIFY(&f.of("s1") == &f.of("s2"));
    }

    void aWeightSomebodyElseNeedsStays() {
        ModelBuilder b;
        b.input("x", {1, 3, 8, 8}).init("w1", {4, 3, 1, 1}, 1).init("w2", {5, 4, 1, 1}, 2);
        b.node("Conv", {"x", "w1"}, {"a"}, {}, "first")
            .node("Conv", {"a", "w2"}, {"y"})
            .node("Identity", {"w1"}, {"spy"});
        const Found f = find(b.output("y").output("spy"));
        QVERIFY(!f.of("first").prunable);
        QCOMPARE(f.reason("first"), QStringLiteral("reaches the model's output 'spy'"));
    }

    void fencesNameTheirOperator_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("domain");
        QTest::newRow("custom") << "Secret"
                                << "com.example";
        QTest::newRow("mixing over channels") << "LpNormalization"
                                              << "";
        QTest::newRow("neighbours") << "LRN"
                                    << "";
        QTest::newRow("quantized") << "DynamicQuantizeLinear"
                                   << "";
    }

    void fencesNameTheirOperator() {
        QFETCH(QString, op);
        QFETCH(QString, domain);
        ModelBuilder b;
        b.input("x", {1, 3, 8, 8}).init("w1", {4, 3, 1, 1}, 1).init("w2", {4, 4, 1, 1}, 2).opset("com.example", 1);
        b.node("Conv", {"x", "w1"}, {"a"}, {}, "free").node("Conv", {"a", "w2"}, {"b"}, {}, "fenced");
        std::vector<Attribute> attributes;
        if (op == "LpNormalization")
            attributes.push_back(attr("axis", 1));
        if (op == "LRN")
            attributes.push_back(attr("size", 3));
        b.node(op.toStdString(), {"b"}, {"y"}, attributes, "stop", domain.toStdString()).output("y");
        const Found f = find(b);
        QVERIFY(f.of("free").prunable);
        QVERIFY(!f.of("fenced").prunable);
        QVERIFY2(f.reason("fenced").contains("'stop' (" + op + ")"), qPrintable(f.reason("fenced")));
        QVERIFY(f.of("fenced").fence == f.model->graph->findNode("stop")->id);
        QCOMPARE(f.groups.fences.size(), std::size_t(1));
    }

    void subgraphsFenceWhatTheyCapture() {
        ModelBuilder body;
        body.outer("a").node("Relu", {"a"}, {"inner"}).output("inner");
        const GraphPtr branch = body.buildGraph();
        ModelBuilder b;
        b.input("x", {1, 3, 8, 8}).input("cond", DataType::Bool, {}).init("w1", {4, 3, 1, 1}, 1);
        b.node("Conv", {"x", "w1"}, {"a"}, {}, "first");
        b.node("If", {"cond"}, {"y"}, {attr("then_branch", branch), attr("else_branch", branch)}, "choice").output("y");
        const Found f = find(b);
        QVERIFY(!f.of("first").prunable);
        QVERIFY2(f.reason("first").contains("'choice' (If)"), qPrintable(f.reason("first")));
    }

    void transformerFeedForwardIsPrunable() {
        ModelBuilder b;
        b.input("x", {1, 6, 8})
            .init("w1", {8, 16}, 1)
            .init("b1", {16}, 2)
            .init("w2", {16, 8}, 3)
            .init("g", {8}, 4)
            .init("b", {8}, 5);
        b.node("MatMul", {"x", "w1"}, {"h"}, {}, "up").node("Add", {"b1", "h"}, {"hb"}).node("Erf", {"hb"}, {"e"});
        b.node("MatMul", {"e", "w2"}, {"d"}, {}, "down").node("Add", {"x", "d"}, {"r"});
        b.node("LayerNormalization", {"r", "g", "b"}, {"y"}).output("y");
        const Found f = find(b);
        QVERIFY(f.of("up").prunable);
        QCOMPARE(f.of("up").channels, 16u);
        QCOMPARE(f.of("up").consumers.size(), std::size_t(2));
        QVERIFY(!f.of("down").prunable);
        QVERIFY2(f.reason("down").contains("'x'"), qPrintable(f.reason("down")));
    }

    /// Half of the layer reaches an output; the other half is free.
    void aLayerMayBePrunableInPart() {
        ModelBuilder b;
        b.input("x", {1, 3, 4, 4}).init("w1", {8, 3, 1, 1}, 1).init("w2", {5, 4, 1, 1}, 2);
        b.node("Conv", {"x", "w1"}, {"a"}, {}, "first").node("Split", {"a"}, {"y1", "b"}, {attr("axis", 1)});
        b.node("Conv", {"b", "w2"}, {"y2"}).output("y1").output("y2");
        const Found f = find(b);
        std::set<std::pair<bool, std::uint32_t>> kinds;
        for (const ChannelGroup& group : f.groups.groups)
            if (!group.producers.empty() && group.producers[0].node == f.model->graph->findNode("first")->id)
                kinds.emplace(group.prunable, group.channels);
        QVERIFY(kinds == (std::set<std::pair<bool, std::uint32_t>>{{false, 4}, {true, 4}}));
    }

    void sameAnswerTwice() {
        const auto build = [] {
            return between(8, 8, [](ModelBuilder& b) {
                b.init("wr", {8, 8, 1, 1}, 3)
                    .node("Conv", {"a", "wr"}, {"r"}, {}, "branch")
                    .node("Mul", {"r", "a"}, {"z"});
            });
        };
        const Found a = build(), b = build();
        QCOMPARE(a.groups.groups.size(), b.groups.groups.size());
        for (std::size_t g = 0; g < a.groups.groups.size(); ++g)
            for (std::size_t i = 0; i < a.groups.groups[g].consumers.size(); ++i)
                QVERIFY(*a.groups.groups[g].consumers[i].channels == *b.groups.groups[g].consumers[i].channels);
    }
};

QTEST_GUILESS_MAIN(TestChannelGroups)
#include "tst_channelgroups.moc"
