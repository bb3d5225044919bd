// SPDX-License-Identifier: GPL-3.0-or-later
// Through a graph with keys alone: to consumers, producers and siblings, into groups, along paths, by search, isolated,
// back and forth, to saved views. The place of the keys is seen and said.
#include "tests/ui/journeys/graphbench.h"
#include "ui/panels/graphpanel.h"

#include <QAccessible>
#include <QApplication>
#include <QTest>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// A stem, two branches of different depth that join, a choice, an end.
ModelPtr branchingModel() {
    const auto half = [](const char* op) {
        ModelBuilder b;
        b.outer("j").node(op, {"j"}, {"out"}, {}, op).output("out");
        return b.buildGraph();
    };
    ModelBuilder b;
    b.input("x", {1, 3, 16, 16}).input("c", DataType::Bool, {});
    b.init("stem.w", {64, 3, 7, 7}, 1).init("left.w", {128, 64, 3, 3}, 2).init("right.w", {128, 64, 1, 1}, 3);
    b.node("Conv", {"x", "stem.w"}, {"s"}, {attr("pads", {3, 3, 3, 3})}, "stem");
    b.node("Conv", {"s", "left.w"}, {"l"}, {attr("pads", {1, 1, 1, 1})}, "left");
    b.node("Relu", {"l"}, {"lr"}, {}, "relu");
    b.node("Conv", {"s", "right.w"}, {"r"}, {}, "right");
    b.node("Add", {"lr", "r"}, {"j"}, {}, "join");
    b.node("If", {"c"}, {"z"}, {attr("then_branch", half("Neg")), attr("else_branch", half("Abs"))}, "choose");
    return b.node("Sigmoid", {"z"}, {"y"}, {}, "end").output("y").build();
}

} // namespace

class TestKeysOnly : public GraphBench {
    Q_OBJECT

private Q_SLOTS:
    void init() { start(*branchingModel(), QSize(1400, 900)); }
    void walks();
    void placeIsSeen();
    void placeIsSaid();
    void groups();
    void pathAndIsolation();
    void searchAndBack();
    void savedViews();

private:
    void key(int code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : &m_bench->window(), Qt::Key(code),
                        modifiers);
    }
    /// By Tab alone, as somebody without a mouse gets there.
    bool tabToGraph();
    std::string here() const;
    QString said() const;
    QStringList selected() const;
};

bool TestKeysOnly::tabToGraph() {
    m_bench->window().activateWindow();
    for (int i = 0; i < 80 && QApplication::focusWidget() != m_view; ++i)
        key(Qt::Key_Tab);
    return QApplication::focusWidget() == m_view;
}

std::string TestKeysOnly::here() const {
    const auto current = m_view->current();
    const auto index = current ? m_view->picture()->indexOf(*current) : std::nullopt;
    return index ? m_view->picture()->picture().nodes[*index].name : std::string();
}

QString TestKeysOnly::said() const {
    auto* spoken = QAccessible::queryAccessibleInterface(m_view);
    return spoken && spoken->childCount() == 1 ? spoken->child(0)->text(QAccessible::Name) : QString();
}

QStringList TestKeysOnly::selected() const {
    QStringList names;
    for (const auto id : m_bench->workspace().selection().nodes())
        names.append(QString::fromStdString(m_bench->workspace().model()->model->graph->node(id)->name));
    names.sort();
    return names;
}

void TestKeysOnly::walks() {
    QVERIFY(tabToGraph());
    key(Qt::Key_Home);
    key(Qt::Key_Down); // somewhere
    QVERIFY(!here().empty());
    for (int i = 0; i < 10 && here() != "x"; ++i)
        key(Qt::Key_Up);
    QCOMPARE(here(), std::string("x"));
    key(Qt::Key_Down);
    QCOMPARE(here(), std::string("stem"));
    key(Qt::Key_Down);
    const auto branch = here();
    QVERIFY(branch == "left" || branch == "right");
    key(branch == "left" ? Qt::Key_Right : Qt::Key_Left);
    QVERIFY2(here() == (branch == "left" ? "right" : "left") || here() == "relu", here().c_str());
    key(branch == "left" ? Qt::Key_Left : Qt::Key_Right);
    QCOMPARE(here(), branch);
    for (int i = 0; i < 2 && here() != "join"; ++i)
        key(Qt::Key_Down);
    QCOMPARE(here(), std::string("join"));
    QCOMPARE(selected(), QStringList{QStringLiteral("join")});
    QVERIFY(QRectF(m_view->viewport()->rect()).contains(*m_view->nodeRect(*m_view->current())));
}

