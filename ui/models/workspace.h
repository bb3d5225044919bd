// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"
#include "engine/compare.h"
#include "engine/projectsession.h"
#include "engine/staleness.h"
#include "job/jobmanager.h"
#include "ui/models/accuracyruns.h"
#include "ui/models/latest.h"
#include "ui/models/nodeselection.h"
#include "ui/models/nodevalues.h"
#include "ui/models/variantmetric.h"

#include <QObject>
#include <QStringList>
#include <QUndoStack>

#include <map>

namespace lapidary {

/// The state behind one window: the open project, its variants with their numbers, the variant on screen with its model
/// and measurements, the shared selection, the preview, undo. Panels read it and listen; everything slow runs as a job.
/// UI thread.
class Workspace : public QObject {
    Q_OBJECT

public:
    Workspace(const Engine& engine, JobManager& jobs, QObject* parent = nullptr);
    ~Workspace() override;

    const Engine& engine() const { return m_engine; }
    JobManager& jobs() { return m_jobs; }
    QUndoStack& undoStack() { return m_undo; }
    NodeSelection& selection() { return m_selection; }
    AccuracyRuns& accuracy() { return m_accuracy; }

    /// For panels with jobs of their own; null without a project.
    std::shared_ptr<ProjectSession> session() const { return m_session; }

    bool hasProject() const { return m_session != nullptr; }
    QString projectName() const { return m_projectName; }
    QString projectFolder() const;
    const std::vector<VariantSummary>& variants() const { return *m_variants; }
    VariantListPtr variantList() const { return m_variants; } ///< never null; stays as it is when variants() changes
    /// Reads the variants anew after a job of a panel wrote to session().
    void reload(VariantId thenCurrent = 0) { refresh(thenCurrent); }
    /// Why nothing of the project can be changed, with what helps; empty: it can.
    QString readOnlyReason() const;
    /// Results that would not come out of the same work today, found by a job after each reading of the project.
    const std::map<VariantId, std::vector<StaleResult>>& stale() const { return m_stale; }
    const VariantSummary* variant(VariantId id) const; ///< null if unknown
    VariantId current() const { return m_current; }
    AnalysedModelPtr model() const { return m_model; }                  ///< of the current variant; null while it loads
    const std::optional<Profile>& profile() const { return m_profile; } ///< of the current variant, with node times
    const std::vector<std::optional<double>>& sparsity() const { return m_sparsity; }
    const std::optional<PassPreview>& preview() const { return m_preview; }
    bool hasDataset(const std::string& role) const;

    /// Values of the current variant's nodes that others bring: a scan, a comparison, a file. measured() tells of a
    /// change; another model forgets them.
    enum class ValueSource { Sensitivity, Error, File };
    const NodeValues* nodeValues(ValueSource source) const; ///< null without any
    void setNodeValues(ValueSource source, std::optional<NodeValues> values);
    /// Reads values from a file in a job; they become those of ValueSource::File, also of models shown later. Empty:
    /// none.
    void openNodeValues(const QString& file);
    QString nodeValuesFile() const { return m_valuesFile; }
    /// Which channels of the current model are coupled; null until a job, started by the first call, has found out and
    /// measured() is emitted.
    std::shared_ptr<const ChannelGroups> couplings();

    // Opening. Failures arrive as message().
    void openModel(const QString& file); ///< in a project of its own under the user's data folder
    void openProject(const QString& folder);
    void newProject(const QString& folder, const QString& modelFile);
    void openSample();

    /// Takes the missing weights of the current variant, a source, from a file; see ProjectSession::completeWeights().
    void completeWeights(const QString& file);

    void setCurrent(VariantId id);
    void setDataset(const std::string& role, const QString& file);

