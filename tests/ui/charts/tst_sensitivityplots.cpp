// SPDX-License-Identifier: GPL-3.0-or-later
#include "testsupport.h"
#include "ui/charts/sensitivityplots.h"

#include <QElapsedTimer>
#include <QHelpEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

#include <cmath>

using namespace lapidary;

class TestSensitivityPlots : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_plots.reset(); }
    void joinsPoints();
    void cutsFarOutliers();
    void ordersByLoss();
    void clickSelects();
    void keysWalk();
    void settersAreSilent();
    void hoverSaysNumbers();
    void choosingRepaints();
    void scrollsToTheSelection();
    void hundredsStaySmooth();

private:
    static SensitivityCurve curve(const QString& id, double worst);
    void show(int count);
    QPoint middle(const QString& id) const { return m_plots->cellRect(id).center(); }

    std::unique_ptr<SensitivityPlots> m_plots;
};

SensitivityCurve TestSensitivityPlots::curve(const QString& id, double worst) {
    SensitivityCurve made;
    made.id = id;
    made.name = QStringLiteral("layer") + id;
    for (const double share : {0.25, 0.5, 0.75}) {
        made.points.append({share, worst * share / 0.75});
        made.pointTexts.append(QStringLiteral("at %1 of %2").arg(share).arg(id));
    }
    return made;
}

void TestSensitivityPlots::show(int count) {
    QVector<SensitivityCurve> curves;
    for (int i = 0; i < count; ++i)
        curves.append(curve(QString::number(i), 1 + (i * 7) % 5));
    m_plots->setCurves(curves);
}

void TestSensitivityPlots::init() {
    test::failOnWarnings();
    m_plots = std::make_unique<SensitivityPlots>();
    m_plots->resize(560, 300);
    m_plots->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_plots.get()));
    show(10);
}

void TestSensitivityPlots::joinsPoints() {
    const auto one = curve(QStringLiteral("a"), 3);
    QCOMPARE(SensitivityPlots::lossAt(one, 0), 0.0);
    QCOMPARE(SensitivityPlots::lossAt(one, 0.25), 1.0);
    QCOMPARE(SensitivityPlots::lossAt(one, 0.375), 1.5);
    QCOMPARE(SensitivityPlots::lossAt(one, 0.125), 0.5);
    QVERIFY(std::isnan(SensitivityPlots::lossAt(one, 0.8)));
}

void TestSensitivityPlots::cutsFarOutliers() {
    QCOMPARE(m_plots->scaleTop(), 5.0);
    auto curves = m_plots->curves();
    curves.append(curve(QStringLiteral("bad"), 1000));
    m_plots->setCurves(curves);
    QVERIFY(m_plots->scaleTop() >= 5 && m_plots->scaleTop() <= 20);
}

void TestSensitivityPlots::ordersByLoss() {
    QCOMPARE(m_plots->shownIds().first(), QStringLiteral("0"));
    m_plots->setOrder(CurveOrder::WorstFirst);
    QCOMPARE(m_plots->shownIds().first(), QStringLiteral("2")); // 1 + 14 % 5 = 5; the first of the worst
    QCOMPARE(m_plots->shownIds().size(), 10);
    m_plots->setOrder(CurveOrder::Graph);
    QCOMPARE(m_plots->shownIds().last(), QStringLiteral("9"));
}

void TestSensitivityPlots::clickSelects() {
    QSignalSpy edited(m_plots.get(), &SensitivityPlots::selectionEdited);
    QSignalSpy activated(m_plots.get(), &SensitivityPlots::activated);
    QTest::mouseClick(m_plots->viewport(), Qt::LeftButton, {}, middle(QStringLiteral("1")));
    QCOMPARE(m_plots->selectedIds(), QStringList{QStringLiteral("1")});
    QTest::mouseClick(m_plots->viewport(), Qt::LeftButton, Qt::ControlModifier, middle(QStringLiteral("0")));
    QCOMPARE(m_plots->selectedIds(), (QStringList{QStringLiteral("0"), QStringLiteral("1")}));
    QCOMPARE(edited.size(), 2);
    QTest::mouseDClick(m_plots->viewport(), Qt::LeftButton, {}, middle(QStringLiteral("2")));
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated[0][0].toString(), QStringLiteral("2"));
}

