// SPDX-License-Identifier: GPL-3.0-or-later
// Lines and frames as things of their own: found under the pointer, selected by mouse and keys, lit, explained.
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/graphview.h"

#include <QApplication>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <memory>

using namespace lapidary;
using Ids = GraphView::Ids;

namespace {

/// Two makers of one value each and one of two values; "wide" reads three.
GraphPicture ports() {
    GraphPicture picture;
    const auto node = [&](std::uint32_t id, const char* title) {
        picture.nodes.push_back({id, title, title, {}, NodeCategory::Layer, 0});
    };
    node(1, "Split");
    node(2, "Left");
    node(3, "Right");
    node(4, "Wide");
    picture.edges = {
        {0, 1, 7, 0, "1x8"}, {0, 2, 9, 0, "1x9"}, {0, 3, 9, 2, "1x9"}, {1, 3, 11, 0, "1x4"}, {2, 3, 12, 1, "1x5"}};
    return picture;
}

QPointF middleOf(const RouteSegment& s) {
    return {(s.x0 + s.x1) / 2 + s.bulge, (s.y0 + s.y1) / 2};
}

} // namespace

class TestGraphParts : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void nearestLineIsFound_data();
    void nearestLineIsFound();
    void clickOnALineSelectsItsValue();
    void reachIsTheSameAtEveryZoom_data();
    void reachIsTheSameAtEveryZoom();
    void pointerLightsLines();
    void keysGoThroughValues();
    void arrowsLeaveALine();
    void selectionOfNodesEndsThatOfAValue();
    void backgroundEndsIt();
    void tipsNameTheTensor();
    void framesAreSelectedByMouse();
    void framesAreSelectedByKeys();
    void pointerLightsFrames();
    void screenReadersHearOfThem();

private:
    void show(const GraphPicture& picture, double scale = 1);
    QPoint onLine(std::uint32_t edge) const;
    QPoint onTitle(std::uint32_t group) const;
    void point(QPoint at);

    std::unique_ptr<GraphView> m_view;
};

void TestGraphParts::init() {
    test::failOnWarnings();
    m_view = std::make_unique<GraphView>();
    m_view->setAnimated(false);
    m_view->setMinimapVisible(false);
    m_view->resize(900, 900);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    m_view->setFocus();
}

void TestGraphParts::cleanup() {
    m_view.reset();
}

void TestGraphParts::show(const GraphPicture& picture, double scale) {
    m_view->showPicture(LaidPicture::make(picture));
    Viewport view = m_view->visiblePart();
    view.scale = scale;
    view.origin = {-20, -20};
    m_view->setVisiblePart(view);
}

QPoint TestGraphParts::onLine(std::uint32_t edge) const {
    const LayoutResult& layout = m_view->picture()->layout();
    const RouteSegment& s = layout.segments[static_cast<std::size_t>(layout.routes[edge].last)];
    return m_view->visiblePart().toScreen(middleOf(s)).toPoint();
}

QPoint TestGraphParts::onTitle(std::uint32_t group) const {
    const SceneRect strip = m_view->picture()->groupHeader(group);
    return m_view->visiblePart().toScreen(QPointF(strip.right - 8, (strip.top + strip.bottom) / 2)).toPoint();
}