    /// Asks for a preview of `step` on the current selection; the newest wins.
    void requestPreview(const RecipeStep& step);
    void clearPreview();
    /// A new variant under the current one; it becomes current. Undoable.
    void apply(const RecipeStep& step);
    /// The same with several steps, each with a scope of its own; the recipe names the variant.
    void applyRecipe(const Recipe& recipe);
    void evaluate(const QList<VariantId>& ids);
    void profileVariants(const QList<VariantId>& ids, const std::string& device);
    /// Structure and outputs of two variants, on the evaluation data if there is any. `done` is dropped with
    /// `receiver`.
    Job* startComparison(VariantId a, VariantId b, QObject* receiver, std::function<void(ModelComparison)> done);
    /// Measures again what of these variants is stale: accuracy, and latency on the device where it was measured.
    void measureStaleAgain(const QList<VariantId>& ids);
    /// Applies what was done below `branch` to `onto`, see rebaseBranch(). Undoable.
    void rebase(VariantId branch, VariantId onto);
    void rename(VariantId id, const QString& name);
    void remove(VariantId id);
    void exportModel(VariantId id, const QString& file);
    void writeReportTo(const QString& file);
    /// A query that passes have as their scope in place of the selection, as a scope pattern; empty: the selection
    /// again.
    void setScopeQuery(const QString& pattern);
    const QString& scopeQuery() const { return m_scopeQuery; }
    /// A scope that stays while the selection changes, as names or patterns of nodes (empty: everything), with words
    /// for it; nothing: the query or the selection again.
    struct PinnedScope {
        QString text;
        std::vector<std::string> patterns;
    };
    void pinScope(std::optional<PinnedScope> scope);
    const std::optional<PinnedScope>& pinnedScope() const { return m_pinnedScope; }
    /// The scope of a step: the pinned one, the scope query, or the names of the selected nodes; empty: everything.
    std::vector<std::string> scopePatterns() const;

Q_SIGNALS:
    void projectChanged();
    void variantsChanged();
    void staleChanged(); ///< stale() is another
    void currentChanged();
    void modelChanged(); ///< model() is another one, or null
    void measured();     ///< profile() or sparsity() changed
    void scopeChanged(); ///< scopeQuery() or pinnedScope() is another one
    void previewChanged();
    void previewFailed(const QString& reason);
    void message(const lapidary::Diagnostic& problem);
    void notice(const QString& text); ///< something went well and deserves a word

private:
    friend class VariantCommand;
    friend class VariantRowCommand;
    using SessionPtr = std::shared_ptr<ProjectSession>;

    template <typename T>
    void start(const QString& title, const Lane& lane, std::function<Result<T>(const Work&)> work,
               std::function<void(T)> done);
    void adopt(SessionPtr session, const QString& name);
    void makeVariant(ApplyRequest request, const QString& title);
    void refresh(VariantId thenCurrent = 0);
    void loadCurrent();
    void refreshMeasurements();
    void setHidden(const QList<VariantId>& ids, bool hidden, VariantId thenCurrent);
    void findStale();
    void setName(VariantId id, const QString& name);
    void forgetMeasurements();

    const Engine& m_engine;
    JobManager& m_jobs;
    QUndoStack m_undo;
    NodeSelection m_selection;
    AccuracyRuns m_accuracy;
    SessionPtr m_session;
    quint64 m_generation = 0; ///< grows with every project opened
    QString m_projectName;
    VariantListPtr m_variants = std::make_shared<const std::vector<VariantSummary>>();
    std::vector<DatasetRecord> m_datasets;
    VariantId m_current = 0;
    AnalysedModelPtr m_model;
    AnalysedModelPtr m_shown; ///< the last model on screen, whose ids the selection has
    std::optional<Profile> m_profile;
    std::vector<std::optional<double>> m_sparsity;
    std::map<ValueSource, NodeValues> m_values;
    QString m_valuesFile;
    std::shared_ptr<const ChannelGroups> m_couplings;
    AnalysedModelPtr m_couplingsAsked; ///< the model whose couplings are known or under way
    std::optional<PassPreview> m_preview;
    QString m_scopeQuery;
    std::optional<PinnedScope> m_pinnedScope;
    Latest<Result<PassPreview>> m_previewer;
    std::map<VariantId, std::vector<StaleResult>> m_stale;
};

template <typename T>
void Workspace::start(const QString& title, const Lane& lane, std::function<Result<T>(const Work&)> work,
                      std::function<void(T)> done) {
    // An answer that comes after another project was opened is about the former one.
    auto ifCurrent = [this, generation = m_generation, done = std::move(done)](T result) {
        if (generation == m_generation)
            done(std::move(result));
    };
    m_jobs.start<T>(title, lane, std::move(work), this, std::move(ifCurrent), [this](const Diagnostic& problem) {
        if (!isCancelled(problem))
            Q_EMIT message(problem);
    });
}

} // namespace lapidary
