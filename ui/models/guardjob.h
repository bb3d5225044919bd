// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/guard.h"
#include "engine/projectsession.h"

namespace lapidary {

/// What is to hold: at most so many points of top-1 lost, at most so many percent of the output's energy as error, or
/// at least so many dB of signal to noise of the output (20 dB are 1 %).
struct GuardLimit {
    enum class Kind { Drop, Error, Sqnr };
    Kind kind = Kind::Drop;
    double value = 0.5;

    bool ofAccuracy() const { return kind == Kind::Drop; }
    void putInto(GuardOptions& options) const;
    double largestLost() const; ///< in the units of GuardMeasurement::lost: points, or percent of the output's energy
};

/// What the guard found, and what it was asked.
struct GuardOutcome {
    GuardLimit limit;
    GuardOptions options;
    GuardResult result;        ///< without the model itself
    std::uint64_t samples = 0; ///< of the calibration data
    Recipe recipe() const;     ///< gives the chosen measurement's model, on the project's data as it is
};
using GuardOutcomePtr = std::shared_ptr<const GuardOutcome>;

/// Guards `model` on the project's data: ranges and output errors as a variant of the project would have them. For the
/// worker of a job. Fails with "quantize.no_data", and as the data and guardAccuracy() do.
Result<GuardOutcomePtr> guardInProject(const ProjectSession& session, const AnalysedModel& model,
                                       const GuardLimit& limit, GuardOptions options, const Work& work);

} // namespace lapidary
