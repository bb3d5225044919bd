// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/parallelplot.h"

#include <QElapsedTimer>
#include <QFileInfo>
#include <QImage>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace lapidary;

class TestParallelPlot : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_plot.reset(); }

    void theBestIsAtTheTop();
    void draggingAnAxisKeepsARange();
    void rangesOfSeveralAxesGoTogether();
    void clickOnTheAxisDropsItsRange();
    void missingNumbersAreInNoRange();
    void draggingATitleMovesTheAxis();
    void keysDoTheSame();
    void clickSelectsALine();
    void settersDoNotEcho();
    void contentKeepsOrderAndRanges();
    void exportsAllKinds();
    void manyLines();

private:
    static QString key(const char* text) { return QString::fromLatin1(text); }
    QPointF at(const char* axis, double value) const { return m_plot->positionOf(key(axis), value); }
    void drag(QPointF from, QPointF to) const;

    std::unique_ptr<ParallelPlot> m_plot;
};

void TestParallelPlot::init() {
    m_plot = std::make_unique<ParallelPlot>();
    const double none = qQNaN();
    m_plot->setContent({{key("top1"), key("Top-1"), key("%"), Better::Larger},
                        {key("ms"), key("Latency"), key("ms"), Better::Smaller},
                        {key("kib"), key("File"), key("KiB"), Better::Smaller}},
                       {{key("1"), key("source"), key("Source"), {90, 10, 400}, {}},
                        {key("2"), key("pruned"), key("Pruned"), {85, 6, 200}, {}},
                        {key("3"), key("int8"), key("Quantized"), {89, 4, 100}, {false, true, false}},
                        {key("4"), key("new"), key("Pruned"), {none, none, 300}, {}}});
    m_plot->resize(700, 420);
    m_plot->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
}

void TestParallelPlot::drag(QPointF from, QPointF to) const {
    QTest::mousePress(m_plot.get(), Qt::LeftButton, {}, from.toPoint());
    for (int part = 1; part <= 4; ++part) {
        const QPointF pos = from + (to - from) * part / 4.0;
        QMouseEvent move(QEvent::MouseMove, pos, m_plot->mapToGlobal(pos), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(m_plot.get(), &move);
    }
    QTest::mouseRelease(m_plot.get(), Qt::LeftButton, {}, to.toPoint());
}

void TestParallelPlot::theBestIsAtTheTop() {
    QVERIFY(at("top1", 90).y() < at("top1", 85).y());
    QVERIFY(at("ms", 4).y() < at("ms", 10).y());
    QVERIFY(at("top1", 90).x() < at("ms", 4).x());
    QVERIFY(m_plot->positionOf(key("nothing"), 1).isNull());
}

void TestParallelPlot::draggingAnAxisKeepsARange() {
    QSignalSpy edited(m_plot.get(), &ParallelPlot::selectionEdited);
    drag(at("ms", 3.99), at("ms", 7));
    QVERIFY(edited.count() > 0);
    QCOMPARE(m_plot->selectedIds(), (QStringList{key("2"), key("3")}));
    const auto kept = m_plot->range(key("ms"));
    QVERIFY(kept && std::abs(kept->upper - 7) < 0.1 && kept->lower <= 4.05);
    drag(at("ms", 7), at("ms", 5)); // by its end
    QCOMPARE(m_plot->keptIds(), QStringList{key("3")});
    drag(at("ms", 4.5), at("ms", 9.7)); // by its middle
    QVERIFY(m_plot->range(key("ms"))->lower > 8);
    QCOMPARE(m_plot->keptIds(), QStringList{key("1")});
}

void TestParallelPlot::rangesOfSeveralAxesGoTogether() {
    m_plot->setRange(key("ms"), ValueInterval{3, 7});
    m_plot->setRange(key("top1"), ValueInterval{88, 91});
    QCOMPARE(m_plot->keptIds(), QStringList{key("3")});
    m_plot->setRange(key("top1"), std::nullopt);
    QCOMPARE(m_plot->keptIds().size(), 2);
}

void TestParallelPlot::clickOnTheAxisDropsItsRange() {
    drag(at("kib", 101), at("kib", 250));
    QVERIFY(m_plot->range(key("kib")));
    QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, at("kib", 380).toPoint());
    QVERIFY(!m_plot->range(key("kib")));
    QVERIFY(m_plot->selectedIds().isEmpty());
}

void TestParallelPlot::missingNumbersAreInNoRange() {
    m_plot->setRange(key("kib"), ValueInterval{250, 350});
    QCOMPARE(m_plot->keptIds(), QStringList{key("4")});
    m_plot->setRange(key("ms"), ValueInterval{0, 100});
    QVERIFY(m_plot->keptIds().isEmpty());
}

void TestParallelPlot::draggingATitleMovesTheAxis() {
    QSignalSpy edited(m_plot.get(), &ParallelPlot::orderEdited);
    const auto from = m_plot->titleRect(key("kib")).center();
    drag(from, m_plot->titleRect(key("top1")).center());
    QCOMPARE(m_plot->axisOrder().first(), key("kib"));
    QVERIFY(edited.count() > 0);
    QVERIFY(at("kib", 100).x() < at("top1", 90).x());
}

