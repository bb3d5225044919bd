// SPDX-License-Identifier: GPL-3.0-or-later
#include "chartsamples.h"

#include "ui/charts/tradeoffplot.h"
#include "ui/theme/applytheme.h"

#include <QSignalSpy>
#include <QWheelEvent>
#include <QXmlStreamReader>
#include <QtTest>

using namespace lapidary;

class TestTradeoffPlot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { m_plot.reset(); }

    void clickSelects();
    void controlClickToggles();
    void clickReachesWhatLiesBeneath();
    void lassoSelects();
    void settersDoNotEcho();
    void unknownIdsWait();
    void wheelZoomsAtTheCursor();
    void dragPansAndDoubleClickResets();
    void ownViewSurvivesNewPoints();
    void limitIsDragged();
    void limitByKeys();
    void enterTakesTheLit();
    void sideBySide();
    void keysWalk();
    void doubleClickActivates();
    void emptyOneMany();
    void numbersMissing();
    void toolTipTells();
    void csvReadsBack();
    void exportsAllKinds();
    void exportSaysWhyNot();
    void followsThePalette();
    void describesItself();

private:
    QWidget* canvas() const { return m_plot->focusProxy(); }
    QPoint at(const char* id) const { return m_plot->positionOf(QString::fromLatin1(id)).toPoint(); }
    void click(QPoint pos, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mouseClick(canvas(), Qt::LeftButton, modifiers, pos);
    }
    void drag(const QVector<QPoint>& path, Qt::KeyboardModifiers modifiers = {}) const;
    QPoint emptySpot() const { return m_plot->rect().bottomRight() - QPoint(60, 90); }

    std::unique_ptr<TradeoffPlot> m_plot;
};

void TestTradeoffPlot::init() {
    m_plot = std::make_unique<TradeoffPlot>();
    m_plot->setAxes(samples::latencyAxis(), samples::accuracyAxis(), samples::sizeMetric());
    m_plot->setPoints(samples::variants());
    m_plot->resize(800, 500);
    m_plot->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
}

void TestTradeoffPlot::drag(const QVector<QPoint>& path, Qt::KeyboardModifiers modifiers) const {
    QTest::mousePress(canvas(), Qt::LeftButton, modifiers, path.first());
    for (int i = 1; i < path.size(); ++i) {
        // QTest::mouseMove() carries neither buttons nor keys.
        for (int part = 1; part <= 4; ++part) {
            const QPointF pos = QPointF(path[i - 1]) + QPointF(path[i] - path[i - 1]) * part / 4.0;
            QMouseEvent move(QEvent::MouseMove, pos, canvas()->mapToGlobal(pos), Qt::NoButton, Qt::LeftButton,
                             modifiers);
            QCoreApplication::sendEvent(canvas(), &move);
        }
    }
    QTest::mouseRelease(canvas(), Qt::LeftButton, modifiers, path.last());
}

void TestTradeoffPlot::clickSelects() {
    QSignalSpy edited(m_plot.get(), &TradeoffPlot::selectionEdited);
    click(at("v3"));
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v3")});
    QCOMPARE(edited.count(), 1);
    QCOMPARE(edited.last().first().toStringList(), QStringList{QStringLiteral("v3")});
    click(at("v8"));
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v8")});
    click(emptySpot());
    QVERIFY(m_plot->selectedIds().isEmpty());
    QCOMPARE(edited.count(), 3);
    click(emptySpot());
    QCOMPARE(edited.count(), 3); // nothing changed, nothing said
}

void TestTradeoffPlot::controlClickToggles() {
    click(at("v3"));
    click(at("v8"), Qt::ControlModifier);
    QCOMPARE(m_plot->selectedIds(), (QStringList{QStringLiteral("v3"), QStringLiteral("v8")}));
    click(at("v3"), Qt::ControlModifier);
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v8")});
    click(emptySpot(), Qt::ControlModifier);
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v8")}); // a slip does not lose the selection
}

void TestTradeoffPlot::clickReachesWhatLiesBeneath() {
    QVector<TradeoffPoint> points = samples::variants();
    TradeoffPoint twin = points[3];
    twin.id = QStringLiteral("twin");
    points.append(twin);
    m_plot->setPoints(points);
    click(at("twin"));
    const QStringList first = m_plot->selectedIds();
    click(at("twin"));
    const QStringList second = m_plot->selectedIds();
    QCOMPARE(QSet<QString>({first.value(0), second.value(0)}),
             QSet<QString>({QStringLiteral("v3"), QStringLiteral("twin")}));
}

