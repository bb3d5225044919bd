// SPDX-License-Identifier: GPL-3.0-or-later
// What the graph says in the real window besides its nodes: lines, coupled channels, the legend, the map.
#include "tests/ui/journeys/graphbench.h"
#include "ui/graphview/legendpainter.h"
#include "ui/graphview/nodecolors.h"
#include "ui/panels/graphpanel.h"

#include <QApplication>
#include <QLabel>
#include <QMouseEvent>
#include <QSlider>
#include <QTest>
#include <QTextBrowser>
#include <QToolButton>
#include <QUrl>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr int blocks = 10;

/// Blocks of Conv, Relu, Conv with a skip: the Convs before each Add are coupled. Every other Conv is heavier.
ModelPtr residualModel() {
    ModelBuilder b;
    b.input("x", {1, 3, 16, 16}).init("stem.w", {8, 3, 3, 3}, 1);
    b.node("Conv", {"x", "stem.w"}, {"s"}, {attr("pads", {1, 1, 1, 1})}, "stem");
    std::string last = "s";
    for (int i = 0; i < blocks; ++i) {
        const auto name = "b" + std::to_string(i) + "_";
        const int wide = i % 2 == 0 ? 8 : 32;
        b.init(name + "w", {wide, 8, 3, 3}, i + 2).init(name + "v", {8, wide, 1, 1}, i + 50);
        b.node("Conv", {last, name + "w"}, {name + "c"}, {attr("pads", {1, 1, 1, 1})}, name + "conv");
        b.node("Relu", {name + "c"}, {name + "r"}, {}, name + "relu");
        b.node("Conv", {name + "r", name + "v"}, {name + "d"}, {}, name + "out");
        b.node("Add", {name + "d", last}, {name + "o"}, {}, name + "add");
        last = name + "o";
    }
    return b.node("Sigmoid", {last}, {"y"}, {}, "end").output("y").build();
}

} // namespace

class TestGraphLook : public GraphBench {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void lineShowsItsTensor();
    void linkLightsItsLine();
    void coupledChannelsAreTagged();
    void legendDragsTheThreshold();
    void keysMoveTheThreshold();
    void mapMovesTheView();

private:
    GraphPanel* graph() { return m_bench->find<GraphPanel>("graphPanel"); }
    quint32 id(const char* name) { return m_bench->node(name).number; }
    void press(QPointF at) { QTest::mousePress(m_view->viewport(), Qt::LeftButton, {}, at.toPoint()); }
    void drag(QPointF to, bool held = true);
    QRectF ramp() const;
};

void TestGraphLook::init() {
    start(*residualModel(), QSize(1400, 900));
}

void TestGraphLook::drag(QPointF to, bool held) {
    QMouseEvent move(QEvent::MouseMove, to, m_view->viewport()->mapToGlobal(to), Qt::NoButton,
                     held ? Qt::LeftButton : Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(m_view->viewport(), &move);
}

QRectF TestGraphLook::ramp() const {
    TextCache texts(m_view->graphStyle().font);
    return legendGeometry(BoundDecor(m_view->decor(), *m_view->picture()), m_view->visiblePart().size, texts).ramp;
}

void TestGraphLook::lineShowsItsTensor() {
    auto* facts = m_bench->find<QTextBrowser>("inspectorText");
    m_view->resetZoom();
    m_view->ensureVisible(id("b0_relu"));
    const auto& laid = *m_view->picture();
    const auto edge = laid.edgesOutOf(*laid.indexOf(id("b0_relu"))).front();
    const auto& s = laid.layout().segments[std::size_t(laid.layout().routes[edge].last)];
    const auto at = m_view->visiblePart().toScreen(QPointF((s.x0 + s.x1) / 2, (s.y0 + s.y1) / 2));
    const auto tip = m_view->tipAt(at);
    for (const char* part : {"b0_r", "float32", "1x8x16x16", "b0_relu", "b0_out"})
        QVERIFY2(tip.contains(QLatin1String(part)), qPrintable(tip));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, at.toPoint());
    QVERIFY(m_view->selectedValue());
    QVERIFY2(facts->toPlainText().contains(QStringLiteral("b0_r")), qPrintable(facts->toPlainText()));
    QVERIFY(m_bench->find<QLabel>("inspectorPlace")->text().contains(QStringLiteral("b0_r")));
    QVERIFY(m_bench->workspace().selection().nodes().empty());
    // From there to the node by key, and on to what it reads.
    QTest::keyClick(m_view, Qt::Key_Down);
    QCOMPARE(m_bench->workspace().selection().current(), m_bench->node("b0_out"));
    QTest::keyClick(m_view, Qt::Key_I);
    QVERIFY(m_bench->find<QLabel>("inspectorPlace")->text().contains(QStringLiteral("b0_r")));
    // The background ends it: the inspector shows the model again.
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(3, m_view->viewport()->height() / 2));
    QVERIFY(!m_view->selectedValue());
    QVERIFY(!m_bench->find<QLabel>("inspectorPlace")->text().contains(QStringLiteral("b0_r")));
}

