// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/guardjob.h"

#include <cmath>

namespace lapidary {

void GuardLimit::putInto(GuardOptions& options) const {
    options.maxDrop.reset();
    options.maxErrorPercent.reset();
    if (kind == Kind::Drop)
        options.maxDrop = value;
    else
        options.maxErrorPercent = largestLost();
}

double GuardLimit::largestLost() const {
    return kind == Kind::Sqnr ? 100 * std::pow(10, -value / 10) : value;
}

Recipe GuardOutcome::recipe() const {
    return result.recipe(options.seed);
}

Result<GuardOutcomePtr> guardInProject(const ProjectSession& session, const AnalysedModel& model,
                                       const GuardLimit& limit, GuardOptions options, const Work& work) {
    Diagnostics problems;
    const auto calibration = session.calibration(&problems);
    if (!calibration && !problems.empty())
        return problems.front();
    if (!calibration)
        return errorDiagnostic("quantize.no_data", "The project has no calibration data and no evaluation data.",
                               "Choose a dataset in the File menu; labels are not needed.");
    auto evaluation = limit.ofAccuracy() ? session.dataset("evaluation") : Result<DatasetPtr>(DatasetPtr());
    if (!evaluation)
        return evaluation.status();
    limit.putInto(options);
    auto result = guardAccuracy(session.engine(), model, *calibration, *evaluation, options, work);
    if (!result)
        return result.status();
    auto outcome = std::make_shared<GuardOutcome>();
    outcome->limit = limit;
    outcome->options = std::move(options);
    outcome->samples = calibration->sampleCount();
    outcome->result = std::move(*result);
    outcome->result.run.model = nullptr; // a page that shows numbers need not hold the weights
    return GuardOutcomePtr(std::move(outcome));
}

} // namespace lapidary
