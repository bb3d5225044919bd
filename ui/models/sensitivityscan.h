// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/measuredsensitivity.h"
#include "ui/models/workspace.h"

#include <QObject>
#include <QPointer>

namespace lapidary {

/// The sensitivity of the variant on the screen: measures it as a job, remembers what was measured for each variant
/// while the project is open, and colours the graph with it. UI thread.
class SensitivityScan : public QObject {
    Q_OBJECT

public:
    explicit SensitivityScan(Workspace& workspace, QObject* parent = nullptr);

    /// Why `pass` cannot be analysed now, for a tool tip; empty if it can.
    QString whyNot(const std::string& pass) const;
    /// Measures; points known from an earlier, also a stopped, measurement are taken over. One at a time: ignored
    /// while it runs. Failures arrive as Workspace::message().
    void start(SensitivityRequest request);
    void stop();
    bool isRunning() const { return m_job != nullptr; }
    double fraction() const;

    MeasuredSensitivityPtr measured() const { return m_measured; } ///< null without any for this variant
    /// Predicted milliseconds of every point from what was learned about the profile's device; null until a job,
    /// started by the first call, has found them and changed() is emitted, and without a profile.
    std::shared_ptr<const std::vector<double>> pointMs();
    /// What predicts the latency of changes to the variant on the screen, on the device its profile is of; null:
    /// nothing is known yet. Another one is told of by changed().
    std::shared_ptr<const LatencyModel> latency() const { return m_latency; }

    LossMeasure lossMeasure() const { return m_loss; }
    void setLossMeasure(LossMeasure measure);
    static QString lossName(LossMeasure measure);
    static QString lossUnit(LossMeasure measure); ///< "nats", "%"
    static QString lossText(LossMeasure measure, double value);

Q_SIGNALS:
    void changed();    ///< measured(), pointMs(), lossMeasure() or isRunning()
    void progressed(); ///< fraction()

private:
    void adoptVariant();
    void readLatency();
    void colour();

    Workspace& m_workspace;
    QPointer<Job> m_job;
    MeasuredSensitivityPtr m_measured;
    std::map<VariantId, MeasuredSensitivityPtr> m_kept;
    std::shared_ptr<const std::vector<double>> m_pointMs;
    std::shared_ptr<const LatencyModel> m_latency;
    std::optional<Profile> m_profileAsked;              ///< the profile m_latency is of or being read for
    std::shared_ptr<const LatencyModel> m_latencyAsked; ///< what m_pointMs is made or being made from
    LossMeasure m_loss = LossMeasure::Divergence;
};

} // namespace lapidary
