// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/devicemeasurements.h"
#include "ui/models/workspace.h"

#include <QObject>
#include <QPointer>

namespace lapidary {

/// Measurements of variants on devices beyond a plain profile: started here as jobs in the device's lane, kept in the
/// project by the engine and here for the window, the newest of each kind for each variant. UI thread.
class DeviceBench : public QObject {
    Q_OBJECT

public:
    enum class Kind { Devices, Matrix, Load, Turns, Accuracy };

    explicit DeviceBench(Workspace& workspace, QObject* parent = nullptr);

    /// Results with what they are of.
    struct Turns {
        VariantId a = 0, b = 0;
        std::string device;
        AbComparison result;
    };
    template <typename T>
    struct OnDevice {
        std::string device;
        T result;
    };
    struct Accuracy {
        std::string device;
        EvaluationResult there;
        std::optional<EvaluationResult> here; ///< absent: this computer was not asked
        std::optional<Departure> departure;   ///< absent: it was on this computer
    };
    /// Of the current variant; null: not measured while the project is open.
    const OnDevice<ProfileMatrix>* matrix() const { return newest(m_matrices); }
    const OnDevice<SustainedLoad>* load() const { return newest(m_loads); }
    const Accuracy* accuracy() const { return newest(m_accuracies); }
    const Turns* turns() const { return m_turns ? &*m_turns : nullptr; } ///< the newest of the project
    /// Profiles of the current variant by device id, newest first measured or estimated; estimates are of this session.
    const std::map<std::string, Profile>& profiles() const { return m_profiles; }

    void profileOn(const QStringList& devices);
    void measureMatrix(const std::string& device, const std::vector<int>& threads, const std::vector<int>& batches);
    void measureLoad(const std::string& device, double seconds);
    void compareInTurns(VariantId a, VariantId b, const std::string& device);
    void checkAccuracy(const std::string& device);

    bool isRunning(Kind kind) const { return m_jobs.contains(kind) && m_jobs.at(kind) > 0; }
    void cancel(Kind kind);

Q_SIGNALS:
    void changed(); ///< any result, profiles(), or isRunning()

private:
    template <typename T>
    const T* newest(const std::map<VariantId, T>& of) const {
        const auto it = of.find(m_workspace.current());
        return it == of.end() ? nullptr : &it->second;
    }
    template <typename T>
    void start(Kind kind, const QString& title, const std::string& device, std::function<Result<T>(const Work&)> work,
               std::function<void(T)> done);
    void readProfiles();
    QString nameOf(VariantId id) const;

    Workspace& m_workspace;
    std::map<VariantId, OnDevice<ProfileMatrix>> m_matrices;
    std::map<VariantId, OnDevice<SustainedLoad>> m_loads;
    std::map<VariantId, Accuracy> m_accuracies;
    std::optional<Turns> m_turns;
    std::map<std::string, Profile> m_profiles;
    std::map<VariantId, std::map<std::string, Profile>> m_estimates;
    std::map<Kind, int> m_jobs;
    std::map<Kind, QList<QPointer<Job>>> m_running;
};

/// Seconds for which each side or cell is timed at most.
inline constexpr double benchSeconds = 5;

} // namespace lapidary
