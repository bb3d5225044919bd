// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <memory>

namespace lapidary {

/// Where a job waits its turn. Cpu and Io jobs run side by side; jobs of one device run one after another; an exclusive job
/// (a benchmark on this computer) waits until nothing else runs and holds everything else back meanwhile. Io jobs go before
/// exclusive ones that wait, so that a queue of benchmarks does not keep a model from being shown.
struct Lane {
    enum class Kind { Cpu, Io, Device, Exclusive };
    Kind kind = Kind::Cpu;
    QString device; ///< Kind::Device only

    static Lane cpu() { return {}; }
    static Lane io() { return {Kind::Io, {}}; }
    static Lane exclusive() { return {Kind::Exclusive, {}}; }
    static Lane onDevice(QString id) { return {Kind::Device, std::move(id)}; }
};

enum class JobState { Waiting, Running, Done, Failed, Cancelled };

/// One piece of work off the UI thread, as people see it. Lives on the thread of its JobManager; ends exactly once.
class Job : public QObject {
    Q_OBJECT

public:
    quint64 id() const { return m_id; }
    QString title() const { return m_title; }
    JobState state() const { return m_state; }
    bool ended() const { return m_state != JobState::Waiting && m_state != JobState::Running; }
    double fraction() const { return m_snapshot.fraction; }
    QString label() const { return QString::fromStdString(m_snapshot.label); }
    /// Milliseconds left, from the progress so far; -1: no idea yet.
    qint64 remainingMs() const;
    qint64 elapsedMs() const;
    const Diagnostic& error() const { return m_error; }

public Q_SLOTS:
    /// Asks the work to stop; a waiting job ends at once.
    void cancel();

Q_SIGNALS:
    void changed(); ///< state or progress, at most 20 times a second
    void finished(); ///< once, after the result was handed over

private:
    friend class JobManager;
    Job(quint64 id, QString title, Lane lane, QObject* parent);

    quint64 m_id;
    QString m_title;
    Lane m_lane;
    JobState m_state = JobState::Waiting;
    Work m_work;
    std::stop_source m_stop;
    ProgressSnapshot m_snapshot;
    QElapsedTimer m_clock;
    qint64 m_totalMs = 0;
    Diagnostic m_error;
};

} // namespace lapidary
