// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/guardjob.h"

#include <QString>

namespace lapidary {

/// What a guard's numbers are called in the window. UI thread.
QString limitText(const GuardLimit& limit);             ///< "at most 0.5 points of top-1 lost"
QString lostText(const GuardLimit& limit, double lost); ///< of GuardMeasurement: "0.50 points", "1.2 %", "19.2 dB"
QString guardVariantName(const GuardLimit& limit);      ///< "8 bits, top-1 within 0.5 points"
QString guardSentence(const GuardOutcome& outcome);     ///< whether the limit holds, with what and at what cost
QString whyNotMet(const GuardOutcome& outcome);         ///< empty if the limit holds
QString energyText(double percent);                     ///< a small share with three digits: "0.0123 %"

} // namespace lapidary
