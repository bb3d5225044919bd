// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/minimumcut.h"
#include "analysis/prefixcut.h"
#include "generatednetworks.h"
#include "graph/grapheditor.h"
#include "graph/operatortraits.h"
#include "graph/reach.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "randomnetwork.h"
#include "testsupport.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <random>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

struct Analysed {
    ModelPtr model;
    ShapeTable shapes;
    CostReport cost;
    ValueHashes hashes;
};

Analysed analyse(ModelPtr model) {
    auto shapes = inferOnnxShapes(*model);
    if (!shapes)
        throw std::runtime_error(shapes.error().toString());
    auto cost = analyseCost(*model->graph, *shapes);
    ValueHashes hashes(*model);
    return {std::move(model), std::move(*shapes), std::move(cost), std::move(hashes)};
}

/// The model with the first weight of one node made another.
ModelPtr changed(const Model& model, const Node& node) {
    GraphEditor editor(model.graph);
    for (const ValueId id : node.inputs) {
        const Value* value = id.valid() ? model.graph->value(id) : nullptr;
        if (!value || !value->initializer || value->initializer->type != DataType::Float)
            continue;
        auto floats = toFloats(*value->initializer).value();
        floats[0] += 1;
        const ValueId other =
            editor.addInitializer(value->name + "_changed", makeTensor(value->initializer->shape, floats));
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            if (node.inputs[i] == id)
                editor.setInput(node.id, i, other);
        return withGraph(model, editor.finish().value());
    }
    return nullptr;
}

/// Small graphs of additions and products, each value read by up to three nodes.
ModelPtr smallGraph(std::mt19937& random, int nodes) {
    ModelBuilder b;
    std::vector<std::string> values;
    const auto size = [&] { return std::int64_t(1 + random() % 6); };
    b.input("x", {1, size()});
    values.push_back("x");
    for (int i = 0; i < nodes; ++i) {
        const auto pick = [&] {
            return values[values.size() - 1 - random() % std::min<std::size_t>(values.size(), 4)];
        };
        const std::string out = "v" + std::to_string(i);
        b.node("Concat", {pick(), pick()}, {out}, {attr("axis", 1)});
        if (random() % 2) {
            const std::string slim = out + "s";
            b.init(out + "i", {1, 2}, std::vector<std::int64_t>{0, 1});
            b.init(out + "k", {1}, std::vector<std::int64_t>{1});
            b.node("ReduceSum", {out, out + "k"}, {slim}, {attr("keepdims", 1)});
            values.push_back(slim);
        } else {
            values.push_back(out);
        }
    }
    return b.output(values.back()).build();
}

struct Choice {
    double cost = 0;
    std::set<NodeId> prefix;
};

/// Every closed set of unchanged nodes, priced one by one: the cheapest, all of its equals joined.
Choice bruteForce(const Analysed& a, const std::vector<bool>& same, double bytesPerOperation) {
    const Graph& graph = *a.model->graph;
    const GraphReach reach(graph);
    std::vector<NodeId> free;
    for (const NodePtr& node : graph.nodes()) {
        bool all = same[node->id.number];
        for (const NodeId before : reach.upstream({node->id}))
            all = all && same[before.number];
        if (all)
            free.push_back(node->id);
    }
    Choice best{1e300, {}};
    for (std::size_t bits = 0; bits < std::size_t(1) << free.size(); ++bits) {
        std::set<NodeId> prefix;
        for (std::size_t i = 0; i < free.size(); ++i)
            if (bits >> i & 1)
                prefix.insert(free[i]);
        const bool closed = std::all_of(prefix.begin(), prefix.end(), [&](NodeId id) {
            const auto producers = reach.producers(id);
            return std::all_of(producers.begin(), producers.end(), [&](NodeId p) { return prefix.contains(p); });
        });
        if (!closed)
            continue;
        double cost = 0;
        for (const NodeId id : free)
            if (!prefix.contains(id))
                cost += std::floor(double(operationsOf(a.cost.of(id))) * bytesPerOperation);
        for (const ValueId id : graph.valueIds()) {
            const Node* maker = graph.producer(id);
            if (!a.hashes.varies(id) || (maker ? !prefix.contains(maker->id) : !graph.isInput(id)))
                continue;
            bool needed = graph.isOutput(id);
            for (const Use& use : graph.uses(id))
                needed = needed || !prefix.contains(use.node);
            if (needed)
                cost += double(*valueBytes(a.shapes, id));
        }
        if (cost < best.cost)
            best = {cost, prefix};
        else if (cost == best.cost)
            best.prefix.insert(prefix.begin(), prefix.end());
    }
    return best;
}

