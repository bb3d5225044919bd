// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/devicebench.h"

#include <QString>

namespace lapidary {

/// What measurements on devices say, in words and in the user's locale.

/// "B is 1.32 × faster, 95 % interval 1.29 × to 1.35 ×", "No difference seen: …".
QString turnsText(const AbComparison& result, const QString& a, const QString& b);
/// "Best: 2 threads, batch 4: 0.31 ms a sample, 3 200 samples/s".
QString matrixText(const ProfileMatrix& matrix);
/// "Slows down by 18 % and settles after 40 s", "Keeps its speed".
QString loadText(const SustainedLoad& load);
/// Where a device computes something else than this computer, and by how much.
QString departureText(const Departure& departure);
/// Accuracy there beside that here, and whether the intervals tell them apart.
QString accuracyText(const DeviceBench::Accuracy& accuracy);
/// "Measured 26/11/2026 08:30", and why it would come out differently today.
QString measuredText(std::int64_t measuredMs, const std::vector<Difference>& stale);
/// Milliseconds a sample: of a cell that was measured, NaN otherwise.
double perSampleMs(const ProfileMatrix::Cell& cell);
/// The cell with the least time a sample; null if nothing ran.
const ProfileMatrix::Cell* bestPerSample(const ProfileMatrix& matrix);

} // namespace lapidary
