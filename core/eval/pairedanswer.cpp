// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/pairedanswer.h"

#include "eval/metrics.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

void AnswerReader::decide(std::span<const float> scores) {
    constexpr float rounding = 1e-3f; // half-precision models
    m_probabilities = std::all_of(scores.begin(), scores.end(), [](float score) {
        return std::isnan(score) || (score >= -rounding && score <= 1 + rounding);
    });
}

PairedAnswer AnswerReader::read(std::span<const float> scores) const {
    const auto best = topClasses(scores, 2);
    PairedAnswer result;
    if (best.empty())
        return result;
    result.answer = best.front();
    const double first = scores[std::size_t(best.front())];
    if (!std::isfinite(first))
        return result;
    const double second = best.size() > 1 ? double(scores[std::size_t(best[1])]) : 0;
    const bool known = best.size() > 1 && std::isfinite(second);
    if (m_probabilities) {
        result.score = float(std::clamp(first, 0.0, 1.0));
        result.margin = float(std::clamp(first - (known ? second : 0), 0.0, 1.0));
        return result;
    }
    double sum = 0;
    for (const float score : scores)
        if (!std::isnan(score))
            sum += std::exp(double(score) - first);
    result.score = float(1 / sum);
    result.margin = float((1 - (known ? std::exp(second - first) : 0)) / sum);
    return result;
}

} // namespace lapidary
