// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/calibration.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace lapidary;

class TestCalibrationData : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void findsByName();
    void percentileOfUniformBins();
    void percentileAgainstSorting();
    void percentileStaysInRange();
};

void TestCalibrationData::findsByName() {
    CalibrationData data;
    data.values["x"].minimum = -2;
    QVERIFY(data.find("y") == nullptr);
    QCOMPARE(data.find("x")->minimum, -2.0f);
}

void TestCalibrationData::percentileOfUniformBins() {
    ValueStatistics s;
    s.histogram = {10, 10, 10, 10};
    s.histogramLow = 0;
    s.histogramHigh = 8;
    s.minimum = 0;
    s.maximum = 8;
    QCOMPARE(CalibrationData::percentile(s, 0.5), 4.0f);
    QCOMPARE(CalibrationData::percentile(s, 0.25), 2.0f);
    QCOMPARE(CalibrationData::percentile(s, 0.875), 7.0f);
    QCOMPARE(CalibrationData::percentile(s, 0.0), 0.0f);
    QCOMPARE(CalibrationData::percentile(s, 1.0), 8.0f);
}

void TestCalibrationData::percentileAgainstSorting() {
    std::mt19937 generator(7);
    std::vector<float> values(20000);
    for (auto& value : values)
        value = float(double(generator()) / 4294967296.0 * 6 - 2) * float(double(generator()) / 4294967296.0);
    ValueStatistics s;
    s.histogramLow = -4;
    s.histogramHigh = 4;
    s.histogram.assign(4096, 0);
    for (const float value : values)
        ++s.histogram[std::size_t((double(value) + 4) / 8 * 4096)];
    std::sort(values.begin(), values.end());
    s.minimum = values.front();
    s.maximum = values.back();
    for (const double fraction : {0.001, 0.01, 0.3, 0.5, 0.9, 0.999}) {
        const float exact = values[std::size_t(std::ceil(fraction * double(values.size()))) - 1];
        // A histogram knows a value to one bin.
        QVERIFY(std::abs(CalibrationData::percentile(s, fraction) - exact) <= 8.0f / 4096 * 1.01f);
    }
}

void TestCalibrationData::percentileStaysInRange() {
    ValueStatistics s;
    s.histogram = {0, 5, 0};
    s.histogramLow = 0;
    s.histogramHigh = 3;
    s.minimum = 1.25f;
    s.maximum = 1.5f;
    QCOMPARE(CalibrationData::percentile(s, 0.01), 1.25f);
    QCOMPARE(CalibrationData::percentile(s, 0.99), 1.5f);
    s.histogram.clear();
    QCOMPARE(CalibrationData::percentile(s, 0.5), 1.5f);
}

QTEST_GUILESS_MAIN(TestCalibrationData)
#include "tst_calibrationdata.moc"
