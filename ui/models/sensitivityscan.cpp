// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/sensitivityscan.h"

#include "ui/models/numbertext.h"

#include <QLocale>

namespace lapidary {

SensitivityScan::SensitivityScan(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace) {
    connect(&m_workspace, &Workspace::projectChanged, this, [this] {
        stop();
        m_kept.clear();
    });
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        m_latency.reset();
        m_profileAsked.reset();
        adoptVariant();
    });
    connect(&m_workspace, &Workspace::measured, this, &SensitivityScan::readLatency);
}

QString SensitivityScan::whyNot(const std::string& id) const {
    const auto pass = m_workspace.engine().passes().find(id);
    if (!m_workspace.model())
        return tr("Open a model first");
    if (!pass)
        return tr("Choose a pass first");
    if (!passRatios((*pass)->info().schema))
        return tr("%1 has no share that could be varied: choose a pass that prunes layers")
            .arg(QString::fromStdString((*pass)->info().title));
    if (!m_workspace.hasDataset("calibration") && !m_workspace.hasDataset("evaluation"))
        return tr("The project has no calibration or evaluation data (File menu)");
    return {};
}

void SensitivityScan::start(SensitivityRequest request) {
    if (isRunning() || !whyNot(request.pass).isEmpty())
        return;
    const auto pass = m_workspace.engine().passes().find(request.pass);
    m_job = m_workspace.jobs().start<MeasuredSensitivityPtr>(
        tr("Analyse sensitivity: %1").arg(QString::fromStdString((*pass)->info().title)), Lane::cpu(),
        [session = m_workspace.session(), model = m_workspace.model(), request = std::move(request)](const Work& work) {
            return measureForWindow(*session, model, request, work);
        },
        this,
        [this, id = m_workspace.current(), model = m_workspace.model()](MeasuredSensitivityPtr measured) {
            m_kept[id] = std::move(measured);
            if (model == m_workspace.model())
                adoptVariant();
        },
        [this](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        });
    connect(m_job, &Job::changed, this, &SensitivityScan::progressed);
    connect(m_job, &Job::finished, this, [this] {
        m_job = nullptr;
        Q_EMIT changed();
    });
    Q_EMIT changed();
}

void SensitivityScan::stop() {
    if (m_job)
        m_job->cancel();
}

double SensitivityScan::fraction() const {
    return m_job ? m_job->fraction() : 0;
}

void SensitivityScan::adoptVariant() {
    const auto it = m_workspace.model() ? m_kept.find(m_workspace.current()) : m_kept.end();
    m_measured = it == m_kept.end() ? nullptr : it->second;
    m_pointMs.reset();
    m_latencyAsked.reset();
    if (m_measured && m_measured->model != m_workspace.model()) {
        m_measured = m_measured->withModel(m_workspace.model()); // read anew from the store: nodes have other ids
    }
    if (m_measured && !m_measured->hasClasses())
        m_loss = LossMeasure::OutputError;
    colour();
    Q_EMIT changed();
}

void SensitivityScan::setLossMeasure(LossMeasure measure) {
    if (m_loss == measure)
        return;
    m_loss = measure;
    colour();
    Q_EMIT changed();
}

void SensitivityScan::colour() {
    if (!m_measured)
        return;
    m_workspace.setNodeValues(Workspace::ValueSource::Sensitivity,
                              m_measured->nodeValues(m_loss, tr("%1 at half").arg(lossName(m_loss)).toStdString(),
                                                     lossUnit(m_loss).toStdString()));
}

void SensitivityScan::readLatency() {
    const auto& profile = m_workspace.profile();
    if (!profile || !m_workspace.model()) {
        m_latency.reset();
        m_profileAsked.reset();
        return;
    }
    if (m_profileAsked && m_profileAsked->runsMs == profile->runsMs && m_profileAsked->device == profile->device)
        return;
    m_profileAsked = profile;
    using Latency = std::shared_ptr<const LatencyModel>;
    m_workspace.jobs().start<Latency>(
        tr("Read latency model"), Lane::io(),
        [model = m_workspace.model(), profile = *profile](const Work&) { return latencyModelFor(*model, profile); },
        this,
        [this, model = m_workspace.model()](Latency latency) {
            if (model != m_workspace.model())
                return;
            m_latency = std::move(latency);
            Q_EMIT changed();
        },
        [this](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT m_workspace.message(problem);
        });
}

std::shared_ptr<const std::vector<double>> SensitivityScan::pointMs() {
    const auto latency = m_latency;
    if (!m_measured || !latency)
        return nullptr;
    if (latency == m_latencyAsked)
        return m_pointMs;
    m_latencyAsked = latency;
    m_pointMs.reset();
    using List = std::vector<double>;
    m_workspace.jobs().start<List>(
        tr("Estimate latency of layers"), Lane::cpu(),
        [&engine = m_workspace.engine(), measured = m_measured, latency](const Work& work) {
            return predictedMsOfPoints(engine, *measured, *latency, work);
        },
        this,
        [this, measured = m_measured, latency](List list) {
            if (measured != m_measured || latency != m_latencyAsked)
                return;
            m_pointMs = std::make_shared<const List>(std::move(list));
            Q_EMIT changed();
        });
    return nullptr;
}

QString SensitivityScan::lossName(LossMeasure measure) {
    switch (measure) {
    case LossMeasure::Divergence:
        return tr("Divergence of the answers");
    case LossMeasure::ChangedAnswers:
        return tr("Answers that change");
    case LossMeasure::OutputError:
        break;
    }
    return tr("Error of the output");
}

QString SensitivityScan::lossUnit(LossMeasure measure) {
    return measure == LossMeasure::Divergence ? tr("nats") : QStringLiteral("%");
}

QString SensitivityScan::lossText(LossMeasure measure, double value) {
    return tr("%1 %2", "number and unit").arg(QLocale().toString(value, 'g', 3), lossUnit(measure));
}

} // namespace lapidary
