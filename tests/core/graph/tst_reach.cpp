// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/reach.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <random>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// a -> b -> d -> e, a -> c -> d, a -> f; g apart.
ModelPtr diamond() {
    ModelBuilder b;
    b.input("x", {1, 4}).node("Relu", {"x"}, {"A"}, {}, "a").node("Relu", {"A"}, {"B"}, {}, "b");
    b.node("Relu", {"A"}, {"C0"}, {}, "c")
        .node("Relu", {"C0"}, {"C"}, {}, "cc")
        .node("Add", {"B", "C"}, {"D"}, {}, "d");
    b.node("Relu", {"D"}, {"E"}, {}, "e").node("Relu", {"A"}, {"F"}, {}, "f").node("Relu", {"x"}, {"G"}, {}, "g");
    return b.output("E").output("F").output("G").build();
}

} // namespace

class TestReach : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void neighbours();
    void upAndDown();
    void paths();
    void agreesWithMatrices();
    void unknownNodes();

private:
    static QString names(const Graph& graph, const auto& ids) {
        QStringList list;
        for (const auto id : ids)
            list << QString::fromStdString(graph.node(id)->name);
        return list.join(u' ');
    }
};

void TestReach::neighbours() {
    const auto model = diamond();
    const auto& graph = *model->graph;
    const GraphReach reach(graph);
    const auto id = [&](const char* name) { return graph.findNode(name)->id; };
    QCOMPARE(names(graph, reach.consumers(id("a"))), QStringLiteral("b c f"));
    QCOMPARE(names(graph, reach.producers(id("d"))), QStringLiteral("b cc"));
    QVERIFY(reach.producers(id("a")).empty());
}

void TestReach::upAndDown() {
    const auto model = diamond();
    const auto& graph = *model->graph;
    const GraphReach reach(graph);
    const auto id = [&](const char* name) { return graph.findNode(name)->id; };
    QCOMPARE(names(graph, reach.upstream({id("d")})), QStringLiteral("a b c cc"));
    QCOMPARE(names(graph, reach.upstream({id("d")}, 1)), QStringLiteral("b cc"));
    QCOMPARE(names(graph, reach.downstream({id("b"), id("f")})), QStringLiteral("d e"));
    QCOMPARE(names(graph, reach.downstream({id("a")}, 2)), QStringLiteral("b c cc d f"));
    QVERIFY(reach.downstream({id("e")}).empty());
}

void TestReach::paths() {
    const auto model = diamond();
    const auto& graph = *model->graph;
    const GraphReach reach(graph);
    const auto id = [&](const char* name) { return graph.findNode(name)->id; };
    QCOMPARE(names(graph, reach.shortestPath(id("a"), id("e"))), QStringLiteral("a b d e"));
    QCOMPARE(names(graph, reach.shortestPath(id("e"), id("a"))), QStringLiteral("a b d e"));
    QCOMPARE(names(graph, reach.shortestPath(id("b"), id("b"))), QStringLiteral("b"));
    QVERIFY(reach.shortestPath(id("b"), id("c")).empty());
    QCOMPARE(names(graph, reach.between(id("e"), id("a"))), QStringLiteral("a b c cc d e"));
    QVERIFY(reach.between(id("f"), id("e")).empty());
    QCOMPARE(names(graph, reach.among({id("a"), id("cc"), id("g")})), QStringLiteral("a c cc g"));
}

void TestReach::agreesWithMatrices() {
    std::mt19937 random(5);
    for (int round = 0; round < 30; ++round) {
        ModelBuilder b;
        b.input("x0", {1, 1});
        constexpr int count = 25;
        std::vector<std::vector<bool>> leads(count, std::vector<bool>(count, false));
        for (int i = 1; i <= count; ++i) {
            const int one = int(random() % unsigned(i)), two = int(random() % unsigned(i));
            b.node("Add", {"x" + std::to_string(one), "x" + std::to_string(two)}, {"x" + std::to_string(i)}, {}, "n");
            for (const int from : {one, two})
                if (from > 0)
                    leads[std::size_t(from - 1)][std::size_t(i - 1)] = true;
        }
        const auto model = b.output("x25").build();
        auto closed = leads;
        for (std::size_t k = 0; k < count; ++k)
            for (std::size_t i = 0; i < count; ++i)
                for (std::size_t j = 0; j < count; ++j)
                    closed[i][j] = closed[i][j] || (closed[i][k] && closed[k][j]);
        const GraphReach reach(*model->graph);
        const auto nodes = model->graph->nodes();
        for (std::size_t i = 0; i < count; ++i) {
            const auto down = reach.downstream({nodes[i]->id});
            for (std::size_t j = 0; j < count; ++j) {
                QCOMPARE(down.count(nodes[j]->id) > 0, bool(closed[i][j]));
                const auto path = reach.shortestPath(nodes[i]->id, nodes[j]->id);
                QCOMPARE(!path.empty(), i == j || closed[i][j] || closed[j][i]);
                for (std::size_t s = 1; s < path.size(); ++s)
                    QVERIFY(leads[model->graph->position(path[s - 1])][model->graph->position(path[s])]);
                const auto between = reach.between(nodes[i]->id, nodes[j]->id);
                for (std::size_t k = 0; k < count; ++k) {
                    const auto on = [&](std::size_t from, std::size_t to) {
                        return (closed[from][to] || from == to) && (from == k || closed[from][k]) &&
                               (to == k || closed[k][to]);
                    };
                    QCOMPARE(between.count(nodes[k]->id) > 0, on(i, j) || on(j, i));
                }
            }
        }
    }
}

void TestReach::unknownNodes() {
    const auto model = diamond();
    const GraphReach reach(*model->graph);
    const NodeId nobody{4711};
    QVERIFY(reach.producers(nobody).empty());
    QVERIFY(reach.upstream({nobody}).empty());
    QVERIFY(reach.shortestPath(nobody, model->graph->nodes()[0]->id).empty());
    QVERIFY(reach.between(nobody, nobody).empty());
    QVERIFY(reach.among({nobody}).empty());
}

QTEST_GUILESS_MAIN(TestReach)
#include "tst_reach.moc"
