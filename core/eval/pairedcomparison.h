// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "data/dataset.h"
#include "eval/metrics.h"
#include "eval/pairedanswer.h"
#include "eval/pairedstatistics.h"
#include "graph/model.h"

#include <optional>

namespace lapidary {

enum class PairedOutcome { BothRight, OnlyA, OnlyB, BothWrong, Unlabelled };
std::string_view
pairedOutcomeName(PairedOutcome outcome); ///< "both_right", "only_a", "only_b", "both_wrong", "unlabelled"

/// A sample to which A and B answer differently. For models that do not classify: one whose outputs differ most.
struct Disagreement {
    std::size_t sample = 0;  ///< index in the dataset
    std::int64_t label = -1; ///< as the model numbers classes; -1: unlabelled
    PairedAnswer a, b;
    double distance = 0; ///< norm of the outputs' difference over the norm of A's output

    PairedOutcome outcome() const;
    /// Both sure, and of different things: the lower of the two scores. Without classes: the distance.
    double surprise() const;
    bool operator==(const Disagreement&) const = default;
};

/// One class of the labels under both models.
struct ClassChange {
    std::int64_t label = 0;
    std::uint64_t samples = 0, rightA = 0, rightB = 0;
    std::uint64_t gained = 0, lost = 0; ///< right in B only, in A only
    bool operator==(const ClassChange&) const = default;
};

/// Samples of one label that A called `from` and B calls `to`.
struct ClassMove {
    std::int64_t label = -1; ///< -1: unlabelled
    std::int64_t from = 0, to = 0;
    std::uint64_t count = 0;
    bool operator==(const ClassMove&) const = default;
};

/// How sure a model is: samples by a number in 0..1, in bins of equal width.
struct ScoreHistogram {
    static constexpr std::size_t bins = 40;
    std::vector<std::uint64_t> all = std::vector<std::uint64_t>(bins, 0);
    std::vector<std::uint64_t> right = std::vector<std::uint64_t>(bins, 0); ///< of these, answered rightly
    bool operator==(const ScoreHistogram&) const = default;
};

struct ScoreDistribution {
    ScoreHistogram score, margin; ///< of the answer; to the second best
    double meanScore = 0;
    /// Expected calibration error over 40 bins, 0..1 (C. Guo et al., "On calibration of modern neural networks", 2017);
    /// nothing without labels.
    std::optional<double> calibrationError;
};

/// Two models on the same samples.
struct PairedComparison {
    std::string dataName;
    std::size_t samples = 0, skipped = 0; ///< compared; unreadable
    bool classifies = false, labelled = false;
    std::size_t classCount = 0;
    PairedCounts counts;                               ///< with labels
    std::optional<Proportion> top1A, top1B;            ///< with labels
    std::optional<Proportion> top5A, top5B;            ///< with labels and more than 5 classes
    std::optional<PairedDifference> difference;        ///< with labels
    std::optional<McNemarTest> test;                   ///< with labels
    std::optional<Proportion> agreement;               ///< same class, whether right or wrong
    double sqnrDb = 0, cosine = 1;                     ///< of B's outputs against A's; infinity: equal
    std::vector<ClassChange> classes;                  ///< labels that occur, by number
    std::vector<ClassMove> moves;                      ///< most frequent first
    std::vector<Disagreement> disagreements;           ///< most surprising first, at most as many as asked for
    std::size_t disagreementCount = 0;                 ///< all of them
    std::optional<ScoreDistribution> scoresA, scoresB; ///< of classifiers
    double seconds = 0;

    PairedVerdict verdict() const;
    /// "B loses 0.60 points (95 %: 0.10 to 1.10), significant, p = 0.020", in English; empty without labels.
    std::string significanceText(const std::string& a = "A", const std::string& b = "B") const;
    Json toJson() const;
    /// What toJson() wrote. Fails with "compare.format".
    static Result<PairedComparison> fromJson(const Json& json);
};

struct PairedOptions {
    std::size_t batch = 16; ///< capped to a model's fixed batch
    int threads = 2;
    std::string classifierOutput;        ///< empty: the first output with a class axis
    std::size_t keptDisagreements = 500; ///< the rest is only counted
};

/// Runs every sample of `data` through `reference` (A) and each of `others` (B) in one go; one result for each of the
/// others, in their order. Memory does not grow with the number of samples, nor results depend on batch or threads
/// beyond the runtime's own rounding. Fails with "eval.input", "eval.output" (labels do not fit), "compare.outputs"
/// (the outputs have different sizes), and what runtime and dataset fail with.
Result<std::vector<PairedComparison>> comparePaired(const Model& reference, const std::vector<const Model*>& others,
                                                    const Dataset& data, const PairedOptions& options = {},
                                                    const Work& work = {});

} // namespace lapidary
