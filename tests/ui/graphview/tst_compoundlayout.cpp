// SPDX-License-Identifier: GPL-3.0-or-later
// Frames around groups: properties that every compound graph must have when it is laid out, and how the usual ones
// look.
#include "layoutchecks.h"
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/layout/layeredlayout.h"
#include "ui/graphview/layout/layoutmemory.h"

#include <QTest>

#include <chrono>
#include <set>

using namespace lapidary;
using namespace lapidary::check;

class TestCompoundLayout : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void holdsGuarantees_data();
    void holdsGuarantees();
    void residualStagesAreStraight_data();
    void residualStagesAreStraight();
    void oneValueCrossesABorderOnce();
    void cyclesThroughGroups();
    void titlesAreClearOfLines();
    void oddGroups();
    void isDeterministic();
    void drawsEqualBlocksOnce();
    void isQuickWhenLarge();
};

void TestCompoundLayout::holdsGuarantees_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("seed");
    QTest::addColumn<bool>("sideways");
    for (const bool sideways : {false, true}) {
        const char* way = sideways ? "right" : "down";
        QTest::addRow("stages %s", way) << 0 << 0 << sideways;
        for (int seed = 1; seed <= 15; ++seed) {
            QTest::addRow("tangle %d %s", seed, way) << 1 << seed << sideways;
            QTest::addRow("transformer %d %s", seed, way) << 2 << seed << sideways;
            QTest::addRow("inception %d %s", seed, way) << 3 << seed << sideways;
        }
    }
}

void TestCompoundLayout::holdsGuarantees() {
    QFETCH(int, kind);
    QFETCH(int, seed);
    QFETCH(bool, sideways);
    GraphPicture picture = kind == 0   ? sample::residualStages(120)
                           : kind == 1 ? sample::tangle(70, std::uint32_t(seed))
                           : kind == 2 ? sample::transformer(90)
                                       : sample::inception(60);
    if (kind > 0)
        sample::nest(picture, 10, std::uint32_t(seed) * 31);
    picture.direction = sideways ? LayoutDirection::LeftRight : LayoutDirection::TopDown;
    const LayoutGraph graph = toGraph(picture);
    const auto result = layoutLayered(graph);
    QVERIFY(result);
    checkBoxes(*result);
    checkFrames(graph, *result);
    checkLines(graph, *result);
    for (std::size_t s = 0; s < result->segments.size(); ++s)
        QVERIFY(result->segments[s].parent < int(s));
}

void TestCompoundLayout::residualStagesAreStraight_data() {
    QTest::addColumn<bool>("sideways");
    QTest::newRow("down") << false;
    QTest::newRow("right") << true;
}

/// The main path keeps one line through all frames, and the blocks' skips run beside it.
void TestCompoundLayout::residualStagesAreStraight() {
    QFETCH(bool, sideways);
    GraphPicture picture = sample::residualStages(200);
    picture.direction = sideways ? LayoutDirection::LeftRight : LayoutDirection::TopDown;
    const LayoutGraph graph = toGraph(picture);
    const auto result = layoutLayered(graph);
    const auto across = [&](const LayoutBox& b) { return sideways ? b.y + b.height / 2 : centre(b); };
    int off = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const bool projection = picture.nodes[i].title == "Conv" && i + 1 < graph.nodes.size() &&
                                picture.nodes[i + 1].title == "Add" && picture.nodes[i - 1].title == "Conv";
        if (!projection && across(result->boxes[i]) != across(result->boxes[0]))
            ++off;
    }
    QCOMPARE(off, 0);
    QCOMPARE(result->crossings, std::uint64_t(0));
}

void TestCompoundLayout::oneValueCrossesABorderOnce() {
    // 0 feeds three nodes in a group and two in a group inside of it: one line goes in.
    LayoutGraph graph = simpleGraph(7, {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {3, 6}, {5, 6}});
    graph.groups = {{60, 18, -1}, {60, 18, 0}};
    for (const std::uint32_t n : {1, 2, 3})
        graph.nodes[n].group = 0;
    for (const std::uint32_t n : {4, 5})
        graph.nodes[n].group = 1;
    const auto result = layoutLayered(graph);
    checkLines(graph, *result);
    checkFrames(graph, *result);
    std::set<double> enters;
    for (std::size_t e = 0; e < 5; ++e) {
        QCOMPARE(result->routes[e].first, result->routes[0].first);
        for (std::int32_t s = result->routes[e].last; s >= 0; s = result->segments[std::size_t(s)].parent) {
            const RouteSegment& piece = result->segments[std::size_t(s)];
            const double border = result->groupBoxes[0].y;
            if (piece.y0 <= border && piece.y1 >= border)
                enters.insert(piece.x0);
        }
    }
    QCOMPARE(enters.size(), std::size_t(1));
}

