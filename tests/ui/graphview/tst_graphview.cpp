// SPDX-License-Identifier: GPL-3.0-or-later
// Drives the widget with mouse, wheel and keys.
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/graphview.h"
#include "ui/graphview/legendpainter.h"
#include "ui/graphview/nodetooltip.h"

#include <QApplication>
#include <QHelpEvent>
#include <QPalette>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>
#include <QWheelEvent>

#include <memory>

using namespace lapidary;
using Ids = GraphView::Ids;

class TestGraphView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void showsEmptyText();
    void laysOutInTheBackground();
    void lastPictureWins();
    void clickSelects();
    void selectionHasNoEcho();
    void shiftDragSelects();
    void controlDragZooms();
    void dragPans();
    void wheelScrollsAndZooms();
    void arrowsWalk();
    void keysZoomAndFit();
    void opensWhereNodesAre();
    void doubleClickActivates();
    void contextMenuNamesTheNode();
    void keepsAnchorWhenPictureChanges();
    void resizingKeepsThePlace();
    void ensureVisibleBringsIn();
    void hoverExplains();
    void legendPicksThreshold();
    void minimapMoves();
    void followsPalette();
    void scrollBarsFollow();
    void destroyedWhileLayingOut();
    void decorIsCheap();

private:
    QPoint centreOf(quint32 id) const { return m_view->nodeRect(id)->center().toPoint(); }
    void wheel(QPoint at, QPoint angle, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    static void drag(QWidget* w, QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    void useView(double scale, quint32 centred);

    std::unique_ptr<GraphView> m_view;
};

void TestGraphView::init() {
    test::failOnWarnings();
    m_view = std::make_unique<GraphView>();
    m_view->setAnimated(false);
    m_view->resize(900, 700);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    m_view->showPicture(LaidPicture::make(sample::residual(60)));
    m_view->setFocus();
}

void TestGraphView::cleanup() {
    m_view.reset();
}

void TestGraphView::wheel(QPoint at, QPoint angle, Qt::KeyboardModifiers modifiers) {
    QWheelEvent event(at, m_view->viewport()->mapToGlobal(at), {}, angle, Qt::NoButton, modifiers, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(m_view->viewport(), &event);
}

void TestGraphView::drag(QWidget* w, QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
    QTest::mousePress(w, Qt::LeftButton, modifiers, from);
    for (int i = 1; i <= 5; ++i) {
        const QPoint at = from + (to - from) * i / 5;
        QMouseEvent move(QEvent::MouseMove, at, w->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, modifiers);
        QApplication::sendEvent(w, &move);
    }
    QTest::mouseRelease(w, Qt::LeftButton, modifiers, to);
}

void TestGraphView::useView(double scale, quint32 centred) {
    Viewport view = m_view->visiblePart();
    const QPointF centre = view.toScene(m_view->nodeRect(centred)->center());
    view.scale = scale;
    view.origin = centre - QPointF(view.size.width(), view.size.height()) / (2 * scale);
    m_view->setVisiblePart(view);
}

void TestGraphView::showsEmptyText() {
    GraphView view;
    view.resize(400, 300);
    QVERIFY(view.accessibleName().size() > 0);
    QVERIFY(view.accessibleDescription().size() > 0);
    const QImage empty = view.grab().toImage();
    int inked = 0;
    for (int y = 0; y < empty.height(); ++y)
        for (int x = 0; x < empty.width(); ++x)
            inked += empty.pixelColor(x, y) != empty.pixelColor(2, 2) ? 1 : 0;
    QVERIFY(inked > 100);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Space);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {50, 50});
    QVERIFY(view.selection().isEmpty());
}

void TestGraphView::laysOutInTheBackground() {
    QSignalSpy shown(m_view.get(), &GraphView::pictureShown);
    const auto before = m_view->picture();
    m_view->setPicture(sample::transformer(3000));
    QVERIFY(m_view->isLayingOut());
    QCOMPARE(m_view->picture(), before); // the old one stays until then
    QVERIFY(shown.wait(10000));
    QVERIFY(m_view->picture()->nodeCount() >= 2900);
    QVERIFY(!m_view->isLayingOut());
}

