// SPDX-License-Identifier: GPL-3.0-or-later
// Two variants compared with mouse and keys: one picture, side by side, next difference, a file from disk.
#include "tests/ui/journeys/windowbench.h"

#include "ui/graphview/graphview.h"
#include "ui/models/difftablemodel.h"
#include "ui/panels/comparepanel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

class TestCompareJourney : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void onePicture();
    void sideBySide();
    void table();
    void fileFromDisk();
    void newestWins();

private:
    ComparePanel* panel() { return m_bench->find<ComparePanel>("comparePanel"); }
    GraphView* view(const char* name) { return m_bench->find<GraphView>(name); }
    QToolButton* button(const char* name) { return m_bench->find<QToolButton>(name); }
    QString place() { return m_bench->find<QLabel>("comparePlace")->text(); }
    void click(QWidget* widget) { QTest::mouseClick(widget, Qt::LeftButton); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&m_bench->window(), key, modifiers); }
    bool shown(GraphView* view) {
        return waitUntil([&] { return view->picture() && !view->isLayingOut() && !view->picture()->isEmpty(); });
    }
    const GraphDiff& diff() { return panel()->session().data()->models->comparison.diff; }

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    QStringList m_problems;
    VariantId m_source = 0, m_pruned = 0;
};

void TestCompareJourney::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_problems.clear();
    m_bench = std::make_unique<WindowBench>();
    connect(&m_bench->workspace(), &Workspace::message, this,
            [this](const Diagnostic& problem) { m_problems.append(QString::fromStdString(problem.toString())); });
    m_bench->window().resize(1400, 1000);
    m_bench->window().show();
    m_bench->window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&m_bench->window()));
    for (const char* name : {"diffView", "diffViewA", "diffViewB"})
        view(name)->setAnimated(false);
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    m_source = m_bench->workspace().current();
    m_pruned = m_bench->make(m_source, "prune.channels", {{"ratio", Json(0.5)}});
    QVERIFY2(m_pruned > 0, qPrintable(m_problems.join(u'\n')));
    key(Qt::Key_D, Qt::ControlModifier);
    QVERIFY(waitUntil([&] { return panel()->session().data() != nullptr; }) && m_bench->settle());
}

void TestCompareJourney::cleanup() {
    m_bench.reset();
    m_home.reset();
}

