// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of the layout alone, against searches of everything.
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/layout/crossings.h"
#include "ui/graphview/layout/layeredlayout.h"
#include "ui/graphview/layout/networksimplex.h"
#include "ui/graphview/layout/ordering.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <numeric>

using namespace lapidary;
using namespace lapidary::layout;

namespace {

class Random {
public:
    explicit Random(std::uint32_t seed) : m_state(seed) {}
    std::uint32_t below(std::uint32_t limit) {
        m_state = m_state * 1664525U + 1013904223U;
        return (m_state >> 8) % limit;
    }

private:
    std::uint32_t m_state;
};

std::uint64_t lengthOf(const std::vector<Arc>& arcs, const std::vector<std::uint32_t>& layer) {
    std::uint64_t sum = 0;
    for (const Arc& arc : arcs)
        sum += layer[arc.lower] - layer[arc.upper];
    return sum;
}

bool isValid(const std::vector<Arc>& arcs, const std::vector<std::uint32_t>& layer) {
    for (const Arc& arc : arcs)
        if (layer[arc.lower] <= layer[arc.upper])
            return false;
    return true;
}

/// Connected: every node but the first hangs on an earlier one.
std::vector<Arc> randomGraph(std::uint32_t nodes, std::uint32_t more, Random& random) {
    std::vector<Arc> arcs;
    for (std::uint32_t i = 1; i < nodes; ++i)
        arcs.push_back({random.below(i), i});
    for (std::uint32_t i = 0; i < more; ++i) {
        const std::uint32_t a = random.below(nodes), b = random.below(nodes);
        if (a != b)
            arcs.push_back({std::min(a, b), std::max(a, b)});
    }
    return arcs;
}

std::vector<std::uint32_t> longestPaths(std::uint32_t nodes, const std::vector<Arc>& arcs) {
    std::vector<std::uint32_t> layer(nodes);
    for (std::uint32_t round = 0; round < nodes; ++round)
        for (const Arc& arc : arcs)
            layer[arc.lower] = std::max(layer[arc.lower], layer[arc.upper] + 1);
    return layer;
}

/// The least sum of lengths with at most `layers` layers.
void search(std::uint32_t node, std::uint32_t layers, const std::vector<Arc>& arcs, std::vector<std::uint32_t>& layer,
            std::uint64_t& best) {
    if (node == layer.size()) {
        best = std::min(best, lengthOf(arcs, layer));
        return;
    }
    for (layer[node] = 0; layer[node] < layers; ++layer[node]) {
        bool fits = true;
        for (const Arc& arc : arcs) // both ends placed already
            fits = fits && (std::max(arc.upper, arc.lower) != node || layer[arc.lower] > layer[arc.upper]);
        if (fits)
            search(node + 1, layers, arcs, layer, best);
    }
}

} // namespace

class TestLayoutSteps : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void layersAreShortest();
    void largeGraphsStayValid();
    void bordersStayOutside();
    void floatingNodesRiseForFree();
    void crossingsAreCounted();
    void headsOfADetectorDoNotCross();
    void sidesAreBalanced_data();
    void sidesAreBalanced();
};

void TestLayoutSteps::sidesAreBalanced_data() {
    QTest::addColumn<bool>("chain");
    QTest::newRow("forked") << false;
    QTest::newRow("chain") << true;
}

