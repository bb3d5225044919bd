// SPDX-License-Identifier: GPL-3.0-or-later
// Published worked examples, and sums over all outcomes.
#include "eval/pairedstatistics.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>

using namespace lapidary;

namespace {

double choose(int n, int k) {
    double result = 1;
    for (int i = 1; i <= k; ++i)
        result = result * (n - k + i) / i;
    return result;
}

/// Both tails by adding up every outcome that is at most as likely as the one seen.
double exactByCounting(int onlyA, int onlyB) {
    const int n = onlyA + onlyB;
    double sum = 0;
    for (int k = 0; k <= n; ++k)
        if (std::abs(2 * k - n) >= std::abs(onlyA - onlyB))
            sum += choose(n, k);
    return sum / std::pow(2.0, n);
}

void compareTo(double value, double expected, double within) {
    QVERIFY2(std::abs(value - expected) <= within, qPrintable(QStringLiteral("%1 for %2").arg(value).arg(expected)));
}

} // namespace

class TestPairedStatistics : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    /// Airway hyper-responsiveness of 21 children (Bentur et al. 2009) and response of 161 patients (Cavo et al. 2012),
    /// as treated in Fagerland, Lydersen and Laake, "Statistical Analysis of Contingency Tables", 2017, chapter 8;
    /// 36/12/2/0 is an example of Newcombe 1998.
    void publishedIntervals_data() {
        QTest::addColumn<QList<int>>("table"); // both, first only, second only, none
        QTest::addColumn<double>("difference");
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::newRow("Bentur") << QList<int>{1, 1, 7, 12} << -28.57 << -50.69 << -2.56;
        QTest::newRow("Cavo") << QList<int>{59, 6, 16, 80} << -6.21 << -11.86 << -0.46;
        QTest::newRow("Newcombe") << QList<int>{36, 12, 2, 0} << 20.0 << 5.69 << 34.04;
    }
    void publishedIntervals() {
        QFETCH(QList<int>, table);
        QFETCH(double, difference);
        QFETCH(double, low);
        QFETCH(double, high);
        PairedCounts counts;
        counts.bothRight = std::uint64_t(table[0]);
        counts.onlyB = std::uint64_t(table[1]);
        counts.onlyA = std::uint64_t(table[2]);
        counts.bothWrong = std::uint64_t(table[3]);
        const auto result = pairedDifference(counts);
        compareTo(result.points, difference, 0.006);
        compareTo(result.low, low, 0.006);
        compareTo(result.high, high, 0.006);
        std::swap(counts.onlyA, counts.onlyB);
        const auto mirrored = pairedDifference(counts);
        compareTo(mirrored.points, -result.points, 1e-9);
        compareTo(mirrored.low, -result.high, 1e-9);
        compareTo(mirrored.high, -result.low, 1e-9);
    }

    void publishedTests() {
        const auto bentur = mcNemarTest(1, 7);
        compareTo(bentur.exact, 0.0703, 5e-5);
        compareTo(bentur.midP, 0.0391, 5e-5);
        const auto cavo = mcNemarTest(16, 6);
        compareTo(cavo.exact, 0.052479, 5e-7);
        compareTo(cavo.midP, 0.034690, 5e-7);
    }

    void testsByCounting() {
        for (int n = 1; n <= 30; ++n)
            for (int a = 0; a <= n; ++a) {
                const auto test = mcNemarTest(std::uint64_t(a), std::uint64_t(n - a));
                const double exact = exactByCounting(a, n - a);
                compareTo(test.exact, exact, 1e-12);
                const double point = choose(n, a) / std::pow(2.0, n);
                compareTo(test.midP, 2 * a == n ? 1 - point / 2 : exact - point, 1e-12);
            }
    }

    void largeCountsStayFinite() {
        const auto even = mcNemarTest(500000, 500000);
        compareTo(even.exact, 1, 1e-12);
        QVERIFY(even.midP > 0.99 && even.midP < 1);
        // 1000 of 1 000 000 apart is one standard deviation: 2 (1 - Phi(1)).
        compareTo(mcNemarTest(499500, 500500).midP, 0.3173, 2e-4);
        const auto far = mcNemarTest(0, 100000);
        QVERIFY(far.exact >= 0 && far.exact < 1e-300);
    }

    void verdicts() {
        const auto verdict = [](std::uint64_t onlyA, std::uint64_t onlyB) {
            return pairedVerdict({90, onlyA, onlyB, 5}, mcNemarTest(onlyA, onlyB));
        };
        QCOMPARE(verdict(0, 0), PairedVerdict::Identical);
        QCOMPARE(verdict(3, 4), PairedVerdict::Unclear);
        QCOMPARE(verdict(1, 9), PairedVerdict::Better);
        QCOMPARE(verdict(9, 1), PairedVerdict::Worse);
    }

    void extremes() {
        const auto none = pairedDifference({});
        QCOMPARE(none.low, -100.0);
        QCOMPARE(none.high, 100.0);
        const auto equal = pairedDifference({50, 0, 0, 50});
        QCOMPARE(equal.points, 0.0);
        QVERIFY(equal.low < 0 && equal.high > 0 && equal.high < 6);
        const auto all = pairedDifference({0, 0, 20, 0});
        QCOMPARE(all.points, 100.0);
        QVERIFY(all.high <= 100 && all.low > 50);
    }
};

QTEST_GUILESS_MAIN(TestPairedStatistics)
#include "tst_pairedstatistics.moc"