void TestGraphParts::point(QPoint at) {
    QMouseEvent move(QEvent::MouseMove, at, m_view->viewport()->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QApplication::sendEvent(m_view->viewport(), &move);
}

void TestGraphParts::nearestLineIsFound_data() {
    QTest::addColumn<bool>("right");
    QTest::newRow("down") << false;
    QTest::newRow("right") << true;
}

/// Against a search of everything.
void TestGraphParts::nearestLineIsFound() {
    QFETCH(bool, right);
    GraphPicture picture = sample::tangle(60, 5);
    picture.direction = right ? LayoutDirection::LeftRight : LayoutDirection::TopDown;
    const auto laid = LaidPicture::make(picture);
    const auto& segments = laid->layout().segments;
    std::uint32_t state = 12345;
    const auto random = [&](double to) {
        state = state * 1664525U + 1013904223U;
        return to * double(state >> 8) / double(1U << 24);
    };
    int hits = 0;
    for (int i = 0; i < 3000; ++i) {
        const double x = random(laid->layout().width), y = random(laid->layout().height), reach = 6;
        double least = reach;
        bool any = false;
        for (const RouteSegment& s : segments)
            if (const double d = distanceTo(s, laid->layout().direction, x, y); d <= least) {
                least = d;
                any = true;
            }
        const auto edge = edgeAt(*laid, x, y, reach);
        QCOMPARE(edge.has_value(), any);
        if (!edge)
            continue;
        ++hits;
        double along = reach + 1;
        for (std::int32_t s = laid->layout().routes[*edge].last; s >= 0; s = segments[std::size_t(s)].parent)
            along = std::min(along, distanceTo(segments[std::size_t(s)], laid->layout().direction, x, y));
        QCOMPARE(along, least);
    }
    QVERIFY(hits > 200);
    // The drawn curve passes where the search says it does.
    for (const RouteSegment& s : segments) {
        const QPointF at = s.kind == RouteSegment::Kind::Loop && right
                               ? QPointF((s.x0 + s.x1) / 2, (s.y0 + s.y1) / 2 + s.bulge)
                               : middleOf(s);
        QVERIFY(distanceTo(s, laid->layout().direction, at.x(), at.y()) < 0.5);
    }
}

void TestGraphParts::clickOnALineSelectsItsValue() {
    show(ports());
    QSignalSpy picked(m_view.get(), &GraphView::valueSelected);
    QSignalSpy nodes(m_view.get(), &GraphView::selectionChanged);
    const QImage before = m_view->grab().toImage();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onLine(2));
    QCOMPARE(picked.count(), 1);
    QCOMPARE(picked.first().first().value<PictureValue>(), (PictureValue{1, 9}));
    QCOMPARE(m_view->selectedValue(), std::optional(PictureValue{1, 9}));
    QCOMPARE(nodes.count(), 0); // none was selected
    // Both lines of the value are red, the other values are not.
    point({2, 890});
    const QImage after = m_view->grab().toImage();
    const auto red = [&](std::uint32_t edge) {
        const QPoint at = onLine(edge);
        for (int dx = -2; dx <= 2; ++dx)
            if (const QColor c = after.pixelColor(at + QPoint(dx, 0)); c.red() > 190 && c.green() < 90 && c.blue() < 90)
                return true;
        return false;
    };
    QVERIFY(red(1) && red(2));
    QVERIFY(!red(0) && !red(3) && !red(4));
    QVERIFY(before != after);
    // A node ends it, and tells of both.
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->nodeRect(2)->center().toPoint());
    QVERIFY(!m_view->selectedValue());
    QCOMPARE(m_view->selection(), Ids{2});
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onLine(3));
    QCOMPARE(nodes.count(), 2);
    QVERIFY(m_view->selection().isEmpty());
    QCOMPARE(picked.last().first().value<PictureValue>(), (PictureValue{2, 11}));
}

void TestGraphParts::reachIsTheSameAtEveryZoom_data() {
    QTest::addColumn<double>("scale");
    for (const double scale : {0.12, 0.4, 1.0, 2.5})
        QTest::addRow("%.2f", scale) << scale;
}

void TestGraphParts::reachIsTheSameAtEveryZoom() {
    QFETCH(double, scale);
    show(sample::chain(6), scale);
    const QPointF on = onLine(1);
    QVERIFY(m_view->valueAt(on + QPointF(4.4, 0)));
    QVERIFY(m_view->valueAt(on - QPointF(4.4, 0)));
    QVERIFY(!m_view->valueAt(on + QPointF(7, 0)));
    QVERIFY(!m_view->valueAt(on - QPointF(7, 0)));
}

