// SPDX-License-Identifier: GPL-3.0-or-later
// Properties every layout must have, whatever the graph.
#include "layoutchecks.h"
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/laidpicture.h"
#include "ui/graphview/layout/coordinates.h"
#include "ui/graphview/layout/layeredlayout.h"
#include "ui/graphview/layout/layering.h"
#include "ui/graphview/layout/ordering.h"

#include <QTest>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

using namespace lapidary;
using namespace lapidary::check;

class TestLayeredLayout : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void holdsGuarantees_data();
    void holdsGuarantees();
    void chainIsStraight();
    void skipRunsBeside();
    void blocksDoNotDrift();
    void sinksConstants();
    void breaksCycles();
    void countsCrossingsLikeBruteForce();
    void removesAvoidableCrossings();
    void sharesLines();
    void bigFanOut();
    void fanOutOverDepthStaysSmall();
    void longLinesGoOutside();
    void componentsAndOddities();
    void isDeterministic();
    void stops();
    void isQuickWhenLarge();
};

void TestLayeredLayout::holdsGuarantees_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("seed");
    QTest::addColumn<bool>("sideways");
    for (const bool sideways : {false, true}) {
        const char* way = sideways ? "right" : "down";
        QTest::addRow("residual %s", way) << 0 << 0 << sideways;
        QTest::addRow("inception %s", way) << 1 << 0 << sideways;
        QTest::addRow("transformer %s", way) << 2 << 0 << sideways;
        for (int seed = 1; seed <= 12; ++seed)
            QTest::addRow("tangle %d %s", seed, way) << 3 << seed << sideways;
    }
}

void TestLayeredLayout::holdsGuarantees() {
    QFETCH(int, kind);
    QFETCH(int, seed);
    QFETCH(bool, sideways);
    GraphPicture picture = kind == 0   ? sample::residual(60)
                           : kind == 1 ? sample::inception(60)
                           : kind == 2 ? sample::transformer(80)
                                       : sample::tangle(70, std::uint32_t(seed));
    picture.direction = sideways ? LayoutDirection::LeftRight : LayoutDirection::TopDown;
    const LayoutGraph graph = toGraph(picture);
    const auto result = layoutLayered(graph);
    QVERIFY(result);
    checkBoxes(*result);
    checkLines(graph, *result);
}

void TestLayeredLayout::chainIsStraight() {
    const auto result = layoutLayered(toGraph(sample::chain(50)));
    for (const LayoutBox& box : result->boxes)
        QCOMPARE(centre(box), centre(result->boxes.front()));
    for (const RouteSegment& segment : result->segments) {
        QCOMPARE(segment.kind, RouteSegment::Kind::Straight);
        QCOMPARE(segment.x0, segment.x1);
    }
    QCOMPARE(result->segments.size(), std::size_t(49));
    QCOMPARE(result->layerCount, 50U);
}

void TestLayeredLayout::skipRunsBeside() {
    // 0 -> 1 -> 2 -> 3 -> 4 with a skip 0 -> 4, three times over
    std::vector<LayoutEdge> edges;
    for (std::uint32_t block = 0; block < 3; ++block) {
        const std::uint32_t base = block * 4;
        for (std::uint32_t i = 0; i < 4; ++i)
            edges.push_back({base + i, base + i + 1});
        edges.push_back({base, base + 4});
    }
    const LayoutGraph graph = simpleGraph(13, edges);
    const auto result = layoutLayered(graph);
    for (const LayoutBox& box : result->boxes)
        QCOMPARE(centre(box), centre(result->boxes.front()));
    QCOMPARE(result->crossings, std::uint64_t(0));
    const EdgeRoute& skip = result->routes[4];
    int straight = 0;
    for (std::int32_t s = skip.last; s >= 0; s = result->segments[std::size_t(s)].parent)
        straight += result->segments[std::size_t(s)].kind == RouteSegment::Kind::Straight ? 1 : 0;
    QCOMPARE(straight, 1); // one long line beside the chain
    QVERIFY(result->width < 160);
}

void TestLayeredLayout::blocksDoNotDrift() {
    const auto one = layoutLayered(toGraph(sample::inception(30)));
    const auto many = layoutLayered(toGraph(sample::inception(1500)));
    QVERIFY(many->width < one->width * 1.3);
    QCOMPARE(many->crossings, std::uint64_t(0));
}

