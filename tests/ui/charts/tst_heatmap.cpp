// SPDX-License-Identifier: GPL-3.0-or-later
// Colours and places of the heat map and of the bars.
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"
#include "ui/charts/divergingramp.h"
#include "ui/charts/heatmap.h"
#include "ui/charts/valuebars.h"
#include "ui/theme/colormath.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

class HeatMapTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void rampIsSymmetrical();
    void showsItsRaster();
    void staleRastersAreIgnored();
    void zoomStaysInside();
    void barsArePicked();
    void manyBarsKeepTheirExtremes();
};

void HeatMapTest::rampIsSymmetrical() {
    for (const bool dark : {false, true}) {
        const auto theme = Theme::forScheme(dark);
        const DivergingRamp ramp(theme);
        double before = dark ? -1 : 2;
        for (int i = 0; i <= 20; ++i) {
            const auto below = QColor(ramp.at(-i / 20.0)), above = QColor(ramp.at(i / 20.0));
            // Magnitude is told by lightness alone, the same way on both sides.
            QVERIFY(std::abs(qGray(below.rgb()) - qGray(above.rgb())) < 48);
            const double gray = (qGray(below.rgb()) + qGray(above.rgb())) / 510.0;
            QVERIFY2(dark ? gray > before : gray < before, qPrintable(QString::number(i)));
            before = gray;
            if (i > 4)
                QVERIFY(below.blue() > below.red() && above.red() > above.blue());
        }
        QCOMPARE(ramp.at(-3), ramp.at(-1));
        QCOMPARE(ramp.at(std::nan("")), ramp.notANumber());
    }
}

void HeatMapTest::showsItsRaster() {
    HeatMap map;
    map.resize(200, 230);
    map.show();
    const auto reader = *ElementReader::of(makeTensor<float>({2, 2}, {-1, 0, 0.5f, 1}));
    map.setGrid(wholeTensorGrid({2, 2}));
    map.setMagnitude(1);
    const auto pixels = map.wantedPixels();
    map.setRaster(*rasterize(reader, map.grid(), map.wantedRegion(), pixels.width(), pixels.height()));
    const DivergingRamp ramp(Theme::of(map.palette()));
    const auto picture = map.grab().toImage();
    const double cell = map.cellWidth();
    const QPointF middle(100, 100);
    const double values[] = {-1, 0, 0.5, 1};
    for (int i = 0; i < 4; ++i) {
        const auto place = (middle + QPointF((i % 2 - 0.5) * cell, (i / 2 - 0.5) * cell)).toPoint();
        QCOMPARE(map.elementAt(place), qint64(i));
        QCOMPARE(picture.pixelColor(place).rgb(), ramp.at(values[i]));
    }
    QSignalSpy picked(&map, &HeatMap::picked);
    QTest::mouseClick(&map, Qt::LeftButton, {}, (middle + QPointF(cell / 2, cell / 2)).toPoint());
    QCOMPARE(picked.count(), 1);
    QCOMPARE(picked[0][0].toLongLong(), qint64(3));
}

void HeatMapTest::staleRastersAreIgnored() {
    HeatMap map;
    const auto reader = *ElementReader::of(makeTensor<float>({2, 2}, {1, 2, 3, 4}));
    auto old = *rasterize(reader, wholeTensorGrid({2, 2}), {0, 0, 2, 2}, 8, 8);
    map.setGrid(wholeTensorGrid({4, 1}));
    map.setRaster(std::move(old));
    QVERIFY(!map.hasRaster());
}

void HeatMapTest::zoomStaysInside() {
    HeatMap map;
    map.resize(300, 300);
    map.setGrid(wholeTensorGrid({100, 1000}));
    QSignalSpy wanted(&map, &HeatMap::regionWanted);
    for (int i = 0; i < 12; ++i)
        map.zoomIn();
    QVERIFY(wanted.count() >= 12);
    for (int i = 0; i < 50; ++i)
        QTest::keyClick(&map, Qt::Key_Right);
    const auto region = map.wantedRegion();
    QVERIFY(region.left >= 0 && region.left + region.width <= 1000.001);
    for (int i = 0; i < 40; ++i)
        map.zoomOut();
    QVERIFY(map.wantedRegion().width >= 999.9); // all of it again
}

void HeatMapTest::barsArePicked() {
    ValueBars bars;
    bars.resize(216, 120);
    bars.setValues({1, -2, std::nan(""), 4});
    QSignalSpy picked(&bars, &ValueBars::picked);
    QTest::mouseClick(&bars, Qt::LeftButton, {}, QPoint(8 + 24 + 12, 60));
    QCOMPARE(picked.count(), 1);
    QCOMPARE(picked[0][0].toInt(), 1);
    QTest::keyClick(&bars, Qt::Key_End);
    QCOMPARE(bars.current(), 3);
    QTest::keyClick(&bars, Qt::Key_Left);
    QCOMPARE(bars.current(), 2);
    QVERIFY(!bars.grab().isNull());
}

void HeatMapTest::manyBarsKeepTheirExtremes() {
    std::vector<double> values(10'000, 0.1);
    values[5'003] = 9;
    ValueBars bars;
    bars.resize(216, 120);
    bars.setValues(values);
    bars.show();
    const auto picture = bars.grab().toImage();
    const auto base = Theme::of(bars.palette()).base.rgb();
    int tall = 0;
    for (int x = 8; x < 208; ++x)
        tall += picture.pixelColor(x, 60).rgb() != base;
    QVERIFY2(tall >= 1 && tall <= 2, qPrintable(QString::number(tall)));
}

QTEST_MAIN(HeatMapTest)
#include "tst_heatmap.moc"
