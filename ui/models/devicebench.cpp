// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/devicebench.h"

#include <algorithm>
#include <utility>

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

/// The accuracy on each device with the departure there; newest first by what was measured last of both.
std::vector<DeviceBench::Accuracy> accuraciesOf(const StoredMeasurements& stored) {
    std::vector<DeviceBench::Accuracy> list;
    for (std::size_t i = 0; i < stored.evaluations.size(); ++i) {
        const auto& one = stored.evaluations[i];
        list.push_back({one.device, one.measuredMs, one.stale, one.result, stored.here[i], std::nullopt});
    }
    for (const auto& one : stored.departures) {
        auto it = std::ranges::find(list, one.device, &DeviceBench::Accuracy::device);
        if (it == list.end()) {
            list.push_back({one.device, one.measuredMs, one.stale, std::nullopt, std::nullopt, one.result});
            continue;
        }
        it->departure = one.result;
        it->measuredMs = std::max(it->measuredMs, one.measuredMs);
        if (it->stale.empty())
            it->stale = one.stale;
    }
    std::ranges::stable_sort(list, std::ranges::greater{}, &DeviceBench::Accuracy::measuredMs);
    return list;
}

} // namespace

DeviceBench::DeviceBench(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace) {
    connect(&m_workspace, &Workspace::projectChanged, this, [this] {
        for (const auto& [kind, jobs] : m_running)
            cancel(kind);
        m_stored = {};
        m_accuracies.clear();
        m_turns.clear();
        m_checked = 0;
        m_unreadableTold = false;
        m_profiles.clear();
        m_estimates.clear();
        Q_EMIT changed();
    });
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        m_stored = {};
        m_accuracies.clear();
        m_profiles.clear();
        Q_EMIT changed();
    });
    connect(&m_workspace, &Workspace::measured, this, &DeviceBench::read);
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

void DeviceBench::read() {
    const auto session = m_workspace.session();
    if (!session || !m_workspace.model())
        return;
    struct Found {
        std::map<std::string, Profile> profiles;
        StoredMeasurements stored;
        std::vector<StoredTurns> turns;
    };
    m_workspace.jobs().start<Found>(
        tr("Read measurements on devices"), Lane::io(),
        [session, id = m_workspace.current()](const Work&) -> Result<Found> {
            auto profiles = profilesByDevice(*session, id);
            if (!profiles)
                return profiles.status();
            auto stored = storedMeasurements(*session, id);
            if (!stored)
                return stored.status();
            auto turns = storedTurns(*session, stored->unreadable);
            if (!turns)
                return turns.status();
            return Found{std::move(*profiles), std::move(*stored), std::move(*turns)};
        },
        this,
        [this, session, id = m_workspace.current()](Found found) {
            if (session != m_workspace.session() || id != m_workspace.current())
                return;
            for (const auto& [device, profile] : m_estimates[id])
                found.profiles.try_emplace(device, profile);
            m_profiles = std::move(found.profiles);
            m_accuracies = accuraciesOf(found.stored);
            m_stored = std::move(found.stored);
            m_turns = std::move(found.turns);
            if (!m_stored.unreadable.empty() && !std::exchange(m_unreadableTold, true))
                Q_EMIT m_workspace.message(m_stored.unreadable.front());
            Q_EMIT changed();
            if (m_checked == id) {
                m_checked = 0;
                Q_EMIT accuracyChecked(id);
            }
        },
        [this, session](const Diagnostic& problem) {
            if (session == m_workspace.session() && !isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        });
}

const StoredTurns* DeviceBench::turns(VariantId a, VariantId b, const std::string& device) const {
    const StoredTurns* ofPair = nullptr;
    for (const auto& one : m_turns) {
        if (one.against != a || one.variant != b)
            continue;
        if (one.device == device)
            return &one;
        if (!ofPair)
            ofPair = &one;
    }
    return ofPair ? ofPair : m_turns.empty() ? nullptr : &m_turns.front();
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
        [this](ProfileMatrix) { read(); });
}

void DeviceBench::measureLoad(const std::string& device, double seconds) {
    const auto id = m_workspace.current();
    start<SustainedLoad>(
        Kind::Load, tr("Speed under load: %1").arg(nameOf(id)), device,
        [session = m_workspace.session(), id, device, seconds](const Work& work) {
            return measureUnderLoad(*session, id, device, quickOptions(), seconds, work);
        },
        [this](SustainedLoad) { read(); });
}

void DeviceBench::compareInTurns(VariantId a, VariantId b, const std::string& device) {
    start<AbComparison>(
        Kind::Turns, tr("In turns: %1 and %2").arg(nameOf(a), nameOf(b)), device,
        [session = m_workspace.session(), a, b, device](const Work& work) {
            return compareSpeed(*session, a, b, device, quickOptions(), work);
        },
        [this](AbComparison) { read(); });
}

void DeviceBench::checkAccuracy(const std::string& device) {
    const auto id = m_workspace.current();
    start<bool>(
        Kind::Accuracy, tr("Accuracy on %1: %2").arg(QString::fromStdString(device), nameOf(id)), device,
        [session = m_workspace.session(), id, device](const Work& work) -> Result<bool> {
            if (auto there = evaluateOnDevice(*session, id, device, 0, work.part(0, 0.5)); !there)
                return there.status();
            if (auto here = session->evaluate(id, 0, {}, work.part(0.5, 0.75)); !here)
                return here.status();
            if (device == "host")
                return true;
            if (auto departure = findDeparture(*session, id, device, {}, work.part(0.75, 1)); !departure)
                return departure.status();
            return true;
        },
        [this, id](bool) {
            m_checked = id;
            m_workspace.reload();
        });
}

} // namespace lapidary