void TestCompareJourney::onePicture() {
    click(button("compareModePicture"));
    auto* picture = view("diffView");
    QVERIFY(picture->isVisible() && shown(picture));
    QVERIFY(diff().changed > 3);
    const auto stops = panel()->session().stops().size();
    QCOMPARE(stops, diff().changed + diff().added + diff().removed - diff().attached);
    QVERIFY(place().contains(QString::number(stops)));
    key(Qt::Key_F8);
    QVERIFY(place().startsWith(QStringLiteral("1 ")));
    QCOMPARE(picture->selection().size(), 1);
    const auto first = *picture->selection().begin();
    QVERIFY(picture->viewport()->rect().intersects(picture->nodeRect(first)->toRect()));
    QVERIFY(m_bench->find<QLabel>("diffDetail")->text().contains(QStringLiteral("→")));
    key(Qt::Key_F8);
    QVERIFY(place().startsWith(QStringLiteral("2 ")));
    key(Qt::Key_F8, Qt::ShiftModifier);
    QCOMPARE(*picture->selection().begin(), first);
    key(Qt::Key_F8, Qt::ShiftModifier); // round the end
    QVERIFY(place().startsWith(QString::number(stops) + u' '));
    // A click on a node goes there as well.
    picture->ensureVisible(first);
    QTest::mouseClick(picture->viewport(), Qt::LeftButton, {}, picture->nodeRect(first)->center().toPoint());
    QVERIFY(place().startsWith(QStringLiteral("1 ")));
    const auto grabbed = picture->viewport()->grab().toImage();
    auto* metric = m_bench->find<QComboBox>("diffMetric");
    metric->setCurrentIndex(metric->findData(int(DiffMetric::Macs)));
    QTRY_VERIFY(picture->viewport()->grab().toImage() != grabbed);
    metric->setCurrentIndex(0);
    // Compared with itself made simple, nearly everything folds; the run opens again.
    const auto simplified = m_bench->make(m_source, "simplify.graph");
    QVERIFY(simplified > 0);
    panel()->compare(m_source, simplified);
    QVERIFY(waitUntil([&] { return panel()->session().data() != nullptr; }) && m_bench->settle() && shown(picture));
    const auto all = picture->picture()->nodeCount();
    m_bench->find<QCheckBox>("diffOnlyChanges")->click();
    QTRY_VERIFY(picture->picture() && !picture->isLayingOut() && picture->picture()->nodeCount() < all);
    const auto folded = picture->picture()->nodeCount();
    quint32 run = 0;
    for (const auto& node : picture->picture()->picture().nodes)
        if (node.members > 0)
            run = node.id;
    QVERIFY(run != 0);
    picture->ensureVisible(run);
    QTest::mouseDClick(picture->viewport(), Qt::LeftButton, {}, picture->nodeRect(run)->center().toPoint());
    QTRY_VERIFY(picture->picture() && !picture->isLayingOut() && picture->picture()->nodeCount() > folded);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestCompareJourney::sideBySide() {
    click(button("compareModeSides"));
    auto *a = view("diffViewA"), *b = view("diffViewB");
    QVERIFY(shown(a) && shown(b));
    QCOMPARE(m_bench->find<QLabel>("diffTitleA")->text().contains(m_bench->find<QComboBox>("compareA")->currentText()),
             true);
    // Some changed layer in the middle: a click selects it on both sides.
    const auto& nodes = diff().nodes;
    const auto it = std::find_if(nodes.begin() + std::ptrdiff_t(nodes.size() / 2), nodes.end(),
                                 [](const auto& node) { return node.kind == DiffKind::Changed; });
    QVERIFY(it != nodes.end());
    a->resetZoom();
    QVERIFY(a->ensureVisible(it->a.number));
    QTest::mouseClick(a->viewport(), Qt::LeftButton, {}, a->nodeRect(it->a.number)->center().toPoint());
    QCOMPARE(a->selection(), GraphView::Ids{it->a.number});
    QCOMPARE(b->selection(), GraphView::Ids{it->b.number});
    QVERIFY(b->viewport()->rect().intersects(b->nodeRect(it->b.number)->toRect()));
    QCOMPARE(panel()->session().current(), int(it - nodes.begin()));
    // Zooming and scrolling one takes the other along.
    const auto wheel = [](GraphView* view, int delta, Qt::KeyboardModifiers modifiers) {
        const QPointF at = view->viewport()->rect().center();
        QWheelEvent event(at, view->viewport()->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(view->viewport(), &event);
    };
    wheel(a, 240, Qt::ControlModifier);
    QVERIFY(std::abs(a->zoom() / b->zoom() - 1) < 1e-9);
    const auto before = b->visiblePart().origin;
    wheel(b, -240, {});
    QVERIFY(b->visiblePart().origin != before);
    const auto beforeA = a->visiblePart().origin;
    wheel(b, -240, {});
    QVERIFY(a->visiblePart().origin != beforeA);
    // What stands in the middle of one stands in the middle of the other.
    wheel(a, 120, {});
    const auto middle = QPointF(a->viewport()->rect().center());
    double nearest = 1e9, apart = 1e9;
    for (const auto& node : nodes) {
        const auto p = node.a.valid() && node.b.valid() ? a->nodeRect(node.a.number) : std::nullopt;
        const auto q = p ? b->nodeRect(node.b.number) : std::nullopt;
        if (!q)
            continue;
        const auto away = std::abs(p->center().y() - middle.y()) + std::abs(p->center().x() - middle.x());
        if (away < nearest) {
            nearest = away;
            const auto centreB = QPointF(b->viewport()->rect().center());
            apart = std::abs((p->center() - middle).y() - (q->center() - centreB).y());
        }
    }
    QVERIFY2(apart < 25, qPrintable(QString::number(apart)));
    m_bench->find<QCheckBox>("diffTogether")->click();
    const auto still = b->visiblePart();
    wheel(a, 240, Qt::ControlModifier);
    QVERIFY(b->visiblePart() == still);
    key(Qt::Key_F8);
    QCOMPARE(a->selection().size() + b->selection().size(), 2);
}

void TestCompareJourney::table() {
    click(button("compareModeTable"));
    auto* table = m_bench->find<QTableView>("diffTable");
    const auto all = table->model()->rowCount();
    QVERIFY(all > 3);
    auto* filter = m_bench->find<QLineEdit>("diffTableFilter");
    filter->setFocus();
    QTest::keyClicks(filter, QStringLiteral("Conv"));
    QVERIFY(table->model()->rowCount() < all && table->model()->rowCount() > 0);
    table->sortByColumn(DiffTableModel::Macs, Qt::AscendingOrder);
    const auto macs = [&](int row) {
        return table->model()->index(row, DiffTableModel::Macs).data(DiffTableModel::SortRole).toDouble();
    };
    for (int row = 1; row < table->model()->rowCount(); ++row)
        QVERIFY(macs(row) >= macs(row - 1));
    QVERIFY(macs(0) < 0);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(0, 1)).center());
    const auto entry = table->model()->index(0, 0).data(DiffTableModel::EntryRole).toInt();
    QCOMPARE(panel()->session().current(), entry);
    click(button("compareModePicture"));
    QVERIFY(shown(view("diffView")));
    QCOMPARE(view("diffView")->selection(), GraphView::Ids{diff().nodes[std::size_t(entry)].b.number});
}

