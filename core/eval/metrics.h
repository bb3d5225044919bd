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
