// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/metrics.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace lapidary;

class TestMetrics : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void wilsonInterval_data() {
        QTest::addColumn<int>("hits");
        QTest::addColumn<int>("samples");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
        QTest::newRow("81/263") << 81 << 263 << 25.53 << 36.62;
        QTest::newRow("15/148") << 15 << 148 << 6.24 << 16.05;
        QTest::newRow("0/20") << 0 << 20 << 0.0 << 16.11;
        QTest::newRow("1/29") << 1 << 29 << 0.61 << 17.18;
    }
    void wilsonInterval() {
        QFETCH(int, hits);
        QFETCH(int, samples);
        QFETCH(double, low);
        QFETCH(double, high);
        const Proportion share = proportion(std::uint64_t(hits), std::uint64_t(samples));
        QVERIFY2(std::fabs(share.low - low) < 0.01, std::to_string(share.low).c_str());
        QVERIFY2(std::fabs(share.high - high) < 0.01, std::to_string(share.high).c_str());
        QCOMPARE(share.percent, 100.0 * hits / samples);
        const Proportion all = proportion(10, 10);
        QCOMPARE(all.high, 100.0);
        QVERIFY(all.low < 80);
        QCOMPARE(proportion(0, 0).high, 100.0);
    }

    void topClassesBreakTiesByNumber() {
        const std::vector<float> scores = {1, 5, 3, 5, std::numeric_limits<float>::quiet_NaN(), 4};
        QCOMPARE(topClasses(scores, 4), (std::vector<std::int64_t>{1, 3, 5, 2}));
        QCOMPARE(topClasses(scores, 9), (std::vector<std::int64_t>{1, 3, 5, 2, 0, 4}));
        QVERIFY(topClasses(scores, 0).empty());
    }

    void sqnrAndCosine() {
        SqnrAccumulator sqnr;
        sqnr.add(std::vector<float>{3, 0}, std::vector<float>{3, 0});
        QVERIFY(std::isinf(sqnr.db()));
        QCOMPARE(sqnr.cosine(), 1.0);
        sqnr.add(std::vector<float>{0, 4}, std::vector<float>{0, 3.5});
        QCOMPARE(sqnr.db(), 10 * std::log10(25 / 0.25));
        QCOMPARE(sqnr.cosine(), 23 / (5 * std::sqrt(9 + 3.5 * 3.5)));
    }
};

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
