// SPDX-License-Identifier: GPL-3.0-or-later
// The edge of a width bar, dragged.
#include "samplepictures.h"
#include "testsupport.h"
#include "ui/graphview/graphview.h"

#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace lapidary;

class TestWidthDrag : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_view.reset(); }
    void theHandleStandsWhereChannelsEnd();
    void draggingTellsHowManyStay();
    void escapeTakesItBack();
    void otherPlacesPanAsBefore();
    void notWithoutLeave();
    void notFromAfar();
    void theCursorTells();

private:
    void keep(std::int64_t channels);
    QPoint handle() { return m_view->widthHandle(m_node)->center().toPoint(); }

    std::unique_ptr<GraphView> m_view;
    quint32 m_node = 0;
    std::uint32_t m_channels = 0;
};

void TestWidthDrag::init() {
    test::failOnWarnings();
    m_view = std::make_unique<GraphView>();
    m_view->setAnimated(false);
    m_view->setWidthsAdjustable(true);
    m_view->setMinimapVisible(false);
    m_view->resize(900, 700);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    m_view->showPicture(LaidPicture::make(sample::residual(40)));
    for (const auto& node : m_view->picture()->picture().nodes)
        if (node.channels >= 64 && m_node == 0) {
            m_node = node.id;
            m_channels = node.channels;
        }
    QVERIFY(m_node > 0);
    m_view->resetZoom();
    QVERIFY(m_view->ensureVisible(m_node));
}

void TestWidthDrag::keep(std::int64_t channels) {
    auto decor = std::make_shared<GraphDecor>();
    NodeDecor entry;
    entry.id = m_node;
    entry.channelsKept = channels;
    decor->nodes.push_back(entry);
    m_view->setDecor(decor);
}

void TestWidthDrag::theHandleStandsWhereChannelsEnd() {
    const auto whole = m_view->widthHandle(m_node);
    QVERIFY(whole);
    QVERIFY(m_view->nodeRect(m_node)->contains(whole->center()));
    keep(m_channels / 2);
    const auto half = m_view->widthHandle(m_node);
    QVERIFY(half->center().x() < whole->center().x() - 8);
    keep(m_channels / 4);
    QVERIFY(m_view->widthHandle(m_node)->center().x() < half->center().x());
}

void TestWidthDrag::draggingTellsHowManyStay() {
    QSignalSpy started(m_view.get(), &GraphView::widthDragStarted);
    QSignalSpy dragged(m_view.get(), &GraphView::widthDragged);
    QSignalSpy ended(m_view.get(), &GraphView::widthDragEnded);
    QSignalSpy selected(m_view.get(), &GraphView::selectionChanged);
    const auto from = handle();
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, from);
    QCOMPARE(started.size(), 1);
    QCOMPARE(started[0][0].toUInt(), m_node);
    QTest::mouseMove(m_view->viewport(), from - QPoint(10, 0));
    QVERIFY(!dragged.isEmpty());
    const auto first = dragged.last()[1].toLongLong();
    QVERIFY(first > 0 && first < m_channels);
    QTest::mouseMove(m_view->viewport(), from - QPoint(20, 0));
    QVERIFY(dragged.last()[1].toLongLong() < first);
    QTest::mouseMove(m_view->viewport(), from - QPoint(5000, 0)); // far out: one channel stays
    QCOMPARE(dragged.last()[1].toLongLong(), 1);
    QTest::mouseMove(m_view->viewport(), from + QPoint(5000, 0));
    QCOMPARE(dragged.last()[1].toLongLong(), qlonglong(m_channels));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, from);
    QCOMPARE(ended.size(), 1);
    QCOMPARE(ended[0][1].toBool(), true);
    QVERIFY(selected.isEmpty());
}

void TestWidthDrag::escapeTakesItBack() {
    QSignalSpy ended(m_view.get(), &GraphView::widthDragEnded);
    const auto from = handle();
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(m_view->viewport(), from - QPoint(15, 0));
    QTest::keyClick(m_view.get(), Qt::Key_Escape);
    QCOMPARE(ended.size(), 1);
    QCOMPARE(ended[0][1].toBool(), false);
    QSignalSpy dragged(m_view.get(), &GraphView::widthDragged);
    QTest::mouseMove(m_view->viewport(), from - QPoint(30, 0));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, from - QPoint(30, 0));
    QVERIFY(dragged.isEmpty());
    QCOMPARE(ended.size(), 1);
}

void TestWidthDrag::otherPlacesPanAsBefore() {
    QSignalSpy started(m_view.get(), &GraphView::widthDragStarted);
    const auto header = m_view->nodeRect(m_node)->topLeft().toPoint() + QPoint(12, 8);
    const auto before = m_view->visiblePart().origin;
    QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, header);
    QTest::mouseMove(m_view->viewport(), header + QPoint(0, 20));
    QTest::mouseMove(m_view->viewport(), header + QPoint(0, 60));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, header + QPoint(0, 60));
    QVERIFY(started.isEmpty());
    QVERIFY(m_view->visiblePart().origin != before);
}

void TestWidthDrag::notWithoutLeave() {
    const auto from = handle();
    m_view->setWidthsAdjustable(false);
    QVERIFY(!m_view->widthHandle(m_node));
    QSignalSpy started(m_view.get(), &GraphView::widthDragStarted);
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, from);
    QVERIFY(started.isEmpty());
    QVERIFY(m_view->selection().contains(m_node));
}

void TestWidthDrag::notFromAfar() {
    auto part = m_view->visiblePart();
    part.scale = 0.2;
    m_view->setVisiblePart(part);
    QVERIFY(!m_view->widthHandle(m_node)); // the bar is too small to be taken
}

void TestWidthDrag::theCursorTells() {
    QTest::mouseMove(m_view->viewport(), handle());
    QCOMPARE(m_view->viewport()->cursor().shape(), Qt::SplitHCursor);
    QTest::mouseMove(m_view->viewport(), m_view->nodeRect(m_node)->topLeft().toPoint() + QPoint(12, 8));
    QVERIFY(m_view->viewport()->cursor().shape() != Qt::SplitHCursor);
}

QTEST_MAIN(TestWidthDrag)
#include "tst_widthdrag.moc"
