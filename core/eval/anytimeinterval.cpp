// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/anytimeinterval.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr std::size_t steps = 2000;   // between neighbouring candidates: a twentieth of a point of [0, 100]
constexpr double mostOfCapital = 0.5; // that one bet may lose
constexpr double slack = 1e-9;        // of sums of many samples

} // namespace

AnytimeInterval::AnytimeInterval(std::size_t population, double least, double most, double error)
    : m_population(std::max<std::size_t>(population, 1)), m_least(least), m_most(most), m_error(error), m_last(steps) {
    m_candidates.resize(steps + 1);
    for (std::size_t i = 0; i <= steps; ++i)
        m_candidates[i].mean = double(i) / double(steps);
}

void AnytimeInterval::bet(Candidate& candidate, double sample, double stake) const {
    // The mean of what is still to come, if the candidate is right.
    const double rest = double(m_population - m_samples);
    const double expected = (candidate.mean * double(m_population) - m_sum) / rest;
    candidate.refutedAbove = candidate.refutedAbove || expected < -slack * double(m_population);
    candidate.refutedBelow = candidate.refutedBelow || expected > 1 + slack * double(m_population);
    const double centre = std::clamp(expected, 0.0, 1.0);
    const double up = centre > 0 ? std::min(stake, mostOfCapital / centre) : stake;
    const double down = centre < 1 ? std::min(stake, mostOfCapital / (1 - centre)) : stake;
    candidate.above *= 1 + up * (sample - centre);
    candidate.below *= 1 - down * (sample - centre);
    const double enough = 2 / m_error; // half of the capital on either side
    candidate.refutedAbove = candidate.refutedAbove || candidate.above >= enough;
    candidate.refutedBelow = candidate.refutedBelow || candidate.below >= enough;
}

void AnytimeInterval::add(double given) {
    if (m_samples >= m_population)
        return;
    const double sample = std::clamp((given - m_least) / (m_most - m_least), 0.0, 1.0);
    const double t = double(m_samples) + 1;
    const double variance = m_squares / t;
    const double stake = std::sqrt(2 * std::log(2 / m_error) / (variance * t * std::log(1 + t)));
    for (std::size_t i = m_first; i <= m_last; ++i)
        bet(m_candidates[i], sample, stake);
    while (m_first < m_last && m_candidates[m_first].refutedAbove)
        ++m_first;
    while (m_last > m_first && m_candidates[m_last].refutedBelow)
        --m_last;
    ++m_samples;
    m_sum += sample;
    m_average = (0.5 + m_sum) / (t + 1);
    m_squares += (sample - m_average) * (sample - m_average);
}

double AnytimeInterval::low() const {
    const double mean = m_samples == m_population ? m_sum / double(m_population)
                                                  : std::max(0.0, m_candidates[m_first].mean - 1.0 / double(steps));
    return m_least + mean * (m_most - m_least);
}

double AnytimeInterval::high() const {
    const double mean = m_samples == m_population ? m_sum / double(m_population)
                                                  : std::min(1.0, m_candidates[m_last].mean + 1.0 / double(steps));
    return m_least + mean * (m_most - m_least);
}

} // namespace lapidary
