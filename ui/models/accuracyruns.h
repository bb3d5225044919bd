// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"
#include "eval/activationcache.h"
#include "eval/evaluator.h"
#include "job/jobmanager.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <map>
#include <mutex>

Q_DECLARE_METATYPE(lapidary::Diagnostic)

namespace lapidary {

/// Evaluations of variants under way, and how far each has come. They share a cache of values inside networks, so that
/// after an edit only what changed is run. UI thread.
class AccuracyRuns : public QObject {
    Q_OBJECT

public:
    explicit AccuracyRuns(JobManager& jobs, QObject* parent = nullptr);
    ~AccuracyRuns() override;

    using SessionPtr = std::shared_ptr<ProjectSession>;
    /// Evaluates one variant in a job, unless that is under way. `finished` comes when its numbers are stored.
    void start(const SessionPtr& session, VariantId id, const QString& name);
    /// The same for a variant that an edit has just made: earlier ones started in this way give way.
    void startAfterChange(const SessionPtr& session, VariantId id, const QString& name);
    /// Cancels what startAfterChange() began: the user goes on. What was computed stays in the cache.
    void giveWay();
    void cancel(VariantId id);
    void cancelAll();

    /// What is known so far of a variant under way; null if none is. Before the first samples: no numbers.
    const EvaluationResult* running(VariantId id) const;

    /// How the window evaluates: threads, the shared cache, and when to stop.
    EvaluateOptions options();
    /// An evaluation ends as soon as this is clear; nothing: when all of the data was seen. Remembered for the user.
    std::optional<StopRule> stopRule() const;
    void setStopRule(const std::optional<StopRule>& rule);

    /// Whether a variant is evaluated as soon as it is made. Remembered for the user.
    bool afterEachChange() const { return m_afterEachChange; }
    void setAfterEachChange(bool on);

Q_SIGNALS:
    void runningChanged(qlonglong id); ///< running() of it is another, or it ended
    void finished(qlonglong id);
    void failed(const lapidary::Diagnostic& problem); ///< not when it was cancelled
    void afterEachChangeChanged(bool on);
    void stopRuleChanged();

private:
    /// Where the worker leaves what it knows.
    struct Shared {
        std::mutex mutex;
        EvaluationResult newest;
        bool fresh = false;
    };
    struct Run {
        std::shared_ptr<Shared> shared;
        EvaluationResult shown;
        QPointer<Job> job;
        bool afterChange = false;
    };
    void run(const SessionPtr& session, VariantId id, const QString& name, bool afterChange);
    void end(VariantId id, const std::shared_ptr<Shared>& of);
    void poll();

    JobManager& m_jobs;
    std::shared_ptr<ActivationCache> m_cache; ///< made at first use
    std::map<VariantId, Run> m_runs;
    QTimer m_poll;
    bool m_afterEachChange = false;
};

} // namespace lapidary
