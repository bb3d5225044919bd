// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace lapidary {

/// Two classifiers on the same samples: who was right how often.
struct PairedCounts {
    std::uint64_t bothRight = 0;
    std::uint64_t onlyA = 0; ///< A right, B wrong: what B lost
    std::uint64_t onlyB = 0; ///< B right, A wrong: what B gained
    std::uint64_t bothWrong = 0;

    std::uint64_t samples() const { return bothRight + onlyA + onlyB + bothWrong; }
    std::uint64_t rightA() const { return bothRight + onlyA; }
    std::uint64_t rightB() const { return bothRight + onlyB; }
    bool operator==(const PairedCounts&) const = default;
};

/// B's accuracy minus A's, in percentage points, with its 95 % interval.
struct PairedDifference {
    double points = 0;
    double low = -100;
    double high = 100;
};

/// Square-and-add interval of Wilson limits with Newcombe's continuity-corrected correlation: method 10 of
/// R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on paired
/// data", Statistics in Medicine 17:2635-2650, 1998. Without samples: 0 in [-100, 100].
PairedDifference pairedDifference(const PairedCounts& counts);

/// Two-sided probabilities of a difference at least this large if A and B were equally good.
struct McNemarTest {
    double exact = 1; ///< exact conditional: never too small, often too large
    double midP = 1;  ///< close to the nominal level; what is reported
};

/// McNemar's test from the samples on which only one of the two is right. M. W. Fagerland, S. Lydersen, P. Laake, "The
/// McNemar test for binary matched-pairs data: mid-p and asymptotic are better than exact conditional", BMC Medical
/// Research Methodology 13:91, 2013. O(min(onlyA, onlyB)).
McNemarTest mcNemarTest(std::uint64_t onlyA, std::uint64_t onlyB);

enum class PairedVerdict {
    Identical, ///< right and wrong on the same samples
    Unclear,   ///< a difference that may be chance
    Better,    ///< B is better, p below 0.05
    Worse      ///< B is worse, p below 0.05
};
PairedVerdict pairedVerdict(const PairedCounts& counts, const McNemarTest& test);

} // namespace lapidary