/// A main line of layers, each with four constants made for it alone, two steps long: two on either side.
void TestLayoutSteps::sidesAreBalanced() {
    QFETCH(bool, chain);
    constexpr std::uint32_t layersOfNet = 8, constants = 4;
    LayoutGraph graph;
    const auto add = [&] {
        graph.nodes.push_back({90, 40});
        return static_cast<std::uint32_t>(graph.nodes.size() - 1);
    };
    std::vector<std::uint32_t> spine{add(), add()};
    graph.edges.push_back({spine[0], spine[1]});
    if (!chain)
        graph.edges.push_back({spine[0], add()}); // what is read twice is nobody's own
    std::vector<std::vector<std::uint32_t>> sides(layersOfNet);
    for (std::uint32_t i = 0; i < layersOfNet; ++i) {
        const std::uint32_t layer = add();
        graph.edges.push_back({spine.back(), layer});
        for (std::uint32_t k = 0; k < constants; ++k) {
            const std::uint32_t shape = add(), constant = add();
            graph.edges.push_back({shape, constant});
            graph.edges.push_back({constant, layer, 0, k + 1});
            sides[i].push_back(constant);
        }
        spine.push_back(layer);
    }
    const auto laid = layoutLayered(graph);
    QVERIFY(laid);
    QCOMPARE(laid->crossings, std::uint64_t(0));
    const auto middle = [&](std::uint32_t node) { return laid->boxes[node].x + laid->boxes[node].width / 2; };
    for (std::uint32_t i = chain ? 3 : 0; i < layersOfNet; ++i) { // where a chain begins no way is the longest
        const std::uint32_t before = spine[i + 1];
        const auto left = std::ranges::count_if(sides[i], [&](std::uint32_t n) { return middle(n) < middle(before); });
        QCOMPARE(left, std::ptrdiff_t(constants / 2));
        QCOMPARE(middle(spine[i + 2]), middle(before)); // and the main line is straight
    }
}

void TestLayoutSteps::layersAreShortest() {
    Random random(7);
    int improved = 0;
    for (int i = 0; i < 120; ++i) {
        const std::uint32_t nodes = 4 + random.below(4);
        const auto arcs = randomGraph(nodes, random.below(5), random);
        std::vector<std::uint32_t> layer(nodes); // one after the other
        std::iota(layer.begin(), layer.end(), 3U);
        const std::uint64_t before = lengthOf(arcs, layer);
        shortenArcs(nodes, arcs, {}, layer);
        QVERIFY(isValid(arcs, layer));
        std::vector<std::uint32_t> all(nodes);
        std::uint64_t best = std::numeric_limits<std::uint64_t>::max();
        search(0, nodes, arcs, all, best);
        QCOMPARE(lengthOf(arcs, layer), best);
        improved += best < before ? 1 : 0;
        QCOMPARE(*std::ranges::min_element(layer), 0U);
    }
    QVERIFY(improved > 60);
}

void TestLayoutSteps::largeGraphsStayValid() {
    Random random(11);
    for (const std::uint32_t nodes : {500U, 2500U, 6000U}) {
        const auto arcs = randomGraph(nodes, nodes, random);
        const auto first = longestPaths(nodes, arcs);
        auto layer = first;
        shortenArcs(nodes, arcs, {}, layer);
        QVERIFY(isValid(arcs, layer));
        QVERIFY(lengthOf(arcs, layer) <= lengthOf(arcs, first));
        auto again = first;
        shortenArcs(nodes, arcs, {}, again);
        QCOMPARE(again, layer);
    }
    // Two pieces: left as they are.
    std::vector<std::uint32_t> pieces{0, 5, 0, 5};
    shortenArcs(4, {{0, 1}, {2, 3}}, {}, pieces);
    QCOMPARE(pieces, (std::vector<std::uint32_t>{0, 5, 0, 5}));
}

void TestLayoutSteps::bordersStayOutside() {
    Random random(3);
    for (int i = 0; i < 60; ++i) {
        const std::uint32_t inner = 5 + random.below(12), nodes = inner + 4;
        auto arcs = randomGraph(inner, random.below(8), random);
        std::vector<Border> border(nodes);
        for (const std::uint32_t top : {inner, inner + 1}) {
            border[top] = Border::Top;
            arcs.push_back({top, random.below(inner)});
        }
        for (const std::uint32_t bottom : {inner + 2, inner + 3}) {
            border[bottom] = Border::Bottom;
            arcs.push_back({random.below(inner), bottom});
        }
        const auto layer = assignLayers(nodes, arcs, border);
        QVERIFY(isValid(arcs, layer));
        for (std::uint32_t node = 0; node < inner; ++node) {
            QVERIFY(layer[node] > layer[inner] && layer[node] < layer[inner + 2]);
            QCOMPARE(layer[inner], layer[inner + 1]);
            QCOMPARE(layer[inner + 2], layer[inner + 3]);
        }
    }
}