void TestGraphView::lastPictureWins() {
    QSignalSpy shown(m_view.get(), &GraphView::pictureShown);
    for (const std::uint32_t size : {20000U, 5000U, 9000U, 12U})
        m_view->setPicture(sample::chain(size));
    QTRY_COMPARE(shown.count(), 1);
    QCOMPARE(m_view->picture()->nodeCount(), 12U);
    QTest::qWait(50); // nothing late may come
    QCOMPARE(shown.count(), 1);
}

void TestGraphView::clickSelects() {
    QSignalSpy changed(m_view.get(), &GraphView::selectionChanged);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, centreOf(1001));
    QCOMPARE(m_view->selection(), (Ids{1001}));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, centreOf(1002));
    QCOMPARE(m_view->selection(), (Ids{1001, 1002}));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::ControlModifier, centreOf(1001));
    QCOMPARE(m_view->selection(), (Ids{1002}));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, centreOf(1002));
    QCOMPARE(changed.count(), 3); // the last click changed nothing
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, {5, 5});
    QVERIFY(m_view->selection().isEmpty());
    QCOMPARE(changed.count(), 4);
    QTest::keyClick(m_view.get(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(m_view->selection().size(), qsizetype(m_view->picture()->nodeCount()));
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QVERIFY(m_view->selection().isEmpty());
}

void TestGraphView::selectionHasNoEcho() {
    GraphView other;
    other.showPicture(m_view->picture());
    connect(m_view.get(), &GraphView::selectionChanged, &other, &GraphView::setSelection);
    connect(&other, &GraphView::selectionChanged, m_view.get(), &GraphView::setSelection);
    QSignalSpy here(m_view.get(), &GraphView::selectionChanged);
    QSignalSpy there(&other, &GraphView::selectionChanged);
    m_view->setSelection({1003, 1004});
    QCOMPARE(here.count(), 0);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, centreOf(1001));
    QCOMPARE(here.count(), 1);
    QCOMPARE(there.count(), 0);
    QCOMPARE(other.selection(), (Ids{1001}));
    m_view->setSelection({1003, 77}); // an id the picture does not have is kept
    QCOMPARE(m_view->selection(), (Ids{1003, 77}));
}

void TestGraphView::shiftDragSelects() {
    const QRectF a = *m_view->nodeRect(1001);
    const QRectF b = *m_view->nodeRect(1002);
    const QRectF both = a.united(b);
    const Viewport before = m_view->visiblePart();
    drag(m_view->viewport(), both.topLeft().toPoint() - QPoint(15, 2), both.bottomRight().toPoint() + QPoint(15, 2),
         Qt::ShiftModifier);
    QCOMPARE(m_view->selection(), (Ids{1001, 1002}));
    QCOMPARE(m_view->visiblePart(), before);
    drag(m_view->viewport(), {5, 5}, {40, 40}, Qt::ShiftModifier);
    QVERIFY(m_view->selection().isEmpty());
}

void TestGraphView::controlDragZooms() {
    const QRectF node = *m_view->nodeRect(1001);
    const double before = m_view->zoom();
    drag(m_view->viewport(), node.topLeft().toPoint() - QPoint(10, 10), node.bottomRight().toPoint() + QPoint(10, 10),
         Qt::ControlModifier);
    QVERIFY(m_view->zoom() > before * 1.5);
    QVERIFY(m_view->selection().isEmpty());
    const QPointF centre = m_view->nodeRect(1001)->center();
    QVERIFY((centre - QPointF(m_view->viewport()->width(), m_view->viewport()->height()) / 2).manhattanLength() < 10);
}

void TestGraphView::dragPans() {
    const QPointF before = m_view->nodeRect(1003)->topLeft();
    drag(m_view->viewport(), {100, 400}, {160, 340});
    QVERIFY((m_view->nodeRect(1003)->topLeft() - before - QPointF(60, -60)).manhattanLength() < 1e-6);
    QVERIFY(m_view->selection().isEmpty());
}

