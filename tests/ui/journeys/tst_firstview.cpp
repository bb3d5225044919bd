// SPDX-License-Identifier: GPL-3.0-or-later
// What one sees first: the beginning of a long chain, legible, all of a short one, and where one left off.
#include "onnx/onnxwriter.h"
#include "tests/ui/journeys/graphbench.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr int layers = 60;

ModelPtr chain(int length) {
    ModelBuilder b;
    b.input("x", {1, 4, 8, 8});
    std::string last = "x";
    for (int i = 0; i < length; ++i) {
        const auto name = "layer" + std::to_string(i);
        b.init(name + ".w", {4, 4, 3, 3}, i);
        b.node("Conv", {last, name + ".w"}, {name + ".y"}, {attr("pads", {1, 1, 1, 1})}, name);
        last = name + ".y";
    }
    return b.node("Sigmoid", {last}, {"y"}, {}, "end").output("y").build();
}

} // namespace

class TestFirstView : public GraphBench {
    Q_OBJECT

private Q_SLOTS:
    void longChainBeginsLegible();
    void longChainFromLeftToRight();
    void shortChainIsWhole();
    void anotherModelBeginsAnew();
    void returnsToWhereOneLeft();

private:
    bool sees(const std::string& name);
    QPointF middle() const;
};

/// All of the node's rectangle is in the view.
bool TestFirstView::sees(const std::string& name) {
    for (const auto& node : m_view->picture()->picture().nodes)
        if (node.name == name)
            return QRectF(m_view->viewport()->rect()).contains(*m_view->nodeRect(node.id));
    return false;
}

QPointF TestFirstView::middle() const {
    const auto& part = m_view->visiblePart();
    return part.toScene(QPointF(part.size.width() / 2, part.size.height() / 2));
}

void TestFirstView::longChainBeginsLegible() {
    start(*chain(layers), QSize(1300, 850));
    if (QTest::currentTestFailed())
        return;
    QVERIFY(m_view->zoom() >= 0.8 && m_view->zoom() <= 1);
    QVERIFY(sees("x") && sees("layer0") && !sees("end"));
    const auto& part = m_view->visiblePart();
    const auto first = *m_view->nodeRect(m_bench->node("layer0").number);
    QVERIFY(first.top() < part.size.height() / 3);
    QVERIFY(std::abs(first.center().x() - part.size.width() / 2) < 2); // the spine stands in the middle
    // The whole by key, the beginning again by the same.
    QTest::keyClick(&m_bench->window(), Qt::Key_0, Qt::ControlModifier);
    QVERIFY(sees("x") && sees("end") && m_view->zoom() < 0.4);
    QTest::keyClick(&m_bench->window(), Qt::Key_0, Qt::ControlModifier);
    QVERIFY(sees("x") && m_view->zoom() >= 0.8);
}

void TestFirstView::longChainFromLeftToRight() {
    start(*chain(layers), QSize(1300, 850));
    if (QTest::currentTestFailed())
        return;
    QTest::keyClick(&m_bench->window(), Qt::Key_K, Qt::ControlModifier);
    QVERIFY(m_bench->settle() && m_bench->graphShown());
    QTRY_COMPARE(m_view->picture()->layout().direction, LayoutDirection::LeftRight);
    m_view->fit();
    if (m_view->zoom() < 0.8) // it was the whole that came first
        m_view->fit();
    QVERIFY(sees("x") && !sees("end"));
    QVERIFY(m_view->nodeRect(m_bench->node("layer0").number)->left() < m_view->visiblePart().size.width() / 3);
}

void TestFirstView::shortChainIsWhole() {
    start(*chain(3), QSize(1300, 850));
    if (QTest::currentTestFailed())
        return;
    QVERIFY(sees("x") && sees("end"));
    QVERIFY(m_view->zoom() >= 0.8 && m_view->zoom() <= 1);
}

/// Ids of one model are those of other nodes in the next: neither the place nor the drawing follows them.
void TestFirstView::anotherModelBeginsAnew() {
    start(*chain(layers), QSize(1300, 850));
    if (QTest::currentTestFailed())
        return;
    m_view->ensureVisible(m_bench->node("layer50").number);
    QVERIFY(!sees("x"));
    const auto other = *m_home / "other.onnx";
    LAPIDARY_VERIFY_OK(writeOnnx(*chain(layers + 1), other));
    QVERIFY(m_bench->open(other));
    QVERIFY(sees("x") && sees("layer0"));
    QCOMPARE(m_view->picture()->reusedParts(), std::size_t(0));
}

void TestFirstView::returnsToWhereOneLeft() {
    start(*chain(layers), QSize(1300, 850));
    if (QTest::currentTestFailed())
        return;
    m_view->ensureVisible(m_bench->node("layer40").number);
    m_view->zoomIn();
    const auto place = middle();
    const auto scale = m_view->zoom();
    waitUntil([] { return false; }, 1); // the view has come to rest
    const auto file = *m_home / "model.onnx";
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().resize(1300, 850);
    m_bench->window().show();
    m_view = m_bench->find<GraphView>("graphView");
    m_view->setAnimated(false);
    QVERIFY(m_bench->open(file));
    QVERIFY(sees("layer40"));
    QVERIFY((middle() - place).manhattanLength() < 1);
    QCOMPARE(m_view->zoom(), scale);
    QVERIFY(m_bench->workspace().selection().nodes().empty()); // what passes work on is nobody's memory
}

QTEST_MAIN(TestFirstView)
#include "tst_firstview.moc"