void TestLayoutSteps::floatingNodesRiseForFree() {
    // A main path of five and a side path of one node that may stand beside any of three.
    const std::vector<Arc> arcs{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 5}, {5, 4}};
    auto layer = assignLayers(6, arcs);
    QCOMPARE(layer[5], 3U);
    auto raised = layer;
    QVERIFY(raiseFloating(6, arcs, {}, raised));
    QCOMPARE(raised[5], 1U);
    QCOMPARE(lengthOf(arcs, raised), lengthOf(arcs, layer));
    QVERIFY(!raiseFloating(6, arcs, {}, raised));
}

void TestLayoutSteps::crossingsAreCounted() {
    Random random(5);
    for (int i = 0; i < 80; ++i) {
        const std::uint32_t nodes = 12;
        std::vector<DownEdge> edges;
        std::vector<std::uint32_t> layerOf(nodes);
        for (std::uint32_t n = 0; n < nodes; ++n)
            layerOf[n] = n / 4;
        for (std::uint32_t e = 0; e < 14; ++e) {
            const std::uint32_t a = random.below(8);
            edges.push_back({a, (a / 4 + 1) * 4 + random.below(4), e, 0, 0});
        }
        const ProperGraph graph = makeProper(layerOf, std::vector<double>(nodes, 10), edges, 1000);
        std::uint64_t naive = 0;
        for (std::size_t a = 0; a < graph.links.size(); ++a)
            for (std::size_t b = a + 1; b < graph.links.size(); ++b) {
                const Link &p = graph.links[a], &q = graph.links[b];
                if (graph.layerOf[p.upper] != graph.layerOf[q.upper])
                    continue;
                const auto sign = [&](std::uint32_t u, std::uint32_t v) {
                    return (graph.place[u] > graph.place[v]) - (graph.place[u] < graph.place[v]);
                };
                naive += sign(p.upper, q.upper) * sign(p.lower, q.lower) < 0 ? 1 : 0;
            }
        QCOMPARE(countCrossings(graph), naive);
    }
}

/// Four stages, two heads each, and two lists of what the heads find: drawn without a crossing.
void TestLayoutSteps::headsOfADetectorDoNotCross() {
    LayoutGraph graph;
    const auto add = [&] {
        graph.nodes.push_back({80, 40});
        return static_cast<std::uint32_t>(graph.nodes.size()) - 1;
    };
    const auto join = [&](std::uint32_t from, std::uint32_t to) { graph.edges.push_back({from, to, 0, 0}); };
    std::uint32_t last = add();
    std::vector<std::uint32_t> ends[2];
    for (int stage = 0; stage < 4; ++stage) {
        for (int layer = 0; layer < 6; ++layer) {
            const std::uint32_t next = add();
            join(last, next);
            last = next;
        }
        for (auto& list : ends) {
            std::uint32_t head = last;
            for (int layer = 0; layer < 3; ++layer) {
                const std::uint32_t next = add();
                join(head, next);
                head = next;
            }
            list.push_back(head);
        }
    }
    for (const auto& list : ends) {
        const std::uint32_t concat = add();
        for (const std::uint32_t head : list)
            join(head, concat);
    }
    const auto layout = layoutLayered(graph);
    QVERIFY(layout);
    QVERIFY2(layout->crossings <= 1, qPrintable(QString::number(layout->crossings)));
}

QTEST_MAIN(TestLayoutSteps)
#include "tst_layoutsteps.moc"