void TestCompareJourney::fileFromDisk() {
    const auto file = m_home->path() / "elsewhere.onnx";
    std::filesystem::copy_file(resourcesFolder() / "sample" / "fashion.onnx", file);
    panel()->compareWith(QString::fromStdString(file.string()));
    QVERIFY(waitUntil([&] { return panel()->session().data() != nullptr; }) && m_bench->settle());
    QVERIFY(m_bench->find<QComboBox>("compareB")->currentText().contains(QStringLiteral("elsewhere.onnx")));
    QCOMPARE(m_bench->find<QComboBox>("compareA")->currentData().toLongLong(), m_pruned);
    QVERIFY(diff().changed > 3);
    const auto channels = [&] {
        for (const auto& node : diff().nodes)
            if ((node.flags & (DiffNarrowed | DiffWidened)) != 0 && node.channelsA != node.channelsB)
                return node.channelsB - node.channelsA;
        return std::int64_t(0);
    };
    QVERIFY(channels() > 0);
    click(button("compareSwap"));
    QVERIFY(waitUntil([&] { return panel()->session().data() != nullptr; }) && m_bench->settle());
    QVERIFY(channels() < 0);
    writeFile(m_home->path() / "broken.onnx", "no model");
    panel()->compareWith(QString::fromStdString((m_home->path() / "broken.onnx").string()));
    QTRY_VERIFY(!m_problems.isEmpty());
    QVERIFY(m_problems.front().contains(QStringLiteral("broken.onnx")));
}

void TestCompareJourney::newestWins() {
    for (int i = 0; i < 4; ++i)
        click(button("compareSwap"));
    QVERIFY(waitUntil([&] { return panel()->session().data() != nullptr; }) && m_bench->settle());
    QCOMPARE(m_bench->find<QComboBox>("compareA")->currentData().toLongLong(), m_source);
    bool narrowed = false;
    for (const auto& node : diff().nodes)
        narrowed |= node.channelsB < node.channelsA;
    QVERIFY(narrowed);
    QVERIFY(!panel()->session().isBusy());
}

QTEST_MAIN(TestCompareJourney)
#include "tst_comparejourney.moc"
