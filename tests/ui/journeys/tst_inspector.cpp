// SPDX-License-Identifier: GPL-3.0-or-later
// The inspector in the real window: what it says of what is selected, how it walks, what it shows of tensors and
// writes.
#include "tests/support/modelbuilder.h"
#include "tests/ui/journeys/windowbench.h"

#include "onnx/onnxwriter.h"
#include "tensor/npyfile.h"
#include "ui/charts/heatmap.h"
#include "ui/charts/valuebars.h"
#include "ui/graphview/graphview.h"
#include "ui/panels/inspectorpanel.h"
#include "ui/panels/tensorpanel.h"

#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QMouseEvent>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QTextBlock>
#include <QTextBrowser>
#include <QToolButton>

using namespace lapidary;
using namespace lapidary::test;

class TestInspector : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void clickedNodeIsExplained();
    void linksWalkAndReturn();
    void documentationUnfolds();
    void severalNodesAreSummed();
    void modelIsSummed();
    void tensorsAreShown();
    void kernelsOfAChannel();
    void tensorsAreExported();
    void graphsInside();

private:
    QTextBrowser* text() { return m_bench->find<QTextBrowser>("inspectorText"); }
    bool says(const std::string& words) { return text()->toPlainText().contains(QString::fromStdString(words)); }
    InspectorPanel* panel() { return m_bench->find<InspectorPanel>("inspectorPanel"); }
    TensorPanel* tensors() { return m_bench->find<TensorPanel>("tensorPanel"); }
    QTabWidget* pages() { return m_bench->find<QTabWidget>("inspectorTabs"); }
    const Graph& graph() { return *m_bench->workspace().model()->model->graph; }
    const Node* first(const char* op, int skip = 0);
    void select(const Node* node) { m_bench->workspace().selection().set({node->id}, node->id); }
    /// Clicks the link that leads to `target`, where it stands on the page.
    bool clickLink(const QString& target);

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
};

void TestInspector::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().show();
    QVERIFY(QTest::qWaitForWindowExposed(&m_bench->window()));
    m_bench->find<GraphView>("graphView")->setAnimated(false);
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    m_bench->find<QDockWidget>("inspectorDock")->raise();
}

void TestInspector::cleanup() {
    m_bench.reset();
    m_home.reset();
}

const Node* TestInspector::first(const char* op, int skip) {
    for (const auto& node : graph().nodes())
        if (node->is(op) && skip-- == 0)
            return node.get();
    qFatal("the sample has no such node");
}

bool TestInspector::clickLink(const QString& target) {
    auto* browser = text();
    for (auto block = browser->document()->begin(); block.isValid(); block = block.next())
        for (auto it = block.begin(); !it.atEnd(); ++it)
            if (it.fragment().charFormat().anchorHref() == target) {
                QTextCursor cursor(browser->document());
                cursor.setPosition(it.fragment().position() + 1);
                browser->setTextCursor(cursor);
                browser->ensureCursorVisible();
                const auto place = browser->cursorRect(cursor).center();
                QTest::mouseClick(browser->viewport(), Qt::LeftButton, {}, place);
                return true;
            }
    return false;
}

void TestInspector::clickedNodeIsExplained() {
    auto* view = m_bench->find<GraphView>("graphView");
    const auto* conv = first("Conv");
    QVERIFY(m_bench->graphShown() && view->ensureVisible(conv->id.number));
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->nodeRect(conv->id.number)->center().toPoint());
    QCOMPARE(panel()->subject().node, conv->id);
    for (const auto& words : {std::string("Conv"), displayName(*conv), std::string("kernel_shape"), std::string("MACs"),
                              graph().value(conv->inputs[1])->name, std::string("auto_pad"),
                              std::string("NOTSET (default)"), std::string("The convolution operator")})
        QVERIFY2(says(words), words.c_str());
    const auto macs = QLocale().toString(qulonglong(m_bench->workspace().model()->cost.of(conv->id).macs));
    QVERIFY(says(macs.toStdString()));
    QTRY_VERIFY(says("In a group of")); // found by a job
    QVERIFY(text()->textInteractionFlags().testFlag(Qt::TextSelectableByMouse));
}

