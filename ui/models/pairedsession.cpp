// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/pairedsession.h"

#include "device/hostenvironment.h"
#include "engine/layererrorruns.h"

namespace lapidary {

namespace {

constexpr std::size_t layerSamples = 32;

/// Of two variants the project keeps them; a file has none to keep them with.
Status errorsOf(ProjectSession& session, VariantId a, VariantId b, const ComparedModels& models,
                std::vector<LayerDelta>& layers, const Work& work) {
    if (a > 0 && b > 0)
        return layerErrorsOf(session, a, b, layers, *models.a, *models.b, layerSamples, work);
    const auto data = session.dataset("evaluation");
    return data ? measureLayerErrors(layers, *models.a, *models.b, *data, layerSamples, work) : data.status();
}

} // namespace

PairedSession::PairedSession(Workspace& workspace, DiffSession& models, QObject* parent)
    : QObject(parent), m_workspace(workspace), m_models(models) {
    connect(&m_models, &DiffSession::changed, this, &PairedSession::reset);
    connect(&m_workspace, &Workspace::variantsChanged, this, &PairedSession::dataChanged);
    reset();
}

PairedSession::~PairedSession() {
    for (auto* job : {m_job.data(), m_layersJob.data()})
        if (job)
            job->cancel();
}

void PairedSession::setState(State state, const QString& problem) {
    m_state = state;
    m_problem = problem;
    Q_EMIT changed();
}

void PairedSession::reset() {
    ++m_question;
    for (auto* job : {m_job.data(), m_layersJob.data()})
        if (job)
            job->cancel();
    m_job = nullptr;
    m_layersJob = nullptr;
    m_result = nullptr;
    m_data = nullptr;
    m_layers = nullptr;
    m_layersProblem.clear();
    const bool models = m_models.data() != nullptr;
    setState(!models ? State::NoModels : m_workspace.hasDataset("evaluation") ? State::Idle : State::NoData);
    Q_EMIT layersChanged();
    if (m_wanted)
        start();
    if (m_layersWanted)
        startLayers();
}

/// Numbers of other variants change all the time; only data that came or went concerns this.
void PairedSession::dataChanged() {
    const bool has = m_workspace.hasDataset("evaluation");
    if ((m_state == State::NoData && has) || (m_state != State::NoData && m_state != State::NoModels && !has))
        reset();
}

void PairedSession::setLimit(std::size_t samples) {
    if (samples == m_limit)
        return;
    m_limit = samples;
    reset();
}

void PairedSession::want() {
    m_wanted = true;
    start();
}

void PairedSession::cancel() {
    m_wanted = false;
    if (m_job)
        m_job->cancel();
}

void PairedSession::restart() {
    m_wanted = true;
    reset();
}

Result<PairedSession::Answer> PairedSession::run(ProjectSession& session, const ComparedModelsPtr& models, VariantId a,
                                                 VariantId b, std::size_t limit, const Work& work) {
    auto data = session.dataset("evaluation");
    if (!data)
        return data.status();
    if (!*data)
        return errorDiagnostic("eval.no_data", "The project has no evaluation data");
    PairedOptions options;
    options.threads = hostCores();
    auto made = a > 0 && b > 0 ? compareVariants(session, {a, {b}, limit, options}, work)
                               : comparePaired(*models->a->model, {models->b->model.get()},
                                               *(limit > 0 ? limitedDataset(*data, limit) : *data), options, work);
    if (!made)
        return made.status();
    return Answer{std::make_shared<PairedComparison>(std::move(made->front())), std::move(*data)};
}

void PairedSession::start() {
    if (m_state != State::Idle)
        return;
    const auto question = m_question;
    m_job = m_workspace.jobs().start<Answer>(
        tr("Compare sample by sample"), Lane::cpu(),
        [session = m_workspace.session(), models = m_models.data()->models, a = m_models.sideA().variant,
         b = m_models.sideB().variant,
         limit = m_limit](const Work& work) { return run(*session, models, a, b, limit, work); },
        this,
        [this, question](Answer answer) {
            if (question != m_question)
                return;
            m_job = nullptr;
            m_result = std::move(answer.result);
            m_data = std::move(answer.data);
            setState(State::Ready);
        },
        [this, question](const Diagnostic& problem) {
            if (question != m_question)
                return;
            m_job = nullptr;
            auto text = isCancelled(problem) ? tr("Stopped.") : QString::fromStdString(problem.toString());
            if (!problem.hint.empty() && !isCancelled(problem))
                text += QLatin1Char('\n') + QString::fromStdString(problem.hint);
            setState(State::Failed, text);
        });
    setState(State::Running);
}

void PairedSession::wantLayers() {
    m_layersWanted = true;
    startLayers();
}

void PairedSession::startLayers() {
    using Layers = std::vector<LayerDelta>;
    if (m_layers || m_layersJob || !m_layersProblem.isEmpty() || m_state == State::NoModels)
        return;
    if (m_state == State::NoData) {
        m_layersProblem = tr("Choose evaluation data to see how far the layers' outputs are apart.");
        Q_EMIT layersChanged();
        return;
    }
    const auto question = m_question;
    m_layersJob = m_workspace.jobs().start<Layers>(
        tr("Compare layers"), Lane::cpu(),
        [session = m_workspace.session(), data = m_models.data(), a = m_models.sideA().variant,
         b = m_models.sideB().variant](const Work& work) -> Result<Layers> {
            Layers layers = data->layers;
            if (auto status = errorsOf(*session, a, b, *data->models, layers, work); !status)
                return status;
            return layers;
        },
        this,
        [this, question](Layers layers) {
            if (question != m_question)
                return;
            m_layersJob = nullptr;
            m_layers = std::make_shared<const Layers>(std::move(layers));
            Q_EMIT layersChanged();
        },
        [this, question](const Diagnostic& problem) {
            if (question != m_question)
                return;
            m_layersJob = nullptr;
            m_layersProblem = isCancelled(problem) ? tr("Stopped.") : QString::fromStdString(problem.toString());
            Q_EMIT layersChanged();
        });
    Q_EMIT layersChanged();
}

} // namespace lapidary
