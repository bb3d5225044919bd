// SPDX-License-Identifier: GPL-3.0-or-later
#include "job/jobmanager.h"
#include "tests/support/testsupport.h"

#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

void sleepMs(int ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

/// Work that ends when it is told to (or stopped), and tells that it runs.
struct Gate {
    std::atomic<bool> running = false;
    std::atomic<bool> open = false;
    std::function<Result<int>(const Work&)> work(int value = 1) {
        return [this, value](const Work& work) -> Result<int> {
            running = true;
            while (!open) {
                if (auto status = work.check(); !status)
                    return status;
                sleepMs(1);
            }
            return value;
        };
    }
};

} // namespace

class JobManagerTest : public TestCase {
    Q_OBJECT

private:
    template <typename F>
    static Job* launch(JobManager& jobs, const Lane& lane, F work, std::function<void(int)> done = {},
                       std::function<void(const Diagnostic&)> failed = {}) {
        return jobs.start<int>(QStringLiteral("job"), lane, std::function<Result<int>(const Work&)>(std::move(work)),
                               nullptr, std::move(done), std::move(failed));
    }

private Q_SLOTS:
    void resultArrivesOnThisThread() {
        JobManager jobs;
        const auto here = std::this_thread::get_id();
        std::thread::id workedOn;
        std::thread::id handedOn;
        int got = 0;
        QStringList order;
        Job* job = launch(
            jobs, Lane::cpu(),
            [&](const Work&) -> Result<int> {
                workedOn = std::this_thread::get_id();
                return 42;
            },
            [&](int value) {
                got = value;
                handedOn = std::this_thread::get_id();
                order << QStringLiteral("done");
            });
        connect(job, &Job::finished, this, [&] {
            order << QStringLiteral("finished");
            QCOMPARE(job->state(), JobState::Done);
            QVERIFY(job->ended());
        });
        connect(&jobs, &JobManager::ended, this, [&] { order << QStringLiteral("ended"); });
        QCOMPARE(job->title(), QStringLiteral("job"));
        QTRY_VERIFY(jobs.idle());
        QCOMPARE(got, 42);
        QVERIFY(workedOn != here);
        QVERIFY(handedOn == here);
        QCOMPARE(order, (QStringList{QStringLiteral("done"), QStringLiteral("finished"), QStringLiteral("ended")}));
    }