void TestTradeoffPlot::lassoSelects() {
    QSignalSpy edited(m_plot.get(), &TradeoffPlot::selectionEdited);
    const QPoint a = at("v7");
    const QPoint b = at("v6");
    const auto around = [](QPoint p, QPoint q) {
        const QRect box = QRect(p, q).normalized().adjusted(-12, -12, 12, 12);
        return QVector<QPoint>{box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft(), box.topLeft()};
    };
    drag(around(a, b), Qt::ShiftModifier);
    QCOMPARE(m_plot->selectedIds(), (QStringList{QStringLiteral("v6"), QStringLiteral("v7")}));
    QCOMPARE(edited.count(), 1);
    drag(around(at("v4"), at("v4")), Qt::ShiftModifier | Qt::ControlModifier);
    QCOMPARE(m_plot->selectedIds(), (QStringList{QStringLiteral("v4"), QStringLiteral("v6"), QStringLiteral("v7")}));
    drag(around(at("v4"), at("v4")), Qt::ShiftModifier);
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v4")});
}

void TestTradeoffPlot::settersDoNotEcho() {
    TradeoffPlot other;
    other.setPoints(samples::variants());
    // Wired both ways, as two views of one selection are.
    connect(m_plot.get(), &TradeoffPlot::selectionEdited, &other, &TradeoffPlot::setSelectedIds);
    connect(&other, &TradeoffPlot::selectionEdited, m_plot.get(), &TradeoffPlot::setSelectedIds);
    QSignalSpy here(m_plot.get(), &TradeoffPlot::selectionEdited);
    QSignalSpy there(&other, &TradeoffPlot::selectionEdited);
    QSignalSpy limit(m_plot.get(), &TradeoffPlot::limitEdited);
    click(at("v5"));
    QCOMPARE(other.selectedIds(), QStringList{QStringLiteral("v5")});
    other.setSelectedIds({QStringLiteral("v1")});
    m_plot->setLimit(LimitAxis::X, 20);
    m_plot->setPoints(samples::variants());
    QCOMPARE(here.count(), 1);
    QCOMPARE(there.count(), 0);
    QCOMPARE(limit.count(), 0);
}

void TestTradeoffPlot::unknownIdsWait() {
    m_plot->setSelectedIds({QStringLiteral("later"), QStringLiteral("v2")});
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v2")});
    QVector<TradeoffPoint> points = samples::variants();
    points[0].id = QStringLiteral("later");
    m_plot->setPoints(points);
    QCOMPARE(m_plot->selectedIds(), (QStringList{QStringLiteral("later"), QStringLiteral("v2")}));
}

