// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/activationrange.h"

#include <QString>

namespace lapidary {

/// What ways to quantize are called in the window. UI thread.
QString methodText(RangeMethod method);        ///< "Percentile"
QString methodHelp(RangeMethod method);        ///< what it does, in a sentence
QString methodKeyText(const std::string& key); ///< of the parameter's value; the key itself if it is none of ours
QString decibelsText(double db);               ///< "31.2 dB"; 200 dB and more: nothing is lost

} // namespace lapidary
