// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost.h"
#include "modelbuilder.h"
#include "onnx/onnxwriter.h"
#include "prunefixture.h"
#include "testsupport.h"

#include <QTest>

#include <algorithm>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Filter c of a layer with `channels` filters has norm `norms[c]`, spread over `rest` weights.
std::vector<float> filters(const std::vector<float>& norms, std::size_t rest) {
    std::vector<float> weights;
    for (const float norm : norms)
        for (std::size_t i = 0; i < rest; ++i)
            weights.push_back(norm / float(rest) * (i % 2 == 0 ? 1.0f : -1.0f));
    return weights;
}

/// conv1 (8 filters) → BN → Relu → conv2 (8) → Relu → conv3 (4) → output.
ModelPtr chain() {
    ModelBuilder b;
    b.input("x", {1, 2, 5, 5});
    b.init("w1", {8, 2, 1, 1}, filters({1, 8, 2, 7, 3, 6, 4, 5}, 2));
    b.init("w2", {8, 8, 1, 1}, filters({10, 10, 10, 1, 10, 10, 1, 10}, 8));
    b.init("w3", {4, 8, 1, 1}, 3);
    b.init("gamma", {8}, std::vector<float>{9, 9, 0.1f, 9, -0.2f, 9, 9, 9}).init("beta", {8}, 4).init("mean", {8}, 5);
    b.init("var", {8}, std::vector<float>(8, 1.0f));
    b.node("Conv", {"x", "w1"}, {"a"}, {}, "conv1");
    b.node("BatchNormalization", {"a", "gamma", "beta", "mean", "var"}, {"n"}, {}, "bn");
    b.node("Relu", {"n"}, {"r"}, {}, "relu1");
    b.node("Conv", {"r", "w2"}, {"c"}, {}, "conv2");
    b.node("Relu", {"c"}, {"d"}, {}, "relu2");
    b.node("Conv", {"d", "w3"}, {"y"}, {}, "conv3");
    b.output("y");
    return b.build();
}

using Removed = std::vector<std::uint32_t>;

Removed removedAt(const PassPreview& preview, const Model& model, std::string_view node) {
    for (const NodePlan& plan : preview.nodes)
        if (plan.node == model.graph->findNode(node)->id)
            return plan.removed;
    return {};
}

PassContext context() {
    PassContext result;
    result.inferShapes = onnxInference();
    return result;
}

} // namespace