void TestTradeoffPlot::wheelZoomsAtTheCursor() {
    const QPointF before = m_plot->positionOf(QStringLiteral("v3"));
    const double apart = at("v4").x() - at("v8").x();
    QWheelEvent wheel(before, canvas()->mapToGlobal(before), {}, {0, 240}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(canvas(), &wheel);
    const QPointF after = m_plot->positionOf(QStringLiteral("v3"));
    QVERIFY((after - before).manhattanLength() < 3); // what is under the cursor stays there
    QVERIFY(at("v4").x() - at("v8").x() > apart * 1.3);
}

void TestTradeoffPlot::dragPansAndDoubleClickResets() {
    const QPoint before = at("v3");
    drag({emptySpot(), emptySpot() - QPoint(80, 40)});
    const QPoint panned = at("v3");
    QVERIFY((panned - (before - QPoint(80, 40))).manhattanLength() <= 4);
    QVERIFY(m_plot->selectedIds().isEmpty());
    QTest::mouseDClick(canvas(), Qt::LeftButton, {}, emptySpot() + QPoint(20, 10));
    QVERIFY((at("v3") - before).manhattanLength() <= 2);
    // Ctrl+drag looks into a rectangle.
    const QRect box = QRect(at("v8"), at("v6")).normalized().adjusted(-20, -20, 20, 20);
    drag({box.topLeft(), box.bottomRight()}, Qt::ControlModifier);
    QVERIFY(std::abs(at("v6").x() - at("v8").x()) > box.width() * 2);
    QTest::keyClick(canvas(), Qt::Key_Space);
    QVERIFY((at("v3") - before).manhattanLength() <= 2);
}

void TestTradeoffPlot::ownViewSurvivesNewPoints() {
    drag({emptySpot(), emptySpot() - QPoint(80, 40)});
    const QPoint panned = at("v3");
    QVector<TradeoffPoint> points = samples::variants();
    points[0].x = 90;
    m_plot->setPoints(points);
    QVERIFY((at("v3") - panned).manhattanLength() <= 2);
    m_plot->fit();
    QVERIFY(m_plot->rect().contains(at("v0")));
}

void TestTradeoffPlot::limitIsDragged() {
    m_plot->setLimit(LimitAxis::X, 20.0);
    QCOMPARE(m_plot->bestId(), QStringLiteral("v5"));
    QSignalSpy edited(m_plot.get(), &TradeoffPlot::limitEdited);
    const double perMs = (at("v2").x() - at("v3").x()) / (29.5 - 23.4);
    const int y = m_plot->rect().bottom() - 90;
    const int x = at("v3").x() - int((23.4 - 20.0) * perMs);
    drag({{x, y}, {x - int(6 * perMs), y}});
    QVERIFY(edited.count() > 0);
    QVERIFY(std::abs(*m_plot->limit() - 14.0) < 0.3);
    QCOMPARE(edited.last().at(1).toDouble(), *m_plot->limit());
    QCOMPARE(m_plot->bestId(), QStringLiteral("v6"));
    m_plot->setLimit(LimitAxis::Y, 75.0);
    QVERIFY2(m_plot->bestId().isEmpty(), "none is that fast and that good");
    m_plot->setLimit(LimitAxis::Y, 70.0);
    QCOMPARE(m_plot->bestId(), QStringLiteral("v6"));
    m_plot->setLimit(LimitAxis::X, std::nullopt);
    m_plot->setLimit(LimitAxis::Y, 75.0);
    QCOMPARE(m_plot->bestId(), QStringLiteral("v5")); // the fastest that keeps 75 %
    m_plot->setLimit(LimitAxis::Y, std::nullopt);
    m_plot->setLimit(LimitAxis::X, 1.0);
    QVERIFY(m_plot->bestId().isEmpty());
    m_plot->setLimit(LimitAxis::X, std::nullopt);
    QVERIFY(!m_plot->limit());
}

void TestTradeoffPlot::limitByKeys() {
    QSignalSpy edited(m_plot.get(), &TradeoffPlot::limitEdited);
    QSignalSpy removed(m_plot.get(), &TradeoffPlot::limitRemoved);
    QTest::keyClick(canvas(), Qt::Key_L);
    QVERIFY(m_plot->limit(LimitAxis::X) && !m_plot->limit(LimitAxis::Y));
    const double before = *m_plot->limit();
    QTest::keyClick(canvas(), Qt::Key_Right, Qt::ShiftModifier);
    const double step = *m_plot->limit() - before;
    QVERIFY(step > 0);
    QTest::keyClick(canvas(), Qt::Key_Left, Qt::ShiftModifier | Qt::ControlModifier);
    QVERIFY(std::abs(*m_plot->limit() - (before + 0.9 * step)) < 1e-9);
    QCOMPARE(edited.count(), 3);
    QTest::keyClick(canvas(), Qt::Key_L);
    QVERIFY(!m_plot->limit(LimitAxis::X) && m_plot->limit(LimitAxis::Y));
    QTest::keyClick(canvas(), Qt::Key_L);
    QVERIFY(!m_plot->limit(LimitAxis::X) && !m_plot->limit(LimitAxis::Y));
    QCOMPARE(removed.count(), 2);
}

void TestTradeoffPlot::enterTakesTheLit() {
    m_plot->setLimit(LimitAxis::X, 14.0);
    QSignalSpy edited(m_plot.get(), &TradeoffPlot::selectionEdited);
    QSignalSpy activated(m_plot.get(), &TradeoffPlot::activated);
    QTest::keyClick(canvas(), Qt::Key_Return);
    QCOMPARE(edited.count(), 1);
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v6")});
    QCOMPARE(activated.count(), 0);
    QTest::keyClick(canvas(), Qt::Key_Return);
    QCOMPARE(activated.first().first().toString(), QStringLiteral("v6"));
}

/// Two plots with the same axes show the same part, whichever the user moves.
void TestTradeoffPlot::sideBySide() {
    TradeoffPlot other;
    other.setAxes(samples::latencyAxis(), samples::accuracyAxis());
    auto slower = samples::variants();
    for (auto& point : slower)
        point.x *= 10;
    other.setPoints(slower);
    other.resize(m_plot->size());
    other.show();
    QVERIFY(QTest::qWaitForWindowExposed(&other));
    connect(m_plot.get(), &TradeoffPlot::partEdited, &other, &TradeoffPlot::showPart);
    connect(&other, &TradeoffPlot::partEdited, m_plot.get(), &TradeoffPlot::showPart);
    const auto all = [](ValueInterval a, ValueInterval b) {
        return ValueInterval{std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
    };
    const auto x = all(m_plot->range(LimitAxis::X), other.range(LimitAxis::X));
    const auto y = all(m_plot->range(LimitAxis::Y), other.range(LimitAxis::Y));
    m_plot->setFitRanges(x, y);
    other.setFitRanges(x, y);
    const auto scale = [](const TradeoffPlot& plot) {
        return plot.positionOf(QStringLiteral("v0")).x() - plot.positionOf(QStringLiteral("v2")).x();
    };
    QVERIFY(std::abs(scale(other) - 10 * scale(*m_plot)) < 1);
    QTest::keyClick(canvas(), Qt::Key_Plus);
    QVERIFY(std::abs(scale(other) - 10 * scale(*m_plot)) < 1);
    QTest::keyClick(canvas(), Qt::Key_Space);
    QVERIFY(std::abs(scale(other) - 10 * scale(*m_plot)) < 1);
}

void TestTradeoffPlot::keysWalk() {
    QTest::keyClick(canvas(), Qt::Key_Right);
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v8")}); // the leftmost
    QTest::keyClick(canvas(), Qt::Key_Right);
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v11")});
    QTest::keyClick(canvas(), Qt::Key_Left);
    QTest::keyClick(canvas(), Qt::Key_Left);
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v8")});
    QSignalSpy activated(m_plot.get(), &TradeoffPlot::activated);
    QTest::keyClick(canvas(), Qt::Key_Return);
    QCOMPARE(activated.count(), 1);
    QTest::keyClick(canvas(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(m_plot->selectedIds().size(), samples::variants().size());
    QTest::keyClick(canvas(), Qt::Key_Escape);
    QVERIFY(m_plot->selectedIds().isEmpty());
}

void TestTradeoffPlot::doubleClickActivates() {
    QSignalSpy activated(m_plot.get(), &TradeoffPlot::activated);
    click(at("v7"));
    QTest::mouseDClick(canvas(), Qt::LeftButton, {}, at("v7"));
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.first().first().toString(), QStringLiteral("v7"));
}

void TestTradeoffPlot::emptyOneMany() {
    m_plot->setPoints({});
    QVERIFY(m_plot->frontierIds().isEmpty());
    QVERIFY(m_plot->positionOf(QStringLiteral("v0")).isNull());
    click(emptySpot());
    drag({emptySpot(), emptySpot() - QPoint(50, 50)});
    QTest::keyClick(canvas(), Qt::Key_Right);
    QVERIFY(m_plot->selectedIds().isEmpty());

    m_plot->setPoints({samples::variants().constFirst()});
    QCOMPARE(m_plot->frontierIds(), QStringList{QStringLiteral("v0")});
    QVERIFY(m_plot->rect().contains(at("v0")));

    QVector<TradeoffPoint> many;
    for (int i = 0; i < 3000; ++i) {
        TradeoffPoint p = samples::variants()[i % 13];
        p.id = QString::number(i);
        p.x += (i % 97) * 0.1;
        p.y -= (i % 53) * 0.05;
        p.parentId = QString::number(i / 3);
        many.append(p);
    }
    m_plot->setPoints(many);
    QVERIFY(!m_plot->frontierIds().isEmpty());
    QElapsedTimer timer;
    timer.start();
    QVERIFY(!m_plot->positionOf(QStringLiteral("7")).isNull()); // draws
    qInfo("3000 variants drawn in %lld ms", timer.elapsed());
}

void TestTradeoffPlot::numbersMissing() {
    QVector<TradeoffPoint> points = samples::variants();
    points[5].x = qQNaN();
    points[6].y = qInf();
    points[7].size = qQNaN();
    m_plot->setPoints(points);
    QVERIFY(m_plot->positionOf(QStringLiteral("v5")).isNull());
    QVERIFY(m_plot->positionOf(QStringLiteral("v6")).isNull());
    QVERIFY(!m_plot->positionOf(QStringLiteral("v7")).isNull());
    QVERIFY(!m_plot->frontierIds().contains(QStringLiteral("v5")));
    QVERIFY(m_plot->toolTipFor(QStringLiteral("v5")).contains(QStringLiteral("–")));
}

void TestTradeoffPlot::toolTipTells() {
    QVector<TradeoffPoint> points = samples::variants();
    points[2].name = QStringLiteral("<b>evil</b> & co");
    m_plot->setPoints(points);
    const QString tip = m_plot->toolTipFor(QStringLiteral("v2"));
    QVERIFY(tip.contains(QStringLiteral("&lt;b&gt;evil&lt;/b&gt; &amp; co")));
    QVERIFY(tip.contains(QStringLiteral("29.50 [29.06, 30.09]")));
    QVERIFY(tip.contains(QStringLiteral("75.20 [74.75, 75.63]")));
    QVERIFY(tip.contains(QStringLiteral("measured")) && !tip.contains(QStringLiteral("estimate")));
    QVERIFY(m_plot->toolTipFor(QStringLiteral("v10")).contains(QStringLiteral("estimate")));
    QVERIFY(m_plot->toolTipFor(QStringLiteral("v6")).contains(QStringLiteral("frontier")));
    QVERIFY(m_plot->toolTipFor(QStringLiteral("nobody")).isEmpty());
}

void TestTradeoffPlot::csvReadsBack() {
    QVector<TradeoffPoint> points = samples::variants();
    points[0].name = QStringLiteral("comma, \"quote\"");
    points[1].name = QStringLiteral("=HYPERLINK(1)");
    points[2].x = 0.1;
    m_plot->setPoints(points);
    const QStringList lines = m_plot->toCsv().split(QStringLiteral("\r\n"), Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), points.size() + 1);
    QVERIFY(lines[0].contains(QStringLiteral("Latency [ms]")));
    QVERIFY(lines[1].contains(QStringLiteral("\"comma, \"\"quote\"\"\"")));
    QVERIFY(lines[2].contains(QStringLiteral(",'=HYPERLINK(1),")));
    QCOMPARE(lines[3].split(QLatin1Char(','))[4], QStringLiteral("0.1"));
}

void TestTradeoffPlot::exportsAllKinds() {
    QTemporaryDir folder;
    for (const char* kind : {"png", "svg", "pdf", "csv"}) {
        const QString path = folder.filePath(QStringLiteral("plot.") + QString::fromLatin1(kind));
        QString error;
        QVERIFY2(m_plot->exportTo(path, &error), qPrintable(error));
        QVERIFY(QFileInfo(path).size() > 400);
    }
    const QImage png(folder.filePath(QStringLiteral("plot.png")));
    QCOMPARE(png.size(), QSize(1600, 1000));
    QFile svg(folder.filePath(QStringLiteral("plot.svg")));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&svg);
    QString text;
    while (!xml.atEnd()) {
        xml.readNext();
        text += xml.isCharacters() ? xml.text() : QStringView();
    }
    QVERIFY(!xml.hasError());
    QVERIFY(text.contains(QStringLiteral("channels 60 %")));
    QFile pdf(folder.filePath(QStringLiteral("plot.pdf")));
    QVERIFY(pdf.open(QIODevice::ReadOnly) && pdf.read(5) == "%PDF-");
    // Drawing elsewhere must not disturb what is on the screen.
    click(at("v3"));
    QCOMPARE(m_plot->selectedIds(), QStringList{QStringLiteral("v3")});
}

void TestTradeoffPlot::exportSaysWhyNot() {
    QString error;
    QVERIFY(!m_plot->exportTo(QStringLiteral("/no/such/folder/plot.png"), &error));
    QVERIFY(error.contains(QStringLiteral("/no/such/folder/plot.png")));
    QVERIFY(!m_plot->exportTo(QDir::temp().filePath(QStringLiteral("plot.bmp")), &error));
    QVERIFY(error.contains(QStringLiteral("bmp")));
    QVERIFY(!QFileInfo::exists(QDir::temp().filePath(QStringLiteral("plot.bmp"))));
}

void TestTradeoffPlot::followsThePalette() {
    const auto ground = [this] {
        QCoreApplication::processEvents();
        return m_plot->grab().toImage().pixelColor(3, 3);
    };
    applyTheme(*qApp, Theme::day());
    QCOMPARE(ground(), Theme::day().base);
    applyTheme(*qApp, Theme::night());
    QCOMPARE(ground(), Theme::night().base);
    applyTheme(*qApp, Theme::day());
    QCOMPARE(ground(), Theme::day().base);
}

void TestTradeoffPlot::describesItself() {
    QVERIFY(!m_plot->accessibleName().isEmpty());
    QVERIFY(m_plot->accessibleDescription().contains(QStringLiteral("13 variants")));
    click(at("v3"));
    QVERIFY(m_plot->accessibleDescription().contains(QStringLiteral("1 selected")));
}

QTEST_MAIN(TestTradeoffPlot)
#include "tst_tradeoffplot.moc"
