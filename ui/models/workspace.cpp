// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/workspace.h"

#include "device/hostenvironment.h"
#include "engine/report.h"
#include "engine/sample.h"
#include "ui/models/nodefacts.h"
#include "ui/models/reportpdf.h"
#include "ui/models/variantcommand.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace lapidary {

namespace {

QString dataFolder(const QString& name) {
    const auto base = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    return QDir(base).filePath(name);
}

/// Nodes of `to` with the names of `nodes` in `from`. A model read back from the store numbers its nodes anew; names
/// stay.
std::set<NodeId> sameNodes(const std::set<NodeId>& nodes, const AnalysedModel* from, const AnalysedModel& to) {
    std::set<NodeId> found;
    for (const auto id : nodes) {
        const auto* node = from ? from->model->graph->node(id) : nullptr;
        const auto* match = node && !node->name.empty() ? to.model->graph->findNode(node->name) : nullptr;
        if (match && match->opType == node->opType)
            found.insert(match->id);
    }
    return found;
}

std::filesystem::path toPath(const QString& text) {
    return text.toStdString();
}

} // namespace

Workspace::Workspace(const Engine& engine, JobManager& jobs, QObject* parent)
    : QObject(parent), m_engine(engine), m_jobs(jobs), m_selection(this), m_accuracy(jobs, this), m_previewer(this) {
    qRegisterMetaType<Diagnostic>();
    connect(&m_accuracy, &AccuracyRuns::finished, this, [this] { refresh(); });
    connect(&m_accuracy, &AccuracyRuns::failed, this, &Workspace::message);
    connect(&m_selection, &NodeSelection::changed, this, [this] {
        if (!m_pinnedScope)
            clearPreview();
    });
}

Workspace::~Workspace() = default;

QString Workspace::projectFolder() const {
    return m_session ? QString::fromStdString(m_session->project().folder().string()) : QString();
}

const VariantSummary* Workspace::variant(VariantId id) const {
    const auto it =
        std::find_if(m_variants->begin(), m_variants->end(), [id](const auto& v) { return v.record.id == id; });
    return it == m_variants->end() ? nullptr : &*it;
}

bool Workspace::hasDataset(const std::string& role) const {
    return std::any_of(m_datasets.begin(), m_datasets.end(), [&](const auto& d) { return d.role == role; });
}

void Workspace::adopt(SessionPtr session, const QString& name) {
    ++m_generation;
    m_accuracy.cancelAll();
    m_session = std::move(session);
    m_projectName = name;
    m_undo.clear();
    m_selection.clear();
    setScopeQuery({});
    pinScope(std::nullopt);
    m_current = 0;
    m_stale.clear();
    m_model = nullptr;
    m_shown = nullptr;
    Q_EMIT projectChanged();
    Q_EMIT modelChanged();
    refresh();
}

void Workspace::openModel(const QString& file) {
    const QFileInfo info(file);
    const auto mark = qHash(info.canonicalFilePath()) ^ size_t(info.lastModified().toMSecsSinceEpoch());
    newProject(dataFolder(QStringLiteral("projects/%1-%2").arg(info.completeBaseName(), QString::number(mark, 16))),
               file);
}

void Workspace::newProject(const QString& folder, const QString& modelFile) {
    start<SessionPtr>(
        tr("Open %1").arg(QFileInfo(modelFile).fileName()), Lane::io(),
        [this, folder, modelFile](const Work& work) -> Result<SessionPtr> {
            const bool exists = Project::isProject(toPath(folder));
            auto project = exists ? Project::open(toPath(folder)) : Project::create(toPath(folder));
            if (!project)
                return project.status();
            auto session = std::make_shared<ProjectSession>(m_engine, std::move(*project));
            const auto variants = session->project().variants(true);
            if (!variants)
                return variants.status();
            if (!variants->empty())
                session->findMissingWeights(work);
            else if (const auto id = session->importModel(toPath(modelFile), {}, work); !id)
                return id.status();
            return session;
        },
        [this, modelFile](SessionPtr session) { adopt(std::move(session), QFileInfo(modelFile).completeBaseName()); });
}

void Workspace::openProject(const QString& folder) {
    start<SessionPtr>(
        tr("Open project"), Lane::io(),
        [this, folder](const Work&) -> Result<SessionPtr> {
            auto project = Project::open(toPath(folder));
            if (!project)
                return project.status();
            return std::make_shared<ProjectSession>(m_engine, std::move(*project));
        },
        [this, folder](SessionPtr session) { adopt(std::move(session), QFileInfo(folder).fileName()); });
}

void Workspace::openSample() {
    start<SessionPtr>(
        tr("Open sample"), Lane::io(),
        [this](const Work& work) -> Result<SessionPtr> {
            auto session = openSampleProject(m_engine, toPath(dataFolder(QStringLiteral("sample"))), work);
            if (!session)
                return session.status();
            return SessionPtr(std::move(*session));
        },
        [this](SessionPtr session) { adopt(std::move(session), tr("Sample: clothing images")); });
}

