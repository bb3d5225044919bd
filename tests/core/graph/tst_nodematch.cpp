// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/graphdiff.h"
#include "graph/match/names.h"
#include "graph/match/risingrun.h"
#include "tests/core/graph/editednetworks.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const NodeDiff* find(const GraphDiff& diff, const std::string& name) {
    const auto it =
        std::find_if(diff.nodes.begin(), diff.nodes.end(), [&](const auto& node) { return node.name == name; });
    return it == diff.nodes.end() ? nullptr : &*it;
}

bool has(const NodeDiff* node, std::uint16_t flag) {
    return node && (node->flags & flag) != 0;
}

} // namespace

class TestNodeMatch : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void names();
    void risingRunIsLongest();
    void truth_data();
    void truth();
    void otherWeightsChainStillMatches();
    void numberedNamesThatMovedOn();
    void foldedBatchNorm();
    void quantizedAround();
    void bypassed();
    void rewired();
    void deterministic();
};

void TestNodeMatch::names() {
    using match::normalizedName;
    QCOMPARE(normalizedName("/conv1/Conv", "Conv"), std::string("conv1"));
    QCOMPARE(normalizedName("model.Conv1_quantized", "Conv"), std::string("conv1"));
    QCOMPARE(normalizedName("StatefulPartitionedCall/net/block1/conv/Conv2D:0", "Conv"), std::string("block1/conv"));
    QCOMPARE(normalizedName("layer1.0.conv1.weight", ""), std::string("layer1/0/conv1"));
    QVERIFY(match::saysMuch("conv1", "Conv") && match::saysMuch("/layer1/Conv_2", "Conv") &&
            match::saysMuch("y", "Relu"));
    for (const char* name : {"", "123", "Conv_12", "conv__3", "node_7", "n4"})
        QVERIFY2(!match::saysMuch(name, "Conv"), name);
}

/// Against trying every subset.
void TestNodeMatch::risingRunIsLongest() {
    std::mt19937_64 random(5);
    for (int round = 0; round < 40; ++round) {
        std::vector<match::Run> runs;
        for (std::uint32_t i = 0; i < 10; ++i)
            runs.push_back({i, std::uint32_t(random() % 20), i, i});
        std::size_t longest = 0;
        for (unsigned set = 0; set < 1024; ++set) {
            std::size_t length = 0;
            std::int64_t last = -1;
            bool rises = true;
            for (std::size_t i = 0; i < 10; ++i)
                if ((set >> i & 1u) != 0) {
                    rises = rises && std::int64_t(runs[i].right) > last;
                    last = runs[i].right;
                    ++length;
                }
            if (rises)
                longest = std::max(longest, length);
        }
        const auto run = match::risingRun(runs);
        QCOMPARE(run.size(), longest);
        for (std::size_t i = 1; i < run.size(); ++i)
            QVERIFY(run[i].left > run[i - 1].left && run[i].right > run[i - 1].right);
    }
}

void TestNodeMatch::truth_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("named");
    QTest::addColumn<bool>("retrained");
    QTest::addColumn<double>("share");
    QTest::addColumn<double>("precision");
    QTest::addColumn<double>("recall");
    const char* kinds[] = {"residual", "inception", "transformer"};
    for (int kind = 0; kind < 3; ++kind) {
        const auto row = [&](const char* what) -> QTestData& { return QTest::addRow("%s, %s", kinds[kind], what); };
        row("names kept, 10 % edits") << kind << true << false << 0.10 << 1.0 << 1.0;
        row("no names, shuffled, no edits") << kind << false << false << 0.0 << 1.0 << 1.0;
        row("no names, shuffled, 5 % edits") << kind << false << false << 0.05 << 0.95 << 0.95;
        row("no names, shuffled, 15 % edits") << kind << false << false << 0.15 << 0.92 << 0.90;
        row("no names, other weights, no edits") << kind << false << true << 0.0 << 0.99 << 0.99;
        row("no names, other weights, 5 % edits") << kind << false << true << 0.05 << 0.90 << 0.90;
    }
}

void TestNodeMatch::truth() {
    QFETCH(int, kind);
    QFETCH(bool, named);
    QFETCH(bool, retrained);
    QFETCH(double, share);
    QFETCH(double, precision);
    QFETCH(double, recall);
    const auto network = kind == 0 ? residualNetwork(600) : kind == 1 ? inceptionNetwork(600) : transformerNetwork(600);
    MatchQuality sum;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const auto other = share > 0 ? edited(network, share, seed) : network;
        const auto a = write(network);
        WriteOptions options;
        options.names = named;
        options.shuffled = true;
        options.weightSeed = retrained ? seed : 0;
        const auto quality = matchQuality(a, write(other, options));
        sum.common += quality.common;
        sum.matched += quality.matched;
        sum.right += quality.right;
    }
    qInfo("precision %.4f, recall %.4f (%zu nodes in both)", sum.precision(), sum.recall(), sum.common);
    QVERIFY(sum.common > 2000);
    QVERIFY2(sum.precision() >= precision, "too many wrong matches");
    QVERIFY2(sum.recall() >= recall, "too many nodes without their match");
}

