// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "eval/metrics.h"
#include "eval/prefixplan.h"
#include "eval/stoprule.h"
#include "graph/model.h"
#include "runtime/session.h"

#include <functional>
#include <optional>

namespace lapidary {

class ActivationCache;

struct EvaluateOptions {
    std::size_t batch = 16; ///< capped to the model's fixed batch, if it has one
    int threads = 2;
    std::string classifierOutput; ///< empty: the first output with a class axis
    /// Samples come in an order drawn from this, so that what was seen at any moment is a random sample of the whole.
    /// 0: in the dataset's own order.
    std::uint64_t orderSeed = 1;
    /// Opens the model where it is to run, such as a device; empty: here. A reference always runs here.
    std::function<Result<std::unique_ptr<InferenceSession>>(const Model&)> open;
    /// Called now and then from the worker with what is known so far.
    std::function<void(const struct EvaluationResult&)> partial;
    /// Stops as soon as this is clear. The result is not complete then.
    std::optional<StopRule> stop;
    /// Keeps scores, and values inside the network where `prefix` says; takes from it what is there. Null: nothing is
    /// kept.
    std::shared_ptr<ActivationCache> cache;
    /// Where to enter the model when what comes before is known (planPrefix()); needs `cache`.
    std::optional<PrefixPlan> prefix;
};

/// What an evaluation was spared.
struct PrefixUse {
    PrefixPlan plan;               ///< with the reason, if the whole model was run after all
    std::size_t sparedSamples = 0; ///< of the model: values inside it, or its scores, were known
};

struct EvaluationResult {
    std::size_t samples = 0;
    std::size_t skipped = 0;              ///< unreadable images
    std::optional<Proportion> top1, top5; ///< with labels
    std::optional<Proportion> agreement;  ///< same top class as the reference
    std::optional<PairedDrop> drop;       ///< of top-1 against the reference's, with labels
    std::size_t population = 0;           ///< samples of the dataset, seen or not
    /// Where the numbers for the whole dataset lie; only while samples < population.
    std::optional<Proportion> top1OfAll, agreementOfAll;
    std::optional<StopVerdict> stop;       ///< with a rule to stop by
    std::optional<PrefixUse> prefix;       ///< if there was a plan
    std::optional<double> sqnrDb, cosine;  ///< first output against the reference's
    std::vector<std::int64_t> predictions; ///< top class per sample of the dataset; -1: not read
    std::vector<std::int64_t> labels;      ///< per sample, -1: not read; empty without labels
    std::vector<std::uint32_t>
        confusion; ///< classes x classes, row = label; empty without labels or over 1 000 classes
    std::size_t classCount = 0;
    double seconds = 0;          ///< wall, everything
    double inferenceSeconds = 0; ///< inside the runtime
    bool complete = false;       ///< all of the dataset was seen
    bool early = false;          ///< stopped because `stop` was clear: not to be taken for a whole evaluation
    Diagnostics notes;           ///< what could not be measured, and why
    /// samples, population, complete, early; top1, top1_low, top1_high, top5, …, agreement, …, drop, drop_low,
    /// drop_high, drop_lost, drop_gained; top1_of_all_low, … while unfinished; sqnr_db, cosine, seconds; stop{},
    /// prefix{}.
    Json toJson() const;
};

/// Runs every sample of `data` through `model` and, if given, `reference`. Reading and inference overlap. Fails with
/// "eval.input" (dataset and model do not fit: says shapes), "eval.output", "eval.stop_rule" (needs labels or a
/// reference), and what runtime and dataset fail with. What comes out of a cache is bit by bit what the runtime gave; a
/// model in two parts gives the scores of the whole one except where the runtime would have fused operators across the
/// cut, which changes the order of sums (about 1e-6 of the scores).
Result<EvaluationResult> evaluateModel(const Model& model, const Dataset& data, const EvaluateOptions& options = {},
                                       const Work& work = {}, const Model* reference = nullptr);

/// Opens a session for an in-memory model: serializes it, weights and all. (Used by everything that runs models.)
Result<std::unique_ptr<InferenceSession>> openSession(const Model& model, const SessionOptions& options);

} // namespace lapidary