void TestGraphView::wheelScrollsAndZooms() {
    const QPoint cursor(300, 200);
    const QPointF before = m_view->nodeRect(1003)->topLeft();
    const double scale = m_view->zoom();
    wheel(cursor, {0, -120});
    QCOMPARE(m_view->zoom(), scale);
    QVERIFY((m_view->nodeRect(1003)->topLeft() - before - QPointF(0, -60)).manhattanLength() < 1e-6);
    const QPointF under = m_view->visiblePart().toScene(cursor);
    wheel(cursor, {0, 120}, Qt::ControlModifier);
    QVERIFY(m_view->zoom() > scale * 1.1);
    QVERIFY((m_view->visiblePart().toScene(cursor) - under).manhattanLength() < 1e-6);
    m_view->setWheelMode(GraphView::WheelMode::Zoom);
    const double larger = m_view->zoom();
    wheel(cursor, {0, -120});
    QVERIFY(m_view->zoom() < larger);
}

void TestGraphView::arrowsWalk() {
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, centreOf(1001));
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_view->selection(), (Ids{1002}));
    QTest::keyClick(m_view.get(), Qt::Key_Up);
    QCOMPARE(m_view->selection(), (Ids{1001}));
    QTest::keyClick(m_view.get(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(m_view->selection(), (Ids{1001, 1002}));
    for (int i = 0; i < 200; ++i)
        QTest::keyClick(m_view.get(), Qt::Key_Down);
    const quint32 last = m_view->picture()->picture().nodes.back().id;
    QCOMPARE(m_view->selection(), (Ids{last}));
    QVERIFY(QRectF(m_view->viewport()->rect()).contains(*m_view->nodeRect(last))); // the view went along
    QSignalSpy activated(m_view.get(), &GraphView::nodeActivated);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(activated.count(), 1);
    QVERIFY(m_view->accessibleDescription().contains(QStringLiteral("output")));
}

void TestGraphView::keysZoomAndFit() {
    QTest::keyClick(m_view.get(), Qt::Key_Space);
    for (const PictureNode& node : m_view->picture()->picture().nodes)
        QVERIFY(QRectF(m_view->viewport()->rect()).contains(*m_view->nodeRect(node.id)));
    const double fitted = m_view->zoom();
    QTest::keyClick(m_view.get(), Qt::Key_Plus);
    QVERIFY(m_view->zoom() > fitted);
    QTest::keyClick(m_view.get(), Qt::Key_Minus);
    QVERIFY(std::abs(m_view->zoom() - fitted) < 1e-9);
    QTest::keyClick(m_view.get(), Qt::Key_0, Qt::ControlModifier);
    QCOMPARE(m_view->zoom(), 1.0);
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QVERIFY(m_view->nodeRect(1000)->top() >= 0);
    QTest::keyClick(m_view.get(), Qt::Key_PageDown);
    QVERIFY(m_view->nodeRect(1000)->bottom() < 0);
}

/// A narrow beginning at one side of what is wide farther down: the first view shows it, not the empty middle.
void TestGraphView::opensWhereNodesAre() {
    GraphPicture picture;
    const auto add = [&](const char* title) {
        PictureNode node;
        node.id = std::uint32_t(picture.nodes.size()) + 1;
        node.title = title;
        picture.nodes.push_back(std::move(node));
        return std::uint32_t(picture.nodes.size()) - 1;
    };
    std::uint32_t last = add("x");
    for (int i = 0; i < 60; ++i) {
        const auto next = add("Relu");
        picture.edges.push_back({last, next});
        last = next;
    }
    const auto first = add("Concat"), second = add("Concat");
    picture.edges.push_back({last, first});
    picture.edges.push_back({first, second});
    for (std::uint32_t i = 0; i < 80; ++i) { // read twice: nobody's own
        const auto constant = add("Constant");
        picture.edges.push_back({constant, first, 0, i + 1});
        picture.edges.push_back({constant, second, 0, i + 1});
    }
    for (const auto direction : {LayoutDirection::TopDown, LayoutDirection::LeftRight}) {
        picture.direction = direction;
        m_view->clear();
        m_view->showPicture(LaidPicture::make(picture));
        const bool down = direction == LayoutDirection::TopDown;
        const auto& layout = m_view->picture()->layout();
        QVERIFY((down ? layout.width : layout.height) * m_view->zoom() >
                (down ? 2 * 900 : 700)); // far wider than the view
        const QRectF screen(m_view->viewport()->rect());
        for (quint32 id = 1; id <= 4; ++id)
            QVERIFY2(screen.contains(*m_view->nodeRect(id)), qPrintable(QString::number(id)));
    }
}

void TestGraphView::doubleClickActivates() {
    QSignalSpy activated(m_view.get(), &GraphView::nodeActivated);
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, centreOf(1001));
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.first().first().toUInt(), 1001U);
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, {3, 3});
    QCOMPARE(activated.count(), 1);
}

