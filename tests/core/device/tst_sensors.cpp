// SPDX-License-Identifier: GPL-3.0-or-later
// Sensors read from a made-up /proc and /sys, and what changes in them do to a verdict.
#include "device/benchmark.h"
#include "device/threadpinning.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>
#include <sched.h>

using namespace lapidary;
using namespace lapidary::test;

namespace {

void put(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    writeFile(file, text);
}

SensorSample at(double seconds, double mhz, std::int64_t throttles = -1) {
    SensorSample sample;
    sample.seconds = seconds;
    sample.clockMhz = mhz;
    sample.throttles = throttles;
    return sample;
}

} // namespace

class SensorsTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void readsEverything() {
        TempDir dir;
        const auto cpu = dir / "sys/devices/system/cpu";
        put(cpu / "cpu0/cpufreq/scaling_cur_freq", "2000000\n");
        put(cpu / "cpu1/cpufreq/scaling_cur_freq", "3000000\n");
        put(cpu / "cpu0/thermal_throttle/core_throttle_count", "7\n");
        put(cpu / "cpu0/thermal_throttle/package_throttle_count", "2\n");
        put(dir / "sys/class/thermal/thermal_zone0/temp", "45000\n");
        put(dir / "sys/class/thermal/thermal_zone1/temp", "61500\n");
        const auto package = dir / "sys/class/powercap/intel-rapl:0";
        put(package / "energy_uj", "900\n");
        put(package / "max_energy_range_uj", "1000\n");
        put(dir / "sys/class/powercap/intel-rapl:0:0/energy_uj", "500\n"); // part of package 0
        put(dir / "proc/cpuinfo", "cpu MHz\t\t: 1234.5\n");
        const HostSensors sensors(dir.path());
        const auto before = sensors.sample();
        QCOMPARE(before.clockMhz, 2500.0);
        QCOMPARE(before.throttles, std::int64_t(9));
        QCOMPARE(before.celsius, 61.5);
        QCOMPARE(before.microjoules.size(), std::size_t(1));
        put(package / "energy_uj", "100\n"); // over the end
        const auto after = sensors.sample();
        QVERIFY(std::abs(sensors.millijoules(before, after, {}) - 0.2) < 1e-12);
    }

    void clockFromCpuinfoAndPower() {
        TempDir dir;
        put(dir / "proc/cpuinfo", "processor: 0\ncpu MHz\t\t: 1000.0\nprocessor: 1\ncpu MHz\t\t: 2000.0\n");
        put(dir / "sys/class/hwmon/hwmon0/power1_input", "2500000\n");
        const HostSensors sensors(dir.path());
        auto first = sensors.sample();
        QCOMPARE(first.clockMhz, 1500.0);
        QCOMPARE(first.watts, 2.5);
        auto last = first;
        last.seconds = first.seconds + 2;
        QVERIFY(std::abs(sensors.millijoules(first, last, {first, last}) - 5000) < 1e-9);
    }

    void nothingThere() {
        TempDir dir;
        const HostSensors sensors(dir.path());
        const auto sample = sensors.sample();
        QCOMPARE(sample.clockMhz, -1.0);
        QCOMPARE(sample.throttles, std::int64_t(-1));
        QCOMPARE(sensors.millijoules(sample, sample, {sample}), -1.0);
        QVERIFY(judgeClock({sample, sample}).cause.empty());
        QVERIFY(judgeClock({}).cause.empty());
    }

    void clockVerdicts() {
        const auto fell = judgeClock({at(0, 3000), at(1, 3000), at(2, 2000), at(3, 2000)});
        QCOMPARE(fell.cause, std::string("clock"));
        QCOMPARE(fell.sentence, std::string("the clock went from 3000 to 2000 MHz"));
        const auto hot = judgeClock({at(0, 3000, 4), at(1, 2990, 9)});
        QCOMPARE(hot.cause, std::string("throttling"));
        QCOMPARE(hot.throttles, std::int64_t(5));
        QVERIFY(judgeClock({at(0, 3000, 4), at(1, 2990, 4)}).cause.empty());
    }

    /// A fallen clock explains a step; without a step it says nothing; throttling always makes unstable.
    void verdictsAreExplained() {
        std::vector<double> stepping(100, 10.0);
        stepping.insert(stepping.end(), 100, 14.0);
        const auto clock = judgeClock({at(0, 3000), at(1, 3000), at(2, 2100), at(3, 2100)});
        auto summary = summarizeTimings(stepping, 0.02);
        explainByClock(summary, clock);
        QCOMPARE(summary.cause, std::string("clock"));
        QVERIFY2(summary.verdict.find("40 % slower from run 101") != std::string::npos, summary.verdict.c_str());
        QVERIFY2(summary.verdict.find("3000 to 2100 MHz") != std::string::npos, summary.verdict.c_str());
        auto steady = summarizeTimings(std::vector<double>(100, 10.0), 0.02);
        explainByClock(steady, clock);
        QVERIFY(steady.stable);
        explainByClock(steady, judgeClock({at(0, 3000, 1), at(1, 3000, 2)}));
        QVERIFY(!steady.stable);
        QCOMPARE(steady.cause, std::string("throttling"));
    }

    /// The loop reads the sensors in between and takes a slow beginning away.
    void benchmarkUsesThem() {
        TempDir dir;
        const auto counter = dir / "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count";
        put(counter, "0\n");
        const HostSensors sensors(dir.path());
        int calls = 0;
        ProfileOptions options;
        options.minRuns = options.maxRuns = 200;
        const auto hot = benchmark(
            [&]() -> Result<double> {
                if (++calls == 100)
                    put(counter, "3\n");
                return 10 + 0.001 * (calls % 7);
            },
            options, {}, &sensors);
        LAPIDARY_VERIFY_OK(hot);
        QVERIFY(hot->samples.size() >= 2);
        QCOMPARE(hot->summary.cause, std::string("throttling"));
        calls = 0;
        const auto settling = benchmark(
            [&]() -> Result<double> {
                ++calls;
                return (calls <= 40 ? 13 : 10) + 0.001 * (calls * 7 % 11);
            },
            options, {});
        LAPIDARY_VERIFY_OK(settling);
        QCOMPARE(settling->settlingMs.size(), std::size_t(35)); // of the 40 slow ones, five were warm-up
        QCOMPARE(settling->runsMs.size(), std::size_t(165));
        QVERIFY2(settling->summary.stable, settling->summary.verdict.c_str());
    }

    void pinning() {
        cpu_set_t allowed;
        QCOMPARE(sched_getaffinity(0, sizeof allowed, &allowed), 0);
        int core = 0;
        while (!CPU_ISSET(std::size_t(core), &allowed))
            ++core;
        LAPIDARY_VERIFY_OK(checkCores({core}));
        const auto absent = checkCores({core, 100000});
        QVERIFY(!absent.ok());
        QCOMPARE(absent.error().code, std::string("device.cores"));
        QVERIFY(!checkCores({-1}).ok());
        {
            const ThreadPinning pinned({core});
            cpu_set_t now;
            sched_getaffinity(0, sizeof now, &now);
            QCOMPARE(CPU_COUNT(&now), 1);
        }
        cpu_set_t after;
        sched_getaffinity(0, sizeof after, &after);
        QVERIFY(CPU_EQUAL(&after, &allowed));
        QCOMPARE(poolAffinities({0, 1}, 2), std::string("2"));
        QCOMPARE(poolAffinities({2}, 3), std::string("3;3"));
        QCOMPARE(poolAffinities({}, 4), std::string());
    }
};

QTEST_GUILESS_MAIN(SensorsTest)
#include "tst_sensors.moc"