/// A link to a tensor in the inspector lights its line in the graph; one to a node ends that.
void TestGraphLook::linkLightsItsLine() {
    auto* facts = m_bench->find<QTextBrowser>("inspectorText");
    m_bench->workspace().selection().set({m_bench->node("b7_relu")}, m_bench->node("b7_relu"));
    QVERIFY(!m_view->selectedValue());
    const auto& graph = *m_bench->workspace().model()->model->graph;
    const auto follow = [&](const QString& link) { Q_EMIT facts->anchorClicked(QUrl(link)); };
    follow(QStringLiteral("value:%1").arg(graph.findValue("b7_r")->id.number));
    QVERIFY(m_view->selectedValue());
    QCOMPARE(m_view->selectedValue()->node, id("b7_relu"));
    QCOMPARE(m_bench->workspace().selection().current(), m_bench->node("b7_relu")); // the scope of passes stays
    QVERIFY(QRectF(m_view->viewport()->rect()).contains(*m_view->nodeRect(id("b7_relu"))));
    const auto& laid = *m_view->picture();
    const auto edge = laid.edgesOutOf(*laid.indexOf(id("b7_relu"))).front();
    const auto& s = laid.layout().segments[std::size_t(laid.layout().routes[edge].last)];
    const auto at = m_view->visiblePart().toScreen(QPointF(s.x0, (s.y0 + s.y1) / 2)).toPoint();
    const auto lit = [&] {
        const auto image = m_view->viewport()->grab().toImage();
        const QColor wanted = m_view->graphStyle().selection;
        for (int x = at.x() - 3; x <= at.x() + 3; ++x)
            if (image.pixelColor(x, at.y()) == wanted)
                return true;
        return false;
    };
    QVERIFY(lit());
    // A tensor elsewhere: the lines of the selected node are no longer lit, its own is.
    follow(QStringLiteral("value:%1").arg(graph.findValue("b8_r")->id.number));
    QCOMPARE(m_view->selectedValue()->node, id("b8_relu"));
    follow(QStringLiteral("node:%1").arg(m_bench->node("b7_relu").number));
    QVERIFY(!m_view->selectedValue());
    // Back and forward light it again.
    QTest::mouseClick(m_bench->find<QToolButton>("inspectorBack"), Qt::LeftButton);
    QVERIFY(m_view->selectedValue());
    QCOMPARE(m_view->selectedValue()->node, id("b8_relu"));
    QTest::mouseClick(m_bench->find<QToolButton>("inspectorForward"), Qt::LeftButton);
    QVERIFY(!m_view->selectedValue());
}

void TestGraphLook::coupledChannelsAreTagged() {
    m_view->resetZoom();
    m_view->ensureVisible(id("b1_out"));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, m_view->nodeRect(id("b1_out"))->center().toPoint());
    const auto decorOf = [&](quint32 node) -> const NodeDecor* {
        const auto& nodes = m_view->decor()->nodes;
        const auto it = std::find_if(nodes.begin(), nodes.end(), [&](const NodeDecor& d) { return d.id == node; });
        return it == nodes.end() ? nullptr : &*it;
    };
    QTRY_VERIFY(decorOf(id("b1_out")) && decorOf(id("b1_out"))->group >= 0); // couplings are found in a job
    const auto group = decorOf(id("b1_out"))->group;
    for (const char* name : {"stem", "b0_out", "b2_out", "b9_out"}) {
        QVERIFY2(decorOf(id(name)), name);
        QCOMPARE(decorOf(id(name))->group, group);
    }
    QVERIFY(!decorOf(id("b1_conv")) || decorOf(id("b1_conv"))->group != group); // its own channels
    QVERIFY(QString::fromStdString(decorOf(id("b1_out"))->groupText).contains(QStringLiteral("8")));
    // Drawn, in the group's colour: a tag over the corner and an outline.
    const auto image = m_view->viewport()->grab().toImage();
    const auto rect = *m_view->nodeRect(id("b1_out"));
    const auto color = toColor(groupColor(group));
    int tagged = 0;
    for (int y = int(rect.top()) - 12; y < int(rect.top()) + 2; ++y)
        for (int x = int(rect.left()) - 6; x < int(rect.center().x()); ++x)
            if (image.rect().contains(x, y)) {
                const QColor c = image.pixelColor(x, y);
                tagged += std::abs(c.red() - color.red()) + std::abs(c.green() - color.green()) +
                              std::abs(c.blue() - color.blue()) <
                          30;
            }
    QVERIFY2(tagged > 120, qPrintable(QString::number(tagged)));
    QVERIFY(m_view->tipAt(rect.center()).contains(QString::fromStdString(decorOf(id("b1_out"))->groupText)));
    // Nothing selected: no tag.
    QTest::keyClick(m_view, Qt::Key_Escape);
    QTRY_VERIFY(!decorOf(id("b1_out")) || decorOf(id("b1_out"))->group < 0);
}