void TestSensitivityPlots::keysWalk() {
    m_plots->setFocus();
    QTest::keyClick(m_plots.get(), Qt::Key_Home);
    QCOMPARE(m_plots->selectedIds(), QStringList{QStringLiteral("0")});
    QTest::keyClick(m_plots.get(), Qt::Key_Right);
    QCOMPARE(m_plots->selectedIds(), QStringList{QStringLiteral("1")});
    QTest::keyClick(m_plots.get(), Qt::Key_Down);
    const auto below = m_plots->selectedIds().value(0);
    QCOMPARE(m_plots->cellRect(below).left(), m_plots->cellRect(QStringLiteral("1")).left());
    QVERIFY(m_plots->cellRect(below).top() > m_plots->cellRect(QStringLiteral("1")).top());
    QTest::keyClick(m_plots.get(), Qt::Key_End);
    QCOMPARE(m_plots->selectedIds(), QStringList{QStringLiteral("9")});
    QVERIFY(m_plots->accessibleDescription().contains(QStringLiteral("at 0.5 of 9")));
    QSignalSpy activated(m_plots.get(), &SensitivityPlots::activated);
    QTest::keyClick(m_plots.get(), Qt::Key_Return);
    QCOMPARE(activated.size(), 1);
    QTest::keyClick(m_plots.get(), Qt::Key_Escape);
    QVERIFY(m_plots->selectedIds().isEmpty());
}

void TestSensitivityPlots::settersAreSilent() {
    QSignalSpy edited(m_plots.get(), &SensitivityPlots::selectionEdited);
    m_plots->setSelectedIds({QStringLiteral("3")});
    m_plots->setCurves(m_plots->curves());
    QCOMPARE(m_plots->selectedIds(), QStringList{QStringLiteral("3")});
    QVERIFY(edited.isEmpty());
}

void TestSensitivityPlots::hoverSaysNumbers() {
    const auto cell = m_plots->cellRect(QStringLiteral("1"));
    const QPoint at(cell.left() + cell.width() / 2, cell.bottom() - 20);
    QHelpEvent event(QEvent::ToolTip, at, m_plots->viewport()->mapToGlobal(at));
    QApplication::sendEvent(m_plots->viewport(), &event);
    QVERIFY2(QToolTip::text().contains(QStringLiteral("at 0.5 of 1")), qPrintable(QToolTip::text()));
}

void TestSensitivityPlots::choosingRepaints() {
    const auto before = m_plots->viewport()->grab().toImage();
    m_plots->setChosen({{QStringLiteral("1"), 0.4}});
    QCOMPARE(m_plots->curves()[1].chosen, 0.4);
    QVERIFY(m_plots->viewport()->grab().toImage() != before);
    m_plots->setChosen({});
    QCOMPARE(m_plots->viewport()->grab().toImage(), before);
}

void TestSensitivityPlots::scrollsToTheSelection() {
    show(300);
    QVERIFY(!m_plots->viewport()->rect().contains(m_plots->cellRect(QStringLiteral("299"))));
    m_plots->setSelectedIds({QStringLiteral("299")});
    QVERIFY(m_plots->viewport()->rect().contains(m_plots->cellRect(QStringLiteral("299"))));
}

void TestSensitivityPlots::hundredsStaySmooth() {
    show(500);
    m_plots->resize(1200, 800);
    QElapsedTimer clock;
    clock.start();
    constexpr int frames = 40;
    for (int i = 0; i < frames; ++i) {
        QHash<QString, double> chosen;
        for (int c = 0; c < 500; ++c)
            chosen.insert(QString::number(c), 0.01 * ((c + i) % 75));
        m_plots->setChosen(chosen);
        m_plots->verticalScrollBar()->setValue(i * m_plots->verticalScrollBar()->maximum() / frames);
        m_plots->viewport()->repaint();
    }
    const double ms = double(clock.nsecsElapsed()) / 1e6 / frames;
    qInfo("a frame with 500 layers: %.2f ms", ms);
    QVERIFY2(ms < 100, qPrintable(QString::number(ms))); // a busy machine's allowance; the figure is the point
}

QTEST_MAIN(TestSensitivityPlots)
#include "tst_sensitivityplots.moc"