void Workspace::refresh(VariantId thenCurrent) {
    struct Lists {
        std::vector<VariantSummary> variants;
        std::vector<DatasetRecord> datasets;
    };
    if (!m_session)
        return;
    start<Lists>(
        tr("Read project"), Lane::io(),
        [session = m_session](const Work&) -> Result<Lists> {
            auto variants = session->summaries();
            if (!variants)
                return variants.status();
            auto datasets = session->project().datasets();
            if (!datasets)
                return datasets.status();
            return Lists{std::move(*variants), std::move(*datasets)};
        },
        [this, thenCurrent](Lists lists) {
            m_variants = std::make_shared<const std::vector<VariantSummary>>(std::move(lists.variants));
            m_datasets = std::move(lists.datasets);
            Q_EMIT variantsChanged();
            findStale();
            VariantId next = thenCurrent > 0 ? thenCurrent : m_current;
            if (!variant(next))
                next = m_variants->empty() ? 0 : m_variants->front().record.id;
            if (next == m_current)
                refreshMeasurements();
            else
                setCurrent(next);
        });
}

void Workspace::setCurrent(VariantId id) {
    if (id == m_current)
        return;
    m_current = id;
    pinScope(std::nullopt);
    clearPreview();
    m_model = nullptr; // what is on the screen belongs to the variant before
    m_profile.reset();
    m_sparsity.clear();
    Q_EMIT currentChanged();
    Q_EMIT modelChanged();
    loadCurrent();
}

void Workspace::loadCurrent() {
    if (m_current == 0)
        return;
    start<AnalysedModelPtr>(
        tr("Load variant"), Lane::io(),
        [session = m_session, id = m_current](const Work& work) { return session->model(id, work); },
        [this, id = m_current](AnalysedModelPtr model) {
            if (id != m_current)
                return;
            auto kept = sameNodes(m_selection.nodes(), m_shown.get(), *model);
            m_model = std::move(model);
            m_shown = m_model;
            forgetMeasurements();
            Q_EMIT modelChanged();
            m_selection.set(std::move(kept));
            refreshMeasurements();
        });
}

void Workspace::refreshMeasurements() {
    struct Measured {
        std::optional<Profile> profile;
        std::vector<std::optional<double>> sparsity;
    };
    if (!m_model)
        return;
    start<Measured>(
        tr("Read measurements"), Lane::io(),
        [session = m_session, id = m_current, model = m_model, known = m_sparsity](const Work&) -> Result<Measured> {
            auto profile = session->latestProfile(id, true);
            if (!profile)
                return profile.status();
            return Measured{std::move(*profile), known.empty() ? nodeSparsity(*model) : known};
        },
        [this, id = m_current](Measured measured) {
            if (id != m_current)
                return;
            m_profile = std::move(measured.profile);
            m_sparsity = std::move(measured.sparsity);
            Q_EMIT this->measured();
        });
}

void Workspace::setDataset(const std::string& role, const QString& file) {
    start<bool>(
        tr("Read dataset"), Lane::io(),
        [session = m_session, role, file](const Work&) -> Result<bool> {
            if (auto status = session->setDataset(role, toPath(file)); !status)
                return status;
            return true;
        },
        [this, file](bool) {
            Q_EMIT notice(tr("Dataset %1 is set").arg(QFileInfo(file).fileName()));
            refresh();
        });
}

void Workspace::setScopeQuery(const QString& pattern) {
    if (m_scopeQuery == pattern)
        return;
    m_scopeQuery = pattern;
    clearPreview();
    Q_EMIT scopeChanged();
}

void Workspace::pinScope(std::optional<PinnedScope> scope) {
    if (!scope && !m_pinnedScope)
        return;
    m_pinnedScope = std::move(scope);
    Q_EMIT scopeChanged();
}

void Workspace::requestPreview(const RecipeStep& given) {
    if (!m_model)
        return;
    RecipeStep step = given;
    const bool bySelection = !m_pinnedScope && m_scopeQuery.isEmpty();
    if (!bySelection)
        step.nodes = scopePatterns();
    m_previewer.start([this, model = m_model, step, scope = bySelection ? m_selection.nodes() : std::set<NodeId>()](
                          const Work&) { return m_engine.preview(*model, step, scope); },
                      [this, model = m_model](Result<PassPreview> preview) {
                          if (model != m_model)
                              return;
                          if (preview.ok()) {
                              m_preview = std::move(*preview);
                              Q_EMIT previewChanged();
                          } else {
                              clearPreview();
                              const auto& problem = preview.error();
                              Q_EMIT previewFailed(QString::fromStdString(
                                  problem.toString() + (problem.hint.empty() ? "" : "\n" + problem.hint)));
                          }
                      });
}

void Workspace::clearPreview() {
    m_previewer.cancel();
    if (!m_preview)
        return;
    m_preview.reset();
    Q_EMIT previewChanged();
}

std::vector<std::string> Workspace::scopePatterns() const {
    if (m_pinnedScope)
        return m_pinnedScope->patterns;
    if (!m_scopeQuery.isEmpty())
        return {m_scopeQuery.toStdString()};
    std::vector<std::string> patterns;
    if (m_model)
        for (const auto id : m_selection.nodes())
            if (const auto* node = m_model->model->graph->node(id))
                patterns.push_back(displayName(*node));
    return patterns;
}