void TestGraphLook::legendDragsTheThreshold() {
    graph()->setOverlay(Overlay::Parameters);
    auto* slider = m_bench->find<QSlider>("overlayThreshold");
    const auto scale = ramp();
    QVERIFY(scale.width() > 60);
    const auto at = [&](double part) { return QPointF(scale.left() + scale.width() * part, scale.center().y()); };
    const auto before = m_view->visiblePart().origin;
    press(at(0.2));
    QVERIFY(std::abs(slider->value() - 20) <= 2);
    drag(at(0.5));
    QVERIFY(std::abs(slider->value() - 50) <= 2);
    drag(at(0.7) + QPointF(0, -200)); // far off the scale: still holds it
    QVERIFY(std::abs(slider->value() - 70) <= 2);
    drag(at(3));
    QCOMPARE(slider->value(), slider->maximum());
    drag(at(0.6));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, at(0.6).toPoint());
    QVERIFY(std::abs(m_view->decor()->threshold - 0.6F) < 0.03F);
    QVERIFY(!m_view->decor()->legend.thresholdText.empty());
    QCOMPARE(m_view->visiblePart().origin, before); // nothing was panned
    // What lies below has stepped back, what lies above has not.
    const BoundDecor bound(m_view->decor(), *m_view->picture());
    const auto dimmed = [&](const char* name) {
        return bound.isDimmed(bound.of(*m_view->picture()->indexOf(m_bench->node(name).number)));
    };
    QVERIFY(dimmed("b0_relu"));
    QVERIFY(!dimmed("b1_conv"));
    drag(at(0.1), false); // let go: the pointer moves on alone
    QVERIFY(std::abs(slider->value() - 60) <= 2);
    const QPointF zero(ramp().left(), ramp().center().y()); // the legend has grown by the threshold's line
    press(zero);
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, zero.toPoint());
    QCOMPARE(slider->value(), 0);
    QCOMPARE(m_view->decor()->threshold, 0.0F);
}

void TestGraphLook::keysMoveTheThreshold() {
    auto* slider = m_bench->find<QSlider>("overlayThreshold");
    QVERIFY(!slider->isEnabled()); // operator types have no scale
    graph()->setOverlay(Overlay::Macs);
    QVERIFY(slider->isEnabled());
    const auto plain = m_view->viewport()->grab().toImage();
    slider->setFocus();
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(slider, Qt::Key_Right);
    QVERIFY(std::abs(m_view->decor()->threshold - 0.03F) < 1e-4F);
    QTest::keyClick(slider, Qt::Key_End);
    QCOMPARE(m_view->decor()->threshold, 1.0F);
    QVERIFY(m_view->viewport()->grab().toImage() != plain);
    QTest::keyClick(slider, Qt::Key_Home);
    QCOMPARE(m_view->decor()->threshold, 0.0F);
    QCOMPARE(m_view->viewport()->grab().toImage(), plain);
}

void TestGraphLook::mapMovesTheView() {
    m_view->resetZoom();
    m_view->ensureVisible(id("stem"));
    const auto map = [&] { return Minimap().rect(*m_view->picture(), m_view->visiblePart()); };
    QVERIFY(!map().isEmpty());
    QVERIFY(m_view->tipAt(map().center()).contains(QStringLiteral("whole graph")));
    const auto seen = [&](const char* name) {
        return QRectF(m_view->viewport()->rect()).intersects(*m_view->nodeRect(m_bench->node(name).number));
    };
    QVERIFY(seen("stem") && !seen("end"));
    const QPointF foot(map().center().x(), map().bottom() - 7);
    const QPointF head(map().center().x(), map().top() + 7);
    press(foot);
    QVERIFY(seen("end") && !seen("stem"));
    drag(map().center());
    QVERIFY(!seen("end") && !seen("stem"));
    drag(head);
    QVERIFY(seen("stem"));
    drag(head - QPointF(0, 300)); // out of the map: stays at its end
    QVERIFY(seen("stem"));
    QTest::mouseRelease(m_view->viewport(), Qt::LeftButton, {}, head.toPoint());
    QVERIFY(m_view->selection().isEmpty());
    // Switched off there is none to be hit, and it comes back.
    m_view->setMinimapVisible(false);
    QVERIFY(!m_view->tipAt(map().center()).contains(QStringLiteral("whole graph")));
    m_view->setMinimapVisible(true);
    // All of the graph in view: no map needed.
    m_view->fit();
    QVERIFY(map().isEmpty());
}

QTEST_MAIN(TestGraphLook)
#include "tst_graphlook.moc"
