// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storedmeasurements.h"
#include "ui/models/workspace.h"

#include <QObject>
#include <QPointer>

namespace lapidary {

/// Measurements of variants on devices beyond a plain profile: started here as jobs in the device's lane, kept in the
/// project by the engine, and read from there for the window, those of earlier days too. UI thread.
class DeviceBench : public QObject {
    Q_OBJECT

public:
    enum class Kind { Devices, Matrix, Load, Turns, Accuracy };

    explicit DeviceBench(Workspace& workspace, QObject* parent = nullptr);

    struct Accuracy {
        std::string device;
        std::int64_t measuredMs = 0;
        std::vector<Difference> stale;
        std::optional<EvaluationResult> there; ///< absent: only the departure was looked for
        std::optional<EvaluationResult> here;  ///< absent: this computer was not asked
        std::optional<Departure> departure;    ///< absent: not looked for, as where the device is this computer
    };
    /// The newest of the current variant on this device, else on any; null: there is none.
    const Stored<ProfileMatrix>* matrix(const std::string& device = {}) const {
        return newestOn(m_stored.matrices, device);
    }
    const Stored<SustainedLoad>* load(const std::string& device = {}) const { return newestOn(m_stored.loads, device); }
    const Accuracy* accuracy(const std::string& device = {}) const { return newestOn(m_accuracies, device); }
    /// The newest of these two on this device, else on any, else the newest of the project; null: there is none.
    const StoredTurns* turns(VariantId a = 0, VariantId b = 0, const std::string& device = {}) const;
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
    void changed();                                    ///< any result, profiles(), or isRunning()
    void accuracyChecked(lapidary::VariantId variant); ///< checkAccuracy() has ended well, and accuracy() is of today

private:
    template <typename T>
    void start(Kind kind, const QString& title, const std::string& device, std::function<Result<T>(const Work&)> work,
               std::function<void(T)> done);
    void read();
    QString nameOf(VariantId id) const;

    Workspace& m_workspace;
    StoredMeasurements m_stored; ///< of the current variant
    std::vector<Accuracy> m_accuracies;
    std::vector<StoredTurns> m_turns; ///< of the project
    VariantId m_checked = 0;          ///< whose accuracy was checked and is to be read
    bool m_unreadableTold = false;
    std::map<std::string, Profile> m_profiles;
    std::map<VariantId, std::map<std::string, Profile>> m_estimates;
    std::map<Kind, int> m_jobs;
    std::map<Kind, QList<QPointer<Job>>> m_running;
};

/// Seconds for which each side or cell is timed at most.
inline constexpr double benchSeconds = 5;

} // namespace lapidary
