// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/pairedcomparison.h"

#include <array>
#include <map>

namespace lapidary {

/// Counts one pair of models, row by row, in the order of the samples. One thread.
class PairedTally {
public:
    PairedTally(const Dataset& data, bool classifies, std::size_t columns, std::size_t kept);

    struct Row {
        std::size_t sample = 0;
        std::int64_t label = -1;
        std::span<const float> a, b;
        PairedAnswer answerA, answerB;
    };
    void add(const Row& row);
    PairedComparison result() const;

private:
    void addClasses(const Row& row, PairedOutcome outcome);
    void keep(Disagreement sample);

    struct Scores {
        void add(const PairedAnswer& answer, bool right);
        ScoreDistribution result(std::size_t samples, bool labelled) const;

        ScoreDistribution counts;
        std::array<double, ScoreHistogram::bins> sums{}; ///< of the scores in each bin
    };

    PairedComparison m_result;
    SqnrAccumulator m_sqnr;
    std::size_t m_kept;
    std::uint64_t m_agree = 0, m_top5A = 0, m_top5B = 0;
    std::map<std::int64_t, ClassChange> m_classes;
    std::map<std::array<std::int64_t, 3>, std::uint64_t> m_moves; ///< label, from, to
    std::vector<Disagreement> m_disagreements;                    ///< at most twice what is kept
    Scores m_scoresA, m_scoresB;
};

} // namespace lapidary
