// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "engine/engine.h"
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
    std::optional<TimingSummary> latency; ///< newest profile on `device`
    std::string device;
    std::uint64_t peakMemoryBytes = 0;
    Technique technique = Technique::Other; ///< of the last step
    std::vector<MetricReading> readings;    ///< every metric found in runs, per device, the newest of each
};

struct ApplyRequest {
    VariantId parent = 0;
    Recipe recipe;
    std::string name; ///< empty: made from the recipe
};

/// The use cases over one open project. Thread-safe; the long ones are meant for jobs. Models are kept in memory by hash as
/// long as someone uses them, the last few besides.
class ProjectSession {
public:
    ProjectSession(const Engine& engine, std::unique_ptr<Project> project);

    Project& project() { return *m_project; }
    const Engine& engine() const { return m_engine; }

    Result<VariantId> importModel(const std::filesystem::path& file, std::string name, const Work& work = {});
    /// Role "evaluation" or "calibration". The file stays where it is.
    Status setDataset(const std::string& role, const std::filesystem::path& file);
    /// Null (ok) if the project has none.
    Result<DatasetPtr> dataset(const std::string& role) const;

    Result<AnalysedModelPtr> model(VariantId id, const Work& work = {}) const;
    Result<VariantId> apply(const ApplyRequest& request, const Work& work = {});
    /// Compared with the source of the variant. A second call with the same model and data gives the stored numbers
    /// without running anything; predictions, labels and confusion are empty then.
    Result<EvaluationResult> evaluate(VariantId id, std::size_t limit, const EvaluateOptions& options, const Work& work = {});
    Result<Profile> profile(VariantId id, const std::string& device, const ProfileOptions& options, const Work& work = {});
    Status exportModel(VariantId id, const std::filesystem::path& file, const Work& work = {}) const;
    /// Makes the variant again from its source by its recipes. Fails with "project.not_reproduced" and what differs.
    Status reproduce(VariantId id, const Work& work = {});

    Result<std::vector<VariantSummary>> summaries() const;
    /// Newest stored profile with node times, and evaluation, of a variant; nullopt if there is none.
    Result<std::optional<Profile>> latestProfile(VariantId id, bool withNodes) const;
    Result<std::optional<Json>> latestEvaluation(VariantId id) const;

private:
    VariantId rootOf(VariantId id) const;
    Result<VariantId> store(const AnalysedModel& analysed, VariantRecord record, const Work& work);
    /// The dataset as it was opened last, unless its file was written since.
    Result<DatasetPtr> openKept(const std::filesystem::path& path) const;
    void remember(const std::string& hash, AnalysedModelPtr model) const;
    std::unique_ptr<CalibrationProvider> makeCalibration(std::string* dataHash, Diagnostics* problems) const;

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
