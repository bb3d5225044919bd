// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/channelgroups.h"
#include "analysis/cost.h"
#include "graph/grapheditor.h"
#include "graph/operatortraits.h"
#include "graph/verifier.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"
#include "randomnetwork.h"
#include "runtime/session.h"
#include "testsupport.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

std::vector<float> run(const Model& model) {
    const auto bytes = serializeOnnx(model);
    if (!bytes)
        throw std::runtime_error(bytes.error().toString());
    SessionOptions options;
    options.optimization = GraphOptimization::None;
    auto session = openSession(std::as_bytes(std::span(*bytes)), options);
    if (!session)
        throw std::runtime_error(session.error().toString());
    const Shape shape = (*session)->inputs()[0].shape;
    const auto count = std::size_t(*elementCount(shape));
    const auto outputs = (*session)->run({makeTensor<float>(shape, randomFloats(count, 99))});
    if (!outputs)
        throw std::runtime_error(outputs.error().toString());
    std::vector<float> all;
    for (const TensorPtr& output : *outputs) {
        const auto values = *toFloats(*output);
        all.insert(all.end(), values.begin(), values.end());
    }
    return all;
}

std::vector<WeightSlice> slicesOf(const ChannelGroup& group) {
    std::vector<WeightSlice> slices = group.consumers;
    slices.insert(slices.end(), group.producers.begin(), group.producers.end());
    return slices;
}

/// The same network, in which every layer ignores the channels that a cut would remove: its weights for them are zero.
/// What an activation does to zero does not matter then. Where a product of activations reads them (attention), MatMul
/// makes none of them.
ModelPtr ignoring(const Model& model, const ChannelGroups& groups, const ChannelCut& cut) {
    std::set<std::pair<GroupIndex, std::uint32_t>> gone;
    for (std::size_t g = 0; g < cut.removed.size(); ++g)
        for (const std::uint32_t channel : cut.removed[g])
            gone.emplace(GroupIndex(g), channel);
    GraphEditor editor(model.graph);
    for (const ChannelGroup& group : groups.groups)
        for (const WeightSlice& slice : slicesOf(group)) {
            const Node& node = *model.graph->node(slice.node);
            if (categoryOf(node) != OperatorCategory::Layer || node.input(2) == slice.weight ||
                (slice.produces && !node.is("MatMul")))
                continue;
            const TensorPtr tensor = editor.constant(slice.weight);
            auto values = *toFloats(*tensor);
            std::size_t inner = 1;
            for (std::size_t axis = std::size_t(slice.axis) + 1; axis < tensor->shape.size(); ++axis)
                inner *= std::size_t(tensor->shape[axis]);
            for (std::size_t i = 0; i < values.size(); ++i) {
                const ChannelRef ref = (*slice.channels)[(i / inner) % slice.channels->size()];
                if (gone.contains({ref.group, ref.channel}))
                    values[i] = 0;
            }
            editor.setInitializer(slice.weight, makeTensor<float>(tensor->shape, std::move(values)));
        }
    return withGraph(model, *editor.finish());
}

ChannelCut randomCut(const ChannelGroups& groups, std::uint64_t seed, double share) {
    std::mt19937_64 random(seed);
    ChannelCut cut;
    cut.removed.resize(groups.groups.size());
    for (std::size_t g = 0; g < groups.groups.size(); ++g) {
        if (!groups.groups[g].prunable)
            continue;
        std::vector<std::uint32_t> all(groups.groups[g].channels);
        std::iota(all.begin(), all.end(), 0u);
        std::ranges::shuffle(all, random);
        all.resize(std::min(all.size() - 1, std::size_t(std::ceil(share * double(all.size())))));
        std::ranges::sort(all);
        cut.removed[g] = all;
    }
    return cut;
}

double largestDifference(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0, scale = 1e-6;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference = std::max(difference, std::fabs(double(a[i]) - double(b[i])));
        scale = std::max(scale, std::fabs(double(a[i])));
    }
    return difference / scale;
}

} // namespace