void TestGraphView::contextMenuNamesTheNode() {
    QSignalSpy menu(m_view.get(), &GraphView::menuRequested);
    const QPoint at = centreOf(1002);
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, m_view->viewport()->mapToGlobal(at));
    QApplication::sendEvent(m_view->viewport(), &event);
    QCOMPARE(menu.count(), 1);
    QCOMPARE(menu.first().first().toLongLong(), 1002);
    QCOMPARE(m_view->selection(), (Ids{1002}));
    QContextMenuEvent background(QContextMenuEvent::Mouse, {2, 2}, m_view->viewport()->mapToGlobal(QPoint(2, 2)));
    QApplication::sendEvent(m_view->viewport(), &background);
    QCOMPARE(menu.last().first().toLongLong(), -1);
}

void TestGraphView::keepsAnchorWhenPictureChanges() {
    useView(1.3, 1020);
    const QPointF before = m_view->nodeRect(1020)->center();
    GraphPicture changed = sample::residual(60);
    for (int i = 0; i < 12; ++i) { // a longer head pushes everything down and renumbers the indices
        PictureNode node;
        node.id = 5000 + std::uint32_t(i);
        node.title = "Identity";
        changed.nodes.push_back(node);
        const auto index = std::uint32_t(changed.nodes.size()) - 1;
        changed.edges.push_back({i == 0 ? 0U : index - 1, index});
    }
    changed.edges.push_back({std::uint32_t(changed.nodes.size()) - 1, 1});
    m_view->showPicture(LaidPicture::make(changed));
    QCOMPARE(m_view->zoom(), 1.3);
    QVERIFY((m_view->nodeRect(1020)->center() - before).manhattanLength() < 1e-6);
    QVERIFY(m_view->picture()->layout().boxes[20].y >
            LaidPicture::make(sample::residual(60))->layout().boxes[20].y + 200);
}

void TestGraphView::resizingKeepsThePlace() {
    GraphView view; // filled before it is shown, as a window does at start
    view.showPicture(LaidPicture::make(sample::residual(60)));
    view.resize(700, 600);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QVERIFY(QRectF(view.viewport()->rect()).contains(*view.nodeRect(1000)));
    drag(view.viewport(), {100, 500}, {130, 200});
    const Viewport before = view.visiblePart();
    const QPointF middle = before.toScene(QPointF(before.size.width(), before.size.height()) / 2);
    view.resize(800, 500);
    QCoreApplication::processEvents();
    const Viewport after = view.visiblePart();
    QCOMPARE(after.scale, before.scale);
    QVERIFY((after.toScene(QPointF(after.size.width(), after.size.height()) / 2) - middle).manhattanLength() < 1e-6);
}

void TestGraphView::ensureVisibleBringsIn() {
    const quint32 last = m_view->picture()->picture().nodes.back().id;
    QVERIFY(!QRectF(m_view->viewport()->rect()).contains(*m_view->nodeRect(last)));
    QVERIFY(m_view->ensureVisible(last));
    QVERIFY(QRectF(m_view->viewport()->rect()).contains(*m_view->nodeRect(last)));
    QVERIFY(!m_view->ensureVisible(424242));
    m_view->setAnimated(true);
    QVERIFY(m_view->ensureVisible(1000));
    QTRY_VERIFY(QRectF(m_view->viewport()->rect()).contains(*m_view->nodeRect(1000)));
}

