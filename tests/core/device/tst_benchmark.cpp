// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/benchmark.h"
#include "tests/support/testsupport.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

class BenchmarkTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void stopsWhenTight() {
        int calls = 0;
        ProfileOptions options;
        options.warmupRuns = 5;
        options.minRuns = 20;
        const auto result = benchmark(
            [&]() -> Result<double> { return ++calls == 1 ? 50.0 : 10.0 + 0.001 * (calls % 3); }, options, {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->runsMs.size(), std::size_t(20));
        QCOMPARE(calls, 25);
        QVERIFY(result->summary.stable);
        QVERIFY2(result->summary.maximum < 11, "warm-up runs do not count");
    }

    void goesOnWhileWide() {
        std::mt19937 random(3);
        std::normal_distribution<double> noise(10, 1);
        ProfileOptions options;
        const auto result = benchmark([&]() -> Result<double> { return noise(random); }, options, {});
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(result->runsMs.size() > options.minRuns);
        QVERIFY(result->runsMs.size() < options.maxRuns);
        QVERIFY(result->summary.stable);
        QVERIFY((result->summary.ciHigh - result->summary.ciLow) / result->summary.median <= options.relativeWidth);
    }

    void stopsAtTheRunLimit() {
        std::mt19937 random(4);
        ProfileOptions options;
        options.maxRuns = 137;
        const auto result = benchmark([&]() -> Result<double> { return double(1 + random() % 1000); }, options, {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->runsMs.size(), std::size_t(137));
        QCOMPARE(result->summary.runs, std::size_t(137));
        QVERIFY(!result->summary.stable);
        QVERIFY(result->summary.verdict.starts_with("unstable"));
    }

    void stopsAtTheTimeLimitButNotBeforeMinRuns() {
        std::mt19937 random(5);
        ProfileOptions options;
        options.maxSeconds = 0.05;
        options.minRuns = 8;
        const auto slow = [&]() -> Result<double> {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            return double(1 + random() % 1000);
        };
        QElapsedTimer clock;
        clock.start();
        const auto result = benchmark(slow, options, {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->runsMs.size(), std::size_t(8));
        QVERIFY(clock.elapsed() < 2000);
    }

    void cancel() {
        std::stop_source stop;
        Work work;
        work.stop = stop.get_token();
        int calls = 0;
        const auto result = benchmark(
            [&]() -> Result<double> {
                if (++calls == 9)
                    stop.request_stop();
                return double(calls * calls);
            },
            {}, work);
        QVERIFY(!result.ok());
        QVERIFY(isCancelled(result.error()));
        QCOMPARE(calls, 9);
    }

    void failureOfARun() {
        int calls = 0;
        const auto result = benchmark(
            [&]() -> Result<double> {
                if (++calls == 7)
                    return errorDiagnostic("runtime.run", "out of memory");
                return 1.0 * calls;
            },
            {}, {});
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, std::string("runtime.run"));
    }

    void progressReachesTheEnd() {
        Work work;
        work.progress = Progress::root();
        double last = 0;
        bool monotonic = true;
        ProfileOptions options;
        options.maxRuns = 50;
        std::mt19937 random(6);
        const auto result = benchmark(
            [&]() -> Result<double> {
                const double now = work.progress.snapshot().fraction;
                monotonic = monotonic && now >= last;
                last = now;
                return double(1 + random() % 1000);
            },
            options, work);
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(monotonic);
        QCOMPARE(work.progress.snapshot().fraction, 1.0);
    }
};

QTEST_GUILESS_MAIN(BenchmarkTest)
#include "tst_benchmark.moc"