void Workspace::apply(const RecipeStep& given) {
    if (!m_session || m_current == 0)
        return;
    ApplyRequest request;
    RecipeStep step = given;
    step.nodes = scopePatterns();
    request.recipe.steps = {step};
    request.recipe.seed = 1;
    const auto pass = m_engine.passes().find(step.pass);
    makeVariant(std::move(request),
                pass ? QString::fromStdString((*pass)->info().title) : QString::fromStdString(step.pass));
}

void Workspace::applyRecipe(const Recipe& recipe) {
    if (!m_session || m_current == 0)
        return;
    ApplyRequest request;
    request.recipe = recipe;
    makeVariant(std::move(request), QString::fromStdString(recipe.name));
}

void Workspace::makeVariant(ApplyRequest request, const QString& title) {
    request.parent = m_current;
    m_accuracy.giveWay(); // nobody waits for the edit before this one any more
    start<VariantId>(
        tr("Apply: %1").arg(title), Lane::cpu(),
        [session = m_session, request](const Work& work) { return session->apply(request, work); },
        [this, parent = m_current, title](VariantId id) {
            m_undo.push(new VariantCommand(*this, VariantCommand::Kind::Add, id, parent, tr("Apply %1").arg(title)));
            refresh(id);
            if (m_accuracy.afterEachChange() && hasDataset("evaluation"))
                m_accuracy.startAfterChange(m_session, id, title);
        });
}

void Workspace::evaluate(const QList<VariantId>& ids) {
    for (const auto id : ids)
        m_accuracy.start(m_session, id, variant(id) ? QString::fromStdString(variant(id)->record.name) : QString());
}

void Workspace::profileVariants(const QList<VariantId>& ids, const std::string& device) {
    for (const auto id : ids)
        start<Profile>(
            tr("Profile %1").arg(variant(id) ? QString::fromStdString(variant(id)->record.name) : QString()),
            device == "host" ? Lane::exclusive() : Lane::onDevice(QString::fromStdString(device)),
            [session = m_session, id, device](const Work& work) {
                ProfileOptions options;
                options.perNode = true;
                options.maxSeconds = 5;
                return session->profile(id, device, options, work);
            },
            [this](Profile) { refresh(); });
}

Job* Workspace::startComparison(VariantId a, VariantId b, QObject* receiver,
                                std::function<void(ModelComparison)> done) {
    return m_jobs.start<ModelComparison>(
        tr("Compare"), Lane::cpu(),
        [session = m_session, a, b](const Work& work) -> Result<ModelComparison> {
            const auto left = session->model(a, work.part(0, 0.1));
            if (!left)
                return left.status();
            const auto right = session->model(b, work.part(0.1, 0.2));
            if (!right)
                return right.status();
            const auto data = session->dataset("evaluation");
            CompareOptions options;
            if (data && *data) {
                options.data = *data;
                options.samples = 200;
            }
            return compareModels(**left, **right, options, work.part(0.2, 1));
        },
        receiver, std::move(done),
        [this](const Diagnostic& problem) {
            if (!isCancelled(problem))
                Q_EMIT message(problem);
        });
}

void Workspace::setName(VariantId id, const QString& name) {
    start<bool>(
        tr("Rename variant"), Lane::io(),
        [session = m_session, id, name](const Work&) -> Result<bool> {
            if (auto status = session->project().renameVariant(id, name.toStdString()); !status)
                return status;
            return true;
        },
        [this](bool) { refresh(); });
}

void Workspace::rename(VariantId id, const QString& name) {
    const auto* known = variant(id);
    if (known && !name.trimmed().isEmpty() && name.toStdString() != known->record.name)
        m_undo.push(VariantCommand::rename(*this, id, QString::fromStdString(known->record.name), name.trimmed(),
                                           tr("Rename")));
}

void Workspace::remove(VariantId id) {
    const auto* known = variant(id);
    if (known && known->record.parent > 0)
        m_undo.push(new VariantCommand(*this, VariantCommand::Kind::Remove, id, known->record.parent,
                                       tr("Remove %1").arg(QString::fromStdString(known->record.name))));
}

void Workspace::exportModel(VariantId id, const QString& file) {
    start<bool>(
        tr("Export model"), Lane::io(),
        [session = m_session, id, file](const Work& work) -> Result<bool> {
            if (auto status = session->exportModel(id, toPath(file), work); !status)
                return status;
            return true;
        },
        [this, file](bool) { Q_EMIT notice(tr("Wrote %1").arg(QDir::toNativeSeparators(file))); });
}

void Workspace::writeReportTo(const QString& file) {
    start<bool>(
        tr("Write report"), Lane::io(),
        [session = m_session, file](const Work& work) -> Result<bool> {
            if (auto status = writeReportFile(*session, toPath(file), work); !status)
                return status;
            return true;
        },
        [this, file](bool) { Q_EMIT notice(tr("Wrote %1").arg(QDir::toNativeSeparators(file))); });
}

} // namespace lapidary
