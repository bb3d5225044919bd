// SPDX-License-Identifier: GPL-3.0-or-later
#include "chartsamples.h"

#include "ui/theme/applytheme.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

using namespace lapidary;

class TestLayerBars : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_bars = std::make_unique<LayerBars>();
        m_bars->setMetric(QStringLiteral("Time"), QStringLiteral("ms"), 3);
        m_bars->setBars(samples::layers());
        m_bars->resize(600, 400);
        m_bars->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_bars.get()));
    }
    void cleanup() { m_bars.reset(); }

    void clicksSelect() {
        QSignalSpy edited(m_bars.get(), &LayerBars::selectionEdited);
        click(3);
        QCOMPARE(m_bars->selectedIds(), ids({3}));
        click(6, Qt::ShiftModifier);
        QCOMPARE(m_bars->selectedIds(), ids({3, 4, 5, 6}));
        click(4, Qt::ControlModifier);
        QCOMPARE(m_bars->selectedIds(), ids({3, 5, 6}));
        QCOMPARE(edited.count(), 3);
        m_bars->setSelectedIds(ids({1}));
        QCOMPARE(edited.count(), 3);
    }

    void keysMove() {
        click(2);
        QTest::keyClick(m_bars.get(), Qt::Key_Down);
        QCOMPARE(m_bars->selectedIds(), ids({3}));
        QTest::keyClick(m_bars.get(), Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(m_bars->selectedIds(), ids({3, 4}));
        QTest::keyClick(m_bars.get(), Qt::Key_End);
        QCOMPARE(m_bars->selectedIds(), ids({53}));
        QVERIFY(m_bars->viewport()->rect().contains(m_bars->rowRect(QStringLiteral("n53"))));
        QTest::keyClick(m_bars.get(), Qt::Key_Down);
        QCOMPARE(m_bars->selectedIds(), ids({53}));
        QTest::keyClick(m_bars.get(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_bars->selectedIds().size(), 54);
        QTest::keyClick(m_bars.get(), Qt::Key_Escape);
        QVERIFY(m_bars->selectedIds().isEmpty());
    }

    void selectionFromOutsideIsScrolledTo() {
        QSignalSpy edited(m_bars.get(), &LayerBars::selectionEdited);
        m_bars->setSelectedIds({QStringLiteral("n50")});
        QVERIFY(m_bars->viewport()->rect().contains(m_bars->rowRect(QStringLiteral("n50"))));
        const int scroll = m_bars->verticalScrollBar()->value();
        m_bars->setSelectedIds({QStringLiteral("n49"), QStringLiteral("n0")}); // one is in sight: stay
        QCOMPARE(m_bars->verticalScrollBar()->value(), scroll);
        QCOMPARE(edited.count(), 0);
    }

    void headerChangesTheOrder() {
        QSignalSpy edited(m_bars.get(), &LayerBars::orderEdited);
        QCOMPARE(m_bars->shownIds().first(), QStringLiteral("n0"));
        m_bars->setSelectedIds(ids({5}));
        QTest::mouseClick(m_bars->viewport(), Qt::LeftButton, {}, {100, 5});
        QCOMPARE(edited.count(), 1);
        QCOMPARE(m_bars->order(), LayerOrder::LargestFirst);
        const QStringList shown = m_bars->shownIds();
        QHash<QString, double> values;
        for (const LayerBar& bar : m_bars->bars()) {
            values.insert(bar.id, bar.value);
        }
        for (int i = 1; i < shown.size(); ++i) {
            QVERIFY(values[shown[i - 1]] >= values[shown[i]]);
        }
        QCOMPARE(m_bars->selectedIds(), ids({5}));
    }

    void unknownValuesGoLast() {
        QVector<LayerBar> bars = samples::layers(5);
        bars[0].value = qQNaN();
        m_bars->setBars(bars);
        m_bars->setOrder(LayerOrder::LargestFirst);
        QCOMPARE(m_bars->shownIds().last(), QStringLiteral("n0"));
        QVERIFY(!m_bars->grab().isNull());
    }

    void doubleClickActivates() {
        QSignalSpy activated(m_bars.get(), &LayerBars::activated);
        QTest::mouseDClick(m_bars->viewport(), Qt::LeftButton, {}, centre(7));
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.first().first().toString(), QStringLiteral("n7"));
    }

    void emptyAndThousands() {
        m_bars->setBars({});
        QVERIFY(!m_bars->grab().isNull());
        QTest::keyClick(m_bars.get(), Qt::Key_Down);
        QTest::mouseClick(m_bars->viewport(), Qt::LeftButton, {}, {100, 5});
        m_bars->setBars(samples::layers(10000));
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!m_bars->grab().isNull());
        qInfo("one view of 10000 layers drawn in %lld ms", timer.elapsed());
    }

    void exports() {
        QTemporaryDir folder;
        for (const char* kind : {"png", "svg", "csv"}) {
            QString error;
            const QString path = folder.filePath(QStringLiteral("bars.") + QString::fromLatin1(kind));
            QVERIFY2(m_bars->exportTo(path, &error), qPrintable(error));
            QVERIFY(QFileInfo(path).size() > 400);
        }
        QString error;
        QVERIFY(!m_bars->exportTo(folder.filePath(QStringLiteral("bars.doc")), &error));
        QVERIFY(error.contains(QStringLiteral("doc")));
        QCOMPARE(m_bars->toCsv().count(QStringLiteral("\r\n")), 55);
    }

    void followsThePalette() {
        for (const bool dark : {true, false}) {
            applyTheme(*qApp, Theme::forScheme(dark));
            QCoreApplication::processEvents();
            const QImage image = m_bars->viewport()->grab().toImage();
            QCOMPARE(image.pixelColor(2, 2), Theme::forScheme(dark).base);
        }
    }

private:
    QPoint centre(int i) const { return m_bars->rowRect(QStringLiteral("n%1").arg(i)).center(); }
    void click(int i, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::mouseClick(m_bars->viewport(), Qt::LeftButton, modifiers, centre(i));
    }
    static QStringList ids(const QVector<int>& rows) {
        QStringList result;
        for (const int row : rows) {
            result << QStringLiteral("n%1").arg(row);
        }
        return result;
    }

    std::unique_ptr<LayerBars> m_bars;
};

QTEST_MAIN(TestLayerBars)
#include "tst_layerbars.moc"
