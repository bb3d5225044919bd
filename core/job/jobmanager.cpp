// SPDX-License-Identifier: GPL-3.0-or-later
#include "job/jobmanager.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QThread>

#include <algorithm>

namespace lapidary {

struct JobManager::Entry {
    Job* job = nullptr;
    std::function<Status(const Work&)> work;
    bool hadReceiver = false;
    QPointer<QObject> receiver;
    std::function<void()> done;
    std::function<void(const Diagnostic&)> failed;

    bool running() const { return job->m_state == JobState::Running; }
};

JobManager::JobManager(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(std::max(2, QThread::idealThreadCount()) + 4);
    m_pool.setExpiryTimeout(-1); // rooms below keep one database connection per thread: new threads would pile them up
    m_pollTimer.setInterval(50);
    connect(&m_pollTimer, &QTimer::timeout, this, &JobManager::poll);
}

JobManager::~JobManager() {
    for (const auto& entry : m_entries)
        entry->job->m_stop.request_stop();
    m_pool.waitForDone();
    for (const auto& entry : m_entries)
        delete entry->job;
}

Job* JobManager::startErased(const QString& title, const Lane& lane, std::function<Status(const Work&)> work,
                             QObject* receiver, std::function<void()> done,
                             std::function<void(const Diagnostic&)> failed) {
    auto entry = std::make_unique<Entry>();
    entry->job = new Job(m_nextId++, title, lane, this);
    entry->work = std::move(work);
    entry->hadReceiver = receiver != nullptr;
    entry->receiver = receiver;
    entry->done = std::move(done);
    entry->failed = std::move(failed);
    Job* job = entry->job;
    m_entries.push_back(std::move(entry));
    connect(job, &Job::changed, this, [this, job] {
        if (job->m_state == JobState::Waiting && job->m_stop.stop_requested())
            finish(job->m_id, cancelledDiagnostic());
    });
    Q_EMIT started(job);
    schedule();
    m_pollTimer.start();
    return job;
}

bool JobManager::mayRun(const Entry& entry) const {
    int cpuRunning = 0;
    int ioRunning = 0;
    for (const auto& other : m_entries) {
        if (other.get() == &entry)
            continue;
        const auto& lane = other->job->m_lane;
        const bool reading = entry.job->m_lane.kind == Lane::Kind::Io;
        // Work waits behind a benchmark that was asked for earlier; reading, which is short, goes between two of them.
        if (lane.kind == Lane::Kind::Exclusive && (other->running() || (!reading && other->job->m_id < entry.job->m_id)))
            return false;
        if (entry.job->m_lane.kind == Lane::Kind::Exclusive && lane.kind == Lane::Kind::Io)
            return false;
        if (!other->running())
            continue;
        if (entry.job->m_lane.kind == Lane::Kind::Exclusive)
            return false;
        if (lane.kind == Lane::Kind::Device && entry.job->m_lane.kind == Lane::Kind::Device &&
            lane.device == entry.job->m_lane.device)
            return false;
        cpuRunning += lane.kind == Lane::Kind::Cpu;
        ioRunning += lane.kind == Lane::Kind::Io;
    }
    if (entry.job->m_lane.kind == Lane::Kind::Cpu)
        return cpuRunning < std::max(1, QThread::idealThreadCount() - 1);
    return entry.job->m_lane.kind != Lane::Kind::Io || ioRunning < 2;
}

void JobManager::schedule() {
    // Slots of changed() may start and cancel jobs: the list is searched anew after each.
    for (;;) {
        const auto it = std::find_if(m_entries.begin(), m_entries.end(), [this](const auto& e) {
            return e->job->m_state == JobState::Waiting && !e->job->m_stop.stop_requested() && mayRun(*e);
        });
        if (it == m_entries.end())
            return;
        const auto& entry = *it;
        Job* job = entry->job;
        job->m_state = JobState::Running;
        job->m_clock.start();
        m_pool.start([this, id = job->m_id, work = entry->work, context = job->m_work] {
            Status status;
            try {
                status = work(context);
            } catch (const std::exception& problem) {
                status = errorDiagnostic("job.threw", problem.what());
            } catch (...) {
                status = errorDiagnostic("job.threw", "The work ended with an unknown exception");
            }
            QMetaObject::invokeMethod(this, [this, id, status] { finish(id, status); }, Qt::QueuedConnection);
        });
        Q_EMIT job->changed();
    }
}

void JobManager::finish(quint64 id, Status status) {
    const auto it = std::find_if(m_entries.begin(), m_entries.end(), [id](const auto& e) { return e->job->m_id == id; });
    if (it == m_entries.end() || (*it)->job->ended())
        return;
    const std::unique_ptr<Entry> entry = std::move(*it);
    m_entries.erase(it);
    Job* job = entry->job;
    job->m_totalMs = job->m_clock.isValid() ? job->m_clock.elapsed() : 0;
    job->m_snapshot = job->m_work.progress.snapshot();
    job->m_state = status.ok() ? JobState::Done : isCancelled(status.error()) ? JobState::Cancelled : JobState::Failed;
    if (!status.ok())
        job->m_error = status.error();
    if (m_entries.empty())
        m_pollTimer.stop();
    Q_EMIT job->changed();
    if (!entry->hadReceiver || entry->receiver) {
        if (status.ok())
            entry->done();
        else if (entry->failed)
            entry->failed(status.error());
    }
    Q_EMIT job->finished();
    Q_EMIT ended(job);
    job->deleteLater();
    schedule();
}

std::vector<Job*> JobManager::jobs() const {
    std::vector<Job*> list;
    for (const auto& entry : m_entries)
        list.push_back(entry->job);
    return list;
}

void JobManager::cancelAll() {
    for (Job* job : jobs())
        job->cancel();
}

void JobManager::poll() {
    for (Job* job : jobs()) {
        if (job->m_state != JobState::Running)
            continue;
        auto snapshot = job->m_work.progress.snapshot();
        if (snapshot.fraction == job->m_snapshot.fraction && snapshot.label == job->m_snapshot.label)
            continue;
        job->m_snapshot = std::move(snapshot);
        Q_EMIT job->changed();
    }
}

Job::Job(quint64 id, QString title, Lane lane, QObject* parent)
    : QObject(parent), m_id(id), m_title(std::move(title)), m_lane(std::move(lane)) {
    m_work.progress = Progress::root();
    m_work.stop = m_stop.get_token();
}

qint64 Job::elapsedMs() const {
    if (ended())
        return m_totalMs;
    return m_clock.isValid() ? m_clock.elapsed() : 0;
}

qint64 Job::remainingMs() const {
    if (m_state != JobState::Running || m_snapshot.fraction < 0.02)
        return -1;
    return qint64(double(elapsedMs()) * (1 - m_snapshot.fraction) / m_snapshot.fraction);
}

void Job::cancel() {
    if (ended())
        return;
    m_stop.request_stop();
    Q_EMIT changed();
}

} // namespace lapidary
