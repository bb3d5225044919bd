// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/guardjob.h"

#include <QString>

namespace lapidary {

/// What a guard's numbers are called in the window. UI thread.
QString limitText(const GuardLimit& limit);             ///< "at most 0.5 points of top-1 lost"
QString lostText(const GuardLimit& limit, double lost); ///< of GuardMeasurement: "0.50 points", "1.2 %", "19.2 dB"
/// What 8 bits in this layer would cost besides, in the units of the limit: "0.50 points", "1.2 %", "3.1 dB".
QString costText(const GuardOutcome& outcome, const GuardCost& cost);
QString guardVariantName(const GuardLimit& limit);  ///< "8 bits, top-1 within 0.5 points"
QString guardSentence(const GuardOutcome& outcome); ///< whether the limit holds, with what and at what cost
QString whyNotMet(const GuardOutcome& outcome);     ///< empty if the limit holds
QString energyText(double percent);                 ///< a small share with three digits: "0.0123 %"

} // namespace lapidary
