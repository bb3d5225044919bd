// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/diffsession.h"

#include "ui/models/graphpicturebuilder.h"

#include <algorithm>

namespace lapidary {

namespace {

struct Loaded {
    AnalysedModelPtr model;
    std::optional<Profile> profile;
};

Result<Loaded> load(const CompareSide& side, ProjectSession* session, const Work& work) {
    Loaded loaded;
    if (!side.file.isEmpty()) {
        auto model = Engine::open(side.file.toStdString(), work);
        if (!model)
            return model.status();
        loaded.model = std::move(*model);
        return loaded;
    }
    if (!session)
        return errorDiagnostic("compare.project", "No project is open");
    auto model = session->model(side.variant, work);
    if (!model)
        return model.status();
    auto profile = session->latestProfile(side.variant, true);
    if (!profile)
        return profile.status();
    return Loaded{std::move(*model), std::move(*profile)};
}

Result<ComparisonDataPtr> compare(const CompareSide& a, const CompareSide& b, ProjectSession* session,
                                  const Work& work) {
    auto left = load(a, session, work.part(0, 0.3));
    if (!left)
        return left.status();
    auto right = load(b, session, work.part(0.3, 0.6));
    if (!right)
        return right.status();
    auto data = std::make_shared<ComparisonData>();
    auto models = std::make_shared<ComparedModels>();
    models->a = left->model;
    models->b = right->model;
    models->comparison = compareStructure(*left->model, *right->model);
    if (auto status = work.check(); !status)
        return status;
    data->profileA = std::move(left->profile);
    data->profileB = std::move(right->profile);
    const auto* profileA = data->profileA ? &*data->profileA : nullptr;
    const auto* profileB = data->profileB ? &*data->profileB : nullptr;
    for (std::size_t i = 0; i < data->values.size(); ++i)
        data->values[i] = diffValues(*models, DiffMetric(i), profileA, profileB);
    data->layers = layerDeltas(models->comparison, *models->a, *models->b, profileA, profileB);
    if (a.variant > 0 && b.variant > 0) {
        auto recipes = diffVariantRecipes(session->project(), session->engine().passes(), a.variant, b.variant);
        if (!recipes)
            return recipes.status();
        data->recipes = std::move(*recipes);
    }
    work.progress.set(0.9);
    data->picture = buildDiffPicture(*models);
    data->pictureA = buildGraphPicture(*models->a);
    data->pictureB = buildGraphPicture(*models->b);
    data->models = std::move(models);
    return ComparisonDataPtr(std::move(data));
}

} // namespace

DiffSession::DiffSession(Workspace& workspace, QObject* parent) : QObject(parent), m_workspace(workspace) {}

DiffSession::~DiffSession() {
    cancel();
}

void DiffSession::cancel() {
    for (auto* job : {m_structure.data(), m_outputs.data()})
        if (job)
            job->cancel();
    m_structure = nullptr;
    m_outputs = nullptr;
}

void DiffSession::clear() {
    cancel();
    m_sideA = {};
    m_sideB = {};
    m_data = nullptr;
    m_stops.clear();
    m_current = -1;
    Q_EMIT changed();
    Q_EMIT ended();
}

void DiffSession::start(const CompareSide& a, const CompareSide& b) {
    cancel();
    m_sideA = a;
    m_sideB = b;
    m_data = nullptr;
    m_stops.clear();
    m_current = -1;
    Q_EMIT changed();
    auto number = std::make_shared<QPointer<Job>>();
    m_structure = m_workspace.jobs().start<ComparisonDataPtr>(
        tr("Compare graphs"), Lane::cpu(),
        [session = m_workspace.session(), a, b](const Work& work) { return compare(a, b, session.get(), work); }, this,
        [this, number](ComparisonDataPtr data) {
            if (m_structure != *number)
                return;
            m_structure = nullptr;
            m_data = std::move(data);
            findStops();
            startOutputs();
            Q_EMIT changed();
        },
        [this, number](const Diagnostic& problem) {
            if (m_structure != *number)
                return;
            m_structure = nullptr;
            if (!isCancelled(problem))
                Q_EMIT failed(problem);
            Q_EMIT ended();
        });
    *number = m_structure;
    Q_EMIT started();
}

void DiffSession::startOutputs() {
    auto number = std::make_shared<QPointer<Job>>();
    m_outputs = m_workspace.jobs().start<ModelComparison>(
        tr("Compare outputs"), Lane::cpu(),
        [session = m_workspace.session(), models = m_data->models](const Work& work) -> Result<ModelComparison> {
            CompareOptions options;
            if (session)
                if (const auto data = session->dataset("evaluation"); data && *data) {
                    options.data = *data;
                    options.samples = 200;
                }
            ModelComparison result;
            if (auto status = compareOutputs(result, *models->a, *models->b, options, work); !status)
                return status;
            return result;
        },
        this,
        [this, number](const ModelComparison& comparison) {
            if (m_outputs != *number)
                return;
            m_outputs = nullptr;
            Q_EMIT outputsKnown(comparison);
            Q_EMIT ended();
        },
        [this, number](const Diagnostic& problem) {
            if (m_outputs != *number)
                return;
            m_outputs = nullptr;
            if (!isCancelled(problem))
                Q_EMIT failed(problem);
            Q_EMIT ended();
        });
    *number = m_outputs;
}

/// What stands around one layer is one stop: the layer if it changed itself, else the first of them.
void DiffSession::findStops() {
    m_stops.clear();
    const auto& nodes = m_data->models->comparison.diff.nodes;
    std::set<std::pair<bool, std::uint32_t>> told;
    for (const auto& node : nodes)
        if (node.kind == DiffKind::Changed) {
            told.emplace(false, node.a.number);
            told.emplace(true, node.b.number);
        }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i].kind == DiffKind::Same)
            continue;
        if (nodes[i].attachment != Attachment::None && !told.emplace(nodes[i].b.valid(), nodes[i].host.number).second)
            continue;
        m_stops.push_back(int(i));
    }
}

void DiffSession::setCurrent(int entry) {
    if (!m_data || entry == m_current)
        return;
    m_current = entry;
    Q_EMIT currentChanged(entry);
}

void DiffSession::step(int by) {
    if (m_stops.empty())
        return;
    const auto at =
        by > 0 ? std::upper_bound(m_stops.begin(), m_stops.end(), m_current)
               : std::lower_bound(m_stops.begin(), m_stops.end(), m_current < 0 ? m_stops.back() + 1 : m_current);
    if (by > 0)
        setCurrent(at == m_stops.end() ? m_stops.front() : *at);
    else
        setCurrent(at == m_stops.begin() ? m_stops.back() : *(at - 1));
}

} // namespace lapidary