void TestCompoundLayout::cyclesThroughGroups() {
    // 0 and 2 share a frame, 1 lies between them outside of it: the way back is turned round.
    LayoutGraph graph = simpleGraph(4, {{0, 1}, {1, 2}, {2, 3}, {3, 0}});
    graph.groups = {{60, 18, -1}};
    graph.nodes[0].group = 0;
    graph.nodes[2].group = 0;
    for (const auto direction : {LayoutDirection::TopDown, LayoutDirection::LeftRight}) {
        graph.direction = direction;
        const auto result = layoutLayered(graph);
        checkBoxes(*result);
        checkFrames(graph, *result);
        checkLines(graph, *result);
        QCOMPARE(int(result->routes[0].reversed) + int(result->routes[1].reversed), 1);
    }
}

void TestCompoundLayout::titlesAreClearOfLines() {
    LayoutGraph graph = simpleGraph(3, {{0, 1}, {1, 2}});
    graph.groups = {{120, 20, -1}};
    graph.nodes[1].group = 0;
    const auto result = layoutLayered(graph);
    const LayoutBox& frame = result->groupBoxes[0];
    for (const RouteSegment& s : result->segments)
        if (s.y1 > frame.y && s.y0 < frame.y + 20)
            QVERIFY(s.x0 > frame.x + 120);
    QCOMPARE(centre(result->boxes[0]), centre(result->boxes[1]));
    QCOMPARE(centre(result->boxes[2]), centre(result->boxes[1]));
}

void TestCompoundLayout::oddGroups() {
    LayoutGraph graph = simpleGraph(5, {{0, 1}, {1, 1}, {0, 1}, {3, 4}, {2, 99}});
    graph.groups = {{50, 18, 7}, {0, 0, 0}, {400, 18, -1}, {50, 18, 3}, {30, 10, 2}};
    graph.nodes[0].group = 77; // none such
    graph.nodes[1].group = 1;
    graph.nodes[2].group = 2;
    graph.nodes[3].group = 2;
    const auto result = layoutLayered(graph);
    QVERIFY(result);
    checkBoxes(*result);
    for (const LayoutBox& frame : result->groupBoxes)
        QVERIFY(frame.width > 0 && frame.height > 0);
    QCOMPARE(result->routes[4].last, -1);
    QVERIFY(result->groupBoxes[2].width >= 400);
}

void TestCompoundLayout::isDeterministic() {
    GraphPicture picture = sample::tangle(300, 4);
    sample::nest(picture, 30, 5);
    const LayoutGraph graph = toGraph(picture);
    QVERIFY(same(*layoutLayered(graph), *layoutLayered(graph)));
    LayoutMemory memory;
    const auto first = layoutLayered(graph, {}, {}, &memory);
    QVERIFY(same(*first, *layoutLayered(graph)));
}

void TestCompoundLayout::drawsEqualBlocksOnce() {
    const LayoutGraph graph = toGraph(sample::residualStages(400));
    auto memory = std::make_shared<LayoutMemory>();
    const auto first = layoutLayered(graph, {}, {}, memory.get());
    LayoutMemory second(memory);
    const auto again = layoutLayered(graph, {}, {}, &second);
    QVERIFY(same(*first, *again));
    QVERIFY(second.reused() >= 3); // blocks with and without projection, stages, the whole
}

void TestCompoundLayout::isQuickWhenLarge() {
    GraphPicture picture = sample::residualStages(30000);
    const LayoutGraph graph = toGraph(picture);
    const auto start = std::chrono::steady_clock::now();
    QVERIFY(layoutLayered(graph));
    QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(15));
    GraphPicture tangle = sample::tangle(5000, 8);
    sample::nest(tangle, 500, 8);
    QVERIFY(layoutLayered(toGraph(tangle)));
    QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

QTEST_GUILESS_MAIN(TestCompoundLayout)
#include "tst_compoundlayout.moc"