void TestLayeredLayout::sinksConstants() {
    // a chain of five; a two-step constant branch feeds the last node
    const std::vector<layout::Arc> arcs{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {5, 6}, {6, 4}};
    const auto layers = layout::assignLayers(7, arcs);
    QCOMPARE(layers, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 2, 3}));
    for (const layout::Arc& arc : arcs)
        QVERIFY(layers[arc.upper] < layers[arc.lower]);
}

void TestLayeredLayout::breaksCycles() {
    const LayoutGraph graph = simpleGraph(4, {{0, 1}, {1, 2}, {2, 1}, {2, 3}, {3, 0}, {3, 3}});
    const auto result = layoutLayered(graph);
    QVERIFY(result);
    checkBoxes(*result);
    checkLines(graph, *result);
    QVERIFY(result->routes[2].reversed);
    QVERIFY(result->routes[4].reversed);
    QVERIFY(!result->routes[0].reversed);
    QCOMPARE(result->segments[std::size_t(result->routes[5].last)].kind, RouteSegment::Kind::Loop);
}

void TestLayeredLayout::countsCrossingsLikeBruteForce() {
    std::mt19937 random(7);
    for (int round = 0; round < 30; ++round) {
        std::vector<std::uint32_t> layers;
        std::vector<double> breadth(24, 10);
        for (int i = 0; i < 24; ++i)
            layers.push_back(std::uint32_t(i / 8));
        std::vector<layout::DownEdge> edges;
        for (std::uint32_t i = 0; i < 40; ++i) {
            const std::uint32_t layer = random() % 2;
            edges.push_back({layer * 8 + std::uint32_t(random() % 8), layer * 8 + 8 + std::uint32_t(random() % 8), i});
        }
        layout::ProperGraph graph = layout::makeProper(layers, breadth, edges, 1000);
        std::uint64_t expected = 0;
        for (std::size_t a = 0; a < graph.links.size(); ++a)
            for (std::size_t b = a + 1; b < graph.links.size(); ++b) {
                const std::uint32_t au = graph.links[a].upper, al = graph.links[a].lower;
                const std::uint32_t bu = graph.links[b].upper, bl = graph.links[b].lower;
                if (graph.layerOf[au] != graph.layerOf[bu])
                    continue;
                const auto sign = [&](std::uint32_t x, std::uint32_t y) {
                    return int(graph.place[x]) - int(graph.place[y]);
                };
                expected += sign(au, bu) * sign(al, bl) < 0 ? 1 : 0;
            }
        QCOMPARE(layout::countCrossings(graph), expected);
        const std::uint64_t left = layout::reduceCrossings(graph, 24, 1'000'000, {});
        QVERIFY(left <= expected);
        QCOMPARE(layout::countCrossings(graph), left);
    }
}

void TestLayeredLayout::removesAvoidableCrossings() {
    // Two chains whose edges are given crosswise, joined at the ends
    const auto result = layoutLayered(simpleGraph(8, {{0, 1}, {0, 2}, {1, 4}, {2, 3}, {3, 6}, {4, 5}, {5, 7}, {6, 7}}));
    QCOMPARE(result->crossings, std::uint64_t(0));
}

void TestLayeredLayout::sharesLines() {
    // One value read at three depths: one line down, from which the readers branch off.
    std::vector<LayoutEdge> edges;
    for (std::uint32_t i = 0; i < 12; ++i)
        edges.push_back({i, i + 1});
    for (const std::uint32_t reader : {4U, 8U, 12U})
        edges.push_back({13, reader});
    edges.push_back({0, 13});
    const LayoutGraph graph = simpleGraph(14, edges);
    const auto result = layoutLayered(graph);
    checkLines(graph, *result);
    QCOMPARE(result->routes[13].first, result->routes[14].first);
    QVERIFY(result->routes[13].last != result->routes[14].last);
    std::size_t bends = 0;
    for (const RouteSegment& segment : result->segments)
        bends += segment.kind == RouteSegment::Kind::Bend ? 1 : 0;
    QVERIFY2(bends <= 8, qPrintable(QString::number(bends)));
}

