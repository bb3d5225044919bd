// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "project/records.h"

#include <atomic>

namespace lapidary {

/// A calibration service that knows whether anyone asked it: only then the data belongs to what a variant was made
/// with.
class NotedCalibration : public CalibrationProvider {
public:
    /// `data`: where it came from, for the record.
    NotedCalibration(std::unique_ptr<CalibrationProvider> inner, DatasetRecord data)
        : m_inner(std::move(inner)), m_data(std::move(data)) {}

    bool used() const { return m_used; }
    const DatasetRecord& data() const { return m_data; }

    Result<std::shared_ptr<const CalibrationData>> calibrate(const Model& model, const CalibrationRequest& request,
                                                             const Work& work) override;
    Result<std::shared_ptr<const CalibrationData>> calibrateWatched(const Model& model,
                                                                    const CalibrationRequest& request,
                                                                    const ValueWatcher& watcher,
                                                                    const Work& work) override;
    Result<StreamResult> stream(const std::vector<StreamedModel>& models, const StreamConsumer& consume,
                                const Work& work) override;
    Result<std::map<NodeId, UsedKernel>> usedKernels(const Model& model, const Work& work) override;
    std::uint64_t sampleCount() const override { return m_inner->sampleCount(); }
    std::string dataHash() const override { return m_inner->dataHash(); }

private:
    std::unique_ptr<CalibrationProvider> m_inner;
    DatasetRecord m_data;
    std::atomic<bool> m_used = false;
};

/// One thing that is not as it was when a variant was made.
struct Difference {
    /// "lapidary", "runtime", "pass", "data", "processor", "parent", "source" (the file a model came from).
    std::string kind;
    std::string what; ///< the pass, the data file, the feature
    std::string recorded, now;

    Json toJson() const;
    /// "pass prune.channels: made with version 1, this is 2".
    std::string toString() const;
};

/// What a variant's bytes depend on besides its parent and recipe, for VariantRecord::provenance: {"lapidary",
/// "runtime", "passes": {id: version}, "processor": {"name", "int8_products_saturate", "features"}, "data": {"path",
/// "name", "hash", "samples"} (only if it was used, or `withUnused`: what there is to compare a record with)}.
Json provenanceNow(const Engine& engine, const Recipe& recipe, const NotedCalibration* calibration,
                   bool withUnused = false);

/// Where two such records differ, the likeliest cause of different bytes first. Variants of old projects have no
/// record: their `versions` and `dataHash` are compared.
std::vector<Difference> differencesSince(const VariantRecord& variant, const Json& now);

} // namespace lapidary
