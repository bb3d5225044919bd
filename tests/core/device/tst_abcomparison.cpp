// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/abcomparison.h"
#include "device/profilematrix.h"
#include "device/sustainedload.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>
#include <random>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// A computer that gets slower all the time, the same for both.
struct Drifting {
    std::mt19937 random;
    double level = 1;
    double step;
    explicit Drifting(unsigned seed, double perRun = 0.0005) : random(seed), step(perRun) {}
    TimedRun run(double ms) {
        return [this, ms]() -> Result<double> {
            std::lognormal_distribution<double> noise(0, 0.05);
            level *= 1 + step;
            return ms * level * noise(random);
        };
    }
};

/// Milliseconds by threads and batch; refuses what it does not know.
class TableDevice final : public Device {
public:
    DeviceInfo info() const override { return {"table", "Table", "host", DeviceState::Ready, "", {}}; }
    Result<Profile> profile(const Model&, const ProfileOptions& options, const Work&) override {
        if (options.batch == 3)
            return errorDiagnostic("device.batch", "Not three");
        Profile profile;
        profile.device = "table";
        profile.threads = options.threads;
        profile.batch = options.batch;
        const double ms = 1 + 4.0 * options.batch / options.threads;
        profile.runsMs.assign(20, ms);
        profile.timing = summarizeTimings(profile.runsMs, 0.02);
        return profile;
    }
};

ModelPtr anyModel() {
    ModelBuilder b;
    b.input("x", {1, 2}).node("Relu", {"x"}, {"y"}).output("y");
    return b.build();
}

} // namespace

class AbComparisonTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    /// Measured one after the other, the second of two equal things would look slower by half the drift; in turns it
    /// does not.
    void driftMeetsBothAlike() {
        Drifting computer(1);
        ProfileOptions options;
        options.relativeWidth = 0.01;
        const auto same = compareInterleaved(computer.run(10), computer.run(10), options, {});
        LAPIDARY_VERIFY_OK(same);
        QVERIFY2(std::abs(same->ratio - 1) < 0.01, same->verdict.c_str());
        QCOMPARE(same->aMs.size(), same->bMs.size());
        QVERIFY2(same->a.cause == "drift" || same->a.cause == "step", same->a.verdict.c_str());
        const auto faster = compareInterleaved(computer.run(10), computer.run(9.5), options, {});
        LAPIDARY_VERIFY_OK(faster);
        QVERIFY(faster->outcome == AbComparison::Outcome::BFaster);
        QVERIFY(std::abs(faster->ratio - 0.95) < 0.01);
        QVERIFY(faster->ratioLow <= 0.95 + 0.005 && faster->ratioHigh >= 0.95 - 0.005);
    }

    void coverageOfTheRatio() {
        int inside = 0, wrong = 0;
        constexpr int rounds = 400;
        for (int i = 0; i < rounds; ++i) {
            Drifting computer(unsigned(100 + i));
            ProfileOptions options;
            options.minRuns = options.maxRuns = 60;
            const auto result =
                compareInterleaved(computer.run(8), computer.run(7.6), options, {}, nullptr, unsigned(i));
            LAPIDARY_VERIFY_OK(result);
            // The second of a pair meets half a step more on average in either order: the true ratio is that of the
            // times.
            inside += result->ratioLow <= 0.95 && 0.95 <= result->ratioHigh;
            wrong += result->outcome == AbComparison::Outcome::BSlower;
        }
        QVERIFY2(inside >= rounds * 0.93, qPrintable(QString::number(inside)));
        QCOMPARE(wrong, 0);
    }

    void sameAndUnclear() {
        Drifting computer(5, 0);
        ProfileOptions options;
        options.relativeWidth = 0.04;
        const auto same = compareInterleaved(computer.run(10), computer.run(10), options, {});
        LAPIDARY_VERIFY_OK(same);
        QVERIFY2(same->outcome == AbComparison::Outcome::Same, same->verdict.c_str());
        options.relativeWidth = 0.001;
        options.maxRuns = 40;
        const auto unclear = compareInterleaved(computer.run(10), computer.run(10), options, {});
        LAPIDARY_VERIFY_OK(unclear);
        QVERIFY2(unclear->outcome == AbComparison::Outcome::Unclear, unclear->verdict.c_str());
        QCOMPARE(unclear->aMs.size(), std::size_t(40));
        QCOMPARE(unclear->toJson()["outcome"].toString(), std::string("unclear"));
    }

    /// The same model twice, but the threads of one session land badly for long stretches: that is no difference of
    /// models.
    void groupsAreNoDifference() {
        std::mt19937 random(3);
        int left = 0;
        bool slow = false;
        const TimedRun good = [&]() -> Result<double> { return 1.7 + 0.01 * double(random() % 10); };
        const TimedRun moody = [&]() -> Result<double> {
            if (left-- <= 0) {
                left = 20 + int(random() % 20);
                slow = !slow;
            }
            return (slow ? 5.8 : 1.7) + 0.01 * double(random() % 10);
        };
        ProfileOptions options;
        options.minRuns = options.maxRuns = 501;
        const auto result = compareInterleaved(good, moody, options, {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->b.cause, std::string("modes"));
        QVERIFY2(result->outcome == AbComparison::Outcome::Unclear, result->verdict.c_str());
    }

    void failureAndCancel() {
        ProfileOptions options;
        Drifting computer(6);
        const TimedRun broken = [] { return Result<double>(errorDiagnostic("device.unplugged", "gone")); };
        const auto failed = compareInterleaved(computer.run(1), broken, options, {});
        QVERIFY(!failed.ok());
        QCOMPARE(failed.error().code, std::string("device.unplugged"));
        std::stop_source stop;
        stop.request_stop();
        Work work;
        work.stop = stop.get_token();
        QVERIFY(isCancelled(compareInterleaved(computer.run(1), computer.run(1), options, work).error()));
        QVERIFY(isCancelled(measureSustained(computer.run(1), 1, work).error()));
    }

    void sustainedLoadIsJudged() {
        SustainedLoad load;
        for (int i = 0; i < 30; ++i) {
            LoadWindow window;
            window.startSeconds = i;
            window.seconds = 1;
            window.runsPerSecond = i < 10 ? 100 : i < 12 ? 90 : 80;
            window.sensors.clockMhz = i < 10 ? 2000 : 1600;
            window.sensors.throttles = i < 10 ? 3 : 5;
            load.windows.push_back(window);
        }
        judgeSustained(load);
        QCOMPARE(load.lastingRate, 80.0);
        QVERIFY(std::abs(load.loss - 0.2) < 1e-12);
        QCOMPARE(load.settledSeconds, 12.0);
        QVERIFY2(load.verdict.find("loses 20 %") != std::string::npos &&
                     load.verdict.find("heat 2 times") != std::string::npos,
                 load.verdict.c_str());
        load.windows.resize(2);
        judgeSustained(load);
        QVERIFY(load.verdict.starts_with("too short"));
    }

    void sustainedLoadRuns() {
        const auto run = []() -> Result<double> {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            return 2.0;
        };
        const auto load = measureSustained(run, 1.0, {});
        LAPIDARY_VERIFY_OK(load);
        QVERIFY2(load->windows.size() >= 2 && load->windows.size() <= 5,
                 qPrintable(QString::number(load->windows.size())));
        std::size_t runs = 0;
        for (const auto& window : load->windows)
            runs += window.runs;
        QVERIFY(runs > 50 && runs <= 500);
        QVERIFY(load->toJson()["windows"].array().size() == load->windows.size());
    }

    void matrixKeepsGoing() {
        TableDevice device;
        const auto matrix = profileMatrix(device, *anyModel(), {}, {1, 4}, {1, 3, 8}, {});
        LAPIDARY_VERIFY_OK(matrix);
        QCOMPARE(matrix->cells.size(), std::size_t(6));
        QCOMPARE(matrix->cells[1].problem.code, std::string("device.batch"));
        QVERIFY(!matrix->cells[1].profile);
        QCOMPARE(matrix->fastest()->threads, 4);
        QCOMPARE(matrix->fastest()->batch, 1);
        QCOMPARE(matrix->busiest()->batch, 8);
        QVERIFY(std::abs(matrix->busiest()->itemsPerSecond - 8000.0 / 9) < 1e-6);
        const auto json = matrix->toJson();
        QCOMPARE(json["most_throughput"]["threads"].toInteger(), 4);
        QCOMPARE(json["cells"].array()[1]["code"].toString(), std::string("device.batch"));
        QCOMPARE(profileMatrix(device, *anyModel(), {}, {1}, {3}, {}).error().code, std::string("device.batch"));
        QCOMPARE(profileMatrix(device, *anyModel(), {}, {}, {3}, {}).error().code, std::string("device.matrix"));
    }

    void wholeProfilesOnly() {
        TableDevice device;
        QCOMPARE(device.prepare(*anyModel(), {}, {}).error().code, std::string("device.no_single_runs"));
    }
};

QTEST_GUILESS_MAIN(AbComparisonTest)
#include "tst_abcomparison.moc"