void TestLayeredLayout::bigFanOut() {
    const auto start = std::chrono::steady_clock::now();
    const auto result = layoutLayered(toGraph(sample::fanOut(2000)));
    const auto ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    QCOMPARE(result->crossings, std::uint64_t(0));
    QCOMPARE(result->layerCount, 2U);
    std::vector<LayoutBox> row(result->boxes.begin() + 1, result->boxes.end());
    std::ranges::sort(row, {}, &LayoutBox::x);
    for (std::size_t i = 1; i < row.size(); ++i)
        QVERIFY(row[i].x >= row[i - 1].x + row[i - 1].width + 20);
    QVERIFY2(ms < 1500, qPrintable(QString::number(ms)));
}

void TestLayeredLayout::fanOutOverDepthStaysSmall() {
    std::vector<LayoutEdge> edges;
    for (std::uint32_t i = 1; i < 2001; ++i) {
        edges.push_back({0, i});
        if (i < 2000)
            edges.push_back({i, i + 1});
    }
    const auto result = layoutLayered(simpleGraph(2001, edges));
    QVERIFY(result->width < 300);
    QVERIFY(result->segments.size() < 4 * edges.size());
}

void TestLayeredLayout::longLinesGoOutside() {
    // Every node of the first half is read by its mirror image in the second: bends would grow with the square.
    constexpr std::uint32_t count = 600;
    std::vector<LayoutEdge> edges;
    for (std::uint32_t i = 0; i + 1 < count; ++i)
        edges.push_back({i, i + 1});
    for (std::uint32_t i = 0; i < count / 2; ++i)
        edges.push_back({i, count - 1 - i});
    const LayoutGraph graph = simpleGraph(count, edges);
    const auto result = layoutLayered(graph);
    QVERIFY(result->segments.size() < 20 * edges.size());
    for (const EdgeRoute& route : result->routes)
        QVERIFY(route.last >= 0);
    checkLines(graph, *result);
}

void TestLayeredLayout::componentsAndOddities() {
    QCOMPARE(layoutLayered({})->boxes.size(), std::size_t(0));
    const LayoutGraph graph = simpleGraph(9, {{0, 1}, {1, 2}, {3, 4}, {3, 4}, {3, 4, 1, 1}, {99, 1}, {1, 77}});
    const auto result = layoutLayered(graph);
    checkBoxes(*result);
    QCOMPARE(result->routes[5].last, -1);
    QCOMPARE(result->routes[6].last, -1);
    QCOMPARE(result->routes[2].last, result->routes[3].last);
    QVERIFY(result->routes[4].last != result->routes[3].last);
    LayoutGraph lonely;
    lonely.nodes.assign(400, {50, 20});
    const auto sheet = layoutLayered(lonely);
    checkBoxes(*sheet);
    QVERIFY(sheet->width < 4 * sheet->height && sheet->height < 4 * sheet->width);
}

void TestLayeredLayout::isDeterministic() {
    const LayoutGraph graph = toGraph(sample::tangle(400, 5));
    const auto first = layoutLayered(graph);
    const auto second = layoutLayered(graph);
    QVERIFY(same(*first, *second));
    std::optional<LayoutResult> third;
    std::thread([&] { third = layoutLayered(graph); }).join();
    QVERIFY(same(*first, *third));
}

void TestLayeredLayout::stops() {
    std::stop_source source;
    source.request_stop();
    QVERIFY(!layoutLayered(toGraph(sample::residual(500)), {}, source.get_token()));
    QVERIFY(!LaidPicture::make(sample::residual(50), {}, source.get_token()));

    std::stop_source later;
    bool done = false;
    std::jthread worker([&] { done = !layoutLayered(toGraph(sample::tangle(20000, 9)), {}, later.get_token()); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto start = std::chrono::steady_clock::now();
    later.request_stop();
    worker.join();
    QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
    Q_UNUSED(done) // whether it was stopped or had finished depends on the machine
}

void TestLayeredLayout::isQuickWhenLarge() {
    // Not a benchmark: a generous bound that a quadratic step would break.
    for (const GraphPicture& picture :
         {sample::residual(30000), sample::inception(30000), sample::transformer(30000)}) {
        const LayoutGraph graph = toGraph(picture);
        const auto start = std::chrono::steady_clock::now();
        const auto result = layoutLayered(graph);
        QVERIFY(result);
        QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(15));
    }
}

QTEST_GUILESS_MAIN(TestLayeredLayout)
#include "tst_layeredlayout.moc"
