// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

namespace lapidary {

/// What a classifier said to one sample.
struct PairedAnswer {
    std::int64_t answer = -1; ///< class; -1: the model does not classify
    float score = 0;          ///< its probability, 0..1
    float margin = 0;         ///< to the second best, 0..1

    bool operator==(const PairedAnswer&) const = default;
};

/// Turns the scores of one model into answers with probabilities. Scores that all lie in 0..1 are taken as they are,
/// others as logits (softmax); decided once, by the first batch, so that all samples are treated alike.
class AnswerReader {
public:
    /// `scores`: the first batch, all rows.
    void decide(std::span<const float> scores);
    bool probabilities() const { return m_probabilities; }
    /// One row. NaN counts as the lowest score; ties go to the lower class.
    PairedAnswer read(std::span<const float> scores) const;

private:
    bool m_probabilities = false;
};

} // namespace lapidary