void TestGraphParts::pointerLightsLines() {
    show(ports());
    point({2, 890});
    const QImage plain = m_view->grab().toImage();
    point(onLine(2));
    const QImage lit = m_view->grab().toImage();
    const QPoint other = onLine(1); // the other line of the same value
    int differ = 0;
    for (int dx = -3; dx <= 3; ++dx)
        differ += lit.pixelColor(other + QPoint(dx, 0)) != plain.pixelColor(other + QPoint(dx, 0)) ? 1 : 0;
    QVERIFY(differ > 0);
    QVERIFY(!m_view->selectedValue());
    point({2, 890});
    QCOMPARE(m_view->grab().toImage(), plain);
}

void TestGraphParts::keysGoThroughValues() {
    show(ports());
    QTest::keyClick(m_view.get(), Qt::Key_O); // no node yet
    QVERIFY(!m_view->selectedValue());
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->nodeRect(1)->center().toPoint());
    for (const PictureValue& wanted : {PictureValue{1, 7}, PictureValue{1, 9}, PictureValue{1, 7}}) {
        QTest::keyClick(m_view.get(), Qt::Key_O);
        QCOMPARE(m_view->selectedValue(), std::optional(wanted));
    }
    QTest::keyClick(m_view.get(), Qt::Key_O, Qt::ShiftModifier);
    QCOMPARE(m_view->selectedValue(), std::optional(PictureValue{1, 9}));
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(!m_view->selectedValue());
    QCOMPARE(m_view->selection(), Ids{1});
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->nodeRect(4)->center().toPoint());
    // In the order of its inputs.
    for (const PictureValue& wanted : {PictureValue{2, 11}, PictureValue{3, 12}, PictureValue{1, 9}}) {
        QTest::keyClick(m_view.get(), Qt::Key_I);
        QCOMPARE(m_view->selectedValue(), std::optional(wanted));
    }
    QTest::keyClick(m_view.get(), Qt::Key_I, Qt::ControlModifier); // not ours
    QCOMPARE(m_view->selectedValue(), std::optional(PictureValue{1, 9}));
}

void TestGraphParts::arrowsLeaveALine() {
    show(ports());
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onLine(3));
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_view->selection(), Ids{4});
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onLine(3));
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QCOMPARE(m_view->selection(), Ids{2});
    QVERIFY(!m_view->selectedValue());
}

void TestGraphParts::selectionOfNodesEndsThatOfAValue() {
    show(ports());
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onLine(3));
    m_view->setSelection({});
    QVERIFY(m_view->selectedValue());
    m_view->setSelection({3});
    QVERIFY(!m_view->selectedValue());
    // A picture without the value shows none, and nothing breaks.
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onLine(3));
    m_view->showPicture(LaidPicture::make(sample::chain(5)));
    m_view->grab();
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    m_view->clear();
    point({30, 30});
    m_view->grab();
}

void TestGraphParts::backgroundEndsIt() {
    show(ports());
    QSignalSpy left(m_view.get(), &GraphView::valueLeft);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onLine(3));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, {880, 880});
    QVERIFY(!m_view->selectedValue());
    QCOMPARE(left.count(), 1);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, {880, 880});
    QCOMPARE(left.count(), 1);
}

void TestGraphParts::tipsNameTheTensor() {
    GraphPicture picture = ports();
    picture.edges[3].values = 3;
    picture.edges[3].label = "3 tensors";
    show(picture);
    QVERIFY(m_view->tipAt(onLine(2)).contains(QStringLiteral("1x9")));
    QVERIFY(m_view->tipAt(onLine(2)).contains(QStringLiteral("Split")));
    QVERIFY(m_view->tipAt(onLine(3)).contains(QStringLiteral("3 tensors"))); // no one tensor's name would be right
    m_view->setPartTexts([](const PictureValue& v) { return QStringLiteral("value %1").arg(v.port); }, {});
    QCOMPARE(m_view->tipAt(onLine(2)), QStringLiteral("value 9"));
    QVERIFY(m_view->tipAt(onLine(3)).startsWith(QStringLiteral("value "))); // who knows the tensors lists them
    QVERIFY(m_view->tipAt({880, 880}).isEmpty());
}

