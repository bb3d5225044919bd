// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "engine/engine.h"
#include "engine/provenance.h"
#include "engine/variantreadings.h"
#include "eval/evaluator.h"
#include "project/project.h"

#include <list>
#include <mutex>

namespace lapidary {

/// One line of the variants tree: the record with the newest measurements. What was not measured is absent.
struct VariantSummary {
    VariantRecord record;
    std::optional<Proportion> top1, top5, agreement;
    std::optional<double> sqnrDb;
    std::size_t samples = 0;
    std::optional<EvaluationResult> early; ///< stopped when its answer was clear; only where there is no whole one
    std::optional<TimingSummary> latency;  ///< newest profile on `device`
    std::string device;
    std::uint64_t peakMemoryBytes = 0;
    Technique technique = Technique::Other; ///< of the last step
    std::vector<MetricReading> readings;    ///< every metric found in runs, per device, the newest of each
};

struct ApplyRequest {
    VariantId parent = 0;
    Recipe recipe;
    std::string name; ///< empty: made from the recipe
    std::string note = {};
    std::vector<std::string> tags = {};
    std::string color = {};
};

/// The use cases over one open project. Thread-safe; the long ones are meant for jobs. Models are kept in memory by
/// hash as long as someone uses them, the last few besides.
class ProjectSession {
public:
    ProjectSession(const Engine& engine, std::unique_ptr<Project> project);

    Project& project() { return *m_project; }
    const Project& project() const { return *m_project; }
    const Engine& engine() const { return m_engine; }

    /// A model whose weights are missing is taken in for viewing, as it was found.
    Result<VariantId> importModel(const std::filesystem::path& file, std::string name, const Work& work = {});
    /// For a source whose weights were not found: takes them from `file`, which stands in for the first file that is
    /// missing (others are looked for beside it by their names); empty: from where the model says, beside the file the
    /// source came from. The complete model takes the source's place, under a new id. Fails with "onnx.missing_data"
    /// where that does not complete it: nothing changes then.
    Result<VariantId> completeWeights(VariantId id, const std::filesystem::path& file, const Work& work = {});
    /// Looks again for the weights of the source that was taken in without them, if there is one; it stays as it is
    /// where they are still missing.
    void findMissingWeights(const Work& work = {});
    /// Project setting: the id of a source whose weights are missing, 0 once they are found.
    static constexpr auto incompleteSource = "incomplete_source";
    /// Role "evaluation" or "calibration". The file stays where it is.
    Status setDataset(const std::string& role, const std::filesystem::path& file);
    /// Null (ok) if the project has none.
    Result<DatasetPtr> dataset(const std::string& role) const;
    /// The calibration service that passes are given: over the calibration data or else the evaluation data. With the
    /// provenance of a variant: over the data that it was made with, where that is still there as it was. Null if there
    /// is no data, or none that can be opened: `problems` says why.
    std::unique_ptr<NotedCalibration> calibration(Diagnostics* problems, const Json& provenance = {}) const;

    Result<AnalysedModelPtr> model(VariantId id, const Work& work = {}) const;
    Result<VariantId> apply(const ApplyRequest& request, const Work& work = {});
    /// Compared with the source of the variant. A second call with the same model and data gives the stored numbers
    /// without running anything; predictions, labels and confusion are empty then. With options.cache, the variant is
    /// entered where it departs from its parent. With options.stop, a result that came early is kept apart and never
    /// given for a whole one.
    Result<EvaluationResult> evaluate(VariantId id, std::size_t limit, const EvaluateOptions& options,
                                      const Work& work = {});
    Result<Profile> profile(VariantId id, const std::string& device, const ProfileOptions& options,
                            const Work& work = {});
    /// What passes made gets a card in its metadata (modelcard.h); an imported model is written as it was.
    Status exportModel(VariantId id, const std::filesystem::path& file, const Work& work = {}) const;
    /// Makes the variant again from its source by its recipes; see reproduceVariants(). Fails with
    /// "project.not_reproduced" and what differs.
    Status reproduce(VariantId id, const Work& work = {});

    Result<std::vector<VariantSummary>> summaries() const;
    /// Every evaluation and profile, oldest first.
    Result<std::vector<RunRecord>> runs() const { return m_project->runs(); }
    /// Newest stored profile with node times, and evaluation, of a variant; nullopt if there is none.
    Result<std::optional<Profile>> latestProfile(VariantId id, bool withNodes) const;
    Result<std::optional<Json>> latestEvaluation(VariantId id) const;

private:
    VariantId rootOf(VariantId id) const;
    Result<VariantId> store(const AnalysedModel& analysed, VariantRecord record, const Work& work);
    /// The dataset as it was opened last, unless its file was written since.
    Result<DatasetPtr> openKept(const std::filesystem::path& path) const;
    void remember(const std::string& hash, AnalysedModelPtr model) const;

    const Engine& m_engine;
    std::unique_ptr<Project> m_project;
    mutable std::mutex m_mutex;
    struct OpenDataset {
        std::filesystem::path path;
        std::filesystem::file_time_type written;
        DatasetPtr data;
    };
    mutable std::vector<OpenDataset> m_datasets;
    mutable std::list<std::pair<std::string, AnalysedModelPtr>> m_models; // by model hash, newest first
};

} // namespace lapidary
