// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/sweep.h"
#include "job/jobmanager.h"

#include <QString>

namespace lapidary {

/// The parameters a sweep in the window can vary: numbers, choices and truth values.
std::vector<const ParamSpec*> sweepable(const ParamSchema& schema);
/// What someone typed (values divided by commas, semicolons or spaces, or FROM:TO:STEP), as parseSweepParameter() reads
/// it, and with what that fails with.
Result<SweepParameter> sweepParameterOf(const ParamSchema& schema, const std::string& key, const QString& text);
/// "Prune channels: ratio": what the row is about.
QString sweepTitle(const PassRegistry& passes, const SweepRequest& request);
/// The lane runSweep() belongs in: profiles on this computer want it for themselves.
Lane sweepLane(const SweepRequest& request);

} // namespace lapidary
