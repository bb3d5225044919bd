// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pairedruns.h"
#include "ui/models/diffsession.h"

namespace lapidary {

using PairedComparisonPtr = std::shared_ptr<const PairedComparison>;

/// The two models of a DiffSession on the project's evaluation data: sample by sample, and layer by layer. Nothing runs
/// until someone asks; another pair of models or other data drops what there is. UI thread.
class PairedSession : public QObject {
    Q_OBJECT

public:
    enum class State { NoModels, NoData, Idle, Running, Ready, Failed };

    PairedSession(Workspace& workspace, DiffSession& models, QObject* parent = nullptr);
    ~PairedSession() override;

    State state() const { return m_state; }
    QString problem() const { return m_problem; }           ///< of State::Failed
    PairedComparisonPtr result() const { return m_result; } ///< null unless State::Ready
    DatasetPtr data() const { return m_data; }              ///< what the result is about
    QPointer<Job> job() const { return m_job; }             ///< of State::Running
    /// Samples at most, 0: all. Another number asks another question.
    void setLimit(std::size_t samples);
    std::size_t limit() const { return m_limit; }

    /// Runs as soon as both models are there, unless it runs or is ready.
    void want();
    /// Stops what runs; runs again only when restarted.
    void cancel();
    void restart();

    /// The layers with the errors of their outputs on the first samples; null until measured.
    std::shared_ptr<const std::vector<LayerDelta>> layers() const { return m_layers; }
    QString layersProblem() const { return m_layersProblem; }
    bool measuresLayers() const { return !m_layersJob.isNull(); }
    void wantLayers();

Q_SIGNALS:
    void changed();       ///< state(), result()
    void layersChanged(); ///< layers(), layersProblem(), measuresLayers()

private:
    void reset();
    void dataChanged();
    void start();
    void startLayers();
    void setState(State state, const QString& problem = {});

    struct Answer {
        PairedComparisonPtr result;
        DatasetPtr data;
    };
    static Result<Answer> run(ProjectSession& session, const ComparedModelsPtr& models, VariantId a, VariantId b,
                              std::size_t limit, const Work& work);

    Workspace& m_workspace;
    DiffSession& m_models;
    State m_state = State::NoModels;
    QString m_problem, m_layersProblem;
    bool m_wanted = false, m_layersWanted = false;
    std::size_t m_limit = 0;
    PairedComparisonPtr m_result;
    DatasetPtr m_data;
    std::shared_ptr<const std::vector<LayerDelta>> m_layers;
    QPointer<Job> m_job, m_layersJob;
    quint64 m_question = 0; ///< grows with every reset; answers to an older one are dropped
};

} // namespace lapidary