class TestChannelCut : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    /// A cut network computes what the whole one computes when its layers ignore the removed channels; and its counts
    /// are those that were promised.
    void randomNetworksStayExact_data() {
        QTest::addColumn<quint64>("seed");
        for (quint64 seed = 1; seed <= 120; ++seed)
            QTest::addRow("seed %d", int(seed)) << seed;
    }

    void randomNetworksStayExact() {
        QFETCH(quint64, seed);
        const ModelPtr model = RandomNetwork(seed).build(3 + int(seed % 6));
        const auto shapes = inferOnnxShapes(*model);
        LAPIDARY_VERIFY_OK(shapes);
        const ChannelGroups groups = findChannelGroups(*model, *shapes);
        QVERIFY2(std::ranges::any_of(groups.groups, &ChannelGroup::prunable), "nothing prunable");
        ChannelCut cut;
        Result<ModelPtr> cutModel = errorDiagnostic("test", "no cut was possible");
        for (const double share : {0.4, 0.2, 0.05}) {
            cut = randomCut(groups, seed, share);
            cutModel = applyCut(*model, groups, cut);
            if (cutModel || cutModel.error().code != "prune.empty_layer")
                break;
        }
        if (!cutModel && cutModel.error().code == "prune.empty_layer")
            QSKIP("a part of a split has a single channel here");
        LAPIDARY_VERIFY_OK(cutModel);
        QCOMPARE(verify(**cutModel).size(), std::size_t(0));

        const auto newShapes = inferOnnxShapes(**cutModel);
        LAPIDARY_VERIFY_OK(newShapes);
        const CutSummary summary = summarizeCut(*model, *shapes, groups, cut);
        const CostReport cost = analyseCost(*(*cutModel)->graph, *newShapes);
        QCOMPARE(cost.parameters, summary.parametersAfter);
        QCOMPARE(cost.parameterBytes, summary.bytesAfter);
        QCOMPARE(cost.macs, summary.macsAfter);
        QVERIFY(summary.parametersAfter < summary.parametersBefore);
        QVERIFY(summary.macsAfter < summary.macsBefore);

        const auto whole = run(*ignoring(*model, groups, cut));
        const auto small = run(**cutModel);
        QCOMPARE(small.size(), whole.size());
        const double difference = largestDifference(whole, small);
        QVERIFY2(difference < 2e-4, qPrintable(QString::number(difference)));
        ++m_compared;
        m_mattered += largestDifference(run(*model), small) > 1e-2 ? 1 : 0;
    }

    /// Guards the comparison above: the removed channels did say something before.
    void theCutsMattered() {
        if (m_compared < 40)
            QSKIP("Not all networks were compared.");
        QVERIFY2(m_mattered * 10 > m_compared * 8, qPrintable(QString::number(m_mattered)));
    }

    /// Where a cut cannot be exact, the network still fits together and runs.
    void groupNormalizationsFit() {
        int cuts = 0;
        for (std::uint64_t seed = 200; seed < 240; ++seed) {
            const ModelPtr model = RandomNetwork(seed, true).build(4);
            const auto isNorm = [](const NodePtr& node) { return node->is("InstanceNormalization"); };
            if (std::ranges::none_of(model->graph->nodes(), isNorm))
                continue;
            const ChannelGroups groups = findChannelGroups(*model, *inferOnnxShapes(*model));
            const auto small = applyCut(*model, groups, randomCut(groups, seed, 0.2));
            if (!small && small.error().code == "prune.empty_layer")
                continue;
            LAPIDARY_VERIFY_OK(small);
            QCOMPARE(run(**small).size(), run(*model).size());
            ++cuts;
        }
        QVERIFY(cuts > 10);
    }

    void untouchedTensorsStayShared() {
        ModelBuilder b;
        b.input("x", {1, 3, 8, 8}).init("w1", {8, 3, 3, 3}, 1).init("w2", {4, 8, 1, 1}, 2).init("w3", {5, 4, 1, 1}, 3);
        b.node("Conv", {"x", "w1"}, {"a"})
            .node("Conv", {"a", "w2"}, {"b"})
            .node("Conv", {"b", "w3"}, {"y"})
            .output("y");
        const ModelPtr model = b.build();
        const auto shapes = inferOnnxShapes(*model);
        const ChannelGroups groups = findChannelGroups(*model, *shapes);
        ChannelCut cut;
        cut.removed.resize(groups.groups.size());
        cut.removed[0] = {1, 5};
        const auto small = applyCut(*model, groups, cut);
        LAPIDARY_VERIFY_OK(small);
        const Graph& before = *model->graph;
        const Graph& after = *(*small)->graph;
        QCOMPARE(after.findValue("w1")->initializer->shape, Shape({6, 3, 3, 3}));
        QCOMPARE(after.findValue("w2")->initializer->shape, Shape({4, 6, 1, 1}));
        QVERIFY(after.findValue("w3")->initializer == before.findValue("w3")->initializer);
    }

    void refusesWhatMustStay() {
        ModelBuilder b;
        b.input("x", {1, 3, 8, 8}).init("w1", {8, 3, 3, 3}, 1).init("w2", {4, 8, 1, 1}, 2);
        b.node("Conv", {"x", "w1"}, {"a"}).node("Conv", {"a", "w2"}, {"y"}).output("y");
        const ModelPtr model = b.build();
        const ChannelGroups groups = findChannelGroups(*model, *inferOnnxShapes(*model));
        QCOMPARE(groups.groups.size(), std::size_t(2));
        ChannelCut cut;
        cut.removed = {{}, {0}};
        QCOMPARE(QString::fromStdString(applyCut(*model, groups, cut).error().code),
                 QStringLiteral("prune.not_prunable"));
        cut.removed = {{0, 1, 2, 3, 4, 5, 6, 7}, {}};
        QCOMPARE(QString::fromStdString(applyCut(*model, groups, cut).error().code),
                 QStringLiteral("prune.empty_layer"));
        cut.removed = {{9}, {}};
        QCOMPARE(QString::fromStdString(applyCut(*model, groups, cut).error().code), QStringLiteral("prune.cut"));
    }

private:
    int m_compared = 0;
    int m_mattered = 0;
};

QTEST_GUILESS_MAIN(TestChannelCut)
#include "tst_channelcut.moc"
