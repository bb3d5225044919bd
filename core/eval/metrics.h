// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/tensor.h"

#include <vector>

namespace lapidary {

/// A share in percent with its 95 % Wilson score interval (Wilson 1927).
struct Proportion {
    double percent = 0;
    double low = 0;
    double high = 0;
    std::uint64_t hits = 0;
    std::uint64_t samples = 0;
};
Proportion proportion(std::uint64_t hits, std::uint64_t samples);
/// Where the share of all `population` samples lies, after `samples` of them drawn without replacement: Wilson's
/// interval with the finite population correction (W. G. Cochran, "Sampling Techniques", 3rd edition, 1977, section
/// 3.2). Of no width when all were seen. For one look at a moment chosen in advance.
Proportion proportionOfAll(std::uint64_t hits, std::uint64_t samples, std::uint64_t population);

/// How many percentage points a model loses against a reference on the same samples, with its 95 % interval for
/// matched pairs (A. Agresti and Y. Min, Statistics in Medicine 24, 2005: half a sample added to every kind of pair).
struct PairedDrop {
    double percent = 0; ///< positive: the model is worse
    double low = 0;
    double high = 0;
    std::uint64_t lost = 0;   ///< the reference is right and the model is not
    std::uint64_t gained = 0; ///< the other way round
    std::uint64_t samples = 0;
};
/// `population` > 0: for the difference on all of so many, as proportionOfAll(); 0: for samples there may be.
PairedDrop pairedDrop(std::uint64_t lost, std::uint64_t gained, std::uint64_t samples, std::uint64_t population = 0);

/// Classes of the k largest scores of one row, best first; ties go to the lower class.
std::vector<std::int64_t> topClasses(std::span<const float> scores, std::size_t k);

/// Streaming signal-to-quantization-noise ratio: 10 log10(sum reference² / sum (reference - value)²) in dB.
class SqnrAccumulator {
public:
    void add(std::span<const float> reference, std::span<const float> value);
    double db() const; ///< +infinity if equal
    double cosine() const;

private:
    double m_signal = 0, m_noise = 0, m_dot = 0, m_other = 0;
};

} // namespace lapidary
