// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "pass/calibration.h"

namespace lapidary {

/// The first output of a model on the calibration data, remembered, for comparing variants with it. One thread at a
/// time; `calibration` must outlive it.
class OutputReference {
public:
    /// Runs the original once. Fails as the provider does, and with "eval.output" for a model without outputs.
    static Result<OutputReference> make(const ModelPtr& original, CalibrationProvider& calibration, const Work& work);

    /// Energy of variant minus original over the energy of the original. Fails as the provider does.
    Result<double> errorOf(const ModelPtr& variant, const Work& work) const;
    std::uint64_t samples() const { return m_samples; }

private:
    OutputReference() = default;

    ModelPtr m_original;
    CalibrationProvider* m_calibration = nullptr;
    RecordedPtr m_recorded;
    std::string m_output;
    std::uint64_t m_samples = 0;
};

/// 10 log10(1 / error), the signal-to-noise ratio in dB; infinite for 0.
double sqnrDbOf(double relativeError);

} // namespace lapidary