    void moveOnlyResults() {
        JobManager jobs;
        std::unique_ptr<int> got;
        jobs.start<std::unique_ptr<int>>(
            QStringLiteral("move"), Lane::io(),
            [](const Work&) -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); }, nullptr,
            [&](std::unique_ptr<int> value) { got = std::move(value); });
        QTRY_VERIFY(got != nullptr);
        QCOMPARE(*got, 7);
    }

    void failureAndExceptions() {
        JobManager jobs;
        Diagnostic failure;
        bool done = false;
        const auto taken = [&](const Diagnostic& problem) { failure = problem; };
        launch(
            jobs, Lane::cpu(), [](const Work&) -> Result<int> { return errorDiagnostic("x.y", "broke", "mend it"); },
            [&](int) { done = true; }, taken);
        QTRY_COMPARE(failure.code, std::string("x.y"));
        QCOMPARE(failure.hint, std::string("mend it"));
        Job* job = launch(
            jobs, Lane::cpu(), [](const Work&) -> Result<int> { throw std::runtime_error("surprise"); },
            [&](int) { done = true; }, taken);
        JobState state = JobState::Waiting;
        connect(job, &Job::finished, this, [&] { state = job->state(); });
        QTRY_COMPARE(failure.code, std::string("job.threw"));
        QCOMPARE(failure.message, std::string("surprise"));
        QCOMPARE(state, JobState::Failed);
        launch(
            jobs, Lane::cpu(), [](const Work&) -> Result<int> { throw 7; }, [&](int) { done = true; }, taken);
        failure = {};
        QTRY_COMPARE(failure.code, std::string("job.threw"));
        QVERIFY(!done);
        QTRY_VERIFY(jobs.idle());
    }

    void exclusiveWaitsAndHoldsOthersBack() {
        JobManager jobs;
        Gate before, alone, after, device;
        launch(jobs, Lane::io(), before.work());
        QTRY_VERIFY(before.running);
        Job* exclusive = launch(jobs, Lane::exclusive(), alone.work());
        launch(jobs, Lane::cpu(), after.work());
        launch(jobs, Lane::onDevice(QStringLiteral("stick")), device.work());
        QTest::qWait(60);
        QCOMPARE(exclusive->state(), JobState::Waiting);
        QVERIFY(!alone.running);
        QVERIFY2(!after.running && !device.running, "what came later must not starve the exclusive job");
        before.open = true;
        QTRY_VERIFY(alone.running);
        QTest::qWait(60);
        QVERIFY(!after.running);
        QVERIFY(!device.running);
        alone.open = true;
        QTRY_VERIFY(after.running);
        QTRY_VERIFY(device.running);
        after.open = device.open = true;
        QTRY_VERIFY(jobs.idle());
    }

    void readingGoesBetweenBenchmarks() {
        JobManager jobs;
        Gate first, second, reading, work;
        launch(jobs, Lane::exclusive(), first.work());
        launch(jobs, Lane::exclusive(), second.work());
        launch(jobs, Lane::cpu(), work.work());
        QTRY_VERIFY(first.running);
        launch(jobs, Lane::io(), reading.work());
        QTest::qWait(60);
        QVERIFY2(!reading.running, "nothing runs beside a benchmark");
        first.open = true;
        QTRY_VERIFY(reading.running);
        QVERIFY(!second.running && !work.running);
        reading.open = true;
        QTRY_VERIFY(second.running);
        QVERIFY(!work.running);
        second.open = work.open = true;
        QTRY_VERIFY(jobs.idle());
    }

    void jobsOfOneDeviceQueue() {
        JobManager jobs;
        Gate first, second, other;
        launch(jobs, Lane::onDevice(QStringLiteral("a")), first.work());
        launch(jobs, Lane::onDevice(QStringLiteral("a")), second.work());
        launch(jobs, Lane::onDevice(QStringLiteral("b")), other.work());
        QTRY_VERIFY(first.running);
        QTRY_VERIFY(other.running);
        QTest::qWait(40);
        QVERIFY(!second.running);
        first.open = true;
        QTRY_VERIFY(second.running);
        second.open = other.open = true;
        QTRY_VERIFY(jobs.idle());
    }

    void ioRunsBesideCpu() {
        JobManager jobs;
        Gate cpu, io;
        launch(jobs, Lane::cpu(), cpu.work());
        launch(jobs, Lane::io(), io.work());
        QTRY_VERIFY(cpu.running && io.running);
        cpu.open = io.open = true;
        QTRY_VERIFY(jobs.idle());
    }

    void cancelRunning() {
        JobManager jobs;
        Gate gate;
        Diagnostic failure;
        Job* job = launch(jobs, Lane::cpu(), gate.work(), {}, [&](const Diagnostic& problem) { failure = problem; });
        JobState state = JobState::Waiting;
        connect(job, &Job::finished, this, [&] { state = job->state(); });
        QTRY_VERIFY(gate.running);
        QElapsedTimer clock;
        clock.start();
        job->cancel();
        while (!jobs.idle() && clock.elapsed() < 2000)
            QCoreApplication::processEvents(QEventLoop::AllEvents, 5);
        QVERIFY2(clock.elapsed() < 200, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(state, JobState::Cancelled);
        QVERIFY(isCancelled(failure));
    }

    void cancelWaiting() {
        JobManager jobs;
        Gate gate, never;
        launch(jobs, Lane::exclusive(), gate.work());
        QTRY_VERIFY(gate.running);
        Job* waiting = launch(jobs, Lane::cpu(), never.work());
        int finished = 0;
        connect(waiting, &Job::finished, this, [&] { ++finished; });
        waiting->cancel();
        QTRY_COMPARE(finished, 1);
        gate.open = true;
        QTRY_VERIFY(jobs.idle());
        QTest::qWait(20);
        QVERIFY(!never.running);
        QCOMPARE(finished, 1);
    }

    void cancelAllFromASlot() {
        JobManager jobs;
        Gate gates[6];
        int ended = 0;
        connect(&jobs, &JobManager::ended, this, [&] { ++ended; });
        Job* first = launch(jobs, Lane::exclusive(), gates[0].work());
        for (int i = 1; i < 6; ++i)
            launch(jobs, i % 2 ? Lane::cpu() : Lane::exclusive(), gates[i].work());
        QTRY_VERIFY(gates[0].running);
        connect(first, &Job::finished, this, [&] { jobs.cancelAll(); });
        gates[0].open = true;
        QTRY_VERIFY(jobs.idle());
        QCOMPARE(ended, 6);
    }

    /// Slots that start and cancel jobs while the manager is in the middle of starting them.
    void reentrantSlots() {
        JobManager jobs;
        Gate gate;
        int ended = 0;
        int spawned = 0;
        connect(&jobs, &JobManager::ended, this, [&] { ++ended; });
        launch(jobs, Lane::exclusive(), gate.work());
        QTRY_VERIFY(gate.running);
        std::vector<QPointer<Job>> waiting;
        for (int i = 0; i < 12; ++i)
            waiting.emplace_back(
                launch(jobs, Lane::onDevice(QString::number(i)), [](const Work&) -> Result<int> { return 1; }));
        for (int i = 0; i < 12; ++i)
            connect(waiting[std::size_t(i)], &Job::changed, this, [&, i] {
                if (waiting[std::size_t(i)]->state() != JobState::Running || spawned >= 40)
                    return;
                if (i + 1 < 12 && i % 3 == 0 && waiting[std::size_t(i) + 1])
                    waiting[std::size_t(i) + 1]->cancel();
                for (int k = 0; k < 10; ++k, ++spawned)
                    launch(jobs, Lane::onDevice(QStringLiteral("new")), [](const Work&) -> Result<int> { return 2; });
            });
        gate.open = true;
        QTRY_VERIFY(jobs.idle());
        QCOMPARE(ended, 13 + spawned);
        QVERIFY(spawned >= 40);
    }

    void receiverGone() {
        JobManager jobs;
        Gate gate;
        bool called = false;
        auto receiver = std::make_unique<QObject>();
        Job* job = jobs.start<int>(
            QStringLiteral("job"), Lane::cpu(), gate.work(), receiver.get(), [&](int) { called = true; },
            [&](const Diagnostic&) { called = true; });
        QSignalSpy finished(job, &Job::finished);
        QTRY_VERIFY(gate.running);
        receiver.reset();
        gate.open = true;
        QTRY_COMPARE(finished.count(), 1);
        QVERIFY(!called);
    }

    void progressIsPolled() {
        JobManager jobs;
        std::atomic<bool> stop = false;
        Job* job = launch(jobs, Lane::cpu(), [&](const Work& work) -> Result<int> {
            work.progress.label("half way");
            for (int i = 0; !stop; ++i) {
                work.progress.set(0.5 + 0.0001 * (i % 100));
                std::this_thread::yield();
            }
            return 1;
        });
        int changes = 0;
        connect(job, &Job::changed, this, [&] { ++changes; });
        QTRY_VERIFY(job->fraction() >= 0.5);
        QCOMPARE(job->label(), QStringLiteral("half way"));
        changes = 0;
        QTest::qWait(500);
        QVERIFY2(changes >= 2, "progress is shown while the job runs");
        QVERIFY2(changes <= 11, "at most 20 times a second");
        QVERIFY(job->elapsedMs() >= 400);
        const auto left = job->remainingMs();
        QVERIFY(left > 0 && left < 5 * job->elapsedMs());
        stop = true;
        QTRY_VERIFY(jobs.idle());
    }

    void destructionWithRunningAndWaitingJobs() {
        Gate running, waiting;
        bool called = false;
        QElapsedTimer clock;
        {
            JobManager jobs;
            launch(jobs, Lane::exclusive(), running.work(), [&](int) { called = true; });
            launch(jobs, Lane::cpu(), waiting.work(), [&](int) { called = true; });
            QTRY_VERIFY(running.running);
            clock.start();
        }
        QVERIFY(clock.elapsed() < 500);
        QCoreApplication::processEvents();
        QVERIFY(!called);
        QVERIFY(!waiting.running);
    }

    void manyJobs() {
        JobManager jobs;
        std::atomic<int> worked = 0;
        int sum = 0;
        for (int i = 1; i <= 200; ++i)
            launch(
                jobs,
                i % 3 == 0   ? Lane::io()
                : i % 7 == 0 ? Lane::exclusive()
                             : Lane::cpu(),
                [&, i](const Work&) -> Result<int> {
                    ++worked;
                    return i;
                },
                [&](int value) { sum += value; });
        QTRY_VERIFY(jobs.idle());
        QCOMPARE(worked.load(), 200);
        QCOMPARE(sum, 200 * 201 / 2);
    }
};

QTEST_GUILESS_MAIN(JobManagerTest)
#include "tst_jobmanager.moc"