/// Nothing but shapes and order left to go by.
void TestNodeMatch::otherWeightsChainStillMatches() {
    const auto chain = [](int layers, std::uint64_t seed) {
        GraphEditor editor;
        auto at = editor.addValue("x" + std::to_string(seed));
        editor.addInput(at);
        for (int i = 0; i < layers; ++i) {
            const Shape shape{std::int64_t(8 + i), std::int64_t(7 + i), 3, 3};
            const auto weight = editor.addInitializer(
                "w",
                makeTensor<float>(shape, randomFloats(std::size_t(*elementCount(shape)), seed + std::uint64_t(i))));
            const auto id = editor.addNode("Conv", "", {at, weight}, {"t"});
            const auto relu = editor.addNode("Relu", "", {editor.node(id)->outputs[0]}, {"r"});
            at = editor.node(relu)->outputs[0];
        }
        editor.addOutput(at);
        return editor.finish().value();
    };
    const auto a = chain(12, 1), b = chain(12, 100);
    const auto matching = matchGraphs(*a, *b);
    QCOMPARE(matching.matches.size(), std::size_t(24));
    for (const auto& match : matching.matches)
        QCOMPARE(a->position(match.a), b->position(match.b));
}

void TestNodeMatch::numberedNamesThatMovedOn() {
    // As an exporter numbers: one layer more at the front, and every name says another layer.
    const auto numbered = [](int first) {
        ModelBuilder b;
        b.input("x", {1, 4, 8, 8});
        std::string at = "x";
        for (int i = first; i < 8; ++i) {
            const auto number = std::to_string(i - first);
            b.init("w" + std::to_string(i - first + 100), {4, 4, 3, 3}, 50 + i);
            b.node("Conv", {at, "w" + std::to_string(i - first + 100)}, {"c" + number}, {}, "Conv_" + number);
            b.node("Relu", {"c" + number}, {"r" + number}, {}, "Relu_" + number);
            at = "r" + number;
        }
        return b.output(at).build();
    };
    const auto a = numbered(0), b = numbered(1);
    const auto diff = diffGraphs(*a, *b);
    QCOMPARE(diff.removed, std::size_t(2));
    QCOMPARE(diff.added, std::size_t(0));
    for (const auto& node : diff.nodes)
        if (node.b.valid() && node.name == "Conv_3")
            QCOMPARE(a->graph->node(node.a)->name, std::string("Conv_4"));
}

void TestNodeMatch::foldedBatchNorm() {
    const auto model = [](bool folded) {
        ModelBuilder b;
        b.input("x", {1, 3, 8, 8})
            .init("w", {4, 3, 3, 3}, folded ? 2 : 1)
            .init("bias", {4}, 3)
            .init("v", {2, 4, 1, 1}, 4);
        if (folded) {
            b.node("Conv", {"x", "w", "bias"}, {"n"}, {}, "fused");
        } else {
            for (const char* name : {"scale", "shift", "mean", "var"})
                b.init(name, {4}, 7);
            b.node("Conv", {"x", "w"}, {"c"}, {}, "first");
            b.node("BatchNormalization", {"c", "scale", "shift", "mean", "var"}, {"n"}, {}, "norm");
        }
        b.node("Relu", {"n"}, {"r"}, {}, folded ? "" : "act");
        return b.node("Conv", {"r", "v"}, {"y"}, {}, folded ? "last" : "second").output("y").build();
    };
    const auto diff = diffGraphs(*model(false), *model(true));
    QCOMPARE(diff.removed, std::size_t(1));
    QCOMPARE(diff.added, std::size_t(0));
    const auto *norm = find(diff, "norm"), *fused = find(diff, "fused");
    QVERIFY(norm && fused && fused->a.valid());
    QCOMPARE(int(norm->attachment), int(Attachment::Folded));
    QVERIFY(norm->host == fused->a);
    QVERIFY(has(fused, DiffWeights) && !has(fused, DiffRewired));
    QCOMPARE(diff.same, std::size_t(2)); // fed by what the norm was folded into: not rewired
}

