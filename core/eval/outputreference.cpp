// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/outputreference.h"

#include "eval/gram.h"

#include <cmath>
#include <limits>

namespace lapidary {

Result<OutputReference> OutputReference::make(const ModelPtr& original, CalibrationProvider& calibration,
                                              const Work& work) {
    if (original->graph->outputs().empty())
        return errorDiagnostic("eval.output", "The model has no output.");
    OutputReference reference;
    reference.m_original = original;
    reference.m_calibration = &calibration;
    reference.m_output = original->graph->value(original->graph->outputs().front())->name;
    auto streamed = calibration.stream(
        {{original, {}, {reference.m_output}, nullptr}}, [](const StreamedBatch&) { return Status(); }, work);
    if (!streamed)
        return streamed.status();
    reference.m_recorded = streamed->recorded.front();
    reference.m_samples = streamed->samples;
    return reference;
}

Result<double> OutputReference::errorOf(const ModelPtr& variant, const Work& work) const {
    double energy = 0, error = 0;
    const auto consume = [&](const StreamedBatch& batch) -> Status {
        const auto a = FloatView::of(*batch.values[0][0]), b = FloatView::of(*batch.values[1][0]);
        if (!a || !b)
            return a ? b.status() : a.status();
        if (a->span().size() != b->span().size())
            return errorDiagnostic("eval.output", "The output has another shape than the original's.");
        for (std::size_t i = 0; i < a->span().size(); ++i) {
            const double difference = double(a->span()[i]) - double(b->span()[i]);
            error += difference * difference;
            energy += double(a->span()[i]) * double(a->span()[i]);
        }
        return {};
    };
    auto streamed = m_calibration->stream(
        {{m_original, {m_output}, {}, m_recorded}, {variant, {m_output}, {}, nullptr}}, consume, work);
    if (!streamed)
        return streamed.status();
    return energy > 0 ? error / energy : 0;
}

double sqnrDbOf(double relativeError) {
    return relativeError > 0 ? -10 * std::log10(relativeError) : std::numeric_limits<double>::infinity();
}

} // namespace lapidary