void TestInspector::linksWalkAndReturn() {
    const auto* conv = first("Conv", 1);
    select(conv);
    const auto* maker = graph().producer(conv->inputs[0]);
    QVERIFY(maker && clickLink(QStringLiteral("node:%1").arg(maker->id.number)));
    QCOMPARE(m_bench->workspace().selection().nodes(), std::set<NodeId>{maker->id});
    QVERIFY(says(displayName(*maker)));
    QVERIFY(clickLink(QStringLiteral("value:%1").arg(maker->outputs[0].number)));
    QCOMPARE(panel()->subject().value, maker->outputs[0]);
    QVERIFY(says("Used by"));
    auto* back = m_bench->find<QToolButton>("inspectorBack");
    back->click();
    back->click();
    QCOMPARE(panel()->subject().node, conv->id);
    QCOMPARE(m_bench->workspace().selection().current(), conv->id);
    m_bench->find<QToolButton>("inspectorForward")->click();
    QCOMPARE(panel()->subject().node, maker->id);
}

void TestInspector::documentationUnfolds() {
    select(first("Conv"));
    QVERIFY(!says("FILTER_OUT_CHANNEL"));
    QVERIFY(clickLink(QStringLiteral("fold:docs")));
    QVERIFY(says("FILTER_OUT_CHANNEL"));
    select(first("Conv", 1));
    QVERIFY(says("FILTER_OUT_CHANNEL")); // as the user left it
    QVERIFY(clickLink(QStringLiteral("fold:docs")));
    QVERIFY(!says("FILTER_OUT_CHANNEL"));
}

void TestInspector::severalNodesAreSummed() {
    const auto *a = first("Conv"), *b = first("Conv", 1);
    m_bench->workspace().selection().set({a->id, b->id}, a->id);
    const auto& cost = m_bench->workspace().model()->cost;
    QVERIFY(says(QLocale().toString(qulonglong(cost.of(a->id).macs + cost.of(b->id).macs)).toStdString()));
    QVERIFY(says("Attributes they share"));
    QVERIFY(says(displayName(*b)));
}

void TestInspector::modelIsSummed() {
    m_bench->workspace().selection().clear();
    for (const char* words : {"Opset", "Largest layers", "Inputs and outputs", "Activations at the peak"})
        QVERIFY2(says(words), words);
    QVERIFY(clickLink(QStringLiteral("select:Conv")));
    const auto& nodes = graph().nodes();
    const auto convolutions =
        std::count_if(nodes.begin(), nodes.end(), [](const auto& node) { return node->is("Conv"); });
    QCOMPARE(std::ptrdiff_t(m_bench->workspace().selection().nodes().size()), convolutions);
}

void TestInspector::tensorsAreShown() {
    const auto* conv = first("Conv", 1);
    select(conv);
    QVERIFY(!tensors()->facts());
    QTest::qWait(50);
    QVERIFY(!tensors()->facts()); // nobody has looked
    QVERIFY(clickLink(QStringLiteral("tensor:%1").arg(conv->inputs[1].number)));
    QTRY_VERIFY(tensors()->isSettled());
    const auto weight = graph().constant(conv->inputs[1]);
    const auto values = *toFloats(*weight);
    QCOMPARE(tensors()->facts()->statistics->maximum, double(*std::max_element(values.begin(), values.end())));
    QCOMPARE(tensors()->facts()->statistics->channels.size(), std::size_t(weight->shape[0]));
    auto* views = m_bench->find<QTabWidget>("tensorViews");
    views->setCurrentIndex(3);
    QVERIFY(m_bench->find<QPlainTextEdit>("tensorValues")->toPlainText().startsWith(QStringLiteral("[0, 0, 0, :]")));
    // The next layer: the page stays and shows its weight.
    select(first("Conv", 2));
    QCOMPARE(pages()->currentIndex(), 1);
    QTRY_VERIFY(tensors()->isSettled());
    auto* combo = m_bench->find<QComboBox>("tensorCombo");
    QVERIFY(combo->count() >= 1);
    if (combo->count() > 1) {
        combo->setCurrentIndex(1);
        QTRY_VERIFY(tensors()->isSettled());
        QCOMPARE(tensors()->facts()->elements.size(), std::size_t(tensors()->facts()->statistics->count));
    }
    select(first("Relu"));
    QCOMPARE(pages()->currentIndex(), 0);
    select(first("Conv"));
    QCOMPARE(pages()->currentIndex(), 1); // what the user looked at last
}

