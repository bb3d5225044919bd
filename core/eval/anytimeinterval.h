// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace lapidary {

/// An interval for the mean of a finite population of numbers in [least, most], from samples drawn without replacement
/// in random order, that may be looked at after every sample: the chance that it ever leaves out the mean is at most
/// `error`. So one may stop as soon as it says enough, which no fixed-size interval allows. It never widens, and after
/// the last sample it is the mean itself.
///
/// The hedged betting confidence sequence for sampling without replacement of I. Waudby-Smith and A. Ramdas,
/// "Estimating means of bounded random variables by betting", J. R. Stat. Soc. B 86(1), 2024 (section 4, with the
/// predictable plug-in bets of its section 3), over a grid of candidate means, rounded outwards.
class AnytimeInterval {
public:
    AnytimeInterval(std::size_t population, double least, double most, double error);

    void add(double sample); ///< precondition: inside [least, most]
    double low() const;
    double high() const;
    std::size_t samples() const { return m_samples; }
    bool excludes(double mean) const { return mean < low() || mean > high(); }

private:
    /// What someone who bets against "the mean is at most / at least this" has won so far.
    struct Candidate {
        double mean;
        double above = 1, below = 1;
        bool refutedAbove = false; ///< the mean is above
        bool refutedBelow = false;
    };
    void bet(Candidate& candidate, double sample, double stake) const;

    std::size_t m_population;
    double m_least, m_most, m_error;
    std::vector<Candidate> m_candidates;
    std::size_t m_first = 0, m_last; ///< of the candidates left
    std::size_t m_samples = 0;
    double m_sum = 0;
    double m_average = 0.5, m_squares = 0.25; ///< of what was seen, with a pseudo-sample that keeps bets finite
};

} // namespace lapidary