void TestGraphParts::framesAreSelectedByMouse() {
    show(sample::residualStages(80), 0.6);
    const quint32 frame = m_view->picture()->picture().groups[0].id;
    QSignalSpy collapse(m_view.get(), &GraphView::collapseRequested);
    const QImage before = m_view->grab().toImage();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onTitle(0));
    QCOMPARE(m_view->selection(), Ids{frame});
    QVERIFY(!m_view->selectedValue());
    const QImage after = m_view->grab().toImage();
    const SceneRect box = rectOf(m_view->picture()->layout().groupBoxes[0]);
    const QPoint edge = m_view->visiblePart().toScreen(QPointF(box.left, box.top + 60)).toPoint();
    int red = 0;
    for (int dx = -3; dx <= 3; ++dx)
        red +=
            after.pixelColor(edge + QPoint(dx, 0)).red() > 180 && after.pixelColor(edge + QPoint(dx, 0)).green() < 120;
    QVERIFY(red > 0);
    QVERIFY(before != after);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(collapse.count(), 1);
    QCOMPARE(collapse.first().first().toUInt(), frame);
}

void TestGraphParts::framesAreSelectedByKeys() {
    show(sample::residualStages(80), 0.6);
    const auto& picture = m_view->picture()->picture();
    std::uint32_t inner = 0;
    while (picture.nodes[inner].group < 0 || picture.groups[std::size_t(picture.nodes[inner].group)].parent < 0)
        ++inner;
    const auto& group = picture.groups[std::size_t(picture.nodes[inner].group)];
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {},
                      m_view->nodeRect(picture.nodes[inner].id)->center().toPoint());
    QTest::keyClick(m_view.get(), Qt::Key_G);
    QCOMPARE(m_view->selection(), Ids{group.id});
    QTest::keyClick(m_view.get(), Qt::Key_G);
    QCOMPARE(m_view->selection(), Ids{picture.groups[std::size_t(group.parent)].id});
    QTest::keyClick(m_view.get(), Qt::Key_G, Qt::ShiftModifier);
    QCOMPARE(m_view->selection().size(), 1);
    const auto first = m_view->picture()->indexOf(*m_view->selection().begin());
    QVERIFY(first);
    for (std::uint32_t i = 0; i < m_view->picture()->nodeCount(); ++i) {
        std::int32_t in = picture.nodes[i].group;
        while (in >= 0 && &picture.groups[std::size_t(in)] != &picture.groups[std::size_t(group.parent)])
            in = picture.groups[std::size_t(in)].parent;
        if (in >= 0)
            QVERIFY(m_view->picture()->layout().boxes[*first].y <= m_view->picture()->layout().boxes[i].y);
    }
    QTest::keyClick(m_view.get(), Qt::Key_G);
    QTest::keyClick(m_view.get(), Qt::Key_Down); // arrows lead in, too
    QVERIFY(m_view->picture()->indexOf(*m_view->selection().begin()));
}

void TestGraphParts::pointerLightsFrames() {
    show(sample::residualStages(80), 0.6);
    point({2, 890});
    const QImage plain = m_view->grab().toImage();
    point(onTitle(0));
    QVERIFY(m_view->grab().toImage() != plain);
    QVERIFY(m_view->tipAt(onTitle(0)).contains(QStringLiteral("Shift+E")));
    m_view->setPartTexts({}, [](quint32) { return QStringLiteral("layer of this"); });
    QVERIFY(m_view->tipAt(onTitle(0)).startsWith(QStringLiteral("layer of this")));
    point({2, 890});
    QCOMPARE(m_view->grab().toImage(), plain);
}

void TestGraphParts::screenReadersHearOfThem() {
    show(ports());
    QVERIFY(m_view->spokenCurrent().isEmpty());
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onLine(2));
    QCOMPARE(m_view->spokenCurrent(), QStringLiteral("Tensor 1x9 from Split to Right, Wide"));
    QVERIFY(m_view->accessibleDescription().contains(QStringLiteral("Tensor 1x9")));
    show(sample::residualStages(80), 0.6);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, onTitle(0));
    QVERIFY(m_view->spokenCurrent().contains(QString::fromStdString(m_view->picture()->picture().groups[0].title)));
}

QTEST_MAIN(TestGraphParts)
#include "tst_graphparts.moc"