void TestInspector::kernelsOfAChannel() {
    const auto* conv = first("Conv", 1);
    select(conv);
    QVERIFY(clickLink(QStringLiteral("tensor:%1").arg(conv->inputs[1].number)));
    auto* views = m_bench->find<QTabWidget>("tensorViews");
    auto* heat = m_bench->find<HeatMap>("tensorHeatMap");
    views->setCurrentIndex(0);
    QTRY_VERIFY(tensors()->isSettled() && heat->hasRaster());
    QTRY_VERIFY(heat->elementAt(heat->rect().center()) >= -1);
    const auto all = heat->grid();
    views->setCurrentIndex(2);
    auto* bars = m_bench->find<ValueBars>("tensorBars");
    QTest::mouseClick(bars, Qt::LeftButton, {}, QPoint(10, bars->height() / 2));
    QCOMPARE(views->currentIndex(), 0);
    QVERIFY(!(heat->grid() == all));
    QCOMPARE(heat->grid().tiles, graph().constant(conv->inputs[1])->shape[1]);
    QTRY_VERIFY(heat->hasRaster() && tensors()->isSettled());
    const auto cell = heat->cellWidth();
    QTest::keyClick(heat, Qt::Key_Plus);
    QVERIFY(heat->cellWidth() > cell);
    QTest::keyClick(heat, Qt::Key_Home);
    QCOMPARE(heat->cellWidth(), cell);
    // A value under the pointer, with its place.
    QTRY_VERIFY(tensors()->isSettled());
    auto* readout = m_bench->find<QLabel>("tensorHeatText");
    QPoint place;
    for (int x = 0; x < heat->width(); ++x)
        for (int y = 0; y < heat->height(); ++y)
            if (heat->elementAt({x, y}) >= 0)
                place = {x, y};
    QVERIFY(!place.isNull());
    // As the window system would send it: where the real pointer is does not matter then.
    QMouseEvent move(QEvent::MouseMove, place, heat->mapToGlobal(place), Qt::NoButton, Qt::NoButton, {});
    QCoreApplication::sendEvent(heat, &move);
    QTRY_VERIFY(readout->text().contains(u'['));
}

void TestInspector::tensorsAreExported() {
    const auto* conv = first("Conv");
    select(conv);
    QSignalSpy done(tensors(), &TensorPanel::exported);
    const auto file = *m_home / "weight.npy";
    tensors()->exportTo(QString::fromStdString(file.string()));
    QVERIFY(done.count() == 1 || done.wait());
    const auto array = readNpy(file);
    LAPIDARY_VERIFY_OK(array);
    const auto weight = graph().constant(conv->inputs[1]);
    QCOMPARE((*array)->shape, weight->shape);
    QCOMPARE(*toFloats(**array), *toFloats(*weight));
    QSignalSpy failed(tensors(), &TensorPanel::failed);
    tensors()->exportTo(QString::fromStdString((*m_home / "no" / "folder.npy").string()));
    QVERIFY(failed.count() == 1 || failed.wait());
}

void TestInspector::graphsInside() {
    const auto branch = [](const char* op, const char* out) {
        ModelBuilder inner;
        return inner.outer("x")
            .init("two", {1}, std::vector<float>{2})
            .node(op, {"x", "two"}, {out}, {}, op)
            .output(out)
            .buildGraph();
    };
    ModelBuilder builder;
    builder.input("c", DataType::Bool, {}).input("x", {4});
    builder.node("If", {"c"}, {"y"}, {attr("then_branch", branch("Add", "a")), attr("else_branch", branch("Mul", "b"))},
                 "choice");
    const auto file = *m_home / "if.onnx";
    const auto written = writeOnnx(*builder.output("y").build(), file);
    LAPIDARY_VERIFY_OK(written);
    QVERIFY(m_bench->open(file));
    select(first("If"));
    QVERIFY(says("then_branch"));
    QVERIFY(clickLink(QStringLiteral("graph:1")));
    QVERIFY(!panel()->subject().place->isMain());
    QVERIFY(says("Mul"));
    const auto inside = panel()->subject().place->graph().nodes()[0]->id;
    QVERIFY(clickLink(QStringLiteral("node:%1").arg(inside.number)));
    QCOMPARE(panel()->subject().node, inside);
    QCOMPARE(tensors()->count(), 1);
    m_bench->find<QToolButton>("inspectorBack")->click();
    m_bench->find<QToolButton>("inspectorBack")->click();
    QVERIFY(panel()->subject().place->isMain());
    QCOMPARE(panel()->subject().node, first("If")->id);
}

QTEST_MAIN(TestInspector)
#include "tst_inspector.moc"