/// Also where several nodes are selected, so that the red frame alone does not tell.
void TestKeysOnly::placeIsSeen() {
    QVERIFY(tabToGraph());
    const auto stem = m_bench->node("stem");
    m_bench->workspace().selection().set({stem}, stem);
    m_view->resetZoom();
    key(Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(selected().size(), 2);
    const auto dashes = [&](quint32 id) {
        const auto image = m_view->viewport()->grab().toImage();
        const auto ratio = image.devicePixelRatio();
        const auto rect = m_view->nodeRect(id)->adjusted(-7, -7, 7, 7);
        int dark = 0;
        for (double x = rect.left() + 12; x < rect.right() - 12; x += 1)
            dark += qGray(image.pixel(int(x * ratio), int(rect.bottom() * ratio))) < 100 ? 1 : 0;
        return dark;
    };
    const auto other = stem.number;
    const auto current = *m_view->current();
    QVERIFY(current != other);
    QVERIFY2(dashes(current) > 15, qPrintable(QString::number(dashes(current))));
    QVERIFY(dashes(other) < 8); // a line below it at most
    // Who takes the mouse does not need it.
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(4, m_view->viewport()->height() / 2));
    QVERIFY(dashes(current) < 8);
}

void TestKeysOnly::placeIsSaid() {
    QVERIFY(tabToGraph());
    m_bench->workspace().selection().set({m_bench->node("stem")}, m_bench->node("stem"));
    QCOMPARE(said(), QStringLiteral("Conv stem, 3 to 64 channels, 7x7, 2 consumer(s)"));
    m_bench->workspace().selection().set({m_bench->node("left")}, m_bench->node("left"));
    QCOMPARE(said(), QStringLiteral("Conv left, 64 to 128 channels, 3x3, 1 consumer(s)"));
    key(Qt::Key_Down);
    QCOMPARE(said(), QStringLiteral("Relu relu, 1 consumer(s)"));
    key(Qt::Key_I); // the tensor it reads
    QVERIFY2(said().startsWith(QStringLiteral("Tensor 1x128x16x16 from left to relu")), qPrintable(said()));
}

void TestKeysOnly::groups() {
    QVERIFY(tabToGraph());
    m_bench->workspace().selection().set({m_bench->node("choose")}, m_bench->node("choose"));
    const auto before = m_view->picture()->nodeCount();
    const auto id = *m_view->current();
    key(Qt::Key_E);
    QVERIFY(m_bench->settle());
    QTRY_VERIFY(m_view->picture()->nodeCount() > before);
    QVERIFY(m_view->picture()->groupIndexOf(id));
    key(Qt::Key_E, Qt::ShiftModifier);
    QVERIFY(m_bench->settle());
    QTRY_COMPARE(m_view->picture()->nodeCount(), before);
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(m_view));
}

void TestKeysOnly::pathAndIsolation() {
    QVERIFY(tabToGraph());
    m_bench->workspace().selection().set({m_bench->node("stem"), m_bench->node("join")}, m_bench->node("join"));
    key(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(selected(), (QStringList{QStringLiteral("join"), QStringLiteral("left"), QStringLiteral("relu"),
                                      QStringLiteral("right"), QStringLiteral("stem")}));
    key(Qt::Key_I, Qt::ControlModifier);
    QVERIFY(m_bench->settle());
    auto* panel = m_bench->find<GraphPanel>("graphPanel");
    QTRY_VERIFY(panel->isIsolated() && !m_view->picture()->indexOf(m_bench->node("end").number));
    key(Qt::Key_Escape);
    QVERIFY(m_bench->settle());
    QTRY_VERIFY(!panel->isIsolated() && m_view->picture()->indexOf(m_bench->node("end").number));
}

void TestKeysOnly::searchAndBack() {
    QVERIFY(tabToGraph());
    m_bench->workspace().selection().set({m_bench->node("stem")}, m_bench->node("stem"));
    key(Qt::Key_F, Qt::ControlModifier);
    QVERIFY(QApplication::focusWidget() != m_view);
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("op:Sigmoid"));
    QVERIFY(m_bench->settle());
    key(Qt::Key_Return);
    QTRY_COMPARE(selected(), QStringList{QStringLiteral("end")});
    key(Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(selected(), QStringList{QStringLiteral("stem")});
    key(Qt::Key_Right, Qt::AltModifier);
    QTRY_COMPARE(selected(), QStringList{QStringLiteral("end")});
    for (int i = 0; i < 3 && QApplication::focusWidget() != m_view; ++i)
        key(Qt::Key_Escape); // out of the field, into the graph
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget*>(m_view));
}

void TestKeysOnly::savedViews() {
    QVERIFY(tabToGraph());
    m_bench->workspace().selection().set({m_bench->node("right")}, m_bench->node("right"));
    key(Qt::Key_Plus);
    const auto scale = m_view->zoom();
    key(Qt::Key_5, Qt::ControlModifier | Qt::ShiftModifier);
    key(Qt::Key_Space);
    m_bench->workspace().selection().set({m_bench->node("end")}, m_bench->node("end"));
    key(Qt::Key_5);
    QCOMPARE(selected(), QStringList{QStringLiteral("right")});
    QCOMPARE(m_view->zoom(), scale);
}

QTEST_MAIN(TestKeysOnly)
#include "tst_keysonly.moc"
