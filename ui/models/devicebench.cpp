// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/devicebench.h"

namespace lapidary {

namespace {

Lane laneOf(const std::string& device) {
    return device == "host" ? Lane::exclusive() : Lane::onDevice(QString::fromStdString(device));
}

ProfileOptions quickOptions() {
    ProfileOptions options;
    options.maxSeconds = benchSeconds;
    return options;
}

} // namespace

DeviceBench::DeviceBench(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace) {
    connect(&m_workspace, &Workspace::projectChanged, this, [this] {
        for (const auto& [kind, jobs] : m_running)
            cancel(kind);
        m_matrices.clear();
        m_loads.clear();
        m_accuracies.clear();
        m_turns.reset();
        m_profiles.clear();
        m_estimates.clear();
        Q_EMIT changed();
    });
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        m_profiles.clear();
        Q_EMIT changed();
    });
    connect(&m_workspace, &Workspace::measured, this, &DeviceBench::readProfiles);
}

QString DeviceBench::nameOf(VariantId id) const {
    const auto* found = m_workspace.variant(id);
    return found ? QString::fromStdString(found->record.name) : QString();
}

template <typename T>
void DeviceBench::start(Kind kind, const QString& title, const std::string& device,
                        std::function<Result<T>(const Work&)> work, std::function<void(T)> done) {
    const auto session = m_workspace.session();
    if (!session)
        return;
    auto* job = m_workspace.jobs().start<T>(
        title, laneOf(device), std::move(work), this,
        [this, session, done = std::move(done)](T result) {
            if (session == m_workspace.session())
                done(std::move(result));
        },
        [this](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        });
    ++m_jobs[kind];
    m_running[kind].append(job);
    connect(job, &Job::finished, this, [this, kind] {
        --m_jobs[kind];
        m_running[kind].removeIf([](const QPointer<Job>& one) { return !one || one->ended(); });
        Q_EMIT changed();
    });
    Q_EMIT changed();
}

void DeviceBench::cancel(Kind kind) {
    const auto it = m_running.find(kind);
    if (it == m_running.end())
        return;
    const auto jobs = it->second; // a job that only waits ends at once
    for (const auto& job : jobs)
        if (job)
            job->cancel();
}

void DeviceBench::readProfiles() {
    const auto session = m_workspace.session();
    if (!session || !m_workspace.model())
        return;
    using Profiles = std::map<std::string, Profile>;
    m_workspace.jobs().start<Profiles>(
        tr("Read profiles"), Lane::io(),
        [session, id = m_workspace.current()](const Work&) { return profilesByDevice(*session, id); }, this,
        [this, session, id = m_workspace.current()](Profiles found) {
            if (session != m_workspace.session() || id != m_workspace.current())
                return;
            for (const auto& [device, profile] : m_estimates[id])
                found.try_emplace(device, profile);
            m_profiles = std::move(found);
            Q_EMIT changed();
        });
}

void DeviceBench::profileOn(const QStringList& devices) {
    const auto id = m_workspace.current();
    for (const auto& device : devices) {
        const auto name = device.toStdString();
        start<Profile>(
            Kind::Devices, tr("Profile %1 on %2").arg(nameOf(id), device), name,
            [session = m_workspace.session(), id, name](const Work& work) {
                auto options = quickOptions();
                options.perNode = true;
                return session->profile(id, name, options, work);
            },
            [this, id, name](Profile profile) {
                if (profile.estimate) {
                    m_estimates[id].insert_or_assign(name, profile);
                    if (id == m_workspace.current())
                        m_profiles.insert_or_assign(name, std::move(profile));
                    Q_EMIT changed();
                } else {
                    m_workspace.reload();
                }
            });
    }
}

void DeviceBench::measureMatrix(const std::string& device, const std::vector<int>& threads,
                                const std::vector<int>& batches) {
    const auto id = m_workspace.current();
    start<ProfileMatrix>(
        Kind::Matrix, tr("Threads × batch: %1").arg(nameOf(id)), device,
        [session = m_workspace.session(), id, device, threads, batches](const Work& work) {
            auto options = quickOptions();
            options.maxSeconds = 1.5;
            return lapidary::measureMatrix(*session, id, device, options, threads, batches, work);
        },
        [this, id, device](ProfileMatrix matrix) {
            m_matrices.insert_or_assign(id, OnDevice<ProfileMatrix>{device, std::move(matrix)});
            Q_EMIT changed();
        });
}

void DeviceBench::measureLoad(const std::string& device, double seconds) {
    const auto id = m_workspace.current();
    start<SustainedLoad>(
        Kind::Load, tr("Speed under load: %1").arg(nameOf(id)), device,
        [session = m_workspace.session(), id, device, seconds](const Work& work) {
            return measureUnderLoad(*session, id, device, quickOptions(), seconds, work);
        },
        [this, id, device](SustainedLoad load) {
            m_loads.insert_or_assign(id, OnDevice<SustainedLoad>{device, std::move(load)});
            Q_EMIT changed();
        });
}

void DeviceBench::compareInTurns(VariantId a, VariantId b, const std::string& device) {
    start<AbComparison>(
        Kind::Turns, tr("In turns: %1 and %2").arg(nameOf(a), nameOf(b)), device,
        [session = m_workspace.session(), a, b, device](const Work& work) {
            return compareSpeed(*session, a, b, device, quickOptions(), work);
        },
        [this, a, b, device](AbComparison result) {
            m_turns = Turns{a, b, device, std::move(result)};
            Q_EMIT changed();
        });
}

void DeviceBench::checkAccuracy(const std::string& device) {
    const auto id = m_workspace.current();
    start<Accuracy>(
        Kind::Accuracy, tr("Accuracy on %1: %2").arg(QString::fromStdString(device), nameOf(id)), device,
        [session = m_workspace.session(), id, device](const Work& work) -> Result<Accuracy> {
            Accuracy found;
            found.device = device;
            auto there = evaluateOnDevice(*session, id, device, 0, work.part(0, 0.5));
            if (!there)
                return there.status();
            found.there = std::move(*there);
            auto here = session->evaluate(id, 0, {}, work.part(0.5, 0.75));
            if (!here)
                return here.status();
            found.here = std::move(*here);
            if (device == "host")
                return found;
            auto departure = findDeparture(*session, id, device, {}, work.part(0.75, 1));
            if (!departure)
                return departure.status();
            found.departure = std::move(*departure);
            return found;
        },
        [this, id](Accuracy found) {
            m_accuracies.insert_or_assign(id, std::move(found));
            m_workspace.reload();
            Q_EMIT changed();
        });
}

} // namespace lapidary