class TestPruneChannels : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void schemaIsSound() {
        const PassInfo& info = prunePass()->info();
        LAPIDARY_VERIFY_OK(info.schema.check());
        QVERIFY(!info.schema.complete({{"ratio", 0.96}}).ok());
        QVERIFY(!info.lossless);
    }

    void smallestFiltersGo() {
        const ModelPtr model = chain();
        const auto preview = prunePass()->preview(passInput(model, {{"ratio", 0.25}}));
        LAPIDARY_VERIFY_OK(preview);
        QCOMPARE(removedAt(*preview, *model, "conv1"), Removed({0, 2}));
        QCOMPARE(removedAt(*preview, *model, "relu1"), Removed({0, 2}));
        QCOMPARE(removedAt(*preview, *model, "conv2"), Removed({3, 6}));
        QCOMPARE(removedAt(*preview, *model, "conv3"), Removed());
    }

    void normalizationScaleDecides() {
        const ModelPtr model = chain();
        const auto preview = prunePass()->preview(passInput(model, {{"ratio", 0.25}, {"importance", "bn_scale"}}));
        LAPIDARY_VERIFY_OK(preview);
        QCOMPARE(removedAt(*preview, *model, "conv1"), Removed({2, 4}));
        QCOMPARE(removedAt(*preview, *model, "conv2"), Removed({3, 6}));
        QVERIFY(std::ranges::any_of(preview->notes, [](const Diagnostic& d) { return d.code == "prune.no_bn"; }));
    }

    void unevenWidthsAreSaid() {
        const ModelPtr model = chain();
        const auto warned = [](const PassPreview& preview) {
            return std::ranges::any_of(preview.notes, [](const Diagnostic& d) { return d.code == "prune.blocks"; });
        };
        const auto uneven = prunePass()->preview(passInput(model, {{"ratio", 0.25}}));
        LAPIDARY_VERIFY_OK(uneven);
        QVERIFY(warned(*uneven));
        const auto whole = prunePass()->preview(passInput(model, {{"ratio", 0.25}, {"multiple", 8}}));
        LAPIDARY_VERIFY_OK(whole);
        QVERIFY(!warned(*whole));
    }

    void globalRankingComparesRelativeToTheGroup() {
        const ModelPtr model = chain();
        // Relative to their means, conv2's two filters of norm 1 (mean 7.75) are least, then conv1's 1 and 2
        // (mean 4.5).
        const auto two = prunePass()->preview(passInput(model, {{"ratio", 0.125}, {"mode", "global"}}));
        QCOMPARE(removedAt(*two, *model, "conv2"), Removed({3, 6}));
        QCOMPARE(removedAt(*two, *model, "conv1"), Removed());
        const auto four = prunePass()->preview(passInput(model, {{"ratio", 0.25}, {"mode", "global"}}));
        QCOMPARE(removedAt(*four, *model, "conv1"), Removed({0, 2}));
    }

    void equalFiltersGoFromTheEnd() {
        ModelBuilder b;
        b.input("x", {1, 2, 5, 5}).init("w1", {8, 2, 1, 1}, std::vector<float>(16, 1.0f)).init("w2", {3, 8, 1, 1}, 2);
        b.node("Conv", {"x", "w1"}, {"a"}, {}, "conv1").node("Conv", {"a", "w2"}, {"y"}).output("y");
        const ModelPtr model = b.build();
        const auto preview = prunePass()->preview(passInput(model, {{"ratio", 0.25}}));
        QCOMPARE(removedAt(*preview, *model, "conv1"), Removed({6, 7}));
    }

    void countsAreRoundedToTheMultiple_data() {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<int>("multiple");
        QTest::addColumn<int>("least");
        QTest::addColumn<int>("stay");
        QTest::newRow("nearest is down") << 0.375 << 4 << 1 << 4; // 5 → 4
        QTest::newRow("half goes up") << 0.25 << 4 << 1 << 8;     // 6 → 8: nothing goes
        QTest::newRow("never below one step") << 0.95 << 4 << 1 << 4;
        QTest::newRow("not above what is there") << 0.5 << 16 << 1 << 8;
        QTest::newRow("fewest channels") << 0.9 << 1 << 3 << 3;
        QTest::newRow("floor of the share") << 0.3 << 1 << 1 << 6; // 2.4 → 2 go
    }

    void countsAreRoundedToTheMultiple() {
        QFETCH(double, ratio);
        QFETCH(int, multiple);
        QFETCH(int, least);
        QFETCH(int, stay);
        const ModelPtr model = chain();
        const auto preview =
            prunePass()->preview(passInput(model, {{"ratio", ratio}, {"multiple", multiple}, {"min_channels", least}}));
        LAPIDARY_VERIFY_OK(preview);
        QCOMPARE(8 - int(removedAt(*preview, *model, "conv1").size()), stay);
    }

    void layersMayHaveRatiosOfTheirOwn() {
        const ModelPtr model = chain();
        Json layers;
        layers.set("conv2", 0.5);
        layers.set("conv3", 0.5);
        layers.set("conv9", 0.5);
        const auto preview = prunePass()->preview(passInput(model, {{"ratio", 0.125}, {"layer_ratios", layers}}));
        LAPIDARY_VERIFY_OK(preview);
        QCOMPARE(removedAt(*preview, *model, "conv1").size(), std::size_t(1));
        QCOMPARE(removedAt(*preview, *model, "conv2").size(), std::size_t(4));
        const auto noted = [&](const char* code) {
            return std::ranges::any_of(preview->notes, [&](const Diagnostic& d) { return d.code == code; });
        };
        QVERIFY(noted("prune.unknown_layer"));
        QVERIFY(noted("prune.layer_stays"));
    }

    void onlyTheSelectionIsPruned() {
        const ModelPtr model = chain();
        const NodeId conv2 = model->graph->findNode("conv2")->id;
        const auto preview = prunePass()->preview(passInput(model, {{"ratio", 0.25}}, {conv2}));
        QCOMPARE(removedAt(*preview, *model, "conv1"), Removed());
        QCOMPARE(removedAt(*preview, *model, "conv2").size(), std::size_t(2));
        QVERIFY(preview->fenced.empty());
    }

    void previewAndRunAgree() {
        const ModelPtr model = chain();
        const PassInput input = passInput(model, {{"ratio", 0.4}});
        const auto preview = prunePass()->preview(input);
        PassContext c = context();
        const auto outcome = prunePass()->run(input, c);
        LAPIDARY_VERIFY_OK(preview);
        LAPIDARY_VERIFY_OK(outcome);
        const CostReport cost = analyseCost(*outcome->model->graph, *inferOnnxShapes(*outcome->model));
        QCOMPARE(cost.parameters, preview->after.parameters);
        QCOMPARE(cost.parameterBytes, preview->after.bytes);
        QCOMPARE(cost.macs, preview->after.macs);
        QCOMPARE(outcome->layers.size(), std::size_t(2));
        QCOMPARE(QString::fromStdString(outcome->layers[0].what), QStringLiteral("8 → 5 channels"));
        QCOMPARE(outcome->layers[0].numbers.at("ratio"), 0.375);
        // Filters 1, 2 and 3 of 36.
        QVERIFY(std::abs(outcome->layers[0].numbers.at("importance_kept_percent") - 100 * (1 - 6.0 / 36)) < 1e-4);
    }

    void whatStaysIsExplained() {
        const ModelPtr model = chain();
        const auto preview = prunePass()->preview(passInput(model, {}));
        QCOMPARE(preview->fenced.size(), std::size_t(1));
        QVERIFY(preview->fenced[0].node == model->graph->findNode("conv3")->id);
        QCOMPARE(QString::fromStdString(preview->fenced[0].reason),
                 QStringLiteral("Stays whole: reaches the model's output 'y'"));
        const auto nothing = prunePass()->preview(passInput(model, {}, {model->graph->findNode("conv3")->id}));
        QVERIFY(!nothing.ok());
        QCOMPARE(QString::fromStdString(nothing.error().code), QStringLiteral("pass.not_applicable"));
        QVERIFY(nothing.error().message.find("output 'y'") != std::string::npos);
    }

    void sameBytesFromAllThreads() {
        const ModelPtr model = chain();
        std::vector<std::string> bytes(4);
        {
            std::vector<std::jthread> threads;
            for (std::string& own : bytes)
                threads.emplace_back([&own, &model] {
                    PassContext c = context();
                    const auto outcome = prunePass()->run(passInput(model, {{"ratio", 0.3}, {"mode", "global"}}), c);
                    own = outcome ? *serializeOnnx(*outcome->model) : outcome.error().toString();
                });
        }
        for (const std::string& other : bytes)
            QVERIFY(other == bytes[0]);
    }

    void stopsWhenAsked() {
        std::stop_source stop;
        stop.request_stop();
        PassContext c = context();
        c.work.stop = stop.get_token();
        const auto outcome = prunePass()->run(passInput(chain(), {}), c);
        QVERIFY(!outcome.ok());
        QVERIFY(isCancelled(outcome.error()));
    }
};

QTEST_GUILESS_MAIN(TestPruneChannels)
#include "tst_prunechannels.moc"
