// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "job/job.h"

#include <QPointer>
#include <QThreadPool>
#include <QTimer>

#include <deque>
#include <functional>
#include <vector>

namespace lapidary {

/// Runs jobs on threads of its own and hands results back on its own thread (the UI thread). All members must be called on
/// that thread. Destruction cancels everything and waits.
class JobManager : public QObject {
    Q_OBJECT

public:
    explicit JobManager(QObject* parent = nullptr);
    ~JobManager() override;

    /// Starts `work` in its lane. On success `done` gets the result on this thread, unless `receiver` died meanwhile; on
    /// failure `failed`, if given. Exactly one of done / failed / nothing (receiver gone) is called, then Job::finished.
    /// An exception leaving `work` becomes the failure "job.threw".
    template <typename T>
    Job* start(const QString& title, const Lane& lane, std::function<Result<T>(const Work&)> work, QObject* receiver,
               std::function<void(T)> done, std::function<void(const Diagnostic&)> failed = {}) {
        auto slot = std::make_shared<std::optional<Result<T>>>();
        return startErased(
            title, lane,
            [work = std::move(work), slot](const Work& context) -> Status {
                slot->emplace(work(context));
                return (*slot)->status();
            },
            receiver,
            [slot, done = std::move(done)] {
                if (done)
                    done(std::move(**slot).value());
            },
            std::move(failed));
    }

    std::vector<Job*> jobs() const; ///< waiting and running, oldest first
    bool idle() const { return m_entries.empty(); }
    void cancelAll();

Q_SIGNALS:
    void started(lapidary::Job* job);  ///< accepted, maybe still waiting
    void ended(lapidary::Job* job);    ///< about to be deleted (later)

private:
    struct Entry;
    Job* startErased(const QString& title, const Lane& lane, std::function<Status(const Work&)> work, QObject* receiver,
                     std::function<void()> done, std::function<void(const Diagnostic&)> failed);
    bool mayRun(const Entry& entry) const;
    void schedule();
    void finish(quint64 id, Status status);
    void poll();

    std::deque<std::unique_ptr<Entry>> m_entries;
    QThreadPool m_pool;
    QTimer m_pollTimer;
    quint64 m_nextId = 1;
};

} // namespace lapidary