void TestParallelPlot::keysDoTheSame() {
    m_plot->setFocus();
    QTest::keyClick(m_plot.get(), Qt::Key_Right);
    for (int i = 0; i < 26; ++i) // the lower end on the screen goes up by 52 %: what takes longest goes first
        QTest::keyClick(m_plot.get(), Qt::Key_Up);
    const auto kept = m_plot->range(key("ms"));
    QVERIFY(kept);
    QVERIFY(std::abs(kept->upper - (10 - 0.52 * 6)) < 1e-6 && kept->lower == 4);
    QCOMPARE(m_plot->selectedIds(), (QStringList{key("2"), key("3")}));
    QTest::keyClick(m_plot.get(), Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(m_plot->axisOrder(), (QStringList{key("top1"), key("kib"), key("ms")}));
    QTest::keyClick(m_plot.get(), Qt::Key_Delete);
    QVERIFY(!m_plot->range(key("ms")));
}

void TestParallelPlot::clickSelectsALine() {
    const auto between = (at("top1", 85) + at("ms", 6)) / 2;
    QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, between.toPoint());
    QCOMPARE(m_plot->selectedIds(), QStringList{key("2")});
    QSignalSpy activated(m_plot.get(), &ParallelPlot::activated);
    QTest::keyClick(m_plot.get(), Qt::Key_Return);
    QCOMPARE(activated.first().first().toString(), key("2"));
}

void TestParallelPlot::settersDoNotEcho() {
    QSignalSpy edited(m_plot.get(), &ParallelPlot::selectionEdited);
    m_plot->setSelectedIds({key("1"), key("unknown")});
    m_plot->setRange(key("ms"), ValueInterval{0, 5});
    m_plot->setAxisOrder({key("kib")});
    QCOMPARE(edited.count(), 0);
    QCOMPARE(m_plot->selectedIds(), QStringList{key("1")});
    QCOMPARE(m_plot->axisOrder().size(), 3);
    QVERIFY(m_plot->accessibleDescription().contains(key("4 variants")));
}

void TestParallelPlot::contentKeepsOrderAndRanges() {
    m_plot->setAxisOrder({key("kib"), key("ms"), key("top1")});
    m_plot->setRange(key("ms"), ValueInterval{0, 5});
    m_plot->setRange(key("top1"), ValueInterval{0, 5});
    m_plot->setContent({{key("ms"), key("Latency"), key("ms"), Better::Smaller},
                        {key("energy"), key("Energy"), key("mJ"), Better::Smaller},
                        {key("kib"), key("File"), key("KiB"), Better::Smaller}},
                       {{key("1"), key("source"), key("Source"), {10, 1, 400}, {}}});
    QCOMPARE(m_plot->axisOrder(), (QStringList{key("kib"), key("ms"), key("energy")}));
    QVERIFY(m_plot->range(key("ms")) && !m_plot->range(key("top1")));
    m_plot->setContent({}, {});
    QVERIFY(!m_plot->grab().isNull());
}

void TestParallelPlot::exportsAllKinds() {
    QTemporaryDir folder;
    m_plot->setRange(key("ms"), ValueInterval{0, 7});
    for (const char* kind : {"png", "svg", "pdf", "csv"}) {
        const QString path = folder.filePath(key("plot.") + key(kind));
        QString error;
        QVERIFY2(m_plot->exportTo(path, &error), qPrintable(error));
        QVERIFY(QFileInfo(path).size() > 100);
    }
    QCOMPARE(QImage(folder.filePath(key("plot.png"))).size(), m_plot->size() * 2);
    const auto lines = m_plot->toCsv().split(key("\r\n"), Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines[0], key("id,name,group,Top-1 [%],Latency [ms],File [KiB],kept"));
    QCOMPARE(lines[3], key("3,int8,Quantized,89,4,100,1"));
    QCOMPARE(lines[4], key("4,new,Pruned,,,300,0"));
    QString error;
    QVERIFY(!m_plot->exportTo(folder.filePath(key("plot.bmp")), &error) && error.contains(key("bmp")));
}

void TestParallelPlot::manyLines() {
    QVector<ParallelAxis> axes;
    for (int i = 0; i < 8; ++i)
        axes.append({QString::number(i), QString::number(i), {}, Better::Larger});
    QVector<ParallelLine> lines;
    for (int i = 0; i < 5000; ++i) {
        ParallelLine line{QString::number(i), QString::number(i), QString::number(i % 5), {}, {}};
        for (int axis = 0; axis < 8; ++axis)
            line.values.append((i * (axis + 3)) % 997);
        lines.append(line);
    }
    m_plot->setContent(axes, lines);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!m_plot->grab().isNull());
    qInfo("5000 lines drawn in %lld ms", timer.elapsed());
    QCOMPARE(m_plot->keptIds().size(), 5000);
}

QTEST_MAIN(TestParallelPlot)
#include "tst_parallelplot.moc"
