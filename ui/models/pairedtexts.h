// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "eval/pairedcomparison.h"

#include <QCoreApplication>

namespace lapidary {

/// What a comparison sample by sample says, in words.
class PairedTexts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::PairedTexts)

public:
    /// A class as the data calls it, or "class 7".
    static QString className(const Dataset* data, std::int64_t answer);
    static QString share(double zeroToOne); ///< "97.3 %"
    static QString outcome(PairedOutcome outcome);
    /// One sentence: what B is worth against A, with interval and significance.
    static QString verdict(const PairedComparison& result);
    static QString probability(double p); ///< "p = 0.021", "p < 0.001"
    static QString points(double points); ///< "−0.60"
};

} // namespace lapidary