void TestNodeMatch::quantizedAround() {
    const auto weights = randomFloats(36, 9);
    const auto model = [&](bool quantized) {
        ModelBuilder b;
        b.input("x", {1, 1, 8, 8});
        if (!quantized) {
            b.init("w", {4, 1, 3, 3}, weights).node("Conv", {"x", "w"}, {"c"}, {}, "conv");
            return b.node("Relu", {"c"}, {"y"}, {}, "act").output("y").build();
        }
        std::vector<std::int8_t> stored;
        for (const auto w : weights)
            stored.push_back(std::int8_t(std::lround(std::clamp(w / 0.02f, -127.0f, 127.0f))));
        b.init("w_q", makeTensor<std::int8_t>({4, 1, 3, 3}, stored));
        b.init("ws", {}, std::vector<float>{0.02f}).init("s", {}, std::vector<float>{0.1f});
        b.init("z", makeTensor<std::int8_t>({}, {0}));
        b.node("QuantizeLinear", {"x", "s", "z"}, {"xq"}).node("DequantizeLinear", {"xq", "s", "z"}, {"xd"});
        b.node("DequantizeLinear", {"w_q", "ws", "z"}, {"wd"});
        b.node("Conv", {"xd", "wd"}, {"c"}, {}, "conv").node("QuantizeLinear", {"c", "s", "z"}, {"cq"});
        return b.node("DequantizeLinear", {"cq", "s", "z"}, {"cd"})
            .node("Relu", {"cd"}, {"y"}, {}, "act")
            .output("y")
            .build();
    };
    const auto diff = diffGraphs(*model(false), *model(true));
    QCOMPARE(diff.added, std::size_t(5));
    QCOMPARE(diff.attached, std::size_t(5));
    for (const auto& node : diff.nodes)
        if (node.kind == DiffKind::Added)
            QCOMPARE(int(node.attachment), int(Attachment::Conversion));
    const auto* conv = find(diff, "conv");
    QVERIFY(has(conv, DiffRetyped) && !has(conv, DiffRewired | DiffNarrowed));
    QCOMPARE(conv->typeA, DataType::Float);
    QCOMPARE(conv->typeB, DataType::Int8);
    QCOMPARE(conv->bytesB, std::uint64_t(36));
    double signal = 0, noise = 0;
    for (const auto w : weights) {
        const double back = double(0.02f) * std::lround(std::clamp(w / 0.02f, -127.0f, 127.0f));
        signal += double(w) * double(w);
        noise += (double(w) - back) * (double(w) - back);
    }
    QVERIFY(std::abs(conv->weightSqnrDb - 10 * std::log10(signal / noise)) < 0.01);
    QVERIFY(find(diff, "act")->kind == DiffKind::Same);
    const auto back = diffGraphs(*model(true), *model(false));
    QCOMPARE(back.removed, std::size_t(5));
    QCOMPARE(back.attached, std::size_t(5));
}

void TestNodeMatch::bypassed() {
    const auto model = [](bool plain) {
        ModelBuilder b;
        b.input("x", {1, 8}).init("w", {8, 8}, 1).node("MatMul", {"x", "w"}, {"a"}, {}, "mul");
        if (!plain)
            b.node("Identity", {"a"}, {"b"}, {}, "same");
        return b.node("Relu", {plain ? "a" : "b"}, {"y"}, {}, "act").output("y").build();
    };
    const auto diff = diffGraphs(*model(false), *model(true));
    QCOMPARE(diff.removed, std::size_t(1));
    QCOMPARE(int(find(diff, "same")->attachment), int(Attachment::Neutral));
    QCOMPARE(diff.same, std::size_t(2));
}

void TestNodeMatch::rewired() {
    const auto model = [](const char* to) {
        ModelBuilder b;
        b.input("x", {1, 8}).node("Relu", {"x"}, {"a"}, {}, "first").node("Sigmoid", {"x"}, {"b"}, {}, "second");
        return b.node("Exp", {to}, {"y"}, {}, "last").output("y").output("a").output("b").build();
    };
    const auto diff = diffGraphs(*model("a"), *model("b"));
    QCOMPARE(diff.changed, std::size_t(1));
    QVERIFY(has(find(diff, "last"), DiffRewired));
}

void TestNodeMatch::deterministic() {
    const auto network = inceptionNetwork(300);
    const auto a = write(network);
    WriteOptions options;
    options.names = false;
    options.shuffled = true;
    const auto b = write(edited(network, 0.1, 3), options);
    const auto first = matchGraphs(*a.model->graph, *b.model->graph);
    const auto again = matchGraphs(*a.model->graph, *b.model->graph);
    QCOMPARE(first.matches.size(), again.matches.size());
    for (std::size_t i = 0; i < first.matches.size(); ++i)
        QVERIFY(first.matches[i].a == again.matches[i].a && first.matches[i].b == again.matches[i].b);
}

QTEST_APPLESS_MAIN(TestNodeMatch)
#include "tst_nodematch.moc"