void TestGraphView::hoverExplains() {
    GraphDecor decor;
    decor.nodes.push_back({.id = 1001, .channelsKept = 40, .fenced = "because <so>"});
    m_view->setDecor(std::make_shared<const GraphDecor>(decor));
    QSignalSpy hovered(m_view.get(), &GraphView::hoveredChanged);
    QMouseEvent move(QEvent::MouseMove, centreOf(1001), m_view->viewport()->mapToGlobal(centreOf(1001)), Qt::NoButton,
                     Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(m_view->viewport(), &move);
    QCOMPARE(hovered.count(), 1);
    QCOMPARE(hovered.first().first().toLongLong(), 1001);
    if (QGuiApplication::platformName() == QStringLiteral("offscreen"))
        QTest::ignoreMessage(QtWarningMsg, "This plugin does not support raise()");
    QHelpEvent help(QEvent::ToolTip, centreOf(1001), m_view->viewport()->mapToGlobal(centreOf(1001)));
    QApplication::sendEvent(m_view->viewport(), &help);
    QTRY_VERIFY(QToolTip::text().contains(QStringLiteral("Conv_1")));
    QVERIFY(QToolTip::text().contains(QStringLiteral("40")));
    QVERIFY(QToolTip::text().contains(QStringLiteral("because &lt;so&gt;")));
    QToolTip::hideText();
    QVERIFY(!categoryName(NodeCategory::Quantization).isEmpty());
}

void TestGraphView::legendPicksThreshold() {
    GraphDecor decor;
    decor.legend = {"Time", "0", "1 ms", {}, false};
    m_view->setDecor(std::make_shared<const GraphDecor>(decor));
    TextCache texts(m_view->graphStyle().font);
    const BoundDecor bound(std::make_shared<const GraphDecor>(decor), *m_view->picture());
    const QRectF ramp = legendGeometry(bound, m_view->visiblePart().size, texts).ramp;
    QSignalSpy picked(m_view.get(), &GraphView::thresholdPicked);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {},
                      QPointF(ramp.left() + ramp.width() * 0.25, ramp.center().y()).toPoint());
    QCOMPARE(picked.count(), 1);
    QVERIFY(std::abs(picked.first().first().toDouble() - 0.25) < 0.02);
    QVERIFY(m_view->selection().isEmpty());
}

void TestGraphView::minimapMoves() {
    m_view->showPicture(LaidPicture::make(sample::residual(400)));
    m_view->resetZoom();
    const QRectF map = Minimap().rect(*m_view->picture(), m_view->visiblePart());
    QVERIFY(!map.isEmpty());
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(int(map.center().x()), int(map.bottom()) - 7));
    const quint32 last = m_view->picture()->picture().nodes.back().id;
    QVERIFY(m_view->viewport()->rect().contains(centreOf(last)));
}

void TestGraphView::followsPalette() {
    QPalette palette = m_view->palette();
    palette.setColor(QPalette::Base, QColor(20, 20, 20));
    m_view->setPalette(palette);
    QVERIFY(m_view->graphStyle().dark);
    const QImage dark = m_view->grab().toImage();
    QVERIFY(dark.pixelColor(4, 4).lightnessF() < 0.2);
    palette.setColor(QPalette::Base, Qt::white);
    m_view->setPalette(palette);
    QVERIFY(!m_view->graphStyle().dark);
    m_view->setGraphStyle(GraphStyle::night());
    QVERIFY(m_view->graphStyle().dark);
}

void TestGraphView::scrollBarsFollow() {
    QScrollBar* bar = m_view->verticalScrollBar();
    const QPointF before = m_view->nodeRect(1003)->topLeft();
    bar->setValue(bar->value() + 100);
    QVERIFY((m_view->nodeRect(1003)->topLeft() - before - QPointF(0, -100)).manhattanLength() < 1e-6);
    const int value = bar->value();
    wheel({300, 300}, {0, -120});
    QVERIFY(std::abs(bar->value() - value - 60) <= 1);
}

void TestGraphView::destroyedWhileLayingOut() {
    for (int i = 0; i < 5; ++i) {
        auto view = std::make_unique<GraphView>();
        view->setPicture(sample::inception(8000));
        if (i % 2 == 1)
            QCoreApplication::processEvents();
        view.reset();
    }
    QCoreApplication::processEvents();
}

void TestGraphView::decorIsCheap() {
    m_view->showPicture(LaidPicture::make(sample::residual(3000)));
    m_view->setMinimapVisible(false);
    const auto laid = m_view->picture();
    const QImage plain = m_view->grab().toImage();
    m_view->setDecor(std::make_shared<const GraphDecor>(sample::decorate(laid->picture(), true, true)));
    QCOMPARE(m_view->picture(), laid);
    QVERIFY(m_view->grab().toImage() != plain);
    m_view->setDecor({});
    QCOMPARE(m_view->grab().toImage(), plain);
}

QTEST_MAIN(TestGraphView)
#include "tst_graphview.moc"