double priceOf(const Analysed& a, const std::vector<bool>& same, const PrefixCut& cut, double bytesPerOperation) {
    const std::set<NodeId> prefix(cut.prefix.begin(), cut.prefix.end());
    const GraphReach reach(*a.model->graph);
    double cost = double(cut.bytesPerSample);
    for (const NodePtr& node : a.model->graph->nodes()) {
        bool all = same[node->id.number];
        for (const NodeId before : reach.upstream({node->id}))
            all = all && same[before.number];
        if (all && !prefix.contains(node->id))
            cost += std::floor(double(operationsOf(a.cost.of(node->id))) * bytesPerOperation);
    }
    return cost;
}

/// Nothing behind the given values needs the graph's input, and each of them is what it was.
QString faults(const Analysed& base, const Analysed& edited, const PrefixCut& cut) {
    const Graph& graph = *edited.model->graph;
    std::set<std::string> before;
    for (const ValueId id : base.model->graph->valueIds())
        before.insert(base.hashes.of(id));
    const std::set<ValueId> given(cut.values.begin(), cut.values.end());
    for (const ValueId id : given)
        if (!before.contains(edited.hashes.of(id)))
            return QStringLiteral("a given value changed");
    std::vector<ValueId> open = graph.outputs();
    std::set<ValueId> seen;
    std::set<NodeId> runs;
    while (!open.empty()) {
        const ValueId id = open.back();
        open.pop_back();
        if (!id.valid() || given.contains(id) || !seen.insert(id).second)
            continue;
        if (const Node* maker = graph.producer(id)) {
            runs.insert(maker->id);
            open.insert(open.end(), maker->inputs.begin(), maker->inputs.end());
        } else if (!graph.value(id)->initializer) {
            return QStringLiteral("the input is still needed");
        }
    }
    for (const NodeId id : cut.prefix)
        if (runs.contains(id) && edited.hashes.varies(graph.node(id)->output()))
            return QStringLiteral("a node of the prefix runs all the same");
    for (const ValueId id : given)
        if (std::none_of(graph.uses(id).begin(), graph.uses(id).end(),
                         [&](Use use) { return runs.contains(use.node); }) &&
            !graph.isOutput(id))
            return QStringLiteral("a given value is not needed");
    return {};
}

} // namespace

