// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/chunkscorer.h"
#include "eval/evaluator.h"

namespace lapidary {

/// Counts what one evaluation is about, chunk by chunk.
class Tally {
public:
    Tally(const Dataset& data, const std::optional<StopRule>& rule);

    /// Whether data, model and reference fit each other and the rule. Precondition: scorers have scored once.
    Status checkClasses(const ChunkScorer& model, const ScoreRows& scores, const ChunkScorer* reference,
                        const ScoreRows& other);
    void add(const EvaluationChunk& chunk, const ScoreRows& scores, const ScoreRows& reference);
    /// As far as it got.
    EvaluationResult result() const;
    std::size_t samples() const { return m_samples; }
    bool settled() const { return m_watch && m_watch->settled(); }

private:
    struct Answer;
    void addSample(const Answer& answer);
    Status checkRule() const;

    const Dataset& m_data;
    std::optional<StopRule> m_rule;
    std::optional<StopWatch> m_watch;
    bool m_classifies = false;
    bool m_comparable = false;
    EvaluationResult m_result;
    SqnrAccumulator m_sqnr;
    std::size_t m_samples = 0;
    std::uint64_t m_top1 = 0, m_top5 = 0, m_agree = 0, m_lost = 0, m_gained = 0;
};

} // namespace lapidary
