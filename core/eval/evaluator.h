// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "eval/metrics.h"
#include "graph/model.h"
#include "runtime/session.h"

#include <functional>
#include <optional>

namespace lapidary {

struct EvaluateOptions {
    std::size_t batch = 16; ///< capped to the model's fixed batch, if it has one
    int threads = 2;
    std::string classifierOutput; ///< empty: the first output with a class axis
    /// Opens the model where it is to run, such as a device; empty: here. A reference always runs here.
    std::function<Result<std::unique_ptr<InferenceSession>>(const Model&)> open;
    /// Called now and then from the worker with what is known so far.
    std::function<void(const struct EvaluationResult&)> partial;
};

struct EvaluationResult {
    std::size_t samples = 0;
    std::size_t skipped = 0;               ///< unreadable images
    std::optional<Proportion> top1, top5;  ///< with labels
    std::optional<Proportion> agreement;   ///< same top class as the reference
    std::optional<double> sqnrDb, cosine;  ///< first output against the reference's
    std::vector<std::int64_t> predictions; ///< top class per sample of the dataset; -1: not read
    std::vector<std::int64_t> labels;      ///< per sample, -1: not read; empty without labels
    std::vector<std::uint32_t>
        confusion; ///< classes x classes, row = label; empty without labels or over 1 000 classes
    std::size_t classCount = 0;
    double seconds = 0;          ///< wall, everything
    double inferenceSeconds = 0; ///< inside the runtime
    bool complete = false;
    Diagnostics notes;   ///< what could not be measured, and why
    Json toJson() const; ///< samples, top1, top1_low, top1_high, top5, …, agreement, sqnr_db, cosine, seconds
};

/// Runs every sample of `data` through `model` and, if given, `reference`. Reading and inference overlap. Fails with
/// "eval.input" (dataset and model do not fit: says shapes), "eval.output", and what runtime and dataset fail with.
Result<EvaluationResult> evaluateModel(const Model& model, const Dataset& data, const EvaluateOptions& options = {},
                                       const Work& work = {}, const Model* reference = nullptr);

/// Opens a session for an in-memory model: serializes it, weights and all. (Used by everything that runs models.)
Result<std::unique_ptr<InferenceSession>> openSession(const Model& model, const SessionOptions& options);

} // namespace lapidary