class TestPrefixCut : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void flowsAsFarAsTheNarrowest() {
        std::mt19937 random(1);
        for (int round = 0; round < 300; ++round) {
            const std::size_t count = 2 + random() % 6;
            std::vector<std::vector<std::uint64_t>> capacity(count, std::vector<std::uint64_t>(count));
            MinimumCut network(count);
            for (std::size_t a = 0; a < count; ++a)
                for (std::size_t b = 0; b < count; ++b)
                    if (a != b && random() % 2)
                        network.connect(a, b, capacity[a][b] = random() % 10);
            std::uint64_t least = ~std::uint64_t(0);
            std::vector<bool> latest(count);
            for (std::size_t bits = 0; bits < std::size_t(1) << count; ++bits) { // bit set: with the source
                if (!(bits & 1) || bits >> 1 & 1)
                    continue;
                std::uint64_t sum = 0;
                for (std::size_t a = 0; a < count; ++a)
                    for (std::size_t b = 0; b < count; ++b)
                        sum += (bits >> a & 1) && !(bits >> b & 1) ? capacity[a][b] : 0;
                if (sum < least)
                    latest.assign(count, false);
                least = std::min(least, sum);
                for (std::size_t a = 0; sum == least && a < count; ++a)
                    latest[a] = latest[a] || (bits >> a & 1);
            }
            QCOMPARE(network.solve(0, 1), least);
            QVERIFY(network.sourceSide(1) == latest);
        }
    }

    void choosesAsTryingAllDoes() {
        std::mt19937 random(2);
        for (int round = 0; round < 150; ++round) {
            const auto a = analyse(smallGraph(random, 7));
            std::vector<bool> same(a.model->graph->nodeIdLimit(), true);
            for (const NodePtr& node : a.model->graph->nodes())
                same[node->id.number] = random() % 8 != 0;
            for (const double worth : {0.0, 0.7, 3.0}) {
                const auto expected = bruteForce(a, same, worth);
                const auto cut = findPrefixCut(*a.model->graph, a.shapes, a.cost, same, {worth});
                QCOMPARE(priceOf(a, same, cut, worth), expected.cost);
                QVERIFY(std::set<NodeId>(cut.prefix.begin(), cut.prefix.end()) == expected.prefix);
            }
        }
    }

    void cutsGeneratedNetworks_data() {
        QTest::addColumn<QString>("kind");
        for (const auto& kind : generatedKinds())
            QTest::newRow(kind.c_str()) << QString::fromStdString(kind);
        for (int seed = 0; seed < 25; ++seed)
            QTest::addRow("random %d", seed) << QString::number(seed);
    }
    void cutsGeneratedNetworks() {
        QFETCH(QString, kind);
        bool number = false;
        const auto seed = kind.toULongLong(&number);
        const auto base = analyse(number ? RandomNetwork(seed).build(8) : generateNetwork(kind.toStdString(), 120));
        std::mt19937 random(3);
        const auto nodes = base.model->graph->nodes();
        int cuts = 0;
        for (int round = 0; round < 8; ++round) {
            const Node& node = *nodes[random() % nodes.size()];
            const auto model = changed(*base.model, node);
            if (!model)
                continue;
            const auto edited = analyse(model);
            const auto same = unchangedNodes(*base.model, base.hashes, *model, edited.hashes);
            QVERIFY(!same[node.id.number]);
            const auto least = findPrefixCut(*model->graph, edited.shapes, edited.cost, same, {0});
            const auto useful = findPrefixCut(*model->graph, edited.shapes, edited.cost, same);
            for (const auto* cut : {&least, &useful}) {
                const auto problem = faults(base, edited, *cut);
                QVERIFY2(problem.isEmpty(), qPrintable(problem));
                QCOMPARE(cut->firstChanged, std::vector<NodeId>{node.id});
                QCOMPARE(cut->changed + cut->unchanged, model->graph->nodeCount());
            }
            QVERIFY(least.bytesPerSample <= useful.bytesPerSample);
            QVERIFY(least.savedShare <= useful.savedShare);
            cuts += !useful.prefix.empty();
        }
        QVERIFY(number || cuts > 0);
    }

    void equalModelsNeedNothing() {
        const auto a = analyse(generateNetwork("residual", 60));
        const auto same = unchangedNodes(*a.model, a.hashes, *a.model, a.hashes);
        const auto cut = findPrefixCut(*a.model->graph, a.shapes, a.cost, same);
        QCOMPARE(cut.changed, std::size_t(0));
        QVERIFY(cut.firstChanged.empty());
        QCOMPARE(cut.values, a.model->graph->outputs());
        QCOMPARE(cut.savedShare, 1.0);
    }

    void aChangeAtTheStartLeavesNothing() {
        const auto base = analyse(generateNetwork("residual", 60));
        const Node* first = nullptr;
        for (const NodePtr& node : base.model->graph->nodes())
            if (!first && node->input(0) == base.model->graph->requiredInputs().front())
                first = node.get();
        const auto edited = analyse(changed(*base.model, *first));
        const auto same = unchangedNodes(*base.model, base.hashes, *edited.model, edited.hashes);
        const auto cut = findPrefixCut(*edited.model->graph, edited.shapes, edited.cost, same);
        QVERIFY(cut.prefix.empty());
        QCOMPARE(cut.values, edited.model->graph->requiredInputs());
    }

    void largeNetworksAreQuick() {
        const auto base = analyse(generateNetwork("residual", 10000));
        const auto nodes = base.model->graph->nodes();
        ModelPtr model;
        for (std::size_t i = nodes.size() * 9 / 10; !model; ++i)
            model = changed(*base.model, *nodes[i]);
        const auto edited = analyse(model);
        QElapsedTimer clock;
        clock.start();
        const auto same = unchangedNodes(*base.model, base.hashes, *model, edited.hashes);
        const auto cut = findPrefixCut(*model->graph, edited.shapes, edited.cost, same);
        qInfo("%zu nodes: %lld ms, %.1f %% saved", nodes.size(), (long long)clock.elapsed(), 100 * cut.savedShare);
        QVERIFY(cut.savedShare > 0.8);
    }
};

QTEST_GUILESS_MAIN(TestPrefixCut)
#include "tst_prefixcut.moc"
