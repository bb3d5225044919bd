// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/accuracyruns.h"

#include "device/hostenvironment.h"
#include "engine/reevaluate.h"

#include <QSettings>

namespace lapidary {

namespace {

constexpr int pollMs = 100;
constexpr std::size_t batch = 32;
constexpr auto settingsKey = "evaluate/afterChange";
constexpr auto ruleKey = "evaluate/stopWhen";

} // namespace

AccuracyRuns::AccuracyRuns(JobManager& jobs, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_poll(this),
      m_afterEachChange(QSettings().value(QLatin1String(settingsKey), false).toBool()) {
    m_poll.setInterval(pollMs);
    connect(&m_poll, &QTimer::timeout, this, &AccuracyRuns::poll);
}

AccuracyRuns::~AccuracyRuns() = default;

void AccuracyRuns::setAfterEachChange(bool on) {
    if (on == m_afterEachChange)
        return;
    m_afterEachChange = on;
    QSettings().setValue(QLatin1String(settingsKey), on);
    Q_EMIT afterEachChangeChanged(on);
}

std::optional<StopRule> AccuracyRuns::stopRule() const {
    const auto kept = QSettings().value(QLatin1String(ruleKey)).toString();
    const auto rule = StopRule::parse(kept.toStdString());
    return !kept.isEmpty() && rule ? std::optional(*rule) : std::nullopt;
}

void AccuracyRuns::setStopRule(const std::optional<StopRule>& rule) {
    const auto text = QString::fromStdString(rule ? rule->toString() : std::string());
    const auto before = stopRule();
    QSettings().setValue(QLatin1String(ruleKey), text);
    if (text != QString::fromStdString(before ? before->toString() : std::string()))
        Q_EMIT stopRuleChanged();
}

EvaluateOptions AccuracyRuns::options() {
    if (!m_cache)
        m_cache = makeActivationCache();
    EvaluateOptions options;
    options.batch = batch;
    options.threads = hostCores();
    options.cache = m_cache;
    options.stop = stopRule();
    return options;
}

const EvaluationResult* AccuracyRuns::running(VariantId id) const {
    const auto it = m_runs.find(id);
    return it == m_runs.end() ? nullptr : &it->second.shown;
}

void AccuracyRuns::start(const SessionPtr& session, VariantId id, const QString& name) {
    run(session, id, name, false);
}

void AccuracyRuns::startAfterChange(const SessionPtr& session, VariantId id, const QString& name) {
    giveWay();
    run(session, id, name, true);
}

void AccuracyRuns::giveWay() {
    std::vector<QPointer<Job>> superseded; // a waiting job ends at once, which changes the list
    for (const auto& [id, earlier] : m_runs)
        if (earlier.afterChange)
            superseded.push_back(earlier.job);
    for (const auto& job : superseded)
        if (job)
            job->cancel();
}

void AccuracyRuns::cancel(VariantId id) {
    const auto it = m_runs.find(id);
    const auto job = it == m_runs.end() ? nullptr : it->second.job;
    if (job)
        job->cancel();
}

void AccuracyRuns::cancelAll() {
    const auto ended = std::exchange(m_runs, {});
    m_poll.stop();
    for (const auto& [id, run] : ended) {
        if (run.job)
            run.job->cancel();
        Q_EMIT runningChanged(id);
    }
}

void AccuracyRuns::run(const SessionPtr& session, VariantId id, const QString& name, bool afterChange) {
    if (m_runs.contains(id))
        return;
    auto shared = std::make_shared<Shared>();
    auto& run = m_runs[id];
    run.shared = shared;
    run.afterChange = afterChange;
    run.job = m_jobs.start<EvaluationResult>(
        tr("Evaluate %1").arg(name), Lane::cpu(),
        [session, id, shared, options = options()](const Work& work) mutable {
            options.partial = [&shared](const EvaluationResult& so) {
                const std::lock_guard lock(shared->mutex);
                shared->newest = so;
                shared->fresh = true;
            };
            return session->evaluate(id, 0, options, work);
        },
        this,
        [this, id, shared](EvaluationResult) {
            end(id, shared);
            Q_EMIT finished(id);
        },
        [this, id, shared](const Diagnostic& problem) {
            end(id, shared);
            if (!isCancelled(problem))
                Q_EMIT failed(problem);
        });
    m_poll.start();
    Q_EMIT runningChanged(id);
}

void AccuracyRuns::end(VariantId id, const std::shared_ptr<Shared>& of) {
    const auto it = m_runs.find(id);
    if (it == m_runs.end() || it->second.shared != of)
        return; // of a project that was closed
    m_runs.erase(it);
    if (m_runs.empty())
        m_poll.stop();
    Q_EMIT runningChanged(id);
}

void AccuracyRuns::poll() {
    std::vector<VariantId> changed;
    for (auto& [id, run] : m_runs) {
        const std::lock_guard lock(run.shared->mutex);
        if (!std::exchange(run.shared->fresh, false))
            continue;
        run.shown = run.shared->newest;
        changed.push_back(id);
    }
    for (const auto id : changed)
        Q_EMIT runningChanged(id);
}

} // namespace lapidary
